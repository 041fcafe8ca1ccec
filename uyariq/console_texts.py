"""The texts that staff read in the console, from where they stand: templates, code, scripts, word files and rules.

Their catalog is `locale/<language>/LC_MESSAGES/console.po`, apart from that of the people who write to the bot.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript
from jinja2.ext import babel_extract

from console.site import load_templates
from console.staff_language import DOMAIN, is_reviewed
from followup.by_phone_rules import by_phone_rules
from followup.referral_rules import referral_rules
from followup.ruleset import callback_rules
from followup.staff_texts import staff_texts
from followup.team_rules import team_rules
from screening.definitions import Library
from uyariq.finding_texts import finding_texts
from uyariq.translations import State, read_catalog, write_catalog

CONSOLE = Path("console")
PUBLIC_PAGES = ("front.html", "chat.html")
"""Their words stand in the catalog of the bot."""
NOT_FOR_STAFF = ("chat.yml", "letter.yml")
OUTSIDE = (Path("followup/centre_problems.yml"),)
"""Word files of other rooms, whose words come onto pages."""
NO_WORDS = frozenset({"format", "version", "id", "when", "source", "open", "proposal", "strong"})
"""Keys of word files whose values are codes or where something comes from."""
HEADER = """\
# Uyariq: textos de la consola para el equipo, del castellano al quechua sureño.
# Una entrada está revisada cuando lleva el comentario «# revisado: nombre, fecha» de una persona que habla la lengua.
# Las que no lo llevan son borradores del proyecto; mientras haya alguna, las páginas lo dicen.
#"""


@dataclass(frozen=True)
class ConsoleText:
    """One Spanish text and the file where it stands."""

    text: str
    file: str


def console_texts(rules: Path, library: Library) -> list[ConsoleText]:
    """Every text that staff may see in another language, each file in its order."""
    found = [*_of_templates(), *_of_code(), *_of_scripts(), *_of_word_files(), *_of_rules(rules, library)]
    found += [ConsoleText(text, file) for text, file in finding_texts()]
    return list(dict.fromkeys(one for one in found if any(letter.isalpha() for letter in one.text)))


def console_catalog(locale: Path, language: str) -> Path:
    """Where a language's catalog of the console stands."""
    return locale / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def console_languages(locale: Path) -> list[str]:
    """The languages that have one."""
    return sorted(path.parts[-3] for path in locale.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def update_console(locale: Path, language: str, texts: Iterable[ConsoleText]) -> None:
    """Bring a catalog up to date: new texts come in empty, changed ones become fuzzy, gone ones obsolete."""
    path = console_catalog(locale, language)
    catalog = read_catalog(path, language)
    template = Catalog(charset="utf-8")
    for one in texts:
        template.add(one.text, locations=[(one.file, 0)])
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False)
    catalog.header_comment = HEADER
    write_catalog(path, catalog)


def console_state(locale: Path, language: str, texts: Iterable[ConsoleText]) -> State:
    """Counts for the check and for staff."""
    catalog = read_catalog(console_catalog(locale, language), language)
    result = State(language, obsolete=len(catalog.obsolete))
    for text in dict.fromkeys(one.text for one in texts):
        message = catalog.get(text)
        result.total += 1
        if message is None or not message.string:
            result.missing += 1
        elif message.fuzzy:
            result.fuzzy += 1
        elif not is_reviewed(message):
            result.unreviewed += 1
    return result


def _of_templates() -> Iterator[ConsoleText]:
    extensions = ",".join(sorted(name for name in load_templates().extensions if "Internationalization" not in name))
    options = {"trimmed": "true", "silent": "false", "extensions": extensions}
    for path in sorted((CONSOLE / "templates").rglob("*.html")):
        if path.name not in PUBLIC_PAGES:
            yield from _extracted(path, babel_extract(BytesIO(path.read_bytes()), ("_", "gettext"), (), options))


def _of_code() -> Iterator[ConsoleText]:
    for path in (*sorted(CONSOLE.rglob("*.py")), *sorted(Path("uyariq").glob("translation_*.py"))):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "told" and call.args:
                first = call.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield ConsoleText(first.value, path.as_posix())


def _of_scripts() -> Iterator[ConsoleText]:
    for path in sorted((CONSOLE / "static").rglob("*.js")):
        yield from _extracted(path, extract_javascript(BytesIO(path.read_bytes()), {"told": None}, (), {}))


def _extracted(path: Path, messages: Iterable[Any]) -> Iterator[ConsoleText]:
    """The first text of each call."""
    for _line, _function, text, _comments in messages:
        first = text[0] if isinstance(text, tuple) else text
        if first:
            yield ConsoleText(str(first), path.as_posix())


def _of_word_files() -> Iterator[ConsoleText]:
    for path in (*sorted((CONSOLE / "texts").glob("*.yml")), *OUTSIDE):
        if path.name not in NOT_FOR_STAFF:
            yield from (ConsoleText(text, path.as_posix()) for text in _leaves(yaml.safe_load(path.read_text("utf-8"))))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in NO_WORDS or isinstance(one, Mapping):
                yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)


def _of_rules(rules: Path, library: Library) -> Iterator[ConsoleText]:
    """Names and explanations that rules give to staff; questions and scripts are not among them."""
    calls = callback_rules(rules)
    for result in calls.contact_results.values():
        yield from _named("callback_rules.yml", result.label, result.guide)
    for disposition in calls.dispositions.values():
        yield from _named("callback_rules.yml", disposition.label, disposition.guide)
    referrals = referral_rules(rules)
    yield from _named("callback_rules.yml", *(one.label for one in referrals.outcomes.values()))
    yield from _named("callback_rules.yml", *referrals.services.values())
    team = team_rules(rules)
    yield from _named(
        "callback_rules.yml", team.subject, *(text for two in team.words.values() for text in (two.one, two.many))
    )
    yield from _named("by_phone.yml", *by_phone_rules(rules).topics.values())
    yield from _named("staff_messages.yml", *(one.label for one in staff_texts(rules).templates.values()))
    yield from _named("triage.yml", *library.triage.reasons.values())
    yield from _named("triage.yml", *(rule.explain or "" for rule in library.triage.rules))
    for name, versions in library.instruments.items():
        scores = [score for one in versions.values() for score in one.scores]
        yield from _named(f"instruments/{name}.yml", *(band.label for score in scores for band in score.bands))


def _named(file: str, *texts: str) -> Iterator[ConsoleText]:
    for text in texts:
        if text:
            yield ConsoleText(text, f"screening_rules/{file}")
