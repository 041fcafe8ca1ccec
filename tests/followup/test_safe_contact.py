"""In each call it is asked again how to reach the person without danger; the new answer counts, and can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup import tasks
from followup.errors import TaskRefused
from followup.tasks import CallResult
from followup.worklist import TaskCard, open_tasks
from screening import events as said
from tests.followup.people import Talk, names


@pytest.fixture
def case(rosa: Talk, rows) -> str:
    """Rosa said that a voice message is all right, and to be called in the afternoon."""
    rosa.consents()
    rosa.says(
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
        said.ContactPreferenceGiven(at=rosa.now, field="voicemail", value="yes"),
        said.ContactPreferenceGiven(at=rosa.now, field="hours", value="en la tarde"),
    )
    rosa.needs()
    return str(rows("task")[0]["id"])


def card(rosa: Talk) -> TaskCard:
    """Her card."""
    with rosa.database.read() as conn:
        return open_tasks(conn, rosa.now)[0]


def call(rosa: Talk, task_id: str, by: str, safe_contact: dict[str, str] | None):
    """She asks to be called later, and answers about safe contact."""
    rosa.now += timedelta(minutes=5)
    with rosa.database.begin() as conn:
        result = CallResult("reached", "remind_to_call_later", safe_contact=safe_contact)
        return tasks.record_call(conn, task_id, by, result, rosa.now)


def test_a_new_answer_takes_the_place_of_the_old_one(rosa: Talk, case: str, ana: str, rows) -> None:
    """The card warns at once; what was said before stays, not current any more."""
    assert "no_voicemail" not in card(rosa).warnings
    call(rosa, case, ana, {"voicemail": "no", "shared": "yes", "hours": "sábados de 8 a 12"})
    assert {"no_voicemail", "shared_phone"} <= set(card(rosa).warnings)
    assert card(rosa).hours == "sat 08:00-12:00"
    assert sorted(row["current"] for row in rows("contact_preference", field="voicemail")) == [False, True]


@pytest.mark.parametrize(
    ("safe_contact", "kept"), [(None, None), ({}, "same"), ({"voicemail": "no"}, "changed")], ids=str
)
def test_the_history_tells_whether_it_was_asked(rosa: Talk, case: str, ana: str, rows, safe_contact, kept) -> None:
    """Not what was answered."""
    call(rosa, case, ana, safe_contact)
    called = [row["detail"] for row in rows("task_event") if row["event"] == "called"]
    assert [detail.get("safe_contact") for detail in called] == [kept]


def test_with_the_result_the_answers_are_taken_back(rosa: Talk, case: str, ana: str, rows) -> None:
    """All is as it was, the hours too."""
    before = card(rosa)
    outcome = call(rosa, case, ana, {"voicemail": "no", "hours": "sábados de 8 a 12"})
    with rosa.database.begin() as conn:
        assert tasks.undo(conn, outcome.attempt_id, ana, rosa.now)
    rosa.now -= timedelta(minutes=5)
    assert card(rosa) == before
    assert names(rows("identity", kind="contact_hours", current=True), "current") == [True]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"voicemail": "maybe"}, "bad_safe_contact"),
        ({"favourite_colour": "yes"}, "bad_safe_contact"),
        ({"hours": "xyz"}, "bad_hours"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_is_kept(
    rosa: Talk, case: str, ana: str, rows, answers: dict[str, str], reason: str
) -> None:
    """Better asked again than guessed."""
    before = card(rosa)
    with pytest.raises(TaskRefused, match=reason):
        call(rosa, case, ana, answers)
    rosa.now -= timedelta(minutes=5)
    assert card(rosa) == before
    assert rows("call_attempt") == []


def test_a_no_to_messages_stops_what_the_bot_would_write(rosa: Talk, case: str, ana: str, rows) -> None:
    """From the next call on."""
    call(rosa, case, ana, {"messages": "no"})
    for _ in range(4):
        rosa.now += timedelta(days=1)
        with rosa.database.begin() as conn:
            tasks.record_call(conn, case, ana, CallResult("no_answer"), rosa.now)
    assert rows("communication") == []
