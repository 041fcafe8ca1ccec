"""A referral is sent with the person's yes, asked about until somebody knows, and ends with how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followup import health_centres, referral_list, referral_tasks, referrals, retention, tasks, visits
from followup.centre_file import read_centres
from followup.database import Database
from followup.errors import ReferralRefused, RulesError
from followup.referral_rules import read_referral_rules, referral_rules
from followup.referrals import NewReferral
from followup.ruleset import RULES_FOLDER, load_yaml
from screening import events as said
from tests.followup.people import Talk, names

SAMPLE = Path(__file__).parent / "centros_ejemplo.csv"
COMAS_CENTRE = "99000001"
TODAY = date(2026, 11, 23)
CENTRE = NewReferral("csmc", "agreed", ("suicide_item",), centre_code=COMAS_CENTRE, note="Prefiere ir por la tarde")
VISIT = NewReferral(
    "health_worker_visit", "agreed", planned_on=TODAY + timedelta(days=1), visitor="Elena", address="Jr. de ejemplo 12"
)


@pytest.fixture
def directory(database: Database, now: datetime) -> Database:
    """The made-up centres of the sample file."""
    rules = referral_rules()
    centres, _ = read_centres(SAMPLE.read_bytes(), {"150110", "150135", "150806", "050401"}, rules.services, now.date())
    with database.begin() as conn:
        health_centres.import_centres(conn, centres, now, by=None)
    return database


@pytest.fixture
def patient(rosa: Talk) -> str:
    """Rosa, whom the questionnaire found in need of the mental-health centre."""
    rosa.consents()
    at = rosa.now
    rosa.needs("referral", "urgent", hours=12, reasons=("psychosis_items",))
    return rosa.says(
        said.ProfileAnswered(at=at, field="district", value="150110"),
        said.IdentityGiven(at=at, kind="name", value="Rosa Quispe"),
        said.ReferralAdvised(at=at, kind="csmc", priority="urgent", reasons=("psychosis_items",), rule="TR-041"),
    )


@pytest.fixture
def send(directory: Database, patient: str, ana: str, now: datetime) -> Callable[..., str]:
    """Ana refers Rosa."""

    def go(new: NewReferral = CENTRE, at: datetime = now, **changes: Any) -> str:
        with directory.begin() as conn:
            return referrals.send(conn, patient, replace(new, **changes), ana, at)

    return go


@pytest.fixture
def ends(directory: Database, ana: str, now: datetime) -> Callable[..., None]:
    """Ana learns how it ended."""

    def go(referral_id: str, outcome: str, at: datetime = now, note: str = "") -> None:
        with directory.begin() as conn:
            referrals.end(conn, referral_id, outcome, ana, at, note)

    return go


def danger(rosa: Talk, code: str = "suicide", level: str = "high") -> None:
    """A risk comes to light."""
    rosa.says(said.RiskIdentified(at=rosa.now, code=code, level=level, rule="TR-001", source="phrase"))


def refused(call: Callable[[], Any]) -> str:
    """Code of why it was refused."""
    with pytest.raises(ReferralRefused) as caught:
        call()
    return caught.value.reason


def test_the_need_that_triage_found_is_what_is_sent(send: Any, rows: Any, patient: str, now: datetime) -> None:
    """Advised becomes sent: one need, its reasons joined, its priority kept; who sent it, when and with whose yes."""
    referral_id = send()
    (need,) = rows("service_request")
    (sent,) = rows("referral")
    assert (need["status"], need["rule"]) == ("active", "TR-041")
    assert need["reasons"] == ["psychosis_items", "suicide_item"]
    assert (sent["id"], sent["service_request_id"], sent["status"]) == (referral_id, need["id"], "requested")
    assert (sent["priority"], sent["consent"], sent["sent_at"]) == ("urgent", "agreed", now)
    assert names(rows("consent", kind="referral", patient_id=patient), "status") == ["active"]
    assert names(rows("referral_event"), "event") == ["sent"]
    assert names(rows("audit_event", subtype="referral.sent"), "object_id") == [referral_id]


def test_the_task_on_the_list_waits_until_somebody_must_ask(send: Any, rows: Any, now: datetime) -> None:
    """What was an errand becomes a reminder, after as many days as the rules say."""
    send()
    (task,) = rows("task", kind="referral")
    assert (task["status"], task["status_reason"]) == ("on-hold", "referral_sent")
    assert task["due_at"] == task["not_before"] == now + timedelta(days=7)
    assert "referral_followup" in task["reasons"]


def test_after_an_appointment_the_question_comes_the_day_after(send: Any, rows: Any, now: datetime) -> None:
    """The day of the appointment decides, not the day of the letter."""
    send(appointment_at=now + timedelta(days=3))
    assert names(rows("task", kind="referral"), "due_at") == [now + timedelta(days=4)]


def test_without_a_known_task_the_reminder_is_made(directory: Database, rosa: Talk, ana: str, rows: Any) -> None:
    """A counselor may refer somebody whom no rule had sent."""
    who = rosa.consents()
    with directory.begin() as conn:
        referrals.send(conn, who, NewReferral("psychiatry", "agreed", place="Hospital del distrito"), ana, rosa.now)
    assert names(rows("task"), "kind") == ["referral"]
    assert names(rows("service_request"), "rule") == ["console"]


def test_sent_accepted_attended(send: Any, directory: Database, ends: Any, ana: str, rows: Any, now: datetime) -> None:
    """Each state keeps its hour and who said so; at the end the need is met and the reminder gone."""
    referral_id, later, appointment = send(), now + timedelta(days=1), now + timedelta(days=5)
    with directory.begin() as conn:
        referrals.accept(conn, referral_id, ana, later, appointment)
    assert names(rows("task", kind="referral"), "due_at") == [appointment + timedelta(days=1)]
    ends(referral_id, "started_treatment", now + timedelta(days=6), "Empezó con la psicóloga")
    (done,) = rows("referral")
    assert (done["status"], done["outcome"]) == ("completed", "started_treatment")
    assert (done["accepted_at"], done["ended_at"]) == (later, now + timedelta(days=6))
    assert names(rows("service_request"), "status") == ["completed"]
    assert names(rows("task", kind="referral"), "status") == ["completed"]
    with directory.read() as conn:
        view = referral_list.one(conn, referral_id, TODAY, with_notes=True)
    assert view is not None
    assert [(step.event, step.by) for step in view.steps] == [("sent", "Ana"), ("accepted", "Ana"), ("ended", "Ana")]
    assert view.steps[-1].note == "Empezó con la psicóloga"


def test_not_known_yet_is_asked_again(send: Any, directory: Database, ana: str, rows: Any, now: datetime) -> None:
    """The loop stays open, and so does the reminder."""
    referral_id, later = send(), now + timedelta(days=7)
    with directory.begin() as conn:
        referrals.still_waiting(conn, referral_id, ana, later)
    assert names(rows("task", kind="referral"), "due_at") == [later + timedelta(days=7)]
    assert names(rows("referral"), "checks") == [1]


def test_who_was_not_attended_is_not_lost(send: Any, ends: Any, rows: Any, now: datetime) -> None:
    """The need stands, and a task is due the next day; no call is made of it where no risk is known."""
    ends(send(), "no_money_or_transport")
    assert names(rows("service_request"), "status") == ["active"]
    tasks = [task for task in rows("task") if task["closed_at"] is None]
    assert [(task["kind"], task["status"]) for task in tasks] == [("referral", "requested")]
    assert tasks[0]["due_at"] == now + timedelta(days=1)
    assert "referral_missed" in tasks[0]["reasons"]


def test_a_missed_appointment_at_high_risk_is_called_at_once(send: Any, ends: Any, rosa: Talk, rows: Any) -> None:
    """The rule missed_with_risk: contact immediately."""
    danger(rosa)
    ends(send(), "did_not_go")
    (call,) = rows("task", kind="callback")
    assert (call["priority"], call["due_at"], call["status"]) == ("asap", rosa.now, "requested")


def test_a_second_referral_may_follow_a_failed_one(send: Any, ends: Any, rows: Any) -> None:
    """Refused while the first is open, welcome after it failed."""
    first = send()
    assert refused(send) == "already_sent"
    ends(first, "turned_away")
    send()
    assert sorted(names(rows("referral"), "status")) == ["failed", "requested"]
    assert len(rows("service_request")) == 1


def test_the_person_may_decline_later(send: Any, ends: Any, rows: Any) -> None:
    """Their no ends the need as well."""
    ends(send(), "declined")
    assert names(rows("service_request"), "status") == ["revoked"]
    assert [task for task in rows("task", kind="referral") if task["closed_at"] is None] == []


def test_an_ending_can_be_taken_back(send: Any, ends: Any, directory: Database, ana: str, rows: Any, now: Any) -> None:
    """A slip of the finger does not close the loop."""
    referral_id = send()
    ends(referral_id, "evaluated")
    with directory.begin() as conn:
        referrals.reopen(conn, referral_id, ana, now)
    assert names(rows("referral"), "status") == ["requested"]
    assert names(rows("service_request"), "status") == ["active"]
    assert [task["status"] for task in rows("task", kind="referral") if task["closed_at"] is None] == ["on-hold"]


def test_a_referral_registered_by_mistake_leaves_what_triage_found(send: Any, ends: Any, rows: Any) -> None:
    """Only a need that the counselor made goes with it."""
    ends(send(), "wrong")
    assert names(rows("service_request"), "status") == ["active"]
    assert names(rows("referral"), "status") == ["entered-in-error"]


def test_an_ended_referral_takes_no_more_steps(send: Any, ends: Any, directory: Database, ana: str, now: Any) -> None:
    """Nor does an outcome of another kind fit."""
    referral_id = send()
    assert refused(lambda: ends(referral_id, "visited")) == "unknown_outcome"
    ends(referral_id, "evaluated")
    assert refused(lambda: ends(referral_id, "evaluated")) == "ended"
    with directory.begin() as conn:
        assert refused(lambda: referrals.accept(conn, referral_id, ana, now)) == "ended"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "teleport"}, "unknown_kind"),
        ({"consent": ""}, "consent_needed"),
        ({"consent": "danger"}, "consent_needed"),
        ({"centre_code": None}, "centre_needed"),
        ({"centre_code": "no"}, "centre_unknown"),
        ({"centre_code": "99000006"}, "centre_unknown"),
        ({"appointment_at": datetime.fromisoformat("2026-11-23T09:00:00-05:00")}, "past_time"),
    ],
)
def test_what_is_missing_is_refused(send: Any, rows: Any, changes: dict[str, Any], reason: str) -> None:
    """And nothing is kept of it."""
    assert refused(lambda: send(**changes)) == reason
    assert rows("referral") == []
    assert rows("consent", kind="referral") == []


def test_an_emergency_needs_no_yes_but_words(send: Any) -> None:
    """Where life is in danger secrecy gives way, and the reason is written down."""
    emergency = NewReferral("emergency", "danger", centre_code="99000003")
    assert refused(lambda: send(emergency)) == "note_needed"
    assert send(emergency, note="Se fue de casa con pastillas")


def test_a_visit_is_planned_for_a_day(send: Any, rows: Any, patient: str, directory: Database, now: datetime) -> None:
    """Its task is the visit's, due for a question the day after; the address is kept like a name."""
    send(VISIT)
    assert sorted(names([task for task in rows("task") if task["closed_at"] is None], "kind")) == [
        "community_visit",
        "referral",
    ]
    (address,) = rows("identity", kind="address")
    assert b"ejemplo" not in address["ciphertext"]
    assert names(rows("consent", kind="visit", patient_id=patient), "status") == ["active"]
    with directory.begin() as conn:
        assert visits.of_day(conn, TODAY, now, viewer="x") == []
        (visit,) = visits.of_day(conn, TODAY + timedelta(days=1), now, viewer="x")
        assert visits.visitors(conn) == ["Elena"]
    assert (visit.address, visit.name, visit.district, visit.visitor) == (None, None, "150110", "Elena")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"planned_on": None}, "day_needed"),
        ({"planned_on": TODAY - timedelta(days=1)}, "past_day"),
        ({"address": " "}, "address_needed"),
        ({"consent": "danger", "note": "x"}, "consent_needed"),
    ],
)
def test_a_visit_needs_a_day_an_address_and_a_yes(send: Any, changes: dict[str, Any], reason: str) -> None:
    """Nobody stands before a door unasked."""
    assert refused(lambda: send(VISIT, **changes)) == reason


def test_no_visit_where_violence_is_known(send: Any, rosa: Talk) -> None:
    """Whoever hurts them may open the door."""
    danger(rosa, "violence", "moderate")
    assert refused(lambda: send(VISIT)) == "visit_not_safe"


def test_a_visit_planned_before_violence_was_known_is_marked(
    send: Any, rosa: Talk, directory: Database, now: datetime
) -> None:
    """The list of the day says that nobody may go."""
    send(VISIT)
    danger(rosa, "violence", "moderate")
    with directory.begin() as conn:
        (visit,) = visits.of_day(conn, TODAY + timedelta(days=1), now, viewer="x")
    assert visit.blocked


def test_names_and_addresses_on_the_list_are_audited(
    send: Any, directory: Database, patient: str, ana: str, rows: Any, now: datetime
) -> None:
    """One row for each person on the paper, and one for the paper."""
    send(VISIT)
    with directory.begin() as conn:
        (visit,) = visits.of_day(conn, TODAY + timedelta(days=9), now, viewer=ana, view_pii=True)
    assert (visit.name, visit.address) == ("Rosa Quispe", "Jr. de ejemplo 12")
    assert names(rows("audit_event", subtype="visit.list"), "object_id") == [patient]
    assert names(rows("audit_event", subtype="visits.printed"), "detail") == [{"visits": 1, "day": "2026-12-02"}]


def test_a_visit_can_move_to_another_day(send: Any, directory: Database, ana: str, rows: Any, now: datetime) -> None:
    """And to another visitor; the question moves with it."""
    referral_id = send(VISIT)
    with directory.begin() as conn:
        referrals.plan(conn, referral_id, ana, now, TODAY + timedelta(days=4), "Marco")
    (row,) = rows("referral")
    assert (row["planned_on"], row["visitor"]) == (TODAY + timedelta(days=4), "Marco")
    assert names(rows("task", kind="community_visit"), "due_at") == [
        datetime.fromisoformat("2026-11-28T18:00:00-05:00")
    ]


def test_who_agreed_at_the_door_to_be_called_is_called(send: Any, ends: Any, rows: Any, patient: str) -> None:
    """Their yes to the health worker counts as a yes."""
    ends(send(VISIT), "visited_agreed_call")
    (call,) = rows("task", kind="callback")
    assert call["status"] == "requested"
    assert names(rows("patient", id=patient), "consent_callback") == ["yes"]


def test_a_visit_that_the_ladder_asks_for_waits_for_a_day(directory: Database, rosa: Talk, send: Any) -> None:
    """Until somebody plans it."""
    rosa.needs("community_visit", "urgent")
    with directory.read() as conn:
        assert len(visits.unplanned(conn)) == 1
    send(VISIT)
    with directory.read() as conn:
        assert visits.unplanned(conn) == []


def test_a_reminder_that_somebody_closed_comes_back(
    send: Any, directory: Database, rows: Any, ana: str, now: datetime
) -> None:
    """While nobody knows how it ended, the day to ask comes; before that day nothing happens."""
    send()
    (task,) = rows("task", kind="referral")
    with directory.begin() as conn:
        tasks.complete(conn, task["id"], ana, now, "other", "cerrada por error")
        assert referral_tasks.remind(conn, now) == 0
        assert referral_tasks.remind(conn, now + timedelta(days=7)) == 1
        assert referral_tasks.remind(conn, now + timedelta(days=7)) == 0
    assert [one["reasons"] for one in rows("task", kind="referral") if one["closed_at"] is None] == [
        ["referral_followup"]
    ]


def test_the_history_of_the_task_does_not_repeat_itself(send: Any, directory: Database, rows: Any, ana: str) -> None:
    """A second referral that is to be asked about on the same day changes nothing of the reminder."""
    send()
    before = len(rows("task_event"))
    send(NewReferral("psychiatry", "agreed", ("psychosis_items",), place="Otro"))
    assert len(rows("task_event")) == before


def test_the_story_of_the_person_tells_every_step(send: Any, ends: Any, directory: Database, patient: str) -> None:
    """What was sent where, and how it ended."""
    ends(send(), "evaluated")
    with directory.read() as conn:
        told = [data for _, data in referral_list.story(conn, patient)]
    assert [(data["event"], data["outcome"], data["by"]) for data in told] == [
        ("sent", None, "Ana"),
        ("ended", "evaluated", "Ana"),
    ]
    assert told[0]["place"].startswith("EJEMPLO Centro de Salud Mental")


def test_social_support_has_its_own_endings(send: Any, ends: Any, rows: Any) -> None:
    """No centre is needed for it."""
    referral_id = send(NewReferral("social_support", "agreed"))
    assert refused(lambda: ends(referral_id, "started_treatment")) == "unknown_outcome"
    ends(referral_id, "support_given")
    assert names(rows("referral"), "status") == ["completed"]


def test_needs_and_open_referrals_are_listed(send: Any, directory: Database, patient: str, now: datetime) -> None:
    """What is advised and not sent; what is sent and not ended."""
    with directory.read() as conn:
        assert [need.kind for need in referral_list.needs(conn, patient)] == ["csmc"]
        assert referral_list.open_referrals(conn) == []
    send()
    with directory.read() as conn:
        assert referral_list.needs(conn, patient) == []
        (one,) = referral_list.open_referrals(conn)
        assert referral_list.count_open(conn) == 1
    assert one.place.startswith("EJEMPLO Centro de Salud Mental")
    assert one.remind_at == now + timedelta(days=7)


@pytest.mark.parametrize("forget", [retention.erase, retention.forget_screening])
def test_forgetting_a_person_forgets_their_referrals(
    send: Any, directory: Database, patient: str, rows: Any, now: datetime, forget: Any
) -> None:
    """Erased, or the yes taken back."""
    send()
    with directory.begin() as conn:
        forget(conn, patient, now)
    for table in ("referral", "referral_event", "service_request"):
        assert rows(table) == []


def test_every_kind_that_triage_advises_can_be_sent() -> None:
    """No need for care without a way."""
    from screening.reader import read_folder

    advised = {rule.referral for rule in read_folder(RULES_FOLDER)[0].triage.rules if rule.referral}
    rules = referral_rules()
    assert advised <= set(rules.kinds)
    for kind in rules.kinds:
        assert {"completed", "failed", "cancelled"} <= {one.status for one in rules.outcomes_of(kind)}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda part: part.pop("kinds"), "referrals.kinds"),
        (lambda part: part["kinds"][0].update(to="moon"), "referrals.kinds.csmc.to"),
        (lambda part: part["kinds"][0].update(services=["magic"]), "referrals.kinds.csmc.services"),
        (lambda part: part["kinds"][0].update(check="soon"), "referrals.kinds.csmc.check"),
        (lambda part: part["kinds"].append(part["kinds"][0]), "referrals.kinds"),
        (lambda part: part["outcomes"][0].update(status="fine"), "referrals.outcomes.started_treatment.status"),
        (lambda part: part["outcomes"][0].pop("for"), "referrals.outcomes.started_treatment"),
        (lambda part: part.update(near_km="far"), "referrals.near_km"),
        (lambda part: part.update(review_after=None), "referrals.review_after"),
    ],
)
def test_a_mistake_in_the_rules_is_named(change: Any, place: str) -> None:
    """File, place and what to do, before anybody is referred by them."""
    import copy

    data = copy.deepcopy(load_yaml(RULES_FOLDER / "callback_rules.yml"))
    change(data["referrals"])
    with pytest.raises(RulesError) as caught:
        read_referral_rules("callback_rules.yml", data)
    assert caught.value.place == place
