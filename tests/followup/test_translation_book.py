"""How each text stands: file and saved words, who wins, what a change of the Spanish does."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from followup import translation_book as book
from followup.translation_book import FileEntry, Shelved, make_book, words_over
from followup.translations_store import SavedTranslation
from screening.definitions import Library
from screening.reader import read_folder
from screening.texts import Text

RULES = Path(__file__).parents[2] / "screening_rules"
HELLO = Text("welcome.hello", "Hola", "bubble", "flows/x.yml", 1)
NOON = datetime(2026, 12, 1, 17, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def library() -> Library:
    """The project's rules."""
    return read_folder(RULES)[0]


def saved(text: str = "Allinllachu", **more: Any) -> SavedTranslation:
    values = {"id": 1, "language": "qu", "context": "welcome.hello", "source": "Hola", "status": "reviewed"}
    return SavedTranslation(**{**values, "text": text, "reviewer": "Rosa Q.", "at": NOON, **more})


def stands(library: Library, *, file: FileEntry | None = None, text: Text = HELLO, **more: Any) -> book.Entry:
    shelved = Shelved({text.context: file} if file else {}, more.pop("published", {}), more.pop("saved", []))
    return make_book("qu", [text], shelved, library, **more).by_context[text.context]


@pytest.mark.parametrize(
    ("file", "state"),
    [
        (None, book.MISSING),
        (FileEntry("Hola", ""), book.MISSING),
        (FileEntry("Hola", "Allinllachu"), book.UNREVIEWED),
        (FileEntry("Hola", "Allinllachu", fuzzy=True), book.STALE),
        (FileEntry("Buenas", "Allinllachu"), book.STALE),
        (FileEntry("Hola", "Allinllachu", reviewer="Rosa", reviewed=True), book.SIGNED),
    ],
)
def test_the_file_alone_says_how_a_text_stands(library: Library, file: FileEntry | None, state: str) -> None:
    """Missing, unreviewed, stale, reviewed."""
    assert stands(library, file=file).state == state


def test_saved_words_lie_over_the_file(library: Library) -> None:
    """With who signed them and on which day in Lima."""
    entry = stands(library, file=FileEntry("Hola", "Napaykuyki"), saved=[saved(at=NOON.replace(hour=3))])
    assert (entry.words, entry.state, entry.reviewer, entry.reviewed_on) == (
        "Allinllachu", book.SIGNED, "Rosa Q.", date(2026, 11, 30),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "status", "wins"),
    [
        (date(2026, 12, 2), "reviewed", True),
        (date(2026, 12, 1), "reviewed", False),
        (date(2026, 11, 1), "reviewed", False),
        (None, "reviewed", False),
        (date(2026, 11, 1), "draft", True),
    ],
)
def test_a_later_signature_in_the_file_wins(library: Library, day: date | None, status: str, wins: bool) -> None:
    """And any signature wins over words that nobody has signed; the bot says what the page shows."""
    file = FileEntry("Hola", "Napaykuyki", reviewer="Dina", reviewed_on=day, reviewed=True)
    one = saved(status=status, reviewer="" if status == "draft" else "Rosa Q.")
    entry = stands(library, file=file, saved=[one])
    assert entry.words == ("Napaykuyki" if wins else "Allinllachu")
    laid = words_over([one], {"qu": {"welcome.hello": file}})
    assert laid == ({} if wins else {"qu": {("welcome.hello", "Hola"): "Allinllachu"}})


def test_a_draft_fills_a_gap_and_replaces_nothing(library: Library) -> None:
    """Words that stand in the file, reviewed or not, are not replaced by what nobody has signed."""
    draft, file = saved(status="draft", reviewer=""), FileEntry("Hola", "Napaykuyki")
    assert words_over([draft], {"qu": {"welcome.hello": file}}) == {}
    assert stands(library, file=file, saved=[draft]).words == "Napaykuyki"
    assert words_over([draft], {}) == {"qu": {("welcome.hello", "Hola"): "Allinllachu"}}
    assert stands(library, saved=[draft]).words == "Allinllachu"


def test_other_spanish_makes_saved_words_stale_and_back_makes_them_good(library: Library) -> None:
    """The bot never says what another Spanish said: it is found by its Spanish."""
    from dataclasses import replace

    changed = replace(HELLO, text="Buenos días")
    entry = stands(library, text=changed, saved=[saved()])
    assert (entry.state, entry.words, entry.old_words, entry.old_source) == (book.STALE, "", "Allinllachu", "Hola")
    assert stands(library, saved=[saved()]).state == book.SIGNED


def test_words_taken_back_leave_the_file(library: Library) -> None:
    """The newest row of the same Spanish decides."""
    taken = saved("", status="withdrawn", id=2)
    entry = stands(library, file=FileEntry("Hola", "Napaykuyki"), saved=[taken])
    assert (entry.words, entry.state, entry.saved_id) == ("Napaykuyki", book.UNREVIEWED, 2)
    assert words_over([taken], {}) == {}


def test_words_published_with_the_rules_wait_for_a_speaker(library: Library) -> None:
    """They lie over the file and under what a speaker saved."""
    published = {("welcome.hello", "Hola"): "Imaynallam"}
    file = FileEntry("Hola", "Napaykuyki", reviewer="Dina", reviewed=True)
    entry = stands(library, file=file, published=published)
    assert (entry.words, entry.state) == ("Imaynallam", book.UNREVIEWED)
    assert stands(library, file=file, published=published, saved=[saved()]).words == "Allinllachu"


def test_a_variety_says_what_quechua_says_until_it_differs(library: Library) -> None:
    """Nothing is missing from a variety that falls back."""
    base = make_book("qu", [HELLO], Shelved({"welcome.hello": FileEntry("Hola", "Allinllachu")}, {}, []), library)
    chanka = make_book("quy", [HELLO], Shelved({}, {}, []), library, base).entries[0]
    assert (chanka.state, chanka.words) == (book.INHERITED, "Allinllachu")
    own = [saved("Imaynallam", language="quy")]
    assert make_book("quy", [HELLO], Shelved({}, {}, own), library, base).entries[0].words == "Imaynallam"


def test_a_slot_of_a_validated_instrument_is_reserved(library: Library) -> None:
    """It is not missing work: nobody may fill it without the published wording."""
    closed = next(one for one in library.newest_instruments() if one.state_in("qu") == "none" and one.items)
    item = closed.items[0]
    text = Text(f"{closed.name}.{item.link_id}", item.text, "item", closed.file, 1, published=True)
    assert stands(library, text=text).state == book.RESERVED
    assert book.bound_to_source(text, library, "qu", "")
    assert book.bound_to_source(text, library, "quy", "Algo")


def test_a_draft_of_the_project_may_be_corrected_but_not_begun(library: Library) -> None:
    """It is marked as a draft; an empty slot stays empty all the same."""
    item = Text("srq_minsa.srq_1", "¿…?", "item", "", 1, published=True)
    assert not book.bound_to_source(item, library, "qu", "¿Umaykichu nanan?")
    assert book.bound_to_source(item, library, "qu", "")
    assert not book.bound_to_source(HELLO, library, "qu", "")


def test_only_what_is_said_by_itself_and_never_changes_is_recorded() -> None:
    """A button has no voice, and a recorded telephone would be wrong one day."""
    assert book.recordable(HELLO)
    assert not book.recordable(Text("a.b", "Llame al {crisis_call}", "bubble", "", 1))
    assert not book.recordable(Text("a.yes", "Sí", "label", "", 1))
