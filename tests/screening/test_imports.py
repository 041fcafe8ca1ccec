"""The engine is pure: standard library and a YAML parser, no clock, no environment, no Rasa, SQL or gettext."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "screening").rglob("*.py"))
# PyYAML's fast parser is written in Cython, which brings its runtime along.
ALLOWED = ("screening", "yaml", "_yaml", "cython_runtime", "_cython_")
# The command line is the one place that knows what day it is.
EDGE = ROOT / "screening" / "__main__.py"
PROGRAM = """
import sys, pkgutil, importlib
before = set(sys.modules)
import screening
for module in pkgutil.walk_packages(screening.__path__, "screening."):
    importlib.import_module(module.name)
print(*sorted({name.split(".")[0] for name in set(sys.modules) - before}))
"""


def test_a_fresh_interpreter_loads_nothing_but_the_standard_library_and_yaml() -> None:
    """Every module of the room, without site packages' start-up files."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    foreign = {name for name in done.stdout.split() if name not in sys.stdlib_module_names}
    foreign = {name for name in foreign if not name.startswith(ALLOWED)}
    assert foreign == set()


def test_nothing_in_the_engine_looks_at_a_clock_the_environment_or_chance() -> None:
    """Time, calendar, ids and words come in as arguments."""
    forbidden = {"time", "random", "secrets", "uuid", "os", "gettext", "locale", "logging", "socket", "sqlite3"}
    clocks = {"now", "today", "utcnow"}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & forbidden, path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in forbidden, path
            if isinstance(node, ast.Attribute) and path != EDGE and isinstance(node.value, ast.Name):
                assert not (node.value.id in ("datetime", "date") and node.attr in clocks), path


def test_every_file_says_in_one_sentence_what_it_is_for() -> None:
    """And none is longer than can be read in one go."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert len(text.splitlines()) <= 420, path
