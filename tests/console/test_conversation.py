"""Writing with a person through the bot: who may, what the page shows, how the word goes back."""

from __future__ import annotations

from typing import Any

import pytest

from followup import handovers, staff_messages
from tests.console.people import csrf_of


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """Ana, who may see names."""
    add_staff("ana")
    return sign_in("ana")


def address_of(patient: str) -> str:
    """The page."""
    return f"/personas/{patient}/conversacion"


def write(browser: Any, patient: str, text: str = "", template: str = "") -> Any:
    """Send something."""
    form = {"csrf": csrf_of(browser.get("/clave").text), "texto": text}
    return browser.post(address_of(patient), data=form | ({"plantilla": template} if template else {}))


def answer(database: Any, clock: Any, patient: str, text: str, danger: bool = False) -> None:
    """The person writes back, as the desk of the bot would keep it."""
    with database.begin() as conn:
        held = handovers.of_person(conn, patient)
        assert held is not None
        staff_messages.heard(conn, held, f"m-{text}", text, clock(), kind=None, danger=danger)


def test_a_message_and_its_reply_stand_on_the_page(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """With what the bot says around them; the reply is escaped."""
    patient, _ = people.julio()
    assert write(ana, patient, "¿Cómo amaneció?").status_code == 303
    answer(database, clock, patient, "Mejor <b>hoy</b>")
    page = ana.get(address_of(patient)).text
    assert "Le escribe Ana, una persona del equipo" in page
    assert "¿Cómo amaneció?" in page
    assert "Mejor &lt;b&gt;hoy&lt;/b&gt;" in page
    assert "Usted tiene la palabra" in page


def test_a_template_goes_out_in_the_persons_language(
    make_app: Any, ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """Word for word as the programme wrote it."""
    patient, _ = people.julio()
    write(ana, patient, template="safe_hour")
    with database.begin() as conn:
        out = [one.text for one in staff_messages.take_waiting(conn, clock())]
    assert out[-1] == "¿A qué hora puede hablar sin que otros escuchen? Escríbame el día y la hora."


def test_without_the_right_to_see_names_there_is_no_conversation(add_staff: Any, sign_in: Any, people: Any) -> None:
    """What people write holds names; 404, and no button on the person's page."""
    patient, _ = people.julio()
    add_staff("beto", view_pii=False)
    beto = sign_in("beto")
    assert beto.get(address_of(patient)).status_code == 404
    assert address_of(patient) not in beto.get(f"/personas/{patient}").text


def test_carmen_who_lives_with_violence_is_not_written_to_first(ana: Any, people: Any, clock: Any) -> None:
    """The page says why and offers nothing; a form sent all the same is refused."""
    patient, _ = people.carmen()
    clock.pass_time(minutes=16)
    page = ana.get(address_of(patient)).text
    assert "NO es seguro escribirle primero" in page
    assert 'name="texto"' not in page
    assert write(ana, patient, "hola").status_code == 400


def test_handing_back_tells_the_person(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """And the page says that the bot has the word."""
    patient, _ = people.julio()
    write(ana, patient, "Hola")
    done = ana.post(f"{address_of(patient)}/devolver", data={"csrf": csrf_of(ana.get("/clave").text)})
    assert done.status_code == 303
    with database.begin() as conn:
        out = [one.text for one in staff_messages.take_waiting(conn, clock())]
    assert out[-1].startswith("Ana ya terminó por ahora")
    assert "Usted tiene la palabra" not in ana.get(address_of(patient)).text
    assert "se devolvió la palabra al bot" in ana.get(f"/personas/{patient}").text


def test_somebody_else_of_the_team_cannot_hand_back_or_write_but_a_supervisor_can(
    ana: Any, people: Any, add_staff: Any, sign_in: Any
) -> None:
    """One hand at a time."""
    patient, _ = people.julio()
    write(ana, patient, "Hola")
    add_staff("beto")
    beto = sign_in("beto")
    token = csrf_of(beto.get("/clave").text)
    assert beto.post(f"{address_of(patient)}/devolver", data={"csrf": token}).status_code == 400
    assert write(beto, patient, "yo también").status_code == 400
    add_staff("luz", "supervisor")
    luz = sign_in("luz")
    assert "Ana tiene la palabra" in luz.get(address_of(patient)).text
    token = csrf_of(luz.get("/clave").text)
    assert luz.post(f"{address_of(patient)}/devolver", data={"csrf": token}).status_code == 303


def test_new_replies_are_counted_until_they_are_read(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """On the person's page and in the list of conversations, danger first."""
    patient, _ = people.julio()
    write(ana, patient, "Hola")
    answer(database, clock, patient, "quiero morir", danger=True)
    assert '<span class="unread">1</span>' in ana.get(f"/personas/{patient}").text
    talks = ana.get("/conversaciones").text
    assert "Dice algo de peligro" in talks
    assert "mensaje nuevo" in talks
    assert "dice algo de peligro" in ana.get(address_of(patient)).text
    assert '<span class="unread">' not in ana.get(f"/personas/{patient}").text


def test_the_page_asks_for_what_is_new_and_each_look_at_words_is_recorded(
    ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """Nothing new is an empty answer and no row."""
    patient, _ = people.julio()
    write(ana, patient, "Hola")
    ana.get(address_of(patient))
    with database.read() as conn:
        newest = conn.exec_driver_sql("SELECT max(id) FROM staff_message").scalar()
    source = f"{address_of(patient)}/mensajes?desde="
    before = _looks(database)
    assert ana.get(f"{source}{newest}").status_code == 204
    assert _looks(database) == before
    answer(database, clock, patient, "Aquí estoy")
    fresh = ana.get(f"{source}{newest}")
    assert "Aquí estoy" in fresh.text
    assert "¿Hola" not in fresh.text
    assert _looks(database) == before + 1
    assert ana.get(f"{source}x").status_code == 404


def _looks(database: Any) -> int:
    with database.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM audit_event WHERE subtype = 'messages'").scalar() or 0)


def test_what_could_not_be_sent_is_said_on_the_page(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """Nobody waits for an answer to what never arrived."""
    patient, _ = people.julio()
    write(ana, patient, "Hola")
    with database.begin() as conn:
        for one in staff_messages.take_waiting(conn, clock()):
            staff_messages.mark_failed(conn, one.id, "window_closed", retry=False)
    assert "No se envió: pasaron más de 24 horas" in ana.get(address_of(patient)).text
