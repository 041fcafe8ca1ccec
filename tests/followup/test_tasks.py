"""One open task per person and kind; it is raised and never lowered; it never has two holders."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from followup import tasks
from followup.errors import TaskRefused
from screening import events as said
from tests.followup.people import Talk, add_staff, names


def only(rows, **equal):
    """The one task there is."""
    found = rows("task", **equal)
    assert len(found) == 1
    return found[0]


def test_advice_becomes_a_task_with_its_clock_and_reasons(rosa: Talk, rows) -> None:
    """What the rules advise is on the list at once."""
    rosa.needs("callback", "urgent", 24, ("asked_for_call",))
    row = only(rows)
    assert (row["status"], row["priority"], row["reasons"]) == ("requested", "urgent", ["asked_for_call"])
    assert row["due_at"] == rosa.now + timedelta(hours=24)
    assert names(rows("task_event"), "event") == ["created"]


def test_stronger_advice_raises_the_open_task(rosa: Talk, rows) -> None:
    """No second task: the same one becomes more urgent, with both reasons."""
    rosa.needs("callback", "routine", 48, ("r1",))
    rosa.needs("callback", "asap", 2, ("r2",))
    row = only(rows)
    assert (row["priority"], row["due_at"]) == ("asap", rosa.now + timedelta(hours=2))
    assert row["reasons"] == ["r1", "r2"]
    assert names(rows("task_event"), "event") == ["created", "raised"]


def test_weaker_advice_lowers_nothing(rosa: Talk, rows) -> None:
    """A later, calmer answer does not take urgency away."""
    rosa.needs("callback", "asap", 2, ("r2",))
    rosa.needs("callback", "routine", 48, ("r1",))
    row = only(rows)
    assert (row["priority"], row["due_at"]) == ("asap", rosa.now + timedelta(hours=2))
    assert row["reasons"] == ["r2", "r1"]


def test_the_same_advice_again_leaves_no_trace(rosa: Talk, rows) -> None:
    """Nothing new, nothing written."""
    rosa.needs()
    rosa.needs()
    assert names(rows("task_event"), "event") == ["created"]


def test_another_kind_is_another_task(rosa: Talk, rows) -> None:
    """A referral and a call are two things to do."""
    rosa.needs("callback")
    rosa.needs("referral")
    assert sorted(names(rows("task"), "kind")) == ["callback", "referral"]


def test_after_closing_new_advice_makes_a_new_task(rosa: Talk, rows, ana: str) -> None:
    """A closed case does not swallow a new need."""
    rosa.needs("referral")
    with rosa.database.begin() as conn:
        assert tasks.complete(conn, only(rows)["id"], ana, rosa.now, "already_visited")
    rosa.needs("referral")
    assert len(rows("task")) == 2


def test_a_stronger_need_wakes_a_task_that_waits_for_an_agreed_hour(rosa: Talk, rows, ana: str) -> None:
    """Whoever agreed to a call next week and is in danger today is called today."""
    rosa.needs("callback", "routine", 24)
    with rosa.database.begin() as conn:
        result = tasks.CallResult("reached", "remind_to_call_later", next_at=rosa.now + timedelta(days=7))
        tasks.record_call(conn, only(rows)["id"], ana, result, rosa.now)
    assert only(rows)["status"] == "on-hold"
    rosa.needs("callback", "asap", 1)
    row = only(rows)
    assert (row["status"], row["not_before"]) == ("requested", None)
    assert row["due_at"] == rosa.now + timedelta(hours=1)


def test_a_risk_moves_open_tasks_up(rosa: Talk, rows) -> None:
    """A risk found later counts for what is open already, and for what comes."""
    rosa.needs("callback", "routine")
    rosa.says(said.RiskIdentified(at=rosa.now, code="violence", level="high", rule="R", source="item:x"))
    assert only(rows)["risk_order"] == 1
    rosa.needs("referral", "routine")
    assert {row["kind"]: row["risk_order"] for row in rows("task")} == {"callback": 1, "referral": 1}


def test_a_lower_risk_moves_nothing_down(rosa: Talk, rows) -> None:
    """The highest risk decides."""
    rosa.needs("crisis", "stat", 0.25)
    rosa.says(said.RiskIdentified(at=rosa.now, code="violence", level="moderate", rule="R", source="item:x"))
    assert only(rows)["risk_order"] == 0


def test_language_district_and_phone_of_open_tasks_follow_the_person(rosa: Talk, rows) -> None:
    """The list filters by copies, which must be right."""
    rosa.consents()
    rosa.needs()
    rosa.says(
        said.LanguageChosen(at=rosa.now, language="qu"),
        said.ProfileAnswered(at=rosa.now, field="district", value="050401"),
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
    )
    row = only(rows)
    assert (row["language"], row["district"], row["has_phone"]) == ("qu", "050401", True)


def test_a_claimed_task_cannot_be_claimed_by_another(rosa: Talk, rows, ana: str, benito: str) -> None:
    """One holder; the holder may renew."""
    rosa.needs()
    task_id = only(rows)["id"]
    with rosa.database.begin() as conn:
        assert tasks.claim(conn, task_id, ana, rosa.now)
        assert not tasks.claim(conn, task_id, benito, rosa.now + timedelta(minutes=59))
        assert tasks.claim(conn, task_id, ana, rosa.now + timedelta(minutes=30))
    row = only(rows)
    assert (row["status"], row["owner_id"]) == ("accepted", ana)
    assert row["lease_until"] == rosa.now + timedelta(minutes=90)


def test_a_hold_runs_out(rosa: Talk, rows, ana: str, benito: str) -> None:
    """Who goes home without giving back blocks nobody."""
    rosa.needs()
    task_id = only(rows)["id"]
    with rosa.database.begin() as conn:
        tasks.claim(conn, task_id, ana, rosa.now)
        assert tasks.claim(conn, task_id, benito, rosa.now + timedelta(minutes=60))
    assert only(rows)["owner_id"] == benito


def test_a_released_task_is_free_again_and_only_its_holder_releases_it(rosa: Talk, rows, ana: str, benito: str) -> None:
    """Giving back is the holder's."""
    rosa.needs()
    task_id = only(rows)["id"]
    with rosa.database.begin() as conn:
        tasks.claim(conn, task_id, ana, rosa.now)
        assert not tasks.release(conn, task_id, benito, rosa.now)
        assert tasks.release(conn, task_id, ana, rosa.now)
    assert (only(rows)["status"], only(rows)["owner_id"]) == ("requested", None)


def test_many_counselors_at_once_never_hold_one_task_together(rosa: Talk, rows, talk) -> None:
    """Twelve browsers click on twelve tasks in the same moment, each on all: every task has one winner."""
    people = [add_staff(rosa.database, f"counselor{number}") for number in range(6)]
    for number in range(12):
        talk(f"conversation-{number}").needs()
    ids = names(rows("task"), "id")
    start, won, lock = threading.Barrier(len(people)), [], threading.Lock()

    def click(practitioner_id: str) -> None:
        start.wait()
        for task_id in ids:
            with rosa.database.begin() as conn:
                if tasks.claim(conn, task_id, practitioner_id, rosa.now):
                    with lock:
                        won.append((task_id, practitioner_id))

    threads = [threading.Thread(target=click, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(task_id for task_id, _ in won) == sorted(ids)
    assert {row["id"]: row["owner_id"] for row in rows("task")} == dict(won)


def test_a_supervisor_gives_a_task_to_somebody(rosa: Talk, rows, ana: str, benito: str, carmen: str) -> None:
    """Whoever held it before; a counselor cannot."""
    rosa.needs()
    task_id = only(rows)["id"]
    with rosa.database.begin() as conn:
        tasks.claim(conn, task_id, ana, rosa.now)
        with pytest.raises(TaskRefused, match="supervisor_needed"):
            tasks.assign(conn, task_id, benito, ana, rosa.now)
        tasks.assign(conn, task_id, benito, carmen, rosa.now)
    assert only(rows)["owner_id"] == benito


def test_an_unknown_task_is_refused_by_its_code(database, ana: str, now) -> None:
    """Screens word the refusal; the code is stable."""
    with database.begin() as conn, pytest.raises(TaskRefused, match="unknown_task"):
        tasks.release(conn, "no-such-task", ana, now)


def test_a_second_referral_of_the_same_kind_raises_the_first(rosa: Talk, rows) -> None:
    """One need for care of a kind, with all its reasons."""
    for priority, reason in [("routine", "r1"), ("urgent", "r2")]:
        rosa.says(said.ReferralAdvised(at=rosa.now, kind="csmc", priority=priority, reasons=(reason,), rule="TR"))
    row = rows("service_request")[0]
    assert (row["priority"], row["reasons"]) == ("urgent", ["r1", "r2"])
    assert len(rows("service_request")) == 1
