"""A crisis that the database could not take is on the disk until it can."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followup.database import Database
from followup.spool import Spool, Spooled
from screening import events as said
from tests.followup.people import names


@pytest.fixture
def crisis(now) -> Spooled:
    """Rosa said it, and the database was away."""
    return Spooled(
        conversation_id="conversation-rosa",
        message_id="m1",
        channel="telegram",
        now=now,
        events=(
            said.RiskIdentified(at=now, code="suicide", level="imminent", rule="R-12", source="phrase"),
            said.TaskAdvised(
                at=now, kind="crisis", priority="stat", due_at=now + timedelta(minutes=15), reasons=("x",), rule="R-12"
            ),
            said.IdentityGiven(at=now, kind="phone", value="+51999888777"),
        ),
    )


@pytest.fixture
def spool(tmp_path: Path, database: Database) -> Spool:
    """An empty spool."""
    return Spool(tmp_path / "spool", database.vault)


def test_what_was_spooled_is_written_later_as_it_happened(
    database: Database, spool: Spool, crisis: Spooled, rows
) -> None:
    """With its own time, not that of the retry; then the file is gone."""
    spool.keep(crisis)
    assert spool.waiting() == 1
    assert spool.retry(database) == 1
    assert spool.waiting() == 0
    assert names(rows("task"), "due_at") == [crisis.now + timedelta(minutes=15)]
    assert names(rows("task"), "reasons") == [["x"]]
    assert names(rows("conversation"), "channel") == ["telegram"]


def test_a_turn_that_was_written_after_all_is_not_written_twice(database: Database, spool: Spool, crisis, rows) -> None:
    """The message came again before the retry."""
    spool.keep(crisis)
    with database.turn(crisis.conversation_id, crisis.message_id, crisis.now) as turn:
        turn.record(crisis.events)
    spool.retry(database)
    assert len(rows("flag")) == 1
    assert spool.waiting() == 0


def test_nothing_readable_is_on_the_disk(spool: Spool, crisis: Spooled) -> None:
    """Encrypted, and for our own user only."""
    path = spool.keep(crisis)
    written = path.read_bytes()
    assert b"suicide" not in written
    assert b"999888777" not in written
    assert path.stat().st_mode & 0o077 == 0


def test_while_the_database_is_away_everything_stays(spool: Spool, crisis: Spooled, tmp_path: Path, database) -> None:
    """The retry fails, the file waits."""
    from sqlalchemy.exc import OperationalError

    from followup.database import open_database

    spool.keep(crisis)
    away = open_database(f"sqlite:///{tmp_path}/no/such/folder.db", bytes(range(32)))
    with pytest.raises(OperationalError):
        spool.retry(away)
    away.close()
    assert spool.waiting() == 1


def test_an_unreadable_file_is_set_aside_and_holds_up_nobody(
    database: Database, spool: Spool, crisis, tmp_path
) -> None:
    """A person must look at it; the others are written."""
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "0000-broken.spool").write_bytes(b"nonsense")
    spool.keep(crisis)
    assert spool.retry(database) == 1
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["0000-broken.unreadable"]


def test_an_empty_spool_does_nothing(database: Database, spool: Spool) -> None:
    """Also before its folder was made."""
    assert (spool.waiting(), spool.retry(database)) == (0, 0)
