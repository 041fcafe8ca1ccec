"""No text that staff read stands outside the catalogs: not in a template, not in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from console.site import HERE, load_templates
from console.staff_language import CHECKS
from screening.reader import load_library
from uyariq.console_texts import PUBLIC_PAGES, console_languages, console_state, console_texts, update_console
from uyariq.rooms import LOCALE, RULES

TEMPLATES = sorted(path for path in (HERE / "templates").rglob("*.html") if path.name not in PUBLIC_PAGES)
CODE = sorted(HERE.rglob("*.py"))
NAMES = re.compile(r"\b(?:Uyariq|WhatsApp|Enter|ChatBot-Juntos|YAML|Esc)\b|&\w+;")
"""The same in every language."""
WORD = re.compile(r"[^\W\d_]{2}")
READ_BY_PEOPLE = ("alt", "aria-label", "placeholder", "title", "data-label")
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.DOTALL)
MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
ASKED = re.compile(r"""\b_\(\s*("[^"]*"|'[^']*')""")
LITERAL = re.compile(r'"([^"]*)"')
SPANISH = re.compile(r"[áéíóúñ¿¡«»]")
NOT_FOR_STAFF = {"Español", "mañana"}
"""A language by its own name; a code in an address."""


class Bare(HTMLParser):
    """Words that stand in the template itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in READ_BY_PEOPLE and value and has_words(value)]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and has_words(data):
            self.found.append(data.strip())


def has_words(text: str) -> bool:
    """Whether something is left to translate."""
    return bool(WORD.search(NAMES.sub("", text)))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HERE / "templates")))
def test_no_template_holds_text_outside_its_translation_blocks(path: Path) -> None:
    """Text between tags, and in attributes that are read out, comes from the catalog."""
    source = TRANSLATED.sub("", path.read_text(encoding="utf-8"))
    bare = Bare()
    bare.feed(MARKUP.sub("", source))
    assert bare.found + literals(source) == []


def literals(source: str) -> list[str]:
    """Sentences written out in an expression; a word in small letters is a code."""
    inside = " ".join(MARKUP.findall(source))
    found = LITERAL.findall(ASKED.sub("", inside))
    return [text for text in found if has_words(text) and (SPANISH.search(text) or re.match(r"[A-ZÁÉÍÓÚ][a-z]", text))]


def test_the_check_of_templates_finds_what_it_is_for() -> None:
    """A check that finds nothing must not be blind."""
    bare = Bare()
    bare.feed('<p>Hola {{ name }}</p><button aria-label="Cerrar">×</button><script>let x = "Nada";</script>')
    assert bare.found == ["Hola {{ name }}", "Cerrar"]
    assert literals('{{ "Sí" if one else _("No hay") }}{{ \'late\' if one }}') == ["Sí"]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(HERE)))
def test_no_module_holds_spanish_outside_told(path: Path) -> None:
    """A sentence in code is asked for in the language of the request."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = {id(node) for node in asked_for(tree)}
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed
    ]
    assert [text for text in found if SPANISH.search(text) and has_words(text) and text not in NOT_FOR_STAFF] == []


def asked_for(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, and what stands in a call of told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "told":
            yield from ast.walk(node)


def test_every_template_can_be_compiled() -> None:
    """A block that is not closed is found here, not by a reader."""
    environment = load_templates()
    for path in TEMPLATES:
        environment.get_template(path.relative_to(HERE / "templates").as_posix())


def test_the_quechua_catalog_of_the_console_is_whole() -> None:
    """Every text of templates, code, scripts, word files and rules has its Quechua; none is out of date."""
    sources = [one for one in console_texts(RULES, load_library(RULES)) if not one.file.startswith(CHECKS)]
    assert "qu" in console_languages(LOCALE)
    state = console_state(LOCALE, "qu", sources)
    assert state.total > 1500
    assert (state.missing, state.fuzzy) == (0, 0)


def test_nearly_all_that_the_checks_say_has_its_quechua() -> None:
    """A new check may come before its translation: its sentence then stands in Spanish, marked as such."""
    sources = [one for one in console_texts(RULES, load_library(RULES)) if one.file.startswith(CHECKS)]
    state = console_state(LOCALE, "qu", sources)
    assert state.total > 250
    assert state.missing + state.fuzzy <= state.total / 10


def test_texts_are_found_in_every_kind_of_file() -> None:
    """A kind that is not read any more would leave the catalog silently."""
    kinds = {one.file.rsplit(".", 1)[1] + one.file.split("/")[0] for one in console_texts(RULES, load_library(RULES))}
    assert kinds == {
        "htmlconsole",
        "pyconsole",
        "jsconsole",
        "ymlconsole",
        "ymlfollowup",
        "ymlscreening_rules",
        "pyscreening",
        "pyuyariq",
    }


def test_an_update_adds_what_is_new_marks_what_changed_and_keeps_what_was_signed(tmp_path: Path) -> None:
    """The catalog follows the Spanish; a changed text is not shown until somebody looked at it."""
    from uyariq.console_texts import ConsoleText, console_catalog

    first = [ConsoleText("Guardar la nota", "a.html"), ConsoleText("Cerrar", "a.html")]
    update_console(tmp_path, "qu", first)
    path = console_catalog(tmp_path, "qu")
    signed = path.read_text(encoding="utf-8").replace(
        '#: a.html\nmsgid "Guardar la nota"\nmsgstr ""',
        '# revisado: Rosa, 2026-11-23\n#: a.html\nmsgid "Guardar la nota"\nmsgstr "Notata waqaychay"',
    )
    path.write_text(signed, encoding="utf-8")
    update_console(tmp_path, "qu", first)
    state = console_state(tmp_path, "qu", first)
    assert (state.total, state.missing, state.unreviewed, state.fuzzy) == (2, 1, 0, 0)
    changed = [ConsoleText("Guardar la nota ya", "a.html"), ConsoleText("Cerrar", "a.html")]
    update_console(tmp_path, "qu", changed)
    state = console_state(tmp_path, "qu", changed)
    assert (state.missing, state.fuzzy) == (1, 1)
