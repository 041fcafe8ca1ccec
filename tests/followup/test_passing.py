"""A case passes to somebody else when its holder lets it lie, goes away, or does not speak its language."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followup import attendance, clocks, staff, tasks
from followup.ruleset import RULES_FOLDER, callback_rules
from followup.tasks import CallResult
from followup.tasks.passing import speaks
from followup.team_rules import team_rules
from followup.worklist import Filters, open_tasks
from screening import events as said
from tests.followup.people import Talk, add_staff, names

LIMA = ZoneInfo("America/Lima")
LEASE = callback_rules().lease
RULES = team_rules(RULES_FOLDER)


@pytest.fixture
def dora(database) -> str:
    """Dora, a counselor who speaks Quechua and may see numbers."""
    return add_staff(database, "dora", view_pii=True, languages=("es", "qu"))


@pytest.fixture
def elmo(database) -> str:
    """Elmo, a counselor who speaks Spanish and may see numbers."""
    return add_staff(database, "elmo", view_pii=True)


def owner(rows) -> str | None:
    """Who holds the only task."""
    return rows("task")[0]["owner_id"]


def tick(rosa: Talk, **later: float) -> clocks.TickReport:
    """The clock looks, after some time."""
    rosa.now += timedelta(**later)
    with rosa.database.begin() as conn:
        return clocks.tick(conn, rosa.now)


def claim(rosa: Talk, rows, practitioner_id: str) -> str:
    """Somebody takes the only task."""
    task_id = rows("task")[0]["id"]
    with rosa.database.begin() as conn:
        assert tasks.claim(conn, task_id, practitioner_id, rosa.now)
    return task_id


def test_a_crisis_that_its_holder_let_lie_passes_to_another_counselor(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """And not back to the one who let it lie."""
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    assert tick(rosa, minutes=59).leases_expired == 0
    assert tick(rosa, minutes=1).leases_expired == 1
    assert owner(rows) == elmo
    wait = RULES.pass_on["stat"]
    assert wait is not None
    assert rows("task")[0]["lease_until"] == rosa.now + wait.span
    assert "passed" in names(rows("task_event"), "event")


def test_a_case_that_everybody_let_lie_is_free_and_a_supervisor_is_told(
    rosa: Talk, rows, ana: str, elmo: str, carmen: str
) -> None:
    """It does not go round in circles."""
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    tick(rosa, minutes=60)
    assert owner(rows) == elmo
    tick(rosa, minutes=10)
    assert owner(rows) is None
    assert "nobody_left" in names(rows("task_event"), "event")


def test_after_a_call_everybody_is_asked_anew(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """Who let it lie yesterday may take it today."""
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    tick(rosa, minutes=60)
    with rosa.database.begin() as conn:
        tasks.record_call(conn, rows("task")[0]["id"], elmo, CallResult("no_answer"), rosa.now)
    rosa.now += timedelta(minutes=30)
    claim(rosa, rows, elmo)
    tick(rosa, minutes=60)
    assert owner(rows) == ana


def test_a_routine_call_goes_back_to_the_list(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """There is no hurry to press it on anybody."""
    rosa.needs("callback", "routine")
    claim(rosa, rows, ana)
    tick(rosa, minutes=60)
    assert owner(rows) is None
    assert rows("task")[0]["status"] == "requested"


def test_a_case_passes_only_to_who_speaks_the_language_and_may_see_the_number(
    rosa: Talk, rows, ana: str, benito: str, elmo: str, dora: str
) -> None:
    """Benito may not see numbers, Elmo speaks no Quechua: Dora has it."""
    rosa.consents()
    rosa.says(said.LanguageChosen(at=rosa.now, language="qu", variety="quz"))
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    tick(rosa, minutes=60)
    assert owner(rows) == dora


def test_it_passes_to_whoever_holds_fewest(rosa: Talk, talk, rows, ana: str, dora: str, elmo: str) -> None:
    """Dora has two cases, Elmo none."""
    for number in range(2):
        talk(f"conversation-{number}").needs("callback", "urgent")
    with rosa.database.begin() as conn:
        for task_id in names(rows("task"), "id"):
            tasks.claim(conn, task_id, dora, rosa.now + timedelta(minutes=30))
    rosa.needs("crisis", "stat", 0.25)
    crisis = rows("task", kind="crisis")[0]["id"]
    with rosa.database.begin() as conn:
        tasks.claim(conn, crisis, ana, rosa.now)
    tick(rosa, minutes=60)
    assert rows("task", kind="crisis")[0]["owner_id"] == elmo


def test_out_of_hours_it_passes_to_nobody_who_is_asleep(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """Without anybody on call it waits, free, for the morning."""
    rosa.now = datetime(2026, 11, 23, 22, 0, tzinfo=LIMA)
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    tick(rosa, minutes=60)
    assert owner(rows) is None


def test_who_goes_away_holds_nothing(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """What Ana held is Elmo's at the clock's next look, and nothing passes to Ana while she is away."""
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    with rosa.database.begin() as conn:
        assert attendance.set_away(conn, ana, rosa.now + timedelta(hours=8), rosa.now, ana)
    assert tick(rosa, minutes=1).passed_from_absent == 1
    assert owner(rows) == elmo
    tick(rosa, minutes=10)
    assert owner(rows) is None


def test_an_account_that_was_closed_holds_nothing(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """Whoever left the programme blocks nobody."""
    rosa.needs("crisis", "stat", 0.25)
    claim(rosa, rows, ana)
    with rosa.database.begin() as conn:
        staff.change(conn, ana, rosa.now, active=False)
    tick(rosa, minutes=1)
    assert owner(rows) == elmo


def test_another_language_passes_the_case_at_once_to_who_speaks_it(rosa: Talk, rows, ana: str, dora: str) -> None:
    """Dora holds it and may call now; it counts as no attempt."""
    rosa.needs("callback", "urgent", 24)
    task_id = rows("task")[0]["id"]
    with rosa.database.begin() as conn:
        outcome = tasks.record_call(conn, task_id, ana, CallResult("language_mismatch", language="quz"), rosa.now)
    row = rows("task")[0]
    assert (row["owner_id"], row["language"], row["variety"]) == (dora, "qu", "quz")
    assert (row["not_before"], row["attempts"], outcome.closed) == (None, 0, False)
    with rosa.database.read() as conn:
        assert [card.id for card in open_tasks(conn, rosa.now, Filters(section="mine", viewer=dora))] == [task_id]


def test_a_language_that_nobody_speaks_is_put_before_a_supervisor(rosa: Talk, rows, ana: str, elmo: str) -> None:
    """And is back at the planned hour, free."""
    rosa.needs("callback", "urgent", 24)
    with rosa.database.begin() as conn:
        tasks.record_call(conn, rows("task")[0]["id"], ana, CallResult("language_mismatch", language="qu"), rosa.now)
    row = rows("task")[0]
    assert (row["owner_id"], row["status_reason"], row["alerted_at"]) == (None, "language_mismatch", rosa.now)
    assert row["not_before"] == row["due_at"] > rosa.now


def test_a_language_mismatch_can_be_taken_back(rosa: Talk, rows, ana: str, dora: str) -> None:
    """The language as it was, and nobody's."""
    rosa.needs("callback", "urgent", 24)
    before = rows("task")[0]
    with rosa.database.begin() as conn:
        result = CallResult("language_mismatch", language="quy")
        outcome = tasks.record_call(conn, before["id"], ana, result, rosa.now)
        assert tasks.undo(conn, outcome.attempt_id, ana, rosa.now)
    assert rows("task")[0] == before


@pytest.mark.parametrize(
    ("languages", "language", "variety", "expected"),
    [
        (("es",), "es", None, True),
        (("es",), "qu", None, False),
        (("qu",), "qu", "quz", True),
        (("quz",), "qu", "quz", True),
        (("quy",), "qu", "quz", False),
        (("quy",), "qu", None, False),
    ],
)
def test_who_speaks_what(languages: tuple[str, ...], language: str, variety: str | None, expected: bool) -> None:
    """Who names a variety speaks that one; who says Quechua, all."""
    assert speaks(languages, language, variety) is expected
