"""Sessions of first aid by telephone, and the calls that follow a crisis, as a person's page tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from followup import first_aid_sessions, tasks, what_next, worklist
from followup.by_phone_rules import by_phone_rules
from followup.database import Database
from followup.errors import RulesError, TaskRefused
from followup.first_aid_sessions import NewSession
from followup.tasks import CallResult
from screening import events as said
from tests.followup.people import Talk

Rows = Callable[..., list[dict[str, Any]]]
NEXT = timedelta(days=7)


def give(database: Database, person: str, by: str, at: datetime, **values: Any) -> int:
    """A session."""
    new = NewSession(**{"topics": ("listening",), **values})
    with database.begin() as conn:
        return first_aid_sessions.record(conn, person, by, new, at)


def test_sessions_are_counted_and_count_as_first_aid(
    database: Database, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """For the report it is the same whether the bot or a person gave it."""
    person = rosa.consents()
    assert [give(database, person, ana, now, helped="some") for _ in range(2)] == [1, 2]
    given = [(row["script"], row["helped"], row["completed_at"]) for row in rows("first_aid_delivery")]
    assert given == [("by_phone", "some", now)] * 2


def test_without_consent_to_screening_only_the_session_itself_is_kept(
    database: Database, rosa: Talk, ana: str, now: datetime, count: Callable[[str], int]
) -> None:
    """As with the bot's own first aid."""
    give(database, rosa.says(), ana, now)
    assert (count("first_aid_session"), count("first_aid_delivery")) == (1, 0)


def test_the_day_of_the_next_session_is_a_task_that_the_next_session_closes(
    database: Database, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """It does not hang on the call that led to the first one."""
    person = rosa.consents()
    give(database, person, ana, now, next_at=now + NEXT)
    with database.read() as conn:
        assert [(one.kind, one.at) for one in what_next.planned(conn, person)] == [("first_aid", now + NEXT)]
    give(database, person, ana, now + NEXT)
    assert [(row["kind"], row["status"], row["status_reason"]) for row in rows("task")] == [
        ("first_aid", "completed", "pfa_given")
    ]


def test_who_wants_no_calls_gets_none_for_a_session(
    database: Database, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """The open one ends with the refusal, a later one is not opened."""
    person = rosa.consents()
    give(database, person, ana, now, next_at=now + NEXT)
    rosa.says(said.ConsentRefused(at=now, kind="callback", version="1"))
    give(database, person, ana, now, next_at=now + NEXT)
    assert {row["status"] for row in rows("task", kind="first_aid")} == {"cancelled"}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"topics": ()}, "topic_needed"),
        ({"topics": ("surgery",)}, "topic_needed"),
        ({"next_at": timedelta(0)}, "session_time"),
        ({"next_at": timedelta(days=31)}, "session_time"),
        ({"minutes": 17}, "other"),
        ({"helped": "maybe"}, "other"),
    ],
)
def test_what_does_not_fit_the_rules_is_refused(
    database: Database, rosa: Talk, ana: str, now: datetime, values: dict[str, Any], reason: str, count: Any
) -> None:
    """And nothing of it is kept."""
    person = rosa.consents()
    if "next_at" in values:
        values = {"next_at": now + values["next_at"]}
    with pytest.raises(TaskRefused, match=reason):
        give(database, person, ana, now, **values)
    assert count("first_aid_session") == 0


def test_the_last_session_of_the_programme_has_no_next_one(
    database: Database, rosa: Talk, ana: str, now: datetime
) -> None:
    """Then a referral is due, not an eighth talk."""
    person, most = rosa.consents(), by_phone_rules().most_sessions
    for _ in range(most - 1):
        give(database, person, ana, now)
    with pytest.raises(TaskRefused, match="no_next_session"):
        give(database, person, ana, now, next_at=now + NEXT)
    assert give(database, person, ana, now) == most
    with pytest.raises(TaskRefused, match="all_sessions_given"):
        give(database, person, ana, now)


def test_notes_are_unreadable_without_the_right(
    database: Database, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """In the database and on the page."""
    person = rosa.consents()
    give(database, person, ana, now, note="Su hermana le acompaña")
    assert b"hermana" not in rows("first_aid_session")[0]["note"]
    with database.read() as conn:
        assert first_aid_sessions.sessions(conn, person)[0].note is None
        assert first_aid_sessions.sessions(conn, person, with_notes=True)[0].note == "Su hermana le acompaña"


def test_the_calls_after_a_crisis_are_told_as_a_series(
    database: Database, rosa: Talk, ana: str, carmen: str, now: datetime
) -> None:
    """Closed by a talk and confirmed by a second person, a crisis leads to the first of eleven calls, in a week."""
    person = rosa.needs("crisis", "asap", hours=1)
    with database.read() as conn:
        assert what_next.after_crisis(conn, person) is None
        task = worklist.open_tasks(conn, now)[0].id
    with database.begin() as conn:
        result = CallResult("reached", "already_in_care", note="La atiende su centro")
        tasks.record_call(conn, task, ana, result, now)
        tasks.confirm_closing(conn, task, carmen, now)
        series = what_next.after_crisis(conn, person)
    assert series is not None
    assert (series.number, series.total, series.first_calls) == (1, 11, 8)
    assert [(call.number, call.due_at - now, call.done_at) for call in series.calls] == [(1, timedelta(days=7), None)]


def test_a_broken_file_is_refused_with_its_place(tmp_path: Any) -> None:
    """Staff edit it."""
    folder = by_phone_rules.__globals__["RULES_FOLDER"]
    source = (folder / "by_phone.yml").read_text(encoding="utf-8")
    (tmp_path / "by_phone.yml").write_text(source.replace("most_sessions", "sesiones"), encoding="utf-8")
    with pytest.raises(RulesError, match="most_sessions"):
        by_phone_rules(tmp_path)
