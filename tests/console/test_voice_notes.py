"""Listening to voice notes: only those that people agreed to, audited, and danger goes onto the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.permissions import ROLES
from followup import retention, voice_notes
from followup.models import audit_event, task, voice_note
from followup.worklist import Filters, open_tasks
from tests.console.people import csrf_of

SOUND = b"OggS" + bytes(range(200)) * 50
TALK = "julio"


@pytest.fixture
def note(people: Any, database: Any, clock: Any) -> tuple[str, str]:
    """(person, voice note) of Julio, who agreed."""
    patient, _ = people.julio()
    with database.begin() as conn:
        voice_notes.decide(conn, TALK, True, clock())
        assert voice_notes.keep(conn, TALK, "m7", SOUND, clock())
    with database.read() as conn:
        return patient, voice_notes.waiting(conn)[0].id


@pytest.fixture
def counselor(add_staff: Any, sign_in: Any) -> Any:
    """The browser of a counselor."""
    add_staff("ana")
    return sign_in("ana")


def form(page: str, note_id: str, **fields: str) -> dict[str, str]:
    return {"csrf": csrf_of(page), "nota": note_id, **fields}


def audited(database: Any) -> list[str]:
    """What was done with voice notes."""
    with database.read() as conn:
        rows = conn.execute(select(audit_event.c.subtype).where(audit_event.c.object_kind == "VoiceNote"))
        return list(rows.scalars())


def test_nothing_is_kept_without_a_yes(people: Any, database: Any, clock: Any) -> None:
    """Not before the question, not after a no; a yes counts until it is taken back; the same note comes once."""
    people.julio()
    with database.begin() as conn:
        assert voice_notes.agreed(conn, TALK) is None
        assert not voice_notes.keep(conn, TALK, "m1", SOUND, clock())
        voice_notes.decide(conn, TALK, False, clock())
        assert voice_notes.agreed(conn, TALK) is False
        assert not voice_notes.keep(conn, TALK, "m1", SOUND, clock())
        voice_notes.decide(conn, TALK, True, clock())
        assert voice_notes.keep(conn, TALK, "m1", SOUND, clock())
        assert not voice_notes.keep(conn, TALK, "m1", SOUND, clock())
        assert not voice_notes.decide(conn, "nobody", True, clock())


def test_a_listener_hears_the_sound_and_each_time_is_recorded(
    counselor: Any, note: tuple[str, str], database: Any
) -> None:
    """The player gets what the person sent; in the database it is unreadable."""
    page = counselor.get("/voz").text
    address = re.findall(r'<audio[^>]* src="([^"]+)"', page)[0]
    answer = counselor.get(address)
    assert answer.content == SOUND
    assert answer.headers["content-type"] == "audio/ogg"
    assert audited(database) == ["voice_note.heard"]
    with database.read() as conn:
        assert SOUND not in conn.execute(select(voice_note.c.sound)).scalar_one()


def test_what_was_said_is_kept_and_the_sound_is_forgotten(
    counselor: Any, note: tuple[str, str], database: Any, clock: Any
) -> None:
    """Written down once; whoever comes second is told so."""
    patient, note_id = note
    filled = form(counselor.get("/voz").text, note_id, resultado="transcribed", texto="Pregunta por la cita")
    assert counselor.post("/voz/resultado", data=filled).headers["location"] == "/voz?aviso=voice_done"
    assert counselor.post("/voz/resultado", data=filled).headers["location"] == "/voz?aviso=voice_taken"
    with database.read() as conn:
        (kept,) = voice_notes.of_person(conn, patient)
        assert (kept.status, kept.result, kept.note) == ("heard", "transcribed", "Pregunta por la cita")
        assert conn.execute(select(voice_note.c.sound)).scalar_one() is None
        assert b"cita" not in conn.execute(select(voice_note.c.note)).scalar_one()
    assert counselor.get(f"/voz/sonido?nota={note_id}").status_code == 404


def test_danger_in_a_voice_opens_a_crisis(counselor: Any, note: tuple[str, str], database: Any, clock: Any) -> None:
    """It stands first on the list, and the sound stays for whoever calls, for its time."""
    patient, note_id = note
    filled = form(counselor.get("/voz").text, note_id, resultado="urgent", texto="Dice que no quiere vivir")
    assert counselor.post("/voz/resultado", data=filled).headers["location"] == f"/personas/{patient}"
    with database.read() as conn:
        first = open_tasks(conn, clock(), Filters(limit=None))[0]
        assert (first.patient_id, first.kind, list(first.reasons)) == (patient, "crisis", ["voice_note"])
        due = conn.execute(select(task.c.due_at).where(task.c.kind == "crisis")).scalar_one()
        assert due - clock() == timedelta(hours=1)
    assert "En un audio se oyó peligro" in counselor.get("/lista").text
    clock.pass_time(days=31)
    with database.begin() as conn:
        assert voice_notes.forget_old(conn, clock()) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"resultado": "transcribed", "texto": " "}, "Escriba qué dijo la persona."),
        ({"resultado": "otra", "texto": "algo"}, "Elija qué hacer con el audio."),
        ({"texto": "algo"}, "Elija qué hacer con el audio."),
    ],
)
def test_an_unfinished_form_comes_back_with_its_words(
    counselor: Any, note: tuple[str, str], fields: dict[str, str], words: str
) -> None:
    """Nobody writes down a long voice note twice."""
    answer = counselor.post("/voz/resultado", data=form(counselor.get("/voz").text, note[1], **fields))
    assert answer.status_code == 200
    assert words in answer.text
    assert fields["texto"].strip() in answer.text


def test_erasing_a_person_takes_their_voice(note: tuple[str, str], database: Any, clock: Any) -> None:
    """Nothing of it stays."""
    with database.begin() as conn:
        assert retention.erase(conn, note[0], clock())
        assert conn.execute(select(voice_note)).all() == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_listen(role: str, add_staff: Callable[..., Any], sign_in: Any, note: tuple[str, str]) -> None:
    """Those who call people, and nobody else."""
    add_staff("otra", role)
    works = role in ("counselor", "supervisor", "admin")
    browser = sign_in("otra")
    for address in ("/voz", f"/voz/sonido?nota={note[1]}"):
        assert browser.get(address).status_code == (200 if works else 404)
