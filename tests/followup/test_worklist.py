"""Who to call next: risk first, then the clock; and what a card must tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup import tasks, worklist
from followup.tasks import CallResult
from followup.worklist import Filters
from screening import events as said
from tests.followup.people import Talk, names


def cards(talk: Talk, **filters) -> list[worklist.TaskCard]:
    """The cards under these filters."""
    with talk.database.begin() as conn:
        return worklist.open_tasks(conn, talk.now, Filters(**filters))


@pytest.fixture
def village(talk) -> dict[str, Talk]:
    """Rosa in crisis, Julio high, Marta due today, Elsa next week, Pedro due before Marta."""
    people = {name: talk(f"conversation-{name}") for name in ("elsa", "marta", "pedro", "julio", "rosa")}
    people["elsa"].needs("callback", "routine", 24 * 7)
    people["marta"].needs("callback", "routine", 5)
    people["pedro"].needs("callback", "routine", 3)
    people["julio"].needs("callback", "asap", 6)
    people["rosa"].needs("crisis", "stat", 0.25)
    return people


def who(village: dict[str, Talk], found: list[worklist.TaskCard]) -> list[str]:
    """The people of the cards."""
    ids = {talk.says(): name for name, talk in village.items()}
    return [ids[card.patient_id] for card in found]


def test_the_list_is_ordered_by_risk_then_clock(village) -> None:
    """A crisis before a high risk, both before whoever is due sooner."""
    assert who(village, cards(village["rosa"])) == ["rosa", "julio", "pedro", "marta", "elsa"]


def test_people_with_the_same_risk_and_clock_are_served_in_order_of_arrival(talk, now) -> None:
    """Who has waited longest comes first."""
    first, second = talk("conversation-1"), talk("conversation-2")
    second.now = now + timedelta(minutes=5)
    second.says(said.TaskAdvised(at=second.now, kind="callback", priority="routine", due_at=now + timedelta(hours=9)))
    first.says(said.TaskAdvised(at=first.now, kind="callback", priority="routine", due_at=now + timedelta(hours=9)))
    assert [card.created_at for card in cards(first)] == [now, second.now]


@pytest.mark.parametrize(
    ("section", "people"),
    [("crisis", ["rosa"]), ("due", ["julio", "pedro", "marta"]), ("later", ["elsa"]), ("agreed", [])],
)
def test_each_section_holds_its_people_and_no_others(village, section: str, people: list[str]) -> None:
    """Every open task is in exactly one of them."""
    assert who(village, cards(village["rosa"], section=section)) == people


def test_the_counts_are_those_of_the_sections(village, ana: str) -> None:
    """The tabs say how much there is."""
    with village["rosa"].database.read() as conn:
        found = worklist.counts(conn, village["rosa"].now, Filters(viewer=ana))
    assert found == {"crisis": 1, "due": 3, "later": 1, "agreed": 0, "mine": 0}


def test_an_agreed_task_waits_in_its_section_and_comes_back_when_its_time_has_come(village, ana: str) -> None:
    """Until then it is in nobody's way."""
    pedro = village["pedro"]
    task_id = next(card.id for card in cards(pedro) if card.patient_id == pedro.says())
    with pedro.database.begin() as conn:
        tasks.record_call(conn, task_id, ana, CallResult("reached", "agreed_to_attend"), pedro.now)
    assert who(village, cards(pedro, section="agreed")) == ["pedro"]
    pedro.now += timedelta(days=15)
    assert who(village, cards(pedro, section="agreed")) == []
    assert "pedro" in who(village, cards(pedro, section="due"))


def test_mine_are_those_that_i_hold(village, ana: str, benito: str) -> None:
    """And nobody else's, and not those whose time ran out."""
    rosa = village["rosa"]
    first = cards(rosa)[0].id
    with rosa.database.begin() as conn:
        tasks.claim(conn, first, ana, rosa.now)
    assert names([vars(card) for card in cards(rosa, section="mine", viewer=ana)], "id") == [first]
    assert cards(rosa, section="mine", viewer=benito) == []
    assert cards(rosa, free_only=True, section="crisis") == []
    assert (cards(rosa)[0].owner_id, cards(rosa)[0].owner_name) == (ana, "Ana")
    rosa.now += timedelta(minutes=60)
    assert cards(rosa, section="mine", viewer=ana) == []
    assert cards(rosa)[0].owner_id is None


def test_closed_tasks_are_apart_the_newest_first(village, ana: str) -> None:
    """Whoever looks for yesterday's case finds it."""
    rosa = village["rosa"]
    for name in ("pedro", "marta"):
        person = village[name]
        task_id = next(card.id for card in cards(rosa) if card.patient_id == person.says())
        rosa.now += timedelta(minutes=5)
        with rosa.database.begin() as conn:
            tasks.record_call(conn, task_id, ana, CallResult("reached", "pfa_given"), rosa.now)
    assert who(village, cards(rosa, section="closed")) == ["marta", "pedro"]


def test_filters_narrow_the_list(village) -> None:
    """Language, district, phone, kind and risk, alone and together."""
    marta = village["marta"]
    marta.consents()
    marta.says(
        said.LanguageChosen(at=marta.now, language="qu", variety="quy"),
        said.ProfileAnswered(at=marta.now, field="district", value="050401"),
        said.IdentityGiven(at=marta.now, kind="phone", value="+51999888777"),
    )
    for filters in ({"language": "qu"}, {"district": "050401"}, {"has_phone": True}):
        assert who(village, cards(marta, **filters)) == ["marta"]
    assert who(village, cards(marta, kind="crisis")) == ["rosa"]
    assert who(village, cards(marta, risk="high")) == ["julio"]
    assert who(village, cards(marta, language="qu", kind="crisis")) == []
    assert cards(marta, language="qu")[0].variety == "quy"


def test_a_card_tells_time_left_attempt_reasons_and_warnings(rosa: Talk, ana: str) -> None:
    """What a counselor must know before lifting the receiver."""
    rosa.consents()
    rosa.says(
        said.ProfileAnswered(at=rosa.now, field="age", value=15),
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
        said.ContactPreferenceGiven(at=rosa.now, field="voicemail", value="no"),
        said.ContactPreferenceGiven(at=rosa.now, field="shared", value="yes"),
    )
    rosa.needs("crisis", "stat", 0.25, ("suicide_item",))
    rosa.now += timedelta(minutes=3)
    card = cards(rosa)[0]
    assert (card.risk, card.minutes_left, card.clock_used) == ("crisis", 12, pytest.approx(0.2))
    assert (card.attempt, card.reasons, card.has_phone, card.age) == (1, ("suicide_item",), True, 15)
    assert card.warnings == ("no_voicemail", "shared_phone")
    rosa.now += timedelta(minutes=20)
    assert cards(rosa)[0].minutes_left == -8
    with rosa.database.begin() as conn:
        tasks.record_call(conn, card.id, ana, CallResult("no_answer"), rosa.now)
    after = cards(rosa)[0]
    assert (after.attempt, after.last_result, after.last_attempt_at) == (2, "no_answer", rosa.now)
    assert after.attempt <= after.max_attempts


def test_no_voice_message_is_left_unless_the_person_said_yes(rosa: Talk) -> None:
    """Silence on the matter is a no."""
    rosa.needs()
    assert "no_voicemail" in cards(rosa)[0].warnings
    rosa.says(said.ContactPreferenceGiven(at=rosa.now, field="voicemail", value="yes"))
    assert "no_voicemail" not in cards(rosa)[0].warnings


def test_names_and_phones_are_shown_only_with_that_right_and_the_look_is_recorded(rosa: Talk, ana: str, rows) -> None:
    """view_pii is a right of its own."""
    rosa.says(
        said.IdentityGiven(at=rosa.now, kind="name", value="Rosa"),
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
    )
    rosa.needs()
    hidden = cards(rosa, viewer=ana)[0]
    assert (hidden.name, hidden.phone) == (None, None)
    assert rows("audit_event", subtype="list") == []
    shown = cards(rosa, viewer=ana, view_pii=True)[0]
    assert (shown.name, shown.phone) == ("Rosa", "+51999888777")
    assert names(rows("audit_event", subtype="list"), "actor_id") == [ana]
    assert "999888777" not in repr(shown)


def test_the_public_form_of_a_card_holds_no_person(rosa: Talk, ana: str) -> None:
    """What the command line prints."""
    rosa.says(said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"))
    rosa.needs()
    public = cards(rosa, viewer=ana, view_pii=True)[0].public()
    assert set(public) == {"id", "kind", "status", "priority", "created_at", "due_at", "language", "patient", "reasons"}


def test_a_person_is_found_by_the_phone_they_gave(rosa: Talk, ana: str, rows) -> None:
    """Somebody calls back and asks who called; the search is recorded, the number is not."""
    patient_id = rosa.says(said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"))
    with rosa.database.begin() as conn:
        assert worklist.find_by_phone(conn, "+51999888777", ana, rosa.now) == [patient_id]
        assert worklist.find_by_phone(conn, "+51999888778", ana, rosa.now) == []
    assert "999888777" not in str(rows("audit_event"))


def test_the_list_is_taken_in_pages(village) -> None:
    """No card twice, none left out."""
    rosa = village["rosa"]
    pages = [card.id for offset in (0, 2, 4) for card in cards(rosa, limit=2, offset=offset)]
    assert pages == [card.id for card in cards(rosa)]


def test_an_unknown_section_is_a_mistake(rosa: Talk) -> None:
    """Not an empty list."""
    with pytest.raises(ValueError, match="section"):
        cards(rosa, section="tomorrow")


def test_the_page_of_a_person_tells_the_whole_story(rosa: Talk, ana: str, rows) -> None:
    """Answers, scores, risks, first aid, calls, tasks and consents, newest first; the look is recorded."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_1", 1)
    rosa.answers("srq_1", 0, replaces=True)
    rosa.answers("srq_17", 1)
    rosa.now += timedelta(minutes=10)
    rosa.finishes(12, True)
    rosa.says(
        said.RiskIdentified(at=rosa.now, code="suicide", level="high", rule="TR-1", source="item:srq_17"),
        said.FirstAidStarted(at=rosa.now, script="respiracion", version="1"),
        said.ProfileAnswered(at=rosa.now, field="burden", value="loss"),
        said.ContactPreferenceGiven(at=rosa.now, field="word", value="maíz"),
    )
    rosa.needs("callback", "asap", 2)
    rosa.now += timedelta(minutes=10)
    task_id = rows("task")[0]["id"]
    with rosa.database.begin() as conn:
        tasks.record_call(conn, task_id, ana, CallResult("no_answer", note="timbró"), rosa.now)
        page = worklist.person(conn, rows("patient")[0]["id"], rosa.now, viewer=ana, view_pii=True)
    assert page is not None
    screening = page.screenings[0]
    assert [(answer.link_id, answer.value, answer.corrected) for answer in screening.answers] == [
        ("srq_1", 0.0, True),
        ("srq_17", 1.0, False),
    ]
    assert (screening.scores[0].value, screening.scores[0].positive) == (12.0, True)
    assert page.calls[0].note == "timbró"
    assert page.profile == {"burden": "loss"}
    assert page.code_word == "maíz"
    assert page.open_task_ids == (task_id,)
    kinds = [moment.kind for moment in page.timeline]
    assert {"screening", "flag", "first_aid", "call", "task", "consent"} <= set(kinds)
    assert [moment.at for moment in page.timeline] == sorted((moment.at for moment in page.timeline), reverse=True)
    assert names(rows("audit_event", subtype="person"), "actor_id") == [ana]


def test_without_the_right_the_page_hides_names_and_notes(rosa: Talk, ana: str, rows) -> None:
    """The story stays, the person is nobody."""
    rosa.says(said.IdentityGiven(at=rosa.now, kind="name", value="Rosa"))
    with rosa.database.begin() as conn:
        page = worklist.person(conn, rows("patient")[0]["id"], rosa.now, viewer=ana)
    assert page is not None
    assert page.name is None


def test_a_person_who_is_not_there_has_no_page_and_leaves_no_audit(rosa: Talk, ana: str, rows) -> None:
    """The screen answers 404."""
    with rosa.database.begin() as conn:
        assert worklist.person(conn, "nobody", rosa.now, viewer=ana) is None
    assert rows("audit_event", subtype="person") == []


def test_looking_through_a_reading_connection_writes_nothing(rosa: Talk, rows) -> None:
    """What is read without names needs no write, and a reader keeps nobody waiting."""
    rosa.needs()
    with rosa.database.read() as conn:
        worklist.open_tasks(conn, rosa.now)
        with rosa.database.turn("another", "m1", rosa.now):
            pass


def test_a_look_that_could_not_be_recorded_is_refused(rosa: Talk, ana: str) -> None:
    """A reading transaction keeps nothing, so names are not shown in one."""
    rosa.needs()
    with rosa.database.read() as conn, pytest.raises(RuntimeError, match="begin"):
        worklist.open_tasks(conn, rosa.now, Filters(viewer=ana, view_pii=True))
