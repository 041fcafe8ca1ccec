"""What a supervisor sees: how much is late at which risk, and who holds, calls, is there or away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup import attendance, board, tasks
from followup.tasks import CallResult
from followup.worklist import Filters, open_tasks
from screening import events as said
from tests.followup.people import Talk, add_staff


@pytest.fixture
def late(talk, now) -> Talk:
    """Two crises and a routine call, an hour later: one crisis and the call are late."""
    talk("conversation-1").needs("crisis", "stat", 0.25)
    talk("conversation-2").needs("crisis", "stat", 5)
    last = talk("conversation-3")
    last.needs("callback", "routine", 0.5)
    last.now = now + timedelta(hours=1)
    return last


def test_what_is_late_is_counted_by_risk_and_by_whether_anybody_has_it(late: Talk, rows, ana: str) -> None:
    """The most urgent first."""
    with late.database.begin() as conn:
        found = board.late_counts(conn, late.now)
        assert [(one.risk, one.late, one.free) for one in found] == [
            ("crisis", 1, 1),
            ("high", 0, 0),
            ("moderate", 0, 0),
            ("none", 1, 1),
        ]
        crisis = open_tasks(conn, late.now, Filters(overdue=True))[0].id
        tasks.claim(conn, crisis, ana, late.now)
        assert board.late_counts(conn, late.now)[0].free == 0


def test_each_persons_load_is_told(late: Talk, rows, ana: str, benito: str, carmen: str) -> None:
    """Held, late, called today, the last call; a call that was taken back does not count."""
    with late.database.begin() as conn:
        first, second, _ = (card.id for card in open_tasks(conn, late.now))
        tasks.claim(conn, first, ana, late.now)
        tasks.record_call(conn, second, benito, CallResult("no_answer"), late.now)
        undone = tasks.record_call(conn, rows("task", kind="callback")[0]["id"], ana, CallResult("no_answer"), late.now)
        tasks.undo(conn, undone.attempt_id, ana, late.now)
        loads = {one.id: one for one in board.workloads(conn, late.now)}
    assert (loads[ana].holding, loads[ana].late, loads[ana].calls) == (1, 1, 0)
    assert (loads[benito].holding, loads[benito].calls, loads[benito].last_call_at) == (0, 1, late.now)
    assert (loads[carmen].holding, loads[carmen].calls, loads[carmen].on_duty) == (0, 0, True)


def test_who_is_away_is_not_on_duty_until_they_are_back(late: Talk, ana: str, benito: str) -> None:
    """And stands below those who are there."""
    with late.database.begin() as conn:
        attendance.set_away(conn, ana, late.now + timedelta(hours=2), late.now, ana)
        loads = board.workloads(conn, late.now)
        assert [(one.id, one.on_duty) for one in loads] == [(benito, True), (ana, False)]
        assert [one.on_duty for one in board.workloads(conn, late.now + timedelta(hours=2))] == [True, True]


def test_filters_find_a_place_a_variety_an_attempt_and_a_counselor(talk, rows, ana: str, benito: str) -> None:
    """Alone and together; a province is a part of its department."""
    huanta, comas = talk("conversation-huanta"), talk("conversation-comas")
    for person, district, language, variety in ((huanta, "050401", "qu", "quy"), (comas, "150110", "es", None)):
        person.consents()
        person.says(
            said.LanguageChosen(at=person.now, language=language, variety=variety),
            said.ProfileAnswered(at=person.now, field="district", value=district),
        )
        person.needs()
    ids = {row["district"]: row["id"] for row in rows("task")}

    def found(**filters) -> set[str]:
        with huanta.database.read() as conn:
            return {card.id for card in open_tasks(conn, huanta.now, Filters(**filters))}

    assert found(variety="quy") == found(district="05") == found(district="0504") == {ids["050401"]}
    assert found(variety="quz") == found(district="0505") == found(district="06") == set()
    assert found(district="15", variety="quy") == set()
    with huanta.database.begin() as conn:
        tasks.record_call(conn, ids["150110"], benito, CallResult("no_answer"), huanta.now)
        tasks.claim(conn, ids["050401"], ana, huanta.now)
    assert found(attempt=2) == {ids["150110"]}
    assert found(attempt=1) == found(counselor=ana) == {ids["050401"]}


def test_the_languages_of_a_team_are_shown(database, now) -> None:
    """So that a supervisor knows who can call whom."""
    add_staff(database, "dora", languages=("es", "quy"))
    with database.read() as conn:
        assert [one.languages for one in board.workloads(conn, now)] == [("es", "quy")]
