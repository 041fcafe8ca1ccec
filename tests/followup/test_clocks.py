"""What time brings: reminders that are gentle, safe and never at night; holds that end; crises that stay in sight."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followup import clocks, tasks
from followup.ruleset import callback_rules
from screening import events as said
from tests.followup.people import Talk, names, session_json

LIMA = ZoneInfo("America/Lima")
RULES = callback_rules()
SILENCE = RULES.unfinished_reminder.span


def lima(text: str) -> datetime:
    """A moment by the clock of Lima."""
    return datetime.fromisoformat(text).replace(tzinfo=LIMA)


def due(talk: Talk, now: datetime) -> list[clocks.DueMessage]:
    """What is to be sent then."""
    with talk.database.begin() as conn:
        return clocks.due_messages(conn, now)


@pytest.fixture
def invited(rosa: Talk) -> Talk:
    """Rosa consented and is to be asked again tomorrow at ten."""
    rosa.consents()
    rosa.says(
        said.RescreenScheduled(at=rosa.now, due_at=rosa.now + timedelta(days=1)), session=session_json("completed")
    )
    return rosa


def test_an_invitation_is_sent_when_it_is_due_and_not_before(invited: Talk) -> None:
    """Three months later, or whenever the rules said."""
    assert due(invited, invited.now + timedelta(hours=23)) == []
    found = due(invited, invited.now + timedelta(days=1))
    assert [(message.kind, message.conversation_id, message.language) for message in found] == [
        ("rescreen", invited.conversation_id, "es")
    ]


def test_a_message_is_handed_out_once_at_a_time(invited: Talk) -> None:
    """Until it is reported back or the sender has died."""
    when = invited.now + timedelta(days=1)
    assert len(due(invited, when)) == 1
    assert due(invited, when) == []
    assert len(due(invited, when + clocks.SENDING_LEASE)) == 1


def test_a_sent_invitation_is_followed_by_its_reminder_and_then_by_nothing(invited: Talk) -> None:
    """One reminder after the days that the rules say; a person who answers gets none."""
    when = invited.now + timedelta(days=1)
    message = due(invited, when)[0]
    with invited.database.begin() as conn:
        clocks.mark_sent(conn, message.id, when)
    later = when + RULES.rescreen_reminders[0].span
    assert due(invited, later - timedelta(hours=1)) == []
    reminder = due(invited, later)[0]
    assert reminder.kind == "rescreen_reminder"
    with invited.database.begin() as conn:
        clocks.mark_sent(conn, reminder.id, later)
    assert due(invited, later + timedelta(days=30)) == []


def test_who_begins_again_is_not_reminded(invited: Talk) -> None:
    """The reminder's purpose is fulfilled."""
    when = invited.now + timedelta(days=1)
    message = due(invited, when)[0]
    with invited.database.begin() as conn:
        clocks.mark_sent(conn, message.id, when)
    invited.now = when
    invited.starts("c3d4-srq_minsa-1")
    invited.says(session=session_json("completed"))
    assert due(invited, when + RULES.rescreen_reminders[0].span) == []


def test_nothing_is_sent_at_night(invited: Talk) -> None:
    """It waits for the morning."""
    assert due(invited, lima("2026-11-24T21:00")) == []
    assert due(invited, lima("2026-11-25T05:00")) == []
    assert len(due(invited, lima("2026-11-25T08:00"))) == 1


def test_nothing_is_sent_outside_the_hours_that_the_person_named(invited: Talk) -> None:
    """In the mornings her husband is at home."""
    invited.says(
        said.ContactPreferenceGiven(at=invited.now, field="hours", value="en la tarde"),
        session=session_json("completed"),
    )
    assert due(invited, lima("2026-11-25T10:00")) == []
    assert len(due(invited, lima("2026-11-25T15:00"))) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"kind": said.ContactPreferenceGiven, "field": "messages", "value": "no"},
        {"kind": said.RiskIdentified, "code": "violence", "level": "high", "rule": "R", "source": "phrase"},
    ],
    ids=["said no", "violence"],
)
def test_where_writing_is_not_safe_nothing_is_sent_ever(invited: Talk, event: dict, rows) -> None:
    """Dropped, not postponed."""
    values = dict(event)
    kind = values.pop("kind")
    invited.says(kind(at=invited.now, **values), session=session_json("completed"))
    assert due(invited, invited.now + timedelta(days=1)) == []
    assert names(rows("communication"), "status_reason") == ["not_safe"]


def test_a_talk_that_fell_silent_gets_one_reminder_and_then_none(rosa: Talk) -> None:
    """One gentle reminder, in good hours."""
    rosa.consents()
    assert due(rosa, rosa.now + SILENCE - timedelta(minutes=1)) == []
    when = rosa.now + timedelta(days=1)
    message = due(rosa, when)[0]
    assert message.kind == "unfinished"
    with rosa.database.begin() as conn:
        clocks.mark_sent(conn, message.id, when)
    assert due(rosa, when + timedelta(days=3)) == []


@pytest.mark.parametrize("status", ["completed", "stopped", "paused"])
def test_a_talk_that_ended_or_rests_is_not_reminded(rosa: Talk, status: str) -> None:
    """Who said "later" or "no" is left in peace."""
    rosa.says(session=session_json(status))
    assert due(rosa, rosa.now + timedelta(days=1)) == []


def test_a_reminder_that_comes_too_late_is_not_sent(rosa: Talk) -> None:
    """After a long outage nobody is reminded of last month."""
    rosa.consents()
    assert due(rosa, rosa.now + timedelta(days=30)) == []


def test_a_message_that_failed_is_tried_again_some_times(invited: Talk, rows) -> None:
    """The platform may be away for a while; a closed chat is not tried again."""
    when = invited.now + timedelta(days=1)
    for _ in range(clocks.TRIES):
        message = due(invited, when)[0]
        with invited.database.begin() as conn:
            clocks.mark_failed(conn, message.id, "timeout", when)
        when += timedelta(minutes=30)
    assert due(invited, when) == []
    assert names(rows("communication"), "status") == ["not-done"]


def test_a_message_that_can_never_arrive_is_given_up_at_once(invited: Talk, rows) -> None:
    """A person who blocked us is not written to again."""
    when = invited.now + timedelta(days=1)
    message = due(invited, when)[0]
    with invited.database.begin() as conn:
        clocks.mark_failed(conn, message.id, "blocked", when, retry=False)
    assert names(rows("communication"), "status_reason") == ["blocked"]


def test_a_hold_that_ran_out_goes_back_to_the_list(rosa: Talk, rows, ana: str) -> None:
    """And says so in the history."""
    rosa.needs()
    with rosa.database.begin() as conn:
        tasks.claim(conn, rows("task")[0]["id"], ana, rosa.now)
        assert clocks.tick(conn, rosa.now + RULES.lease - timedelta(seconds=1)).leases_expired == 0
        assert clocks.tick(conn, rosa.now + RULES.lease).leases_expired == 1
    assert (rows("task")[0]["status"], rows("task")[0]["owner_id"]) == ("requested", None)
    assert names(rows("task_event"), "event")[-1] == "lease_expired"


def test_an_overdue_crisis_is_put_before_a_supervisor_once(rosa: Talk, talk, rows) -> None:
    """A routine call that is late is not an alarm."""
    rosa.needs("crisis", "stat", 0.25)
    talk("conversation-julio").needs("callback", "routine", 0.25)
    with rosa.database.begin() as conn:
        assert clocks.tick(conn, rosa.now + timedelta(minutes=14)).alerted == 0
        assert clocks.tick(conn, rosa.now + timedelta(minutes=16)).alerted == 1
        assert clocks.tick(conn, rosa.now + timedelta(minutes=17)).alerted == 0
    assert [row["kind"] for row in rows("task") if row["alerted_at"]] == ["crisis"]
