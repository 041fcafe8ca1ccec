"""An instrument read aloud by telephone is asked by the same engine and recorded as in the chat, at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followup import messages, phone_screening, worklist
from followup.database import Database
from followup.errors import TaskRefused
from followup.working_hours import working_calendar
from screening import events as said
from screening.definitions import Library
from screening.engine import Engine
from screening.reader import read_folder
from screening.session import Session
from screening.turn import Reply, Turn
from tests.followup.people import Talk

RULES = Path(__file__).parents[2] / "screening_rules"
Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def library() -> Library:
    """The rules of the repository."""
    return read_folder(RULES)[0]


@pytest.fixture
def engine(library: Library) -> Engine:
    """The engine of the chat."""
    return Engine(library, working_calendar(RULES))


@pytest.fixture
def consented(rosa: Talk) -> str:
    """Rosa, who agreed in the chat."""
    return rosa.consents()


def begin(database: Database, engine: Engine, person: str, ana: str, now: datetime, name: str = "phq9") -> str:
    """Ana begins to read."""
    with database.begin() as conn:
        return phone_screening.begin(conn, engine, person, ana, name, "es", now)


def say(database: Database, engine: Engine, reading: str, code: str, now: datetime) -> Turn:
    """Rosa answers the open question."""

    def step(session: Session, at: datetime) -> Turn:
        question = engine.question(session, at)
        assert question is not None
        key = next(option.key for option in question.options if option.code == code)
        return engine.reply(session, Reply(choice=key), at)

    with database.begin() as conn:
        return phone_screening.take(conn, engine, reading, step, now)


def test_without_the_persons_yes_nothing_is_read(
    database: Database, engine: Engine, rosa: Talk, ana: str, now: datetime, count: Callable[[str], int]
) -> None:
    """Consent comes first by telephone, too."""
    person = rosa.says()
    with pytest.raises(TaskRefused, match="consent_needed"):
        begin(database, engine, person, ana, now)
    assert count("phone_screening") == count("questionnaire_response") == 0


def test_a_yes_by_telephone_is_kept_with_its_wording(
    database: Database, engine: Engine, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """As consents of the chat are: kind, version, hour; and who heard it stands in the audit."""
    person = rosa.says()
    with database.begin() as conn:
        phone_screening.agree(conn, person, ana, "2026112202", now)
        assert phone_screening.may_be_asked(conn, person)
    begin(database, engine, person, ana, now)
    assert [(row["kind"], row["status"], row["version"]) for row in rows("consent")] == [
        ("screening", "active", "2026112202")
    ]
    assert [row["actor_id"] for row in rows("audit_event", subtype="consent.by_phone")] == [ana]


def test_answers_score_and_method_are_recorded_as_in_the_chat(
    database: Database, engine: Engine, consented: str, ana: str, now: datetime, rows: Rows
) -> None:
    """Nine times "several days" but none for the last: eight points, asked by telephone, complete."""
    reading = begin(database, engine, consented, ana, now)
    for number in range(1, 10):
        say(database, engine, reading, "several_days" if number < 9 else "not_at_all", now)
    if rows("questionnaire_response")[0]["status"] == "in-progress":
        say(database, engine, reading, "not_difficult", now)
    response = rows("questionnaire_response")[0]
    assert (response["method"], response["status"], response["instrument"]) == ("phone", "completed", "phq9")
    total = next(row for row in rows("observation", current=True) if row["name"] == "total")
    assert (total["value"], total["complete"], total["positive"]) == (8, True, True)
    with database.read() as conn:
        over = phone_screening.reading(conn, reading)
    assert over is not None
    assert over.session is None
    assert over.ended_at == now


def test_an_answer_that_shows_danger_opens_the_crisis_at_once_and_reading_can_go_on(
    database: Database, engine: Engine, consented: str, ana: str, now: datetime, rows: Rows
) -> None:
    """Flag and crisis task stand before the last question; the chat's crisis questions are not asked by machine."""
    reading = begin(database, engine, consented, ana, now)
    for _ in range(8):
        say(database, engine, reading, "not_at_all", now)
    say(database, engine, reading, "several_days", now)
    assert [row["code"] for row in rows("flag")] == ["suicide"]
    with database.read() as conn:
        tasks = [(card.kind, card.risk) for card in worklist.open_tasks(conn, now)]
        after = phone_screening.reading(conn, reading)
    assert ("crisis", "crisis") in tasks
    assert after is not None
    assert after.session is None or all(frame.kind == "instrument" for frame in after.session.frames)


def test_danger_in_the_middle_leaves_the_next_question_open(
    database: Database, engine: Engine, consented: str, ana: str, now: datetime, rows: Rows
) -> None:
    """The reading of a long instrument goes on behind item 17 when the counselor wants it to."""
    reading = begin(database, engine, consented, ana, now, "srq_minsa")
    for _ in range(17):
        say(database, engine, reading, "yes", now)
    with database.read() as conn:
        after = phone_screening.reading(conn, reading)
    assert after is not None
    assert after.session is not None
    assert after.session.frames[0].step == "srq_18"
    assert after.session.frames[0].waiting
    assert [row["rule"] for row in rows("flag", code="suicide")] == ["TR-001"]


def test_an_old_button_changes_nothing(
    database: Database, engine: Engine, consented: str, ana: str, now: datetime, count: Callable[[str], int]
) -> None:
    """A page that was sent twice answers one question."""
    reading = begin(database, engine, consented, ana, now)
    with database.read() as conn:
        before = phone_screening.reading(conn, reading)
    assert before is not None
    assert before.session is not None
    question = engine.question(before.session, now)
    assert question is not None
    key = question.options[0].key
    for _ in range(2):
        with database.begin() as conn:
            phone_screening.take(
                conn, engine, reading, lambda session, at: engine.reply(session, Reply(choice=key), at), now
            )
    assert count("answer") == 1


def test_stopping_keeps_what_was_answered(
    database: Database, engine: Engine, consented: str, ana: str, now: datetime, rows: Rows
) -> None:
    """The questionnaire counts as left; the reading is over and takes no more."""
    reading = begin(database, engine, consented, ana, now)
    say(database, engine, reading, "nearly_every_day", now)
    with database.begin() as conn:
        phone_screening.stop(conn, engine, reading, now)
    assert rows("questionnaire_response")[0]["status"] == "stopped"
    assert len(rows("answer")) == 1
    with pytest.raises(TaskRefused, match="reading_over"):
        say(database, engine, reading, "not_at_all", now)


def test_who_answers_again_by_telephone_is_not_invited_by_the_bot(
    database: Database, engine: Engine, rosa: Talk, ana: str, now: datetime, rows: Rows
) -> None:
    """The invitation of the third month falls away; an instrument answered for the first time leaves it."""
    person = rosa.consents()
    rosa.now = now - timedelta(days=91)
    rosa.starts(response_id="old-gad7-1", instrument="gad7")
    rosa.says(said.ScreeningCompleted(at=rosa.now, response_id="old-gad7-1"))
    with database.begin() as conn:
        messages.schedule(conn, person, messages.RESCREEN, now, now)
    _read_all(database, engine, begin(database, engine, person, ana, now, "phq4"), now)
    assert rows("communication")[-1]["status"] == "preparation"
    _read_all(database, engine, begin(database, engine, person, ana, now, "gad7"), now)
    assert (rows("communication")[-1]["status"], rows("communication")[-1]["status_reason"]) == ("not-done", "answered")


def _read_all(database: Database, engine: Engine, reading: str, now: datetime) -> None:
    for _ in range(40):
        with database.read() as conn:
            found = phone_screening.reading(conn, reading)
        if found is None or found.session is None:
            return
        say(database, engine, reading, "not_at_all", now)
