"""Somebody of the team writes through the bot: who has the word, what is safe, what is kept and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from followup import clocks, handovers, messages, retention, staff_messages
from followup.database import Database
from followup.errors import RulesError, TaskRefused
from followup.handovers import HANDED_BACK, Handover
from followup.staff_texts import FIELDS, staff_texts
from screening import events as said

Rows = Callable[..., list[dict[str, Any]]]
NIGHT = timedelta(hours=13)


def say(code: str, language: str, who: str) -> str:
    """Texts as codes, so that tests do not hang on their wording."""
    return f"[{code} {language} {who}]"


@pytest.fixture
def person(database: Database, now: datetime) -> str:
    """Rosa, who wrote a moment ago by Telegram."""
    return writes(database, now)


def writes(database: Database, at: datetime, channel: str = "telegram", *events: said.Event) -> str:
    """Rosa writes to the bot."""
    with database.turn(f"{channel}-rosa", f"m{at.isoformat()}", at, channel=channel) as turn:
        turn.record(events)
        return turn.patient_id


def write(database: Database, person: str, by: str, at: datetime, text: str = "Hola", **more: Any) -> Handover:
    """Somebody of the team writes."""
    with database.begin() as conn:
        return staff_messages.write(conn, person, by, text, say, at, **more)


def hears(database: Database, held: Handover, message_id: str, text: str, at: datetime, danger: bool = False) -> bool:
    """Rosa writes to whoever has the word."""
    with database.begin() as conn:
        return staff_messages.heard(conn, held, message_id, text, at, kind=None, danger=danger)


def waiting(database: Database, at: datetime) -> list[str]:
    """What goes out now."""
    with database.begin() as conn:
        found = staff_messages.take_waiting(conn, at)
        for one in found:
            staff_messages.mark_sent(conn, one.id)
    return [one.text for one in found]


def test_the_first_message_takes_the_word_and_says_who_writes(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """The person hears that somebody is there before they hear them; the second message goes out alone."""
    held = write(database, person, ana, now, "¿Cómo está?")
    assert held.who == "Ana"
    assert waiting(database, now) == ["[present es Ana]", "¿Cómo está?"]
    write(database, person, ana, now, "Aquí estoy")
    assert waiting(database, now) == ["Aquí estoy"]
    assert waiting(database, now + timedelta(hours=1)) == []


def test_what_is_written_is_unreadable_in_the_database(
    database: Database, person: str, ana: str, now: datetime, rows: Rows
) -> None:
    """On both sides."""
    held = write(database, person, ana, now, "Secreto de Ana")
    hears(database, held, "t1", "Secreto de Rosa", now)
    stored = b"".join(row["text"] for row in rows("staff_message"))
    assert b"Secreto" not in stored


def test_a_reply_is_shown_once_however_often_it_is_delivered_and_the_look_is_recorded(
    database: Database, person: str, ana: str, now: datetime, rows: Rows
) -> None:
    """Platforms deliver twice; every look leaves a row, without words."""
    held = write(database, person, ana, now)
    assert hears(database, held, "t1", "Estoy mejor", now)
    assert not hears(database, held, "t1", "Estoy mejor", now)
    with database.begin() as conn:
        assert staff_messages.counts(conn, person) == (2, 1)
        lines = staff_messages.talk(conn, person, ana, now)
        assert staff_messages.counts(conn, person) == (2, 0)
    assert [(line.direction, line.text) for line in lines if line.direction != "bot"] == [
        ("out", "Hola"),
        ("in", "Estoy mejor"),
    ]
    looks = rows("audit_event", subtype="messages")
    assert [(row["actor_id"], row["detail"]) for row in looks] == [(ana, {"messages": 3})]


def test_two_of_the_team_do_not_write_at_once(
    database: Database, person: str, ana: str, benito: str, carmen: str, now: datetime
) -> None:
    """The second is told; a supervisor may take over; the bot hears of one hand only."""
    write(database, person, ana, now)
    with pytest.raises(TaskRefused, match="other_writes"):
        write(database, person, benito, now)
    held = write(database, person, carmen, now, supervises=True)
    assert held.practitioner_id == carmen
    with database.read() as conn:
        assert [one.practitioner_id for one in handovers.open_or(conn, ())] == [carmen]


def test_handing_back_tells_the_person_and_cannot_be_done_twice(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """They must know that a program answers again."""
    held = write(database, person, ana, now)
    waiting(database, now)
    with database.begin() as conn:
        staff_messages.hand_back(conn, held, HANDED_BACK, say, now, ana)
    assert waiting(database, now) == ["[left es Ana]"]
    with pytest.raises(TaskRefused, match="bot_has_the_word"), database.begin() as conn:
        staff_messages.hand_back(conn, held, HANDED_BACK, say, now, ana)


def test_the_word_goes_back_by_itself_after_the_time_of_the_rules(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """Each message of either side begins the time anew."""
    span = staff_texts().hands_back_after
    held = write(database, person, ana, now)
    waiting(database, now)
    hears(database, held, "t1", "Hola", now + span - timedelta(minutes=1))
    with database.begin() as conn:
        assert staff_messages.end_of_time(conn, say, now + span) == 0
        assert staff_messages.end_of_time(conn, say, now + 2 * span) == 1
    assert waiting(database, now + 2 * span) == ["[left_by_itself es Ana]"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (("ContactPreferenceGiven", {"field": "messages", "value": "no"}), "not_safe_to_write"),
        (
            ("RiskIdentified", {"code": "violence", "level": "high", "rule": "TR-020", "source": "intent"}),
            "not_safe_to_write",
        ),
        (("ConsentRefused", {"kind": "callback", "version": "1"}), "wants_no_contact"),
    ],
)
def test_who_must_not_be_written_to_first_is_only_answered(
    database: Database, ana: str, now: datetime, event: tuple[str, dict[str, Any]], reason: str
) -> None:
    """Within the minutes in which the phone is surely in their own hand."""
    person = writes(database, now, "telegram", getattr(said, event[0])(at=now, **event[1]))
    within = staff_texts().answer_within
    with pytest.raises(TaskRefused, match=reason):
        write(database, person, ana, now + within + timedelta(minutes=1))
    write(database, person, ana, now + within - timedelta(minutes=1))


def test_nobody_is_written_to_at_night_unless_they_are_in_danger(database: Database, ana: str, now: datetime) -> None:
    """Ten in the morning and thirteen hours."""
    calm = writes(database, now)
    with pytest.raises(TaskRefused, match="quiet_hours"):
        write(database, calm, ana, now + NIGHT)
    risk = said.RiskIdentified(at=now, code="suicide", level="imminent", rule="TR-001", source="item:srq_17")
    writes(database, now + timedelta(seconds=1), "telegram", risk)
    write(database, calm, ana, now + NIGHT)


def test_after_a_day_whatsapp_takes_only_approved_templates(
    database: Database, ana: str, now: datetime, rows: Rows
) -> None:
    """Telegram has no such window."""
    free, person = writes(database, now, "telegram"), writes(database, now, "whatsapp")
    later = now + timedelta(days=1, hours=1)
    with database.read() as conn:
        assert handovers.way_to(conn, person, ana, later).only_templates
        assert not handovers.way_to(conn, free, ana, later).only_templates
    with pytest.raises(TaskRefused, match="only_templates"):
        write(database, person, ana, later)
    with pytest.raises(TaskRefused, match="only_templates"):
        write(database, person, ana, later, template="how_are_you")
    assert rows("staff_message") == []


def test_an_approved_template_goes_out_after_a_day_without_any_words_before_it(
    database: Database, ana: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not approved would be refused by the platform."""
    rules = staff_texts()
    chosen = rules.templates["how_are_you"]
    approved = {"es": {"name": "uyariq_como_esta_es", "language": "es"}}
    changed = type(rules)(
        **{
            **vars(rules),
            "templates": {**rules.templates, "how_are_you": type(chosen)(**{**vars(chosen), "approved": approved})},
        }
    )
    monkeypatch.setattr(staff_messages, "staff_texts", lambda folder: changed)
    person = writes(database, now, "whatsapp")
    later = now + timedelta(days=1, hours=1)
    write(database, person, ana, later, template="how_are_you")
    with database.begin() as conn:
        found = staff_messages.take_waiting(conn, later)
    assert [(one.text, one.template) for one in found] == [("[how_are_you es Ana]", approved["es"])]


def test_the_clock_writes_nothing_while_somebody_of_the_team_does(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """An invitation waits until the bot has the word again."""
    with database.begin() as conn:
        messages.schedule(conn, person, messages.RESCREEN, now, now)
    held = write(database, person, ana, now)
    with database.begin() as conn:
        assert clocks.due_messages(conn, now) == []
        staff_messages.hand_back(conn, held, HANDED_BACK, say, now, ana)
        assert [one.kind for one in clocks.due_messages(conn, now)] == [messages.RESCREEN]


def test_the_person_is_told_once_that_their_message_waits(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """Not while the counselor has just written, and not at each message."""
    held = write(database, person, ana, now)
    later = now + staff_texts().wait_note_after
    with database.begin() as conn:
        assert not staff_messages.should_wait_note(conn, held, now)
        assert staff_messages.should_wait_note(conn, held, later)
        handovers.asked_to_wait(conn, held.id, later)
        told = handovers.of_conversation(conn, held.conversation_id)
        assert told is not None
        assert not staff_messages.should_wait_note(conn, told, later + timedelta(minutes=9))


def test_what_was_written_is_forgotten_in_time_and_with_the_person(
    database: Database, person: str, ana: str, now: datetime, count: Callable[[str], int]
) -> None:
    """After the days of the rules; at once when the person wants to be forgotten."""
    write(database, person, ana, now)
    with database.begin() as conn:
        retention.forget_old(conn, now + staff_texts().kept - timedelta(minutes=1))
    assert count("staff_message") == 2
    with database.begin() as conn:
        retention.forget_old(conn, now + staff_texts().kept + timedelta(minutes=1))
    assert count("staff_message") == 0
    write(database, person, ana, now)
    with database.begin() as conn:
        retention.erase(conn, person, now)
    assert count("staff_message") == count("handover") == 0


def test_conversations_with_danger_and_new_messages_come_first(database: Database, ana: str, now: datetime) -> None:
    """Whoever writes with three people sees whom to read first."""
    held = []
    for channel in ("telegram", "web", "whatsapp"):
        held.append(write(database, writes(database, now, channel), ana, now))
    hears(database, held[1], "t1", "gracias", now)
    hears(database, held[2], "t2", "quiero morir", now, danger=True)
    with database.read() as conn:
        order = [(one.held.id, one.new, one.danger) for one in staff_messages.talks(conn, ana)]
        assert staff_messages.unread_by(conn, ana) == 2
    assert order == [(held[2].id, 1, True), (held[1].id, 1, False), (held[0].id, 0, False)]


def test_what_came_before_the_word_went_back_is_still_there_to_be_read(
    database: Database, person: str, ana: str, now: datetime
) -> None:
    """Nothing that a person wrote drops out of sight because time ran out."""
    held = write(database, person, ana, now)
    hears(database, held, "t1", "¿está ahí?", now)
    with database.begin() as conn:
        staff_messages.hand_back(conn, held, HANDED_BACK, say, now, ana)
        assert [(one.new, one.held.ended_at) for one in staff_messages.talks(conn, ana)] == [(1, now)]
        staff_messages.talk(conn, person, ana, now)
        assert staff_messages.talks(conn, ana) == []


def test_what_could_not_be_handed_over_is_tried_again_and_then_given_up(
    database: Database, person: str, ana: str, now: datetime, rows: Rows
) -> None:
    """Staff read why."""
    write(database, person, ana, now)
    at = now
    for _ in range(staff_messages.TRIES):
        with database.begin() as conn:
            found = staff_messages.take_waiting(conn, at)
            assert len(found) == 2
            for one in found:
                staff_messages.mark_failed(conn, one.id, "no_channel", retry=True)
        at += staff_messages.SENDING_LEASE
    assert {(row["status"], row["status_reason"]) for row in rows("staff_message")} == {("not-done", "no_channel")}


def test_no_text_around_a_conversation_names_what_it_is_about() -> None:
    """Somebody else may read the screen; and every text can be filled."""
    rules = staff_texts()
    for text in rules.sources().values():
        words = text.format_map(dict.fromkeys(FIELDS, "x")).lower()
        assert not [hint for hint in ("salud mental", "violencia", "suicid", "psicol", "resultado") if hint in words]


def test_a_broken_file_is_refused_with_its_place(tmp_path: Any) -> None:
    """Staff edit it."""
    source = (staff_texts.__globals__["RULES_FOLDER"] / "staff_messages.yml").read_text(encoding="utf-8")
    (tmp_path / "staff_messages.yml").write_text(source.replace("{who}, una", "{nombre}, una"), encoding="utf-8")
    with pytest.raises(RulesError, match="present"):
        staff_texts(tmp_path)
