"""One message, one transaction: nothing is lost, nothing is written twice, nobody overtakes."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from followup.database import Database
from followup.errors import TurnAlreadyDone
from followup.turn import forget_said
from screening import events as said
from tests.followup.people import RESPONSE, Talk, session_json


def test_a_first_message_makes_a_person_and_a_conversation(rosa: Talk, rows) -> None:
    """Nobody has to register: the first message is enough, and its id stays the same."""
    first = rosa.says()
    assert rosa.says() == first
    assert [row["id"] for row in rows("patient")] == [first]
    assert rows("conversation")[0]["patient_id"] == first


def test_the_session_comes_back_as_it_was_saved(rosa: Talk) -> None:
    """Between any two messages the engine's state is in the database and nowhere else."""
    rosa.says(session=session_json(age=34))
    with rosa.database.turn(rosa.conversation_id, "next", rosa.now) as turn:
        assert turn.session == session_json(age=34)
    assert rosa.database.session(rosa.conversation_id) == session_json(age=34)


def test_a_message_delivered_twice_is_written_once(rosa: Talk, rows) -> None:
    """Platforms deliver twice: the second time says so, still knows the session, and refuses to write."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_1")
    with rosa.database.turn(rosa.conversation_id, "m3", rosa.now) as turn:
        assert turn.repeated
        assert turn.session is not None
        with pytest.raises(TurnAlreadyDone):
            turn.record([])
        with pytest.raises(TurnAlreadyDone):
            turn.save({})
    assert len(rows("answer")) == 1


def test_the_same_message_id_of_another_conversation_is_another_message(rosa: Talk, talk) -> None:
    """Platforms number messages per chat."""
    rosa.says()
    with rosa.database.turn("conversation-julio", "m1", rosa.now) as turn:
        assert not turn.repeated


def test_an_exception_in_the_turn_takes_everything_back(rosa: Talk, rows) -> None:
    """Half a turn is no turn: the message may come again and is new then."""

    def fail() -> None:
        with rosa.database.turn("c", "m1", rosa.now) as turn:
            turn.record([said.LanguageChosen(at=rosa.now, language="qu")])
            raise RuntimeError("the engine failed")

    with pytest.raises(RuntimeError):
        fail()
    assert rows("patient") == []
    with rosa.database.turn("c", "m1", rosa.now) as turn:
        assert not turn.repeated


def test_a_turn_that_is_left_keeps_nothing_and_its_message_stays_new(rosa: Talk, rows) -> None:
    """What nobody understood here may be handled by somebody else."""
    with rosa.database.turn("c", "m1", rosa.now) as turn:
        turn.record([said.LanguageChosen(at=rosa.now, language="qu")])
        turn.leave()
    assert rows("conversation") == []
    with rosa.database.turn("c", "m1", rosa.now) as turn:
        assert not turn.repeated


def test_the_language_is_known_at_the_next_message(rosa: Talk) -> None:
    """The database remembers the language that the person chose."""
    rosa.says(said.LanguageChosen(at=rosa.now, language="qu", variety="quy"))
    with rosa.database.turn(rosa.conversation_id, "next", rosa.now) as turn:
        assert turn.language == "qu"


def test_each_turn_leaves_one_audit_row_without_what_was_said(rosa: Talk, rows) -> None:
    """Every write is in the audit; no answer, code or name is."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_17")
    written = rows("audit_event", subtype="turn")
    assert len(written) == 3
    assert written[-1]["detail"] == {"events": 1}
    assert "srq" not in str(written)


def test_turns_of_one_conversation_wait_for_each_other(rosa: Talk) -> None:
    """Two servers may get two messages of one person at once: the second sees what the first saved."""
    rosa.says(session=session_json(counter=0))
    errors: list[BaseException] = []

    def add(message: int) -> None:
        try:
            with rosa.database.turn(rosa.conversation_id, f"thread-{message}", rosa.now) as turn:
                assert turn.session is not None
                turn.save(session_json(counter=turn.session["facts"]["counter"] + 1))
        except BaseException as error:  # shown by the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert rosa.database.session(rosa.conversation_id) == session_json(counter=12)


def test_a_first_message_that_two_servers_get_makes_one_person(rosa: Talk, count) -> None:
    """Also the very first message may arrive at two servers at once."""
    start, repeated = threading.Barrier(6), []

    def begin(number: int) -> None:
        start.wait()
        with rosa.database.turn("new", f"m{number % 2}", rosa.now) as turn:
            repeated.append(turn.repeated)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count("patient") == 1
    assert sorted(repeated) == [False, False, True, True, True, True]


def test_a_turn_asks_the_database_the_same_few_questions_after_hundreds_of_answers(rosa: Talk) -> None:
    """The cost of a turn does not grow with the conversation: same statements, each by a key or an index."""
    from sqlalchemy import event

    def statements_of_an_answer(number: int) -> list[str]:
        seen: list[str] = []
        listen = rosa.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2])
        event.listen(*listen)
        rosa.answers(f"item_{number}")
        event.remove(*listen)
        return seen

    rosa.consents()
    rosa.starts()
    early = statements_of_an_answer(0)
    for number in range(1, 200):
        rosa.now += timedelta(seconds=20)
        rosa.answers(f"item_{number}", response_id=RESPONSE)
    assert statements_of_an_answer(200) == early
    assert len(early) <= 8


def test_what_was_said_comes_back_with_a_repeated_message_for_an_hour(database: Database, now: datetime) -> None:
    """An answer that was cut short is said again; afterwards its words are gone, and never stood there in the clear."""
    with database.turn("c1", "m1", now) as turn:
        turn.record([])
        turn.keep_said([{"text": "¿está en peligro?"}])
    with database.turn("c1", "m1", now) as turn:
        assert turn.repeated
        assert turn.said == [{"text": "¿está en peligro?"}]
    with database.begin() as conn:
        stored = conn.exec_driver_sql("SELECT said FROM turn").scalar()
        assert b"peligro" not in bytes(stored)
        assert forget_said(conn, now + timedelta(minutes=1)) == 1
    with database.turn("c1", "m1", now) as turn:
        assert turn.repeated
        assert turn.said == []
