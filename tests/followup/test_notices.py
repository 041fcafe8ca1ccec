"""The team is told in time, by their own ways, awake or on call; and never whose case it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from followup import alarms, clocks, notices, staff, staff_contacts, tasks
from followup.database import Database, open_database
from followup.errors import StaffRefused
from followup.notifiers import send_due
from followup.ruleset import RULES_FOLDER
from followup.tasks import CallResult
from screening import events as said
from tests.followup.people import Talk, names

LIMA = ZoneInfo("America/Lima")
KEY = bytes(range(32))
ADDRESSES = {"ana": "ana@programa.example", "carmen": "carmen@programa.example"}


class Postman:
    """A way that keeps what it is given, and fails while told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.failure: Exception | None = None

    def send(self, address: str, subject: str, text: str) -> None:
        """As a real one."""
        if self.failure:
            raise self.failure
        self.sent.append((address, text))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The shipped rules, with Ana on call each night."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES_FOLDER, folder)
    hours = folder / "working_hours.yml"
    turn = '[{who: [ana], days: [daily], from: "20:00", to: "08:00"}]'
    text = hours.read_text(encoding="utf-8")
    assert "on_call: []" in text
    hours.write_text(text.replace("on_call: []", f"on_call: {turn}"), encoding="utf-8")
    return folder


@pytest.fixture
def database(database_url: str, rules: Path) -> Iterator[Database]:
    """An empty database under these rules."""
    opened = open_database(database_url, KEY, rules=rules)
    yield opened
    opened.close()


@pytest.fixture
def postman() -> Postman:
    """E-mail."""
    return Postman()


@pytest.fixture
def reachable(database: Database, now: datetime, ana: str, carmen: str) -> dict[str, str]:
    """Ana, a counselor, and Carmen, a supervisor, left their e-mail."""
    with database.begin() as conn:
        for who, address in ((ana, ADDRESSES["ana"]), (carmen, ADDRESSES["carmen"])):
            staff_contacts.set_contact(conn, who, "email", address, now, who)
    return {"ana": ana, "carmen": carmen}


def look(talk: Talk, postman: Postman, **later: float) -> list[tuple[str, str]]:
    """The clock looks after some time; what was sent then."""
    talk.now += timedelta(**later)
    with talk.database.begin() as conn:
        clocks.tick(conn, talk.now)
    before = len(postman.sent)
    send_due(talk.database, {"email": postman}, lambda: talk.now)
    return postman.sent[before:]


def test_those_on_duty_are_warned_before_a_crisis_is_late_and_once(rosa: Talk, reachable, postman, rows) -> None:
    """Half of its fifteen minutes are over: there is still time."""
    rosa.needs("crisis", "stat", 0.25)
    assert look(rosa, postman, minutes=7) == []
    assert sorted(address for address, _ in look(rosa, postman, minutes=1)) == sorted(ADDRESSES.values())
    assert look(rosa, postman, minutes=1) == []
    assert rows("task")[0]["warned_at"] is not None
    assert "due_soon" in names(rows("task_event"), "event")


def test_of_a_case_that_somebody_holds_only_they_are_warned(rosa: Talk, reachable, postman, rows) -> None:
    """The others have cases of their own."""
    rosa.needs("crisis", "stat", 0.25)
    with rosa.database.begin() as conn:
        tasks.claim(conn, rows("task")[0]["id"], reachable["ana"], rosa.now)
    assert [address for address, _ in look(rosa, postman, minutes=8)] == [ADDRESSES["ana"]]


def test_a_late_crisis_is_brought_before_the_supervisor(rosa: Talk, reachable, postman) -> None:
    """In words that count and name nobody."""
    rosa.needs("crisis", "stat", 0.25)
    look(rosa, postman, minutes=8)
    late = look(rosa, postman, minutes=8)
    assert (ADDRESSES["carmen"], "Un caso de riesgo alto venció.") in late
    assert look(rosa, postman, minutes=5) == []


def test_each_reads_a_notice_in_the_language_they_chose(rosa: Talk, reachable, postman) -> None:
    """The Spanish stands below it; who chose nothing reads Spanish alone, and so does who has no translation."""
    with rosa.database.begin() as conn:
        staff.read_in(conn, reachable["ana"], "qu")
    rosa.needs("crisis", "stat", 0.25)
    rosa.now += timedelta(minutes=8)
    with rosa.database.begin() as conn:
        clocks.tick(conn, rosa.now)
    quechua = {"Un caso está por vencer.": "Huk caso."}
    send_due(
        rosa.database,
        {"email": postman},
        lambda: rosa.now,
        lambda language, text: quechua.get(text, text) if language == "qu" else text,
    )
    assert dict(postman.sent) == {
        ADDRESSES["ana"]: "Huk caso.\nUn caso está por vencer.",
        ADDRESSES["carmen"]: "Un caso está por vencer.",
    }


def test_cases_that_come_together_are_one_message(rosa: Talk, talk, reachable, postman) -> None:
    """Nobody reads twenty."""
    for number in range(3):
        talk(f"conversation-{number}").needs("crisis", "stat", 0.25)
    with rosa.database.begin() as conn:
        clocks.tick(conn, rosa.now + timedelta(minutes=8))
    rosa.now += timedelta(minutes=8)
    told = look(rosa, postman)
    assert [text for address, text in told if address == ADDRESSES["ana"]] == ["3 casos están por vencer."]


def test_a_routine_call_wakes_and_warns_nobody(rosa: Talk, reachable, postman) -> None:
    """It stands on the list."""
    rosa.needs("callback", "routine", 1)
    assert look(rosa, postman, minutes=55) == []
    assert look(rosa, postman, hours=1) == []


def test_at_night_only_who_is_on_call_is_woken_and_only_by_a_crisis(rosa: Talk, talk, reachable, postman) -> None:
    """The supervisor reads it in the morning."""
    for person, kind, priority in ((rosa, "crisis", "stat"), (talk("conversation-julio"), "callback", "urgent")):
        person.now = datetime(2026, 11, 23, 23, 0, tzinfo=LIMA)
        person.needs(kind, priority, 0.25)
    at_night = look(rosa, postman, minutes=20)
    assert at_night
    assert {address for address, _ in at_night} == {ADDRESSES["ana"]}
    assert look(rosa, postman, hours=5) == []
    rosa.now = datetime(2026, 11, 24, 8, 0, tzinfo=LIMA)
    assert ADDRESSES["carmen"] in {address for address, _ in look(rosa, postman, minutes=1)}


def test_nothing_of_a_person_is_in_a_notice(rosa: Talk, reachable, postman, rows) -> None:
    """No name, no number, no id, no reason; and addresses are kept sealed."""
    rosa.says(
        said.IdentityGiven(at=rosa.now, kind="name", value="Rosa"),
        said.IdentityGiven(at=rosa.now, kind="phone", value="+51999888777"),
    )
    patient = rosa.needs("crisis", "stat", 0.25, ("suicide_item",))
    look(rosa, postman, minutes=16)
    assert postman.sent
    kept = str(rows("staff_notice")) + str(rows("staff_contact"))
    for secret in ("Rosa", "999888777", patient, rows("task")[0]["id"], "suicid", "crisis"):
        assert secret not in str(postman.sent)
        assert secret not in kept
    assert "programa.example" not in kept


def test_a_way_that_fails_is_tried_again_later_and_shows(rosa: Talk, reachable, postman, rows) -> None:
    """The mail server was away for a while."""
    rosa.needs("crisis", "stat", 0.25)
    postman.failure = OSError("no route")
    look(rosa, postman, minutes=8)
    with rosa.database.read() as conn:
        assert notices.failing(conn, rosa.now) == {"email": 2}
    postman.failure = None
    assert look(rosa, postman, seconds=30) == []
    assert len(look(rosa, postman, minutes=2)) == 2
    with rosa.database.read() as conn:
        assert notices.failing(conn, rosa.now) == {}


def test_a_way_that_never_works_is_given_up_and_still_shows(rosa: Talk, reachable, postman, rows) -> None:
    """After some tries; the console says so."""
    rosa.needs("crisis", "stat", 0.25)
    postman.failure = OSError("no route")
    for _ in range(notices.TRIES + 2):
        look(rosa, postman, minutes=10)
    assert set(names(rows("staff_notice", kind="due_soon"), "status")) == {"not-done"}
    with rosa.database.read() as conn:
        assert notices.failing(conn, rosa.now)["email"] >= 2


def test_two_clocks_do_not_send_one_notice_twice(rosa: Talk, reachable, postman) -> None:
    """What one hands out is not handed to the other."""
    rosa.needs("crisis", "stat", 0.25)
    rosa.now += timedelta(minutes=8)
    with rosa.database.begin() as conn:
        clocks.tick(conn, rosa.now)
        first = notices.due_notices(conn, rosa.now, ("email",))
        assert len(first) == 2
        assert notices.due_notices(conn, rosa.now, ("email",)) == []


def test_a_closing_that_waits_is_told_to_supervisors(rosa: Talk, reachable, postman, rows) -> None:
    """A crisis is closed by two people; the second must know."""
    rosa.needs("crisis", "stat", 0.25)
    with rosa.database.begin() as conn:
        result = CallResult("reached", "pfa_given", note="está con su hermana")
        tasks.record_call(conn, rows("task")[0]["id"], reachable["ana"], result, rosa.now)
    assert look(rosa, postman) == [(ADDRESSES["carmen"], "Un cierre espera que usted lo confirme.")]


def test_old_notices_are_forgotten(rosa: Talk, reachable, postman, rows) -> None:
    """They are of no use after some weeks."""
    rosa.needs("crisis", "stat", 0.25)
    look(rosa, postman, minutes=8)
    with rosa.database.begin() as conn:
        assert notices.forget_old(conn, rosa.now + timedelta(days=29)) == 0
        assert notices.forget_old(conn, rosa.now + timedelta(days=31)) == 2


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "ana"), ("email", "a@b"), ("telegram", "987 654"), ("telegram", "@ana")]
)
def test_an_address_that_cannot_be_right_is_refused(database, now, ana: str, kind: str, value: str) -> None:
    """Before somebody counts on it."""
    with database.begin() as conn, pytest.raises(StaffRefused, match=f"bad_{kind}"):
        staff_contacts.set_contact(conn, ana, kind, value, now, ana)


def test_an_address_can_be_taken_away(database, now, ana: str) -> None:
    """By leaving it empty."""
    with database.begin() as conn:
        staff_contacts.set_contact(conn, ana, "telegram", "55667788", now, ana)
        assert staff_contacts.contacts(conn, [ana]) == {ana: {"telegram": "55667788"}}
        staff_contacts.set_contact(conn, ana, "telegram", "", now, ana)
        assert staff_contacts.contacts(conn, [ana]) == {}


def test_the_list_says_what_is_late_and_what_soon_will_be(rosa: Talk, talk, reachable, postman) -> None:
    """The banner counts both."""
    rosa.needs("crisis", "stat", 0.25)
    julio = talk("conversation-julio")
    julio.needs("crisis", "asap", 0.4)
    look(rosa, postman, minutes=20)
    with rosa.database.read() as conn:
        assert alarms.alarms(conn, rosa.now) == alarms.Alarms(late=1, soon=1)
