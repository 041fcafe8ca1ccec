"""What a counselor does with a person on the line: a questionnaire read aloud, a session of first aid, a note."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from followup import worklist
from screening import events as said
from tests.console.people import csrf_of

KEY = re.compile(r'name="respuesta" value="([^"]+)"')
STEP = re.compile(r'name="paso" value="([^"]+)"')


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """Ana, who may see names."""
    add_staff("ana")
    return sign_in("ana")


def begin(browser: Any, patient: str, name: str, language: str = "es", **more: str) -> str:
    """Starts to read; the address of the reading."""
    address = f"/personas/{patient}/tamizaje"
    form = {"csrf": csrf_of(browser.get(address).text), "cuestionario": name, "idioma": language, **more}
    answer = browser.post(address, data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def reply(browser: Any, address: str, number: int) -> str:
    """The n-th button; the next page."""
    page = browser.get(address).text
    keys = KEY.findall(page)
    browser.post(address, data={"csrf": csrf_of(page), "respuesta": keys[number], "paso": STEP.findall(page)[0]})
    return str(browser.get(address).text)


def test_a_questionnaire_is_read_and_its_result_stands_on_the_persons_page(ana: Any, people: Any) -> None:
    """PHQ-9 from the first to the last question; the page says how it was asked."""
    patient, _ = people.julio()
    address = begin(ana, patient, "phq9")
    page = ana.get(address).text
    assert "Durante las últimas 2 semanas" in page
    assert "Poco interés o placer en hacer cosas" in page
    for number in range(12):
        if "Resultado" in page and 'name="respuesta"' not in page:
            break
        page = reply(ana, address, 2 if number < 8 else 0)
    assert "Puntaje total: 16 de 27" in page
    assert "por teléfono" in page
    story = ana.get(f"/personas/{patient}").text
    assert "por teléfono" in story
    assert "Poco interés o placer en hacer cosas" in story


def test_danger_is_shown_at_once_with_what_to_do(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The ninth question of the PHQ-9: guidance, the safety questions, and a crisis on the list."""
    patient, _ = people.julio()
    address = begin(ana, patient, "phq9")
    for _ in range(8):
        assert "Su respuesta muestra peligro" not in reply(ana, address, 0)
    page = reply(ana, address, 1)
    assert "Su respuesta muestra peligro" in page
    assert "¿Está pensando ahora en quitarse la vida?" in page
    assert f"/personas/{patient}/tamizaje?cuestionario=asq" in page
    with database.read() as conn:
        assert ("crisis", patient) in [(card.kind, card.patient_id) for card in worklist.open_tasks(conn, clock())]


def test_both_languages_stand_side_by_side_the_persons_first(ana: Any, people: Any, make_client: Any) -> None:
    """Where there is no Quechua version the page says so and asks nobody to translate."""
    patient, _ = people.rosa()
    page = ana.get(begin(ana, patient, "phq9", "qu")).text
    assert "no tiene versión en quechua" in page
    assert 'lang="qu"' not in page.partition("<main")[2].partition("</main>")[0]


def test_without_consent_its_text_is_read_first(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The words of the chat; without the tick nothing begins."""
    with database.turn("nueva", "m1", clock(), "telegram", "es") as turn:
        patient = turn.patient_id
    address = f"/personas/{patient}/tamizaje"
    page = ana.get(address).text
    assert "¿Acepta que le hagamos preguntas" in page
    form = {"csrf": csrf_of(page), "cuestionario": "phq9", "idioma": "es"}
    refused = ana.post(address, data=form)
    assert refused.status_code == 400
    assert "Falta el permiso" in refused.text
    begin(ana, patient, "phq9", acepta="si")
    assert "Responder las preguntas: aceptó" in ana.get(f"/personas/{patient}").text


def test_an_answer_can_be_corrected_skipped_and_the_reading_stopped(ana: Any, people: Any) -> None:
    """By wishes of the page; the engine is the one of the chat."""
    patient, _ = people.julio()
    address = begin(ana, patient, "phq9")
    page = reply(ana, address, 3)
    assert "Pregunta 2 de" in page
    form = {"csrf": csrf_of(page), "paso": STEP.findall(page)[0]}
    ana.post(address, data=form | {"accion": "back"})
    page = reply(ana, address, 0)
    assert "Pregunta 2 de" in page
    ana.post(address, data=form | {"accion": "skip"})
    page = ana.get(address).text
    assert "No quiso responder" in page
    ana.post(address, data=form | {"accion": "skip"})
    assert "Pregunta 3 de" in ana.get(address).text, "the button of an older page"
    ana.post(address, data=form | {"accion": "stop"})
    assert "lo dejó a la mitad, por teléfono" in ana.get(address).text


def test_a_reading_of_another_person_is_not_found(ana: Any, people: Any) -> None:
    """Neither shown nor answered."""
    patient, _ = people.julio()
    address = begin(ana, patient, "phq9")
    other = address.replace(patient, people.rosa()[0])
    assert ana.get(other).status_code == 404
    assert ana.post(other, data={"csrf": csrf_of(ana.get(address).text), "accion": "stop"}).status_code == 404


def test_a_session_is_kept_counted_and_the_next_one_put_on_the_list(
    ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """One of seven; the day of the second is a case of its own; the note is for those who may see names."""
    patient, _ = people.julio()
    address = f"/personas/{patient}/sesiones"
    form = {
        "csrf": csrf_of(ana.get(address).text),
        "tema_listening": "1",
        "ayudo": "yes",
        "minutos": "30",
        "proxima": "2026-11-27T10:00",
        "nota": "Su hermana le acompaña",
    }
    assert ana.post(address, data=form).status_code == 303
    page = ana.get(address).text
    assert "1 de 7 sesiones" in page
    assert "Su hermana le acompaña" in page
    with database.read() as conn:
        cards = {card.kind: card for card in worklist.open_tasks(conn, clock())}
    assert cards["first_aid"].due_at - clock() == timedelta(days=2)
    story = ana.get(f"/personas/{patient}").text
    assert "Primeros auxilios por teléfono: sesión 1" in story
    assert "Sesión de primeros auxilios" in story


def test_a_session_without_what_was_done_is_asked_again(ana: Any, people: Any) -> None:
    """What was typed is not lost."""
    patient, _ = people.julio()
    address = f"/personas/{patient}/sesiones"
    form = {"csrf": csrf_of(ana.get(address).text), "nota": "casi lista"}
    answer = ana.post(address, data=form)
    assert answer.status_code == 400
    assert "Marque al menos una cosa" in answer.text
    assert "casi lista" in answer.text


def test_after_the_last_session_of_the_programme_there_is_no_form(ana: Any, people: Any, clock: Any) -> None:
    """Seven, as the rules say."""
    patient, _ = people.julio()
    address = f"/personas/{patient}/sesiones"
    for _ in range(7):
        form = {"csrf": csrf_of(ana.get(address).text), "tema_calming": "1"}
        assert ana.post(address, data=form).status_code == 303
        clock.pass_time(minutes=5)
    page = ana.get(address).text
    assert "Ya tuvo todas las sesiones" in page
    token = csrf_of(ana.get("/clave").text)
    assert ana.post(address, data={"csrf": token, "tema_calming": "1"}).status_code == 400


def test_a_note_without_a_call_is_shown_to_those_who_may_see_names(
    ana: Any, people: Any, add_staff: Any, sign_in: Any
) -> None:
    """Kept unreadable, as the notes of calls."""
    patient, task = people.rosa()
    token = csrf_of(ana.get("/clave").text)
    ana.post(f"/casos/{task}/nota", data={"csrf": token, "nota": "Vive con su tía"})
    ana.post(f"/casos/{task}/tomar", data={"csrf": token})
    assert "Vive con su tía" in ana.get(f"/personas/{patient}?caso={task}").text
    add_staff("beto", view_pii=False)
    assert "Vive con su tía" not in sign_in("beto").get(f"/personas/{patient}?caso={task}").text


def test_scores_over_time_are_a_picture_with_words_and_a_table(
    ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """Two answers three months apart; the cut-off is drawn and said."""
    patient, _ = people.julio()
    for number, value in ((1, 14), (2, 6)):
        at = clock() - timedelta(days=180 - 90 * number)
        with database.turn("julio", f"again-{number}", at, "telegram", "es") as turn:
            turn.record(scored(at, f"j{number}-srq_minsa-1", value))
    page = ana.get(f"/personas/{patient}").text
    assert '<svg viewBox="0 0 400 190" role="img"' in page
    assert "sobre el corte" in page
    assert "Corte: 9 o más" in page
    assert '<th scope="row">jue 27 ago</th><td>14</td>' in page.replace("\n", "")


def scored(at: Any, response: str, value: int) -> list[said.Event]:
    """A finished questionnaire."""
    return [
        said.QuestionnaireStarted(
            at=at, response_id=response, instrument="srq_minsa", version="2026112201", sha256="0" * 64,
            language="es", state="published",
        ),
        said.ScoreComputed(
            at=at, response_id=response, name="common", value=value, answered=18, expected=18, complete=True,
            positive=value >= 9, band=None, cutoff={"positive_at": 9, "source": "MINSA", "status": "SEEN"},
        ),
        said.ScreeningCompleted(at=at, response_id=response),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "asked", "never"),
    [
        ("rosa", "Llámele en quechua", "No le pida que hable en castellano"),
        ("carmen", "No le diga que denuncie", "¿Por qué no se va?"),
    ],
)
def test_the_guide_is_the_one_of_this_person(ana: Any, people: Any, person: str, asked: str, never: str) -> None:
    """By language and by violence; Julio, who asked for a call, gets neither."""
    patient, _ = getattr(people, person)()
    page = ana.get(f"/personas/{patient}").text
    assert asked in page
    assert never in page
    calm = ana.get(f"/personas/{people.julio()[0]}").text
    assert asked not in calm
    assert never not in calm


def test_what_is_to_come_is_told_with_its_hour(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The call that is due, and the invitation of the third month."""
    from followup import messages

    patient, _ = people.julio()
    with database.begin() as conn:
        messages.schedule(conn, patient, messages.RESCREEN, clock() + timedelta(days=90), clock())
    page = ana.get(f"/personas/{patient}").text
    assert "Lo que sigue" in page
    assert "El bot escribe: invitación a responder otra vez" in page
    assert "mar 23 feb 2027 10:00" in page
