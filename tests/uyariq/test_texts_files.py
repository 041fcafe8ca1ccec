"""Translations as files: out with who signed, in from Poedit, Weblate or LibreOffice, all of a file or nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.catalog import Catalog
from followup import translations_store as store
from followup.database import Database, open_database
from followup.translations_store import Words
from screening.definitions import Library
from screening.reader import read_folder
from screening.texts import Text
from tests.console.desk import Desk
from uyariq import translations
from uyariq.__main__ import main
from uyariq.translation_files import read_entries
from uyariq.translation_po import language_of

KEY = bytes(range(32))
RULES = Path(__file__).parents[2] / "screening_rules"
NEW_WORDS = "Allinta rimasun."


@pytest.fixture(scope="module")
def library() -> Library:
    """The project's rules."""
    return read_folder(RULES)[0]


@pytest.fixture
def database(tmp_path: Path) -> Any:
    """An empty database; what is tested here asks it nothing that differs by kind."""
    opened = open_database(f"sqlite:///{tmp_path}/uyariq.db", KEY, rules=RULES)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def shelf(tmp_path: Path, database: Database) -> Desk:
    """The project's catalog, to write in."""
    return Desk(tmp_path, database)


@pytest.fixture
def text(shelf: Desk, library: Library) -> Text:
    """A text of ours that is translated and that nobody has signed."""
    files = shelf.desk.files("qu")
    return next(
        one
        for one in shelf.desk.texts(library)
        if one.kind == "bubble" and "{" not in one.text and one.context in files and not files[one.context].reviewed
    )


@pytest.fixture
def keep(database: Database, now: Any) -> Callable[..., None]:
    """Saves words as a reviewer does."""

    def save(text: Text, words: str, reviewer: str = "Rosa Q.", **more: str) -> None:
        with database.begin() as conn:
            wanted = Words("qu", text.context, text.text, words, reviewer, **more)
            store.save(conn, wanted, now, seen=None, by=None)

    return save


def entry(content: bytes, context: str) -> str:
    """The block of a catalog in which a text stands."""
    return next(block for block in content.decode().split("\n\n") if f'msgctxt "{context}"' in block)


def test_a_catalog_without_saved_words_goes_out_as_it_is(shelf: Desk, library: Library) -> None:
    """Writing back makes no difference where nobody has reviewed anything."""
    content = shelf.desk.export("po", "qu", library)
    assert content == translations.catalog_path(shelf.locale, "qu").read_bytes()
    assert language_of(content) == "qu"


def test_saved_words_go_into_the_catalog_with_their_signature(
    shelf: Desk, library: Library, text: Text, keep: Callable[..., None]
) -> None:
    """As a comment that the check counts; what the words say in Spanish stands beside it."""
    before = translations.state(shelf.locale, "qu", list(shelf.desk.texts(library))).unreviewed
    keep(text, NEW_WORDS, back_translation="Hablemos bien.")
    content = shelf.desk.export("po", "qu", library)
    block = entry(content, text.context)
    assert f'msgstr "{NEW_WORDS}"' in block
    assert "# revisado: Rosa Q., 2026-11-23" in block
    assert "# retrotraducción: Hablemos bien." in block
    translations.catalog_path(shelf.locale, "qu").write_bytes(content)
    assert translations.state(shelf.locale, "qu", list(shelf.desk.texts(library))).unreviewed == before - 1
    assert read_entries(shelf.locale, "qu")[text.context].reviewer == "Rosa Q."
    assert shelf.desk.export("po", "qu", library) == content, "a second time nothing changes"


def test_a_variety_goes_out_with_what_it_says_differently(
    shelf: Desk, library: Library, text: Text, database: Database, now: Any
) -> None:
    """A catalog of its own, which the bot lays over Quechua as such."""
    with database.begin() as conn:
        store.save(conn, Words("quz", text.context, text.text, NEW_WORDS, "Dina"), now, seen=None, by=None)
    path = translations.catalog_path(shelf.locale, "quz")
    path.parent.mkdir(parents=True)
    path.write_bytes(shelf.desk.export("po", "quz", library))
    assert list(read_entries(shelf.locale, "quz")) == [text.context]
    assert Catalog(shelf.locale).translate(text.context, text.text, "quz") == NEW_WORDS


@pytest.mark.parametrize("form", ["po", "xlsx"])
def test_a_file_that_was_only_looked_at_changes_nothing(
    shelf: Desk, library: Library, text: Text, keep: Callable[..., None], form: str
) -> None:
    """Out and in again: every text is the same, signatures included."""
    keep(text, NEW_WORDS, back_translation="Hablemos bien.", wording_source="Un artículo de prueba")
    read = shelf.desk.read(form, shelf.desk.export(form, "qu", library), "qu", library, "")
    assert read.problems == []
    assert read.words == []
    assert read.same > 1000


def test_a_signed_catalog_from_poedit_comes_in(shelf: Desk, library: Library, text: Text) -> None:
    """Poedit changes words and knows no signatures: who brings the file says who signs it."""
    content = with_words(shelf.desk.export("po", "qu", library), text.context, NEW_WORDS)
    draft = shelf.desk.read("po", content, "qu", library, "")
    assert [(one.context, one.text, one.reviewer) for one in draft.words] == [(text.context, NEW_WORDS, "")]
    signed = shelf.desk.read("po", content, "qu", library, "Rosa Q.")
    assert {one.reviewer for one in signed.words} == {"Rosa Q."}
    assert len(signed.words) > 1000, "whoever signs the file signs all of it"


def with_words(content: bytes, context: str, words: str) -> bytes:
    """The catalog with other words for one text."""
    block = entry(content, context)
    head = block.split("msgstr ")[0]
    return content.replace(block.encode(), f'{head}msgstr "{words}"'.encode())


def test_mistakes_of_a_catalog_are_told_by_line(shelf: Desk, library: Library, text: Text) -> None:
    """All of them at once: lost data, another Spanish, a text that is not there."""
    content = shelf.desk.export("po", "qu", library)
    filled = next(one for one in shelf.desk.texts(library) if "{crisis_call}" in one.text)
    content = with_words(content, filled.context, "Waqyay.")
    content = content.replace(f'msgctxt "{text.context}"'.encode(), b'msgctxt "nobody.knows"')
    read = shelf.desk.read("po", content, "qu", library, "")
    told = {one.text: (one.place, one.message) for one in read.problems}
    assert set(told) == {"nobody.knows", filled.context}
    for place, _ in told.values():
        number = int(place.removeprefix("línea "))
        assert content.decode().splitlines()[number - 1].startswith(("msgctxt", "msgid"))
    assert "{crisis_call}" in told[filled.context][1]


def test_a_broken_catalog_is_told_by_line(shelf: Desk, library: Library) -> None:
    """The line at which it cannot be read."""
    content = shelf.desk.export("po", "qu", library).decode().splitlines()
    content.insert(40, "esto no es un catálogo")
    (problem,) = shelf.desk.read("po", "\n".join(content).encode(), "qu", library, "").problems
    assert problem.place == "línea 41"


def test_unfinished_entries_are_left_out_and_counted(shelf: Desk, library: Library, text: Text) -> None:
    """What Poedit marks as in need of work is nobody's translation yet."""
    content = with_words(shelf.desk.export("po", "qu", library), text.context, NEW_WORDS)
    block = entry(content, text.context)
    marked = block.replace("msgctxt", "#, fuzzy\nmsgctxt", 1)
    read = shelf.desk.read("po", content.replace(block.encode(), marked.encode()), "qu", library, "")
    assert (read.words, read.unfinished, read.problems) == ([], 1, [])


def test_other_spanish_than_now_is_refused(shelf: Desk, library: Library, text: Text) -> None:
    """A file of last month does not bring back what the Spanish no longer says."""
    content = shelf.desk.export("xlsx", "qu", library)
    changed = written(content, text.context, "castellano", "Otro castellano")
    (problem,) = shelf.desk.read("xlsx", changed, "qu", library, "").problems
    assert "no es el de ahora" in problem.message
    assert text.text in problem.hint


def written(content: bytes, context: str, heading: str, words: str) -> bytes:
    """The workbook with another value in one row."""
    book = load_workbook(BytesIO(content))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(number for number in range(2, sheet.max_row + 1) if sheet.cell(number, 1).value == context)
    sheet.cell(row, columns[heading]).value = words
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_spreadsheet_from_libreoffice_comes_in_with_its_signatures(shelf: Desk, library: Library, text: Text) -> None:
    """The column «revisó» signs the row."""
    content = written(shelf.desk.export("xlsx", "qu", library), text.context, "traducción", NEW_WORDS)
    content = written(content, text.context, "revisó", "Dina M.")
    read = shelf.desk.read("xlsx", content, "qu", library, "", trusts_file=True)
    assert read.problems == []
    assert [(one.context, one.text, one.reviewer) for one in read.words] == [(text.context, NEW_WORDS, "Dina M.")]
    by_another = shelf.desk.read("xlsx", content, "qu", library, "")
    assert [one.reviewer for one in by_another.words] == [""], "nobody signs in the name of another in the console"


@pytest.mark.parametrize("form", ["po", "xlsx"])
def test_an_old_signature_signs_no_other_words(
    shelf: Desk, library: Library, text: Text, keep: Callable[..., None], form: str
) -> None:
    """Poedit leaves the comment where it is when somebody changes the words below it."""
    keep(text, NEW_WORDS)
    content = shelf.desk.export(form, "qu", library)
    change = with_words if form == "po" else lambda *one: written(*one[:2], "traducción", one[2])
    changed = change(content, text.context, "Huk simi.")
    (problem,) = shelf.desk.read(form, changed, "qu", library, "", trusts_file=True).problems
    assert "Ya lo revisó Rosa Q." in problem.message
    (word,) = [
        one
        for one in shelf.desk.read(form, changed, "qu", library, "Dina", trusts_file=True).words
        if one.context == text.context
    ]
    assert (word.text, word.reviewer) == ("Huk simi.", "Dina")


def test_mistakes_of_a_spreadsheet_are_told_by_cell(shelf: Desk, library: Library, text: Text) -> None:
    """So that whoever mends it goes straight there."""
    label = next(one for one in shelf.desk.texts(library) if one.kind == "button")
    content = written(shelf.desk.export("xlsx", "qu", library), label.context, "traducción", "a" * 40)
    content = written(content, text.context, "traducción", "=1+1")
    read = shelf.desk.read("xlsx", content, "qu", library, "")
    sheet = load_workbook(BytesIO(content)).active
    rows = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
    assert {one.place for one in read.problems} == {f"celda C{rows[label.context]}", f"celda C{rows[text.context]}"}


def test_a_text_that_stands_twice_is_refused(shelf: Desk, library: Library, text: Text) -> None:
    """Nobody knows which of the two was meant."""
    book = load_workbook(BytesIO(shelf.desk.export("xlsx", "qu", library)))
    book.active.append([text.context, text.text, NEW_WORDS])
    buffer = BytesIO()
    book.save(buffer)
    (problem,) = shelf.desk.read("xlsx", buffer.getvalue(), "qu", library, "").problems
    assert "Ya está más arriba" in problem.message


@pytest.mark.parametrize("content", [b"", b"no es un libro", b"PK\x03\x04 roto"])
def test_what_is_no_workbook_is_told_in_one_sentence(shelf: Desk, library: Library, content: bytes) -> None:
    """Not a trace of a program."""
    (problem,) = shelf.desk.read("xlsx", content, "qu", library, "").problems
    assert "No se puede abrir" in problem.message


def test_signed_words_are_not_replaced_by_unsigned_ones(
    shelf: Desk, library: Library, text: Text, keep: Callable[..., None]
) -> None:
    """A speaker's word is worth more than whatever a file says."""
    content = with_words(shelf.desk.export("po", "qu", library), text.context, "Huk simi.")
    keep(text, NEW_WORDS)
    (problem,) = shelf.desk.read("po", content, "qu", library, "").problems
    assert "Ya lo revisó Rosa Q." in problem.message
    assert shelf.desk.read("po", content, "qu", library, "Dina").problems == []


def test_the_slot_of_a_validated_instrument_needs_its_source_in_a_file_too(shelf: Desk, library: Library) -> None:
    """The same rule as on the page."""
    slot = next(
        one
        for one in shelf.desk.texts(library)
        if one.kind == "item" and library.instrument(one.context.split(".")[0]).state_in("qu") == "none"
    )
    content = written(shelf.desk.export("xlsx", "qu", library), slot.context, "traducción", "Imatapas")
    (problem,) = shelf.desk.read("xlsx", content, "qu", library, "Rosa").problems
    assert "no se cambia" in problem.message
    content = written(content, slot.context, "fuente", "Artículo de prueba, anexo 1")
    (word,) = [
        one for one in shelf.desk.read("xlsx", content, "qu", library, "Rosa").words if one.context == slot.context
    ]
    assert word.wording_source == "Artículo de prueba, anexo 1"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    return tmp_path


def test_the_command_takes_all_of_a_file_or_nothing(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wrong row keeps all others out; mended, all come in and go out again."""
    file = installed / "textos.xlsx"
    assert main(["texts", "export", "--xlsx", str(file)]) == 0
    good = next(row for row in rows_of(file) if row[4] == "sin revisar" and "{" not in row[1] and len(row[1]) > 60)
    file.write_bytes(written(file.read_bytes(), good[0], "traducción", NEW_WORDS))
    whole = file.read_bytes()
    file.write_bytes(written(whole, rows_of(file)[-1][0], "castellano", "Otro"))
    assert main(["texts", "import", "--xlsx", str(file), "--signed-by", "Rosa Q."]) == 1
    assert "No se importó nada" in capsys.readouterr().err
    assert main(["texts", "export", "--po", str(installed / "qu.po")]) == 0
    assert NEW_WORDS not in (installed / "qu.po").read_text(encoding="utf-8")
    file.write_bytes(whole)
    assert main(["texts", "import", "--xlsx", str(file), "--signed-by", "Rosa Q."]) == 0
    assert " nuevos o cambiados" in capsys.readouterr().out
    assert main(["texts", "export", "--po", str(installed / "qu.po")]) == 0
    assert NEW_WORDS in entry((installed / "qu.po").read_bytes(), good[0])


def rows_of(file: Path) -> list[tuple[str, ...]]:
    """The rows of a workbook below its heading."""
    sheet = load_workbook(file).active
    return [tuple(str(value or "") for value in row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_a_file_must_be_named(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear sentence."""
    assert main(["texts", "export"]) == 2
    assert "--po" in capsys.readouterr().err
