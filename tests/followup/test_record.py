"""Each kind of event has a writer, and each writer keeps what the standard asks and no more."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from datetime import timedelta

import pytest

from followup.record import write
from screening import events as said
from tests.followup.people import RESPONSE, Talk, ended, names, questionnaire, score, session_json

KINDS = [
    kind
    for _, kind in inspect.getmembers(said, inspect.isclass)
    if issubclass(kind, said.Event) and kind is not said.Event
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_a_writer(kind: type) -> None:
    """An event that nobody writes would be lost silently."""
    assert write.dispatch(kind) is not write.dispatch(object)


def test_an_event_without_a_writer_is_an_error(rosa: Talk) -> None:
    """A new kind of event must not pass by unwritten."""

    @dataclass(frozen=True, kw_only=True)
    class Unheard(said.Event):
        pass

    with pytest.raises(TypeError, match="Unheard"):
        rosa.says(Unheard(at=rosa.now))


EXAMPLES = {
    "SessionStarted": {},
    "LanguageChosen": {"language": "qu", "variety": "quy"},
    "ConsentGiven": {"kind": "callback", "version": "1"},
    "ConsentRefused": {"kind": "callback", "version": "1"},
    "ProfileAnswered": {"field": "district", "value": "050401"},
    "IdentityGiven": {"kind": "phone", "value": "+51999888777"},
    "ContactPreferenceGiven": {"field": "voicemail", "value": "no"},
    "QuestionnaireStarted": {
        "response_id": "a1b2-phq9-2",
        "instrument": "phq9",
        "version": "1",
        "sha256": "0" * 64,
        "language": "es",
        "state": "validated",
    },
    "ItemAnswered": {"response_id": RESPONSE, "link_id": "srq_1", "value": 1, "code": "yes", "replaces": False},
    "ItemSkipped": {"response_id": RESPONSE, "link_id": "srq_2", "why": "skipped"},
    "ScoreComputed": {
        "response_id": RESPONSE,
        "name": "common",
        "value": 1,
        "answered": 1,
        "expected": 18,
        "complete": False,
        "positive": None,
        "band": None,
        "cutoff": {"positive_at": 9},
    },
    "ScreeningCompleted": {"response_id": RESPONSE},
    "ScreeningStopped": {"response_id": RESPONSE},
    "RiskIdentified": {"code": "suicide", "level": "high", "rule": "TR-1", "source": "item:srq_17"},
    "TaskAdvised": {"kind": "crisis", "priority": "stat", "reasons": ("r1",), "rule": "TR-1"},
    "ReferralAdvised": {"kind": "csmc", "priority": "urgent", "reasons": ("r1",), "rule": "TR-2"},
    "FirstAidStarted": {"script": "respiracion", "version": "1"},
    "FirstAidCompleted": {"script": "respiracion", "helped": "yes"},
    "RescreenScheduled": {},
    "MessageNotUnderstood": {"text": "trozo verde", "language": "qu", "guesses": (("stop", 0.2),)},
    "SessionPaused": {},
    "SessionResumed": {},
    "SessionStopped": {},
    "SessionCompleted": {},
    "DataErasureRequested": {},
}
WRITTEN = {
    "LanguageChosen": ("patient", "language", "qu"),
    "ConsentGiven": ("consent", "kind", "callback"),
    "ConsentRefused": ("consent", "status", "rejected"),
    "ProfileAnswered": ("patient", "district", "050401"),
    "IdentityGiven": ("patient", "has_phone", True),
    "ContactPreferenceGiven": ("contact_preference", "value", "no"),
    "QuestionnaireStarted": ("questionnaire_response", "translation_state", "validated"),
    "ItemAnswered": ("answer", "link_id", "srq_1"),
    "ItemSkipped": ("answer", "absent_reason", "asked-declined"),
    "ScoreComputed": ("observation", "status", "preliminary"),
    "ScreeningCompleted": ("questionnaire_response", "status", "completed"),
    "ScreeningStopped": ("questionnaire_response", "status", "stopped"),
    "RiskIdentified": ("flag", "code", "suicide"),
    "TaskAdvised": ("task", "kind", "crisis"),
    "ReferralAdvised": ("service_request", "kind", "csmc"),
    "FirstAidStarted": ("first_aid_delivery", "script", "respiracion"),
    "RescreenScheduled": ("communication", "kind", "rescreen"),
    "MessageNotUnderstood": ("unknown_message", "language", "qu"),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_can_be_written_and_is_found_again(kind: type, rosa: Talk, rows) -> None:
    """Each event of the engine, with realistic values, leaves its row."""
    rosa.consents()
    rosa.starts()
    values = dict(EXAMPLES[kind.__name__])
    if "due_at" in {field.name for field in fields(kind)}:
        values["due_at"] = rosa.now + timedelta(days=90)
    rosa.says(kind(at=rosa.now, **values))
    if kind.__name__ in WRITTEN:
        table, column, value = WRITTEN[kind.__name__]
        assert value in names(rows(table), column)


def test_the_session_events_leave_the_state_of_the_talk(rosa: Talk, rows) -> None:
    """A clock that looks for silent talks reads the state from the conversation's row."""
    for kind, status in [(said.SessionPaused, "paused"), (said.SessionStopped, "stopped")]:
        rosa.says(kind(at=rosa.now), session=session_json(status))
        assert rows("conversation")[0]["status"] == status


def test_a_correction_keeps_both_values(rosa: Talk, rows) -> None:
    """The old answer stays, marked as not current any more."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_4", 1)
    rosa.answers("srq_4", 0, replaces=True)
    assert [(row["value"], row["current"]) for row in rows("answer")] == [(1.0, False), (0.0, True)]


def test_an_answer_after_a_skip_stands_alone(rosa: Talk, rows) -> None:
    """Whoever skipped an item and then answers it has one standing answer."""
    rosa.consents()
    rosa.starts()
    rosa.says(said.ItemSkipped(at=rosa.now, response_id=RESPONSE, link_id="srq_4", why="unsure"))
    rosa.answers("srq_4", 1)
    assert names([row for row in rows("answer") if row["current"]], "value") == [1.0]


def test_a_score_computed_again_keeps_the_earlier_one(rosa: Talk, rows) -> None:
    """Only the newest score stands."""
    rosa.consents()
    rosa.starts()
    rosa.says(score(rosa.now, 8, False))
    rosa.says(score(rosa.now, 9, True))
    assert [(row["value"], row["current"]) for row in rows("observation")] == [(8.0, False), (9.0, True)]


def test_the_questionnaire_keeps_version_hash_and_state_of_its_wording(rosa: Talk, rows) -> None:
    """Each response says exactly what was asked."""
    rosa.consents()
    rosa.starts()
    row = rows("questionnaire_response")[0]
    assert (row["version"], row["sha256"], row["translation_state"]) == ("1", "0" * 64, "draft")


def test_two_people_may_have_the_same_response_id(rosa: Talk, talk, count) -> None:
    """The engine's ids are short and unique within one person only."""
    for someone in (rosa, talk("conversation-julio")):
        someone.consents()
        someone.starts()
        someone.answers("srq_1")
    assert count("questionnaire_response") == 2


def test_names_phones_and_own_words_are_unreadable_in_the_table(rosa: Talk, rows) -> None:
    """Identity is kept encrypted, also the code word and the hours in the person's own words."""
    rosa.says(
        said.IdentityGiven(at=rosa.now, kind="name", value="Rosa Quispe"),
        said.ContactPreferenceGiven(at=rosa.now, field="word", value="maíz"),
        said.ContactPreferenceGiven(at=rosa.now, field="hours", value="en la noche, sale mi esposo"),
    )
    stored = b" ".join(bytes(row["ciphertext"]) for row in rows("identity"))
    assert b"Rosa" not in stored
    assert "maíz".encode() not in stored
    assert names(rows("contact_preference"), "value") == ["18:00-21:00"]


def test_a_new_phone_replaces_the_old_one(rosa: Talk, rows) -> None:
    """The newest number is the one to call."""
    for number in ("+51900000001", "+51900000002"):
        rosa.says(said.IdentityGiven(at=rosa.now, kind="phone", value=number))
    assert names(rows("identity"), "current") == [False, True]


def test_without_consent_no_answer_is_kept(rosa: Talk, rows, count) -> None:
    """Nothing of a questionnaire, of the profile or of first aid is written before a yes."""
    rosa.starts()
    rosa.answers("srq_1")
    rosa.says(
        said.ProfileAnswered(at=rosa.now, field="age", value=34),
        said.FirstAidStarted(at=rosa.now, script="respiracion", version="1"),
    )
    rosa.finishes()
    for table in ("questionnaire_response", "answer", "observation", "first_aid_delivery", "profile_answer"):
        assert count(table) == 0
    assert rows("patient")[0]["age"] is None


def test_answers_to_a_questionnaire_begun_without_consent_stay_unwritten(rosa: Talk, count) -> None:
    """A yes that comes later does not reach back."""
    rosa.starts()
    rosa.consents()
    rosa.answers("srq_1")
    rosa.finishes()
    assert (count("answer"), count("observation")) == (0, 0)


def test_what_was_said_of_oneself_just_before_the_consent_is_kept_with_it(rosa: Talk, rows) -> None:
    """Some flows ask the age first; the session carries it until the yes."""
    rosa.says(
        said.ConsentGiven(at=rosa.now, kind="screening", version="1"),
        session=session_json(age=34, sex="female", district="050401"),
    )
    row = rows("patient")[0]
    assert (row["age"], row["sex"], row["district"]) == (34, "female", "050401")


def test_a_crisis_before_consent_keeps_the_flag_the_task_and_the_conversation(rosa: Talk, rows, count) -> None:
    """Help does not wait for a form, and still nothing else is kept."""
    rosa.says(
        said.ProfileAnswered(at=rosa.now, field="age", value=15),
        said.RiskIdentified(at=rosa.now, code="suicide", level="imminent", rule="R-12", source="phrase"),
        said.TaskAdvised(
            at=rosa.now,
            kind="crisis",
            priority="stat",
            due_at=rosa.now + timedelta(minutes=15),
            reasons=("x",),
            rule="R",
        ),
        questionnaire(rosa.now, "a1b2-asq-1", "asq"),
        said.ItemAnswered(at=rosa.now, response_id="a1b2-asq-1", link_id="asq_1", value=1, code="yes"),
    )
    assert (count("flag"), count("task"), count("conversation")) == (1, 1, 1)
    assert (count("answer"), count("questionnaire_response")) == (0, 0)
    row = rows("patient")[0]
    assert (row["age"], row["risk_order"]) == (None, 0)


def test_a_refusal_takes_back_what_was_there(rosa: Talk, rows, count) -> None:
    """After a no the person's row holds the language and the refusal."""
    rosa.consents()
    rosa.says(said.ProfileAnswered(at=rosa.now, field="age", value=34))
    rosa.says(said.ProfileAnswered(at=rosa.now, field="burden", value="loss"))
    rosa.says(said.IdentityGiven(at=rosa.now, kind="name", value="Rosa"))
    rosa.starts()
    rosa.answers("srq_1")
    rosa.finishes()
    rosa.says(said.ConsentRefused(at=rosa.now, kind="screening", version="1"), session=session_json("stopped", age=34))
    for table in ("answer", "observation", "questionnaire_response", "identity", "profile_answer"):
        assert count(table) == 0
    row = rows("patient")[0]
    assert (row["language"], row["age"], row["consent_screening"]) == ("es", None, "no")
    assert rows("conversation")[0]["session"] is None


def test_a_refusal_leaves_a_crisis_open(rosa: Talk, rows, count) -> None:
    """Danger to life is not closed by a form, and the phone stays while somebody is to call."""
    rosa.says(said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"))
    rosa.needs("crisis", "stat", 0.25)
    rosa.needs("referral")
    rosa.says(said.ConsentRefused(at=rosa.now, kind="screening", version="1"))
    assert {row["kind"]: row["status"] for row in rows("task")} == {"crisis": "requested", "referral": "cancelled"}
    assert count("identity") == 1


def test_first_aid_is_completed_with_what_the_person_said_of_it(rosa: Talk, rows) -> None:
    """The latest script of that name gets the answer."""
    rosa.consents()
    for _ in range(2):
        rosa.says(said.FirstAidStarted(at=rosa.now, script="respiracion", version="1"))
    rosa.says(said.FirstAidCompleted(at=rosa.now, script="respiracion", helped="some"))
    assert names(rows("first_aid_delivery"), "helped") == [None, "some"]


def test_withdrawing_the_callback_ends_open_calls_but_not_a_crisis(rosa: Talk, rows) -> None:
    """One word ends the calls; where life is in danger the counselor sees the refusal and decides."""
    rosa.needs("callback", "urgent")
    rosa.needs("crisis", "stat", 0.25)
    rosa.says(said.ConsentRefused(at=rosa.now, kind="callback", version="1"))
    found = {row["kind"]: row for row in rows("task")}
    assert found["callback"]["status_reason"] == "consent_refused"
    assert found["crisis"]["status"] == "requested"
    assert "consent_refused" in found["crisis"]["reasons"]


def test_a_call_advised_after_a_refusal_is_kept_as_refused(rosa: Talk, rows) -> None:
    """A supervisor can see that a call would have been due; nobody calls."""
    rosa.says(said.ConsentRefused(at=rosa.now, kind="callback", version="1"))
    rosa.needs("callback", "urgent")
    assert [(row["status"], row["status_reason"]) for row in rows("task")] == [("cancelled", "consent_refused")]


def test_printing_an_event_does_not_show_what_the_person_gave(rosa: Talk) -> None:
    """Whatever ends up in a log by accident holds no phone."""
    assert "999888777" not in repr(said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"))


def test_the_end_of_a_questionnaire_has_its_time(rosa: Talk, rows) -> None:
    """The reports count by the time of completion."""
    rosa.consents()
    rosa.starts()
    rosa.now += timedelta(minutes=9)
    rosa.says(ended(rosa.now))
    assert rows("questionnaire_response")[0]["ended_at"] == rosa.now
