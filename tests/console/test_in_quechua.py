"""The console in Quechua: every page whole, no Spanish left that has a translation, and the choice is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.pofile import read_po

from console.app import routes
from console.reading_language import HOME
from console.staff_language import LOCALE, SPANISH, speaking, spoken, told, told_in, words_in
from console.visit import StaffRoute
from followup import staff
from followup.team_rules import team_rules
from tests.console.filled import Filled, pages
from tests.console.people import csrf_of
from uyariq.rooms import RULES

QUECHUA = "qu"
SPANISH_IS_THE_SUBJECT = ("/editor", "/traducciones")
"""There Spanish texts themselves are read and changed: that they are shown is no leftover."""
PUBLIC = ("/", "/chat")
"""In the language of the person; they have a catalog of their own."""
READ_BY_PEOPLE = ("alt", "aria-label", "placeholder", "title", "data-label")
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
TAG = re.compile(r"<[^>]+>")
COLUMNS = ("fuente", "servicios", "activo", "revisado")
"""Names of columns of a table that is typed or brought in."""
SHORT = 20
"""Shorter texts may be part of a name or of a Quechua sentence: they are looked for as whole texts only."""


class Seen(HTMLParser):
    """All that a reader of the page reads or is read; what is marked as another language is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self._path: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        elif tag not in ("meta", "link", "img", "input", "br", "hr"):
            outside = tag in ("script", "style") or given.get("lang", QUECHUA) != QUECHUA
            self._path.append((tag, outside or bool(self._path and self._path[-1][1])))
        self.texts += [given[name] or "" for name in READ_BY_PEOPLE if name in given]

    def handle_endtag(self, tag: str) -> None:
        while self._path and self._path.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._path and self._path[-1][1]):
            self.texts.append(data)


def seen(page: str) -> Seen:
    """What can be read on a page."""
    reader = Seen()
    reader.feed(page)
    reader.texts = [" ".join(text.split()) for text in reader.texts if text.strip()]
    return reader


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    """Spanish texts whose Quechua is another text."""
    return {source: words for source, words in words_in(QUECHUA).texts.items() if source != words}


@pytest.fixture
def filled(make_app: Any, database: Any, clock: Any, people: Any, add_staff: Any, library: Any) -> Filled:
    """A console with something on every page, in which everybody reads Quechua."""
    made = Filled(make_app, database, clock, people, add_staff, library)
    with database.begin() as conn:
        for one in staff.everyone(conn):
            staff.read_in(conn, one.id, QUECHUA)
    return made


def test_every_page_comes_in_quechua_without_a_spanish_leftover(filled: Filled, translated: dict[str, str]) -> None:
    """Status 200, the language said in the page, and no Spanish text that the catalog has in Quechua."""
    left: dict[str, list[str]] = {}
    for path in staff_pages():
        address = filled.addresses[path]
        answer = filled.visitor(path).get(address, params={"lang": QUECHUA} if path in OUTSIDE else None)
        assert answer.status_code == 200, (path, answer.status_code)
        page = seen(answer.text)
        assert page.language in ("", QUECHUA), path
        if not path.startswith(SPANISH_IS_THE_SUBJECT):
            left[path] = [text for text in page.texts if is_spanish(text, translated)]
    assert len(left) > 25
    assert {path: texts for path, texts in left.items() if texts} == {}


OUTSIDE = ("/login", "/login/codigo")


def staff_pages() -> Iterator[str]:
    """Pages for staff."""
    shown = {route.path for route in routes() if isinstance(route, StaffRoute)}
    return (path for path in pages() if path in shown and path not in PUBLIC)


def is_spanish(text: str, translated: dict[str, str]) -> bool:
    """Whether the text is a Spanish source, or a long one is part of it."""
    bare = text.strip(" ·:.,;()«»←")
    if text in COLUMNS:
        return False
    if text in translated or (bare in translated and len(bare) > 2):
        return True
    long = (source for source, words in translated.items() if len(source) > SHORT and source not in words)
    return any(source in text for source in long if not PLACEHOLDER.search(source))


def test_fragments_that_a_page_reads_again_are_in_quechua_too(filled: Filled, translated: dict[str, str]) -> None:
    """What comes in by itself later is in the language of the rest."""
    for path in ("/lista/tarjetas", "/supervision/tarjetas"):
        page = seen(filled.browser.get(path).text)
        assert page.texts
        assert [text for text in page.texts if is_spanish(text, translated)] == []


def test_the_choice_is_kept_with_the_account_and_can_be_taken_back(filled: Filled, database: Any) -> None:
    """Chosen in the menu of the account, from the page on which somebody is; the sign-in form follows."""
    home = filled.browser.get("/reportes?por=district")
    assert 'lang="qu"' in home.text
    token = csrf_of(home.text)
    form = {"csrf": token, "lengua": SPANISH, "volver": "/reportes?por=district"}
    answer = filled.browser.post("/idioma", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reportes?por=district")
    assert seen(filled.browser.get("/reportes").text).language == SPANISH
    with database.read() as conn:
        kept = staff.by_username(conn, "luz")
    assert kept is not None
    assert kept.reads_in == SPANISH
    filled.browser.post("/idioma", data=form | {"lengua": QUECHUA})
    filled.browser.post("/salir", data={"csrf": token})
    assert seen(filled.browser.get("/login").text).language == QUECHUA


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "/\\example.org", "", "/a\nb", "/" * 600])
def test_the_way_back_leads_to_our_own_pages_only(filled: Filled, address: str) -> None:
    """An address that somebody else put into the form is not followed."""
    token = csrf_of(filled.browser.get("/clave").text)
    answer = filled.browser.post("/idioma", data={"csrf": token, "lengua": QUECHUA, "volver": address})
    assert answer.headers["location"] == HOME


def test_a_language_that_is_not_offered_is_spanish(filled: Filled) -> None:
    """Whatever was sent, the page can be read."""
    token = csrf_of(filled.browser.get("/clave").text)
    filled.browser.post("/idioma", data={"csrf": token, "lengua": "../etc", "volver": "/clave"})
    assert seen(filled.browser.get("/clave").text).language == SPANISH


def test_pages_say_once_that_the_translation_waits_for_a_reviewer(filled: Filled) -> None:
    """As long as nobody has signed the texts the reader knows; in Spanish nothing is said."""
    said = told_in_quechua("Traducción por revisar: todavía no la leyó una persona que habla la lengua.")
    assert filled.browser.get("/clave").text.count(said[:24]) == 1
    token = csrf_of(filled.browser.get("/clave").text)
    filled.browser.post("/idioma", data={"csrf": token, "lengua": SPANISH, "volver": "/clave"})
    page = filled.browser.get("/clave").text
    assert 'class="unreviewed"' not in page
    assert 'id="words"' not in page, "scripts need no words for Spanish"


def told_in_quechua(beginning: str) -> str:
    """The Quechua of the text that begins so."""
    texts = words_in(QUECHUA).texts
    return next(words for source, words in texts.items() if source.startswith(beginning[:30]))


def test_a_letter_to_a_health_centre_stays_in_spanish(filled: Filled, library: Any) -> None:
    """Who receives it reads Spanish, whatever the language of the page from which it was printed."""
    from tests.console.pdf_text import pages_of

    page = filled.browser.get(f"/personas/{filled.rosa}/derivar").text
    found = re.search(r"/derivaciones/([0-9a-f-]{36})/carta", page)
    assert found is not None
    answer = filled.browser.post(f"/derivaciones/{found[1]}/carta", data={"csrf": csrf_of(page)})
    assert answer.status_code == 200
    printed = " ".join(pages_of(answer.content))
    assert "Carta de derivación" in printed
    assert "Centro de Salud Mental Comunitario" in printed
    assert "Centro de Salud Mental Comunitario nisqa" not in printed


def test_what_is_wrong_with_an_imported_table_is_told_in_quechua(filled: Filled) -> None:
    """Line, why and what to do; nothing was imported."""
    boss = filled.visitor("/centros/importar")
    token = csrf_of(boss.get("/centros/importar").text)
    table = b"codigo,nombre,ubigeo,servicios,fuente,revisado\n1,Posta,999999,salud mental,hoja,ayer\n"
    files = {"archivo": ("c.csv", table, "text/csv")}
    answer = boss.post("/centros/importar", data={"csrf": token, "hacer": "importar"}, files=files)
    assert answer.status_code == 400
    for source in ("«{value}» no es el ubigeo de ningún distrito.", "«{value}» no es una fecha."):
        told_value = "999999" if "ubigeo" in source else "ayer"
        assert words_in(QUECHUA).texts[source].format(value=told_value) in answer.text
        assert source.format(value=told_value) not in answer.text
    assert answer.text.count("<td>2</td>") == 2


def test_a_notice_outside_of_any_request_is_told_in_the_readers_language() -> None:
    """All that the team is told has its Quechua, with the same fields."""
    rules = team_rules(RULES)
    for said in [rules.subject, *(text for two in rules.words.values() for text in (two.one, two.many))]:
        assert told_in(QUECHUA, said) != said
        assert told_in(QUECHUA, said).count("{cases}") == said.count("{cases}")
        assert told_in(SPANISH, said) == said


def test_placeholders_and_tags_are_the_same_in_both_languages() -> None:
    """A field that is lost in translation would leave a gap or break the page."""
    different = [
        source
        for source, words in words_in(QUECHUA).texts.items()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(words))
        or sorted(TAG.findall(source)) != sorted(TAG.findall(words))
        or source.count("%%") != words.count("%%")
    ]
    assert different == []


def test_all_of_the_catalog_is_unreviewed_until_somebody_signs() -> None:
    """Nobody's review is claimed: an entry is signed by the comment with a name and a date, or it counts as a draft."""
    with (LOCALE / QUECHUA / "LC_MESSAGES" / "console.po").open("rb") as file:
        signed = [one for one in read_po(file) if one.id and any("revisado:" in text for text in one.user_comments)]
    assert len(words_in(QUECHUA).texts) - len(signed) == words_in(QUECHUA).unreviewed


def test_the_language_of_one_request_is_not_that_of_the_next() -> None:
    """It is set for one request and gone afterwards."""
    with speaking(QUECHUA):
        assert told("Guardar") == "Waqaychay"
        assert spoken().language == QUECHUA
    assert told("Guardar") == "Guardar"
    assert spoken().language == SPANISH


def test_a_text_without_translation_stands_in_spanish_with_its_fields() -> None:
    """Never a gap."""
    with speaking(QUECHUA):
        assert told("Algo que nadie tradujo: {what}", what=3) == "Algo que nadie tradujo: 3"
    with speaking("xx"):
        assert told("Guardar") == "Guardar"
