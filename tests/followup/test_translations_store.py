"""Saved translations: each save is a row, the newest of a Spanish counts, nobody overwrites unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from followup import translations_store as store
from followup.database import Database
from followup.translations_store import TranslationConflict, Words

HELLO = Words("qu", "welcome.hello", "Hola", "Allinllachu", "Rosa Q.")


def save(database: Database, words: Words, now: datetime, seen: int | None = None, by: str | None = None) -> Any:
    with database.begin() as conn:
        return store.save(conn, words, now, seen=seen, by=by)


def newest(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as conn:
        return [(one.context, one.source, one.text) for one in store.newest(conn, "qu")]


def test_the_newest_save_of_each_spanish_counts(database: Database, now: datetime) -> None:
    """What was said of another Spanish stays beside it, and counts again when that Spanish comes back."""
    save(database, HELLO, now)
    save(database, Words("qu", "welcome.hello", "Hola", "Napaykuyki", "Rosa Q."), now)
    save(database, Words("qu", "welcome.hello", "Buenas", "Allin punchaw"), now)
    assert newest(database) == [
        ("welcome.hello", "Hola", "Napaykuyki"),
        ("welcome.hello", "Buenas", "Allin punchaw"),
    ]


def test_a_save_over_one_that_was_not_seen_is_refused(database: Database, now: datetime, ana: str) -> None:
    """The second reviewer gets what the first has saved, and nothing is lost."""
    first = save(database, HELLO, now, seen=0, by=ana)
    with pytest.raises(TranslationConflict) as conflict:
        save(database, Words("qu", "welcome.hello", "Hola", "Imaynallam"), now, seen=0, by=ana)
    assert conflict.value.saved == first
    assert save(database, Words("qu", "welcome.hello", "Hola", "Imaynallam"), now, seen=first.id).text == "Imaynallam"


def test_of_two_who_save_at_the_same_moment_one_is_told(database: Database, now: datetime) -> None:
    """Both have seen the same; only one of them is kept."""

    def try_it(number: int) -> str:
        try:
            return str(save(database, Words("qu", "a.b", "Sí", f"Arí {number}", "Rosa Q."), now, seen=0).text)
        except TranslationConflict as conflict:
            return f"refused for {conflict.saved.text}"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(try_it, range(4)))
    kept = [one for one in said if not one.startswith("refused")]
    assert said == [kept[0], *[f"refused for {kept[0]}"] * 3]


def test_the_revision_changes_with_every_save(database: Database, now: datetime, ana: str) -> None:
    """Bots ask for nothing else every two seconds."""
    seen = []
    for step in (None, HELLO, HELLO):
        if step:
            save(database, step, now)
        with database.read() as conn:
            seen.append(store.revision(conn))
    with database.begin() as conn:
        last = store.newest(conn)[-1]
        store.withdraw(conn, HELLO, now, seen=last.id, by=ana)
    with database.read() as conn:
        seen.append(store.revision(conn))
    assert len(set(seen)) == 4


def test_words_without_a_reviewer_are_a_draft(database: Database, now: datetime) -> None:
    """A signature is never made up."""
    assert save(database, HELLO, now).status == store.REVIEWED
    assert save(database, Words("qu", "a.b", "Sí", "Arí"), now).status == store.DRAFT


def test_a_draft_never_hides_signed_words(database: Database, now: datetime, ana: str) -> None:
    """Whoever does not speak the language may propose; what a speaker signed is said until it is taken back."""
    signed = save(database, HELLO, now)
    draft = save(database, replace(HELLO, text="Propuesta", reviewer=""), now)
    with database.begin() as conn:
        (one,) = store.in_force(conn, "qu")
        assert (one.text, one.status, one.id) == (signed.text, store.REVIEWED, draft.id)
        store.withdraw(conn, replace(HELLO, text=""), now, seen=draft.id, by=ana)
    again = save(database, replace(HELLO, text="Propuesta", reviewer=""), now)
    with database.read() as conn:
        assert store.in_force(conn, "qu") == [again]


def test_doubts_wait_until_they_are_settled(database: Database, now: datetime, ana: str) -> None:
    """A comment does not wait, a doubt does."""
    with database.begin() as conn:
        store.add_comment(conn, "qu", "a.b", "Así se dice en Puno.", now, ana, is_doubt=False)
        store.add_comment(conn, "qu", "a.b", "¿Y en Ayacucho?", now, ana, is_doubt=True)
        assert store.doubts(conn, "qu") == {"a.b": 1}
        assert store.settle(conn, "qu", "a.b", now + timedelta(days=1), ana) == 1
        assert store.doubts(conn, "qu") == {}
        assert [(one.author, one.settled) for one in store.comments(conn, "qu", "a.b")] == [
            ("Ana", False),
            ("Ana", True),
        ]


def test_every_save_stands_in_the_audit_without_words(database: Database, now: datetime, ana: str, rows: Any) -> None:
    """Who and which text; what it says is in its own table."""
    save(database, HELLO, now, seen=0, by=ana)
    (line,) = rows("audit_event", subtype="translation.reviewed")
    assert line["actor_id"] == ana
    assert line["detail"] == {"language": "qu", "context": "welcome.hello"}


def test_a_file_comes_in_as_one_line_of_the_audit(database: Database, now: datetime, ana: str, rows: Any) -> None:
    """A thousand rows are one deed."""
    many = [Words("qu", f"a.{number}", "Sí", "Arí") for number in range(20)]
    with database.begin() as conn:
        assert store.save_all(conn, many, now, ana) == 20
    (line,) = rows("audit_event", object_kind="Translation")
    assert (line["subtype"], line["detail"]) == ("translation.imported", {"count": 20})
