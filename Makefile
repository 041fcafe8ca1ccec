# Two commands are enough: `make run` and `make test`. Both set up what is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
UYARIQ := $(VENV)/bin/uyariq
UV_VERSION := 0.13.9
SETUP := $(VENV)/.set-up
# How many tests at a time; each takes about 1.5 GB, and waits for databases and browsers half of its time.
AT_ONCE ?= 2
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: help run setup test check format train rules texts bench evaluate lock clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: setup ## Set up what is missing, train if needed and start everything (stop with Ctrl-C)
	@$(UYARIQ) train --if-needed
	@exec $(UYARIQ) run

setup: $(SETUP) ## Make the environment from the lock file

$(SETUP): requirements.lock pyproject.toml .python-version
	@python=$$(bash .ci/find-python) || exit 1; \
	if [ ! -x $(PY) ]; then echo "Making the environment in $(VENV) ..."; "$$python" -m venv $(VENV); fi; \
	if [ ! -x $(VENV)/bin/uv ]; then $(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); fi
	@echo "Installing from requirements.lock ..."
	@$(VENV)/bin/uv pip sync --quiet --compile-bytecode --python $(PY) requirements.lock
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	@touch $@

# The Telegram emulator of the tests; without Node its tests are left out, and say so.
EMULATOR := tests/emulators/telegram
$(EMULATOR)/node_modules: $(EMULATOR)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $(EMULATOR) --silent --no-audit --no-fund && touch $@; fi

# A second WhatsApp library, as a referee; without Node its tests are left out, too.
REFEREE := tests/emulators/whatsapp
$(REFEREE)/node_modules: $(REFEREE)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $(REFEREE) --silent --no-audit --no-fund && touch $@; fi

# The accessibility rules of the browser tests, in the same way.
AXE := tests/console/axe
$(AXE)/node_modules: $(AXE)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $(AXE) --silent --no-audit --no-fund && touch $@; fi

test: setup $(EMULATOR)/node_modules $(REFEREE)/node_modules $(AXE)/node_modules ## Run all tests
	@$(UYARIQ) train --if-needed
	@$(PY) -m pytest --numprocesses $(AT_ONCE) --dist loadfile

check: setup ## Format, lint, types, rules, texts
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(UYARIQ) rules check
	@$(UYARIQ) texts check

format: setup ## Format the code
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

train: setup ## Train the model (only if its inputs changed)
	@$(UYARIQ) train

rules: setup ## Check screening rules and texts
	@$(UYARIQ) rules check

texts: setup ## Bring the catalogs up to date with the Spanish source texts
	@$(UYARIQ) texts update

bench: setup ## Measure speed and memory beside a vanilla Rasa bot; writes docs/benchmarks.md
	@$(UYARIQ) train --if-needed
	@$(PY) -m tests.bench

evaluate: setup ## Measure how well messages are understood; writes docs/nlu.md and its pictures
	@$(UYARIQ) train --if-needed
	@$(PY) -m tests.evaluation

lock: ## Renew requirements.lock from pyproject.toml
	@$(VENV)/bin/uv pip compile --quiet pyproject.toml --group dev --python $(PY) --generate-hashes --no-header --no-emit-index-url -o requirements.lock

clean: ## Remove the environment, models and caches (never the data in var/)
	@rm -rf $(VENV) models .rasa .pytest_cache .mypy_cache .ruff_cache build *.egg-info
