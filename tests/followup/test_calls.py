"""What follows each call, as the programme's rules file says.

The rules are the shipped ones; the numbers asserted here are read from them where they may change.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from followup import tasks
from followup.errors import TaskRefused
from followup.ruleset import callback_rules
from followup.tasks import CallResult
from followup.tasks.calls import UNDO_WINDOW
from followup.working_hours import working_calendar
from screening import events as said
from tests.followup.people import Talk, names

RULES = callback_rules()
CALENDAR = working_calendar()


class Case:
    """A task and the calls about it."""

    def __init__(self, rosa: Talk, rows, practitioner_id: str) -> None:
        self.rosa, self.rows, self.by = rosa, rows, practitioner_id
        self.task_id = rows("task")[0]["id"]

    def call(self, contact_result: str, disposition: str | None = None, by: str | None = None, **values):
        """Record one call."""
        with self.rosa.database.begin() as conn:
            result = CallResult(contact_result, disposition, **values)
            return tasks.record_call(conn, self.task_id, by or self.by, result, self.rosa.now)

    @property
    def row(self):
        """The task as it is now."""
        return self.rows("task", id=self.task_id)[0]


@pytest.fixture
def case(rosa: Talk, rows, ana: str):
    """Rosa waits for a routine call and has a phone."""
    rosa.consents()
    rosa.says(
        said.ConsentGiven(at=rosa.now, kind="callback", version="1"),
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
    )
    rosa.needs("callback", "routine")
    return Case(rosa, rows, ana)


@pytest.fixture
def crisis(rosa: Talk, rows, ana: str):
    """Rosa is in danger."""
    rosa.says(said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"))
    rosa.says(said.RiskIdentified(at=rosa.now, code="suicide", level="imminent", rule="R", source="phrase"))
    rosa.needs("crisis", "stat", 0.25)
    return Case(rosa, rows, ana)


def test_a_talk_that_ends_the_case_closes_it(case: Case) -> None:
    """Psychological first aid by phone completes the call."""
    outcome = case.call("reached", "pfa_given", note="conversamos")
    assert (outcome.status, outcome.closed, outcome.attempt_no) == ("completed", True, 1)
    assert case.row["closed_at"] == case.rosa.now


def test_no_answer_goes_up_the_ladder_to_another_hour(case: Case) -> None:
    """Attempt 2 of N comes later, at another time of day, when somebody is at work."""
    outcome = case.call("no_answer")
    assert (outcome.status, outcome.attempt_no) == ("requested", 1)
    assert outcome.max_attempts == RULES.max_attempts("routine")
    assert outcome.next_at is not None
    assert CALENDAR.is_open(outcome.next_at)
    apart = abs((outcome.next_at - case.rosa.now) % timedelta(days=1))
    assert timedelta(hours=2) <= apart <= timedelta(hours=22)
    assert case.row["due_at"] == outcome.next_at


def test_the_whole_ladder_is_climbed_and_the_last_step_waits(case: Case, rows) -> None:
    """After N attempts the bot writes, the task waits, and then closes as not responding."""
    for number in range(1, RULES.max_attempts("routine") + 1):
        outcome = case.call("no_answer")
        assert outcome.attempt_no == number
        assert outcome.next_at is not None
        assert outcome.next_at > case.rosa.now
        last, case.rosa.now = case.rosa.now, outcome.next_at
    assert (case.row["status"], case.row["status_reason"]) == ("on-hold", "last_attempt_failed")
    assert outcome.next_at == CALENDAR.after(RULES.last_message_wait, last)
    assert "callback_missed" in names(rows("communication"), "kind")
    with case.rosa.database.begin() as conn:
        assert tasks.close_unanswered(conn, case.rosa.now - timedelta(minutes=1)) == 0
        assert tasks.close_unanswered(conn, case.rosa.now) == 1
    assert (case.row["status"], case.row["status_reason"]) == ("failed", "not_responding")


def test_a_visit_needs_the_persons_yes(case: Case, rows) -> None:
    """Without it nobody goes to a house."""
    for _ in range(RULES.max_attempts("routine")):
        case.call("no_answer")
    assert names(rows("task"), "kind") == ["callback"]


def test_a_visit_that_was_agreed_to_is_advised_after_the_last_attempt(case: Case, rows) -> None:
    """The community health worker gets a task of their own."""
    case.rosa.says(said.ContactPreferenceGiven(at=case.rosa.now, field="visit", value="yes"))
    for _ in range(RULES.max_attempts("routine")):
        case.call("no_answer")
    assert sorted(names(rows("task"), "kind")) == ["callback", "community_visit"]


def test_violence_at_home_forbids_visits_and_messages(crisis: Case, rows) -> None:
    """Not even danger to life brings a message or a visitor to a house with a violent person in it."""
    crisis.rosa.says(said.RiskIdentified(at=crisis.rosa.now, code="violence", level="high", rule="R", source="item:x"))
    for _ in range(RULES.max_attempts("stat")):
        crisis.call("no_answer")
    assert names(rows("task"), "kind") == ["crisis"]
    assert rows("communication") == []


def test_a_crisis_that_nobody_reaches_never_closes_by_itself(crisis: Case, rows) -> None:
    """It stays open, a supervisor is told, and somebody goes there."""
    for _ in range(RULES.max_attempts("stat")):
        crisis.call("no_answer")
    assert crisis.row["alerted_at"] is not None
    assert "community_visit" in names(rows("task"), "kind")
    with crisis.rosa.database.begin() as conn:
        assert tasks.close_unanswered(conn, crisis.rosa.now + timedelta(days=30)) == 0
    assert crisis.row["closed_at"] is None


def test_the_next_try_in_a_crisis_is_by_the_clock_alone(crisis: Case) -> None:
    """Minutes, also at night: working hours do not bend a clock that is about life."""
    crisis.rosa.now = datetime(2026, 11, 24, 4, 0, tzinfo=timezone.utc)
    outcome = crisis.call("no_answer")
    step = RULES.rung("stat", 1)
    assert step.next is not None
    assert outcome.next_at == crisis.rosa.now + step.next.span


def test_a_crisis_is_closed_by_two_people_after_a_talk(crisis: Case, rows, ana: str, benito: str, carmen: str) -> None:
    """The counselor's result waits until a supervisor, another person, confirms it."""
    outcome = crisis.call("reached", "pfa_given", note="está con su hermana")
    assert outcome.waits_for_supervisor
    assert not outcome.closed
    with crisis.rosa.database.begin() as conn:
        with pytest.raises(TaskRefused, match="another_person_needed"):
            tasks.confirm_closing(conn, crisis.task_id, ana, crisis.rosa.now)
        with pytest.raises(TaskRefused, match="supervisor_needed"):
            tasks.confirm_closing(conn, crisis.task_id, benito, crisis.rosa.now)
        tasks.confirm_closing(conn, crisis.task_id, carmen, crisis.rosa.now, "de acuerdo")
    assert (crisis.row["status"], crisis.row["closed_at"]) == ("completed", crisis.rosa.now)


def test_a_crisis_cannot_be_closed_without_a_talk_or_without_a_note(crisis: Case) -> None:
    """Nobody ticks a crisis off."""
    with pytest.raises(TaskRefused, match="note_needed"):
        crisis.call("reached", "pfa_given")
    with crisis.rosa.database.begin() as conn, pytest.raises(TaskRefused, match="person_not_reached"):
        tasks.complete(conn, crisis.task_id, crisis.by, crisis.rosa.now, "pfa_given", "nota")


def test_a_supervisor_may_send_a_crisis_back_to_the_list(crisis: Case, carmen: str) -> None:
    """Then it is due now."""
    crisis.call("reached", "pfa_given", note="bien")
    with crisis.rosa.database.begin() as conn:
        tasks.refuse_closing(conn, crisis.task_id, carmen, crisis.rosa.now, "llamar otra vez mañana")
    assert (crisis.row["status"], crisis.row["due_at"]) == ("requested", crisis.rosa.now)


def test_a_closed_crisis_is_followed_by_calls_for_weeks(crisis: Case, rows, ana: str, carmen: str) -> None:
    """The series of the rules: weekly, then slower; at its end the person's risk is settled."""
    crisis.call("reached", "pfa_given", note="bien")
    with crisis.rosa.database.begin() as conn:
        tasks.confirm_closing(conn, crisis.task_id, carmen, crisis.rosa.now)
    calls = 0
    while following := rows("task", closed_at=None):
        calls += 1
        assert following[0]["series_no"] == calls
        expected = RULES.after_crisis.step(calls)
        assert expected is not None
        assert following[0]["due_at"] == crisis.rosa.now + expected.span
        crisis.rosa.now = following[0]["due_at"]
        with crisis.rosa.database.begin() as conn:
            result = CallResult("reached", "pfa_given", note="bien")
            assert tasks.record_call(conn, following[0]["id"], ana, result, crisis.rosa.now).closed
    assert calls == RULES.after_crisis.first_calls + RULES.after_crisis.then_calls
    assert rows("patient")[0]["risk_order"] == 3
    assert names(rows("flag"), "status") == ["inactive"]


def test_high_risk_without_contact_is_closed_by_a_supervisor(rosa: Talk, rows, ana: str) -> None:
    """Also a call of high risk does not vanish unseen."""
    rosa.needs("callback", "asap", 2)
    case = Case(rosa, rows, ana)
    for _ in range(RULES.max_attempts("asap") - 1):
        case.call("no_answer")
    outcome = case.call("no_answer", "not_responding", note="seis intentos")
    assert outcome.waits_for_supervisor


def test_attempts_that_are_left_must_be_made(case: Case) -> None:
    """ "No responde" is the end of the ladder, not of the first try."""
    with pytest.raises(TaskRefused, match="attempts_left"):
        case.call("no_answer", "not_responding")


def test_a_number_that_does_not_work_is_asked_for_again(case: Case, rows) -> None:
    """The bot asks; the task waits and can be called as soon as a number comes."""
    case.call("number_not_working")
    assert (case.row["has_phone"], case.row["status_reason"]) == (False, "ask_number")
    assert names(rows("communication"), "kind") == ["ask_number"]
    case.rosa.says(said.IdentityGiven(at=case.rosa.now, kind="phone", value="+51900000002"))
    assert (case.row["has_phone"], case.row["status"], case.row["not_before"]) == (True, "requested", None)


def test_a_talk_that_is_not_safe_now_is_called_later_and_does_not_count(case: Case) -> None:
    """The hour comes from the person, else from the rules; the attempt counter stays."""
    outcome = case.call("not_safe_to_talk")
    assert (outcome.attempt_no, outcome.status) == (0, "on-hold")
    assert outcome.next_at is not None
    assert outcome.next_at > case.rosa.now
    chosen = case.rosa.now + timedelta(days=1, hours=5)
    assert case.call("not_safe_to_talk", next_at=chosen).next_at == chosen


def test_another_language_passes_the_task_on(case: Case) -> None:
    """It is free at once for somebody who speaks it."""
    with case.rosa.database.begin() as conn:
        tasks.claim(conn, case.task_id, case.by, case.rosa.now)
    outcome = case.call("language_mismatch")
    assert (case.row["owner_id"], case.row["last_result"], outcome.attempt_no) == (None, "language_mismatch", 0)


def test_an_agreement_to_attend_hides_the_task_until_it_is_checked(case: Case) -> None:
    """On hold until the day on which somebody asks how it went."""
    outcome = case.call("reached", "agreed_to_attend")
    expected = RULES.dispositions["agreed_to_attend"].next
    assert expected is not None
    assert outcome.next_at == case.rosa.now + expected.span
    assert (case.row["status"], case.row["agreed"]) == ("on-hold", "agreed_to_attend")


def test_whoever_wants_no_calls_is_not_called_again(case: Case, rows) -> None:
    """What the person told the counselor counts as much as what they told the bot."""
    case.call("reached", "declined")
    assert (case.row["status"], case.row["status_reason"]) == ("cancelled", "declined")
    assert rows("patient")[0]["consent_callback"] == "no"
    case.rosa.needs("callback", "urgent")
    assert rows("task", closed_at=None) == []


def test_a_referral_by_phone_is_recorded_with_its_kind(case: Case, rows) -> None:
    """Derivada a un servicio needs to say to which."""
    with pytest.raises(TaskRefused, match="referral_needed"):
        case.call("reached", "referred")
    case.call("reached", "referred", referral="csmc")
    assert names(rows("service_request"), "kind") == ["csmc"]


def test_a_talk_without_its_result_is_refused(case: Case) -> None:
    """ "Contestó" alone does not say what happens next."""
    with pytest.raises(TaskRefused, match="disposition_needed"):
        case.call("reached")
    with pytest.raises(TaskRefused, match="person_not_reached"):
        case.call("no_answer", "pfa_given")
    with pytest.raises(TaskRefused, match="unknown_result"):
        case.call("reached_maybe")
    with pytest.raises(TaskRefused, match="unknown_disposition"):
        case.call("reached", "all_good")


def test_a_task_held_by_another_takes_no_result(case: Case, benito: str) -> None:
    """Two people do not call one person."""
    with case.rosa.database.begin() as conn:
        tasks.claim(conn, case.task_id, benito, case.rosa.now)
    with pytest.raises(TaskRefused, match="held_by_other"):
        case.call("no_answer")


def test_a_result_can_be_taken_back_for_ten_seconds(case: Case, rows) -> None:
    """Undo restores the task; the attempt stays in the history, marked."""
    before = case.row
    outcome = case.call("reached", "declined")
    with case.rosa.database.begin() as conn:
        assert tasks.undo(conn, outcome.attempt_id, case.by, case.rosa.now + timedelta(seconds=10))
    assert case.row == before
    assert rows("patient")[0]["consent_callback"] == "yes"
    assert rows("call_attempt")[0]["undone_at"] is not None
    assert names(rows("consent", kind="callback"), "ended_at") == [None]


def test_undo_withdraws_what_the_result_had_made(case: Case, rows) -> None:
    """A message that was not sent yet is not sent, a number is a number again."""
    outcome = case.call("number_not_working")
    with case.rosa.database.begin() as conn:
        assert tasks.undo(conn, outcome.attempt_id, case.by, case.rosa.now)
    assert names(rows("communication"), "status") == ["not-done"]
    assert rows("patient")[0]["has_phone"] is True
    assert case.row["attempts"] == 0


def test_undo_is_for_the_same_person_and_in_time(case: Case, benito: str) -> None:
    """Later corrections are made by another result."""
    outcome = case.call("no_answer")
    late = case.rosa.now + UNDO_WINDOW + timedelta(seconds=1)
    with case.rosa.database.begin() as conn:
        assert not tasks.undo(conn, outcome.attempt_id, benito, case.rosa.now)
        assert not tasks.undo(conn, outcome.attempt_id, case.by, late)
        assert tasks.undo(conn, outcome.attempt_id, case.by, case.rosa.now)
        assert not tasks.undo(conn, outcome.attempt_id, case.by, case.rosa.now)


def test_a_closed_task_can_be_opened_again_for_some_time(case: Case) -> None:
    """Mistakes are found later than ten seconds."""
    case.call("reached", "pfa_given")
    with case.rosa.database.begin() as conn:
        with pytest.raises(TaskRefused, match="closed_too_long_ago"):
            tasks.reopen(conn, case.task_id, case.by, case.rosa.now + RULES.reopen_within + timedelta(days=1))
        tasks.reopen(conn, case.task_id, case.by, case.rosa.now + timedelta(days=1))
    assert (case.row["closed_at"], case.row["status"]) == (None, "requested")


def test_calls_are_only_ever_added(case: Case, rows) -> None:
    """The history of a case is complete, numbered and signed."""
    case.call("no_answer")
    case.rosa.now += timedelta(days=1)
    case.call("busy_or_off")
    found = rows("call_attempt")
    assert sorted((row["attempt_no"], row["contact_result"]) for row in found) == [(1, "no_answer"), (2, "busy_or_off")]
    assert {row["practitioner_id"] for row in found} == {case.by}


def test_a_note_is_unreadable_in_the_table(case: Case, rows) -> None:
    """Counselors write what they heard; that is kept like a name."""
    case.call("reached", "pfa_given", note="vive con su hermana")
    assert b"hermana" not in bytes(rows("call_attempt")[0]["note"])


def test_a_death_stops_every_message_and_is_confirmed_by_another(case: Case, rows, carmen: str) -> None:
    """Nobody is reminded of anything after that."""
    case.rosa.says(said.RescreenScheduled(at=case.rosa.now, due_at=case.rosa.now + timedelta(days=90)))
    outcome = case.call("reached", "dead")
    assert outcome.waits_for_supervisor
    assert names(rows("communication"), "status_reason") == ["dead"]
    case.rosa.needs("referral")
    with case.rosa.database.begin() as conn:
        tasks.confirm_closing(conn, case.task_id, carmen, case.rosa.now)
    assert rows("task", closed_at=None) == []
