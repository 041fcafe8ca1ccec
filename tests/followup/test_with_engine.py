"""The engine's own events, from the shipped flows, find their rows: the seam between the two rooms holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup.ruleset import RULES_FOLDER
from followup.working_hours import working_calendar
from screening.engine import Engine
from screening.reader import load_library
from screening.reply import Reply
from screening.session import Session
from tests.followup.people import Talk, names

TYPED = {
    "integer": "34",
    "text": "no sé",
    "name": "Rosa",
    "phone": "987 654 321",
    "place": "Ayaviri",
    "hours": "en la tarde",
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine with the programme's rules and hours."""
    return Engine(load_library(RULES_FOLDER), working_calendar())


def play(talk: Talk, engine: Engine, flow: str, choose, turns: int = 120) -> list[str]:
    """Play a flow through the database, the session being read back before each message; names of the events."""
    seen: list[str] = []
    for _ in range(turns):
        talk.messages += 1
        talk.now += timedelta(seconds=20)
        with talk.database.turn(talk.conversation_id, f"m{talk.messages}", talk.now) as turn:
            if turn.session is None:
                done = engine.start(flow, "a1b2", "es", talk.now)
            else:
                session = Session.from_json(turn.session)
                question = engine.question(session)
                if question is None:
                    return seen
                reply = choose(question)
                done = engine.reply(session, reply, talk.now)
                assert done.understood, question.context
            turn.record(done.events)
            turn.save(done.session.to_json())
            seen += [type(event).__name__ for event in done.events]
        if done.session.status in ("completed", "stopped"):
            break
    return seen


def distressed(question) -> Reply:
    """Consents, has everything asked for, and answers the first option of every question."""
    typed = {"age": "34", "phone": "987 654 321", "name": "Rosa", "hours": "en la tarde", "word": "maíz"}
    if question.options:
        return Reply("", choice=question.options[0].key)
    for word, text in typed.items():
        if word in question.context:
            return Reply(text)
    return Reply("Ayaviri" if "district" in question.context else "34")


def test_a_whole_screening_is_recorded_as_it_happened(rosa: Talk, engine: Engine, rows) -> None:
    """Every answer that the engine counted is in the database, with its score, its risks and what is owed."""
    seen = play(rosa, engine, "mental_health", distressed)
    standing = [row for row in rows("answer") if row["current"]]
    assert len(standing) == seen.count("ItemAnswered") > 10
    assert len(rows("flag")) == seen.count("RiskIdentified") > 0
    assert len(rows("consent")) == seen.count("ConsentGiven") + seen.count("ConsentRefused")
    assert {row["kind"] for row in rows("task")} >= {"crisis"}
    assert all(row["due_at"] > row["created_at"] for row in rows("task"))
    assert names(rows("patient"), "consent_screening") == ["yes"]
    stored = rosa.database.session(rosa.conversation_id)
    assert stored is not None
    assert "987654321" not in str(stored)


def test_who_refuses_leaves_nothing_behind(rosa: Talk, engine: Engine, rows, count) -> None:
    """The shipped flow and our rules agree on what a no means."""

    def refusing(question) -> Reply:
        """No to the screening, and nothing instead; the first option of whatever is asked before."""
        wanted = {"nothing"} | ({"no"} if "consent" in question.context else set())
        chosen = [option for option in question.options if option.code in wanted] or question.options
        return Reply("", choice=chosen[0].key)

    play(rosa, engine, "mental_health", refusing)
    assert names(rows("consent"), "status") == ["rejected"]
    assert (count("answer"), count("questionnaire_response"), count("identity")) == (0, 0, 0)
