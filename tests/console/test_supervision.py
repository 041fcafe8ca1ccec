"""The supervisor's board, the team's notices and absences, kept views, and the way from a card to the telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from followup import staff_contacts
from followup.models import audit_event
from tests.console.people import csrf_of
from tests.console.test_worklist import order, words


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """A counselor's browser."""
    add_staff("ana")
    return sign_in("ana")


@pytest.fixture
def luz(add_staff: Any, sign_in: Any) -> Any:
    """A supervisor's browser."""
    add_staff("luz", "supervisor", languages=("es", "qu"))
    return sign_in("luz")


def send(browser: Any, address: str, page: str = "/lista", **fields: str) -> Any:
    """A form with its token."""
    return browser.post(address, data={"csrf": csrf_of(browser.get(page).text), **fields})


def leads_to(browser: Any, address: str) -> str:
    """Where an address sends the browser; asked below the client, which knows no tel: addresses."""
    answer = browser._transport.handle_request(browser.build_request("GET", address))
    assert answer.status_code == 303
    return str(answer.headers["location"])


def id_of(page: str, name: str) -> str:
    """The id of an account by its name in a choice of the page."""
    found = re.search(rf'value="([0-9a-f-]{{36}})"[^>]*>\s*{name}', page)
    assert found, f"{name} is not offered"
    return found.group(1)


def test_the_board_tells_what_is_late_who_has_it_and_who_is_there(luz: Any, ana: Any, people: Any, clock: Any) -> None:
    """Late cases in the order of work; cases in time are not on it."""
    rosa, carmen, julio = people.rosa()[1], people.carmen()[1], people.julio()[1]
    send(ana, f"/casos/{carmen}/tomar")
    clock.pass_time(minutes=50)
    page = luz.get("/supervision").text
    assert order(page) == [rosa]
    clock.pass_time(minutes=9)
    clock.pass_time(minutes=2)
    page = luz.get("/supervision").text
    assert order(page) == [rosa, carmen]
    assert julio not in page
    said = words(page)
    for part in ("1 CRISIS vencido (1 sin nadie)", "No lo tiene nadie", "Ana", "de turno", "No hay nadie de guardia"):
        assert part in said, part


def test_a_case_is_given_to_somebody_from_the_board(luz: Any, ana: Any, people: Any, clock: Any) -> None:
    """Also one that somebody else holds."""
    _, rosa = people.rosa()
    clock.pass_time(minutes=20)
    receiver = id_of(luz.get("/supervision").text, "Ana")
    answer = send(luz, f"/casos/{rosa}/asignar", a=receiver)
    assert answer.headers["location"] == "/supervision?aviso=assigned"
    assert order(ana.get("/lista?mios=1").text) == [rosa]
    assert "Lo tiene Ana" in words(luz.get("/supervision").text)
    wrong = send(luz, f"/casos/{rosa}/asignar", a="nobody")
    assert "no tiene cuenta activa" in luz.get(wrong.headers["location"]).text


def test_who_is_marked_away_loses_what_they_hold_and_is_offered_no_more(
    luz: Any, ana: Any, people: Any, clock: Any
) -> None:
    """Luz takes over, as nobody else is there; when Ana is back she is offered again."""
    _, rosa = people.rosa()
    send(ana, f"/casos/{rosa}/tomar")
    clock.pass_time(minutes=20)
    who = re.search(r'name="quien" value="([^"]+)">\s*<button[^>]*aria-label="Ana no', luz.get("/supervision").text)
    assert who
    send(luz, "/supervision/ausencia", quien=who[1], ausente="hoy")
    page = luz.get("/supervision").text
    assert "ausente hasta" in page
    assert "Lo tiene usted" in words(page)
    assert not re.search(r"<option[^>]*>Ana", page)
    send(luz, "/supervision/ausencia", quien=who[1], ausente="no")
    assert re.search(r"<option[^>]*>Ana", luz.get("/supervision").text)


def test_the_number_of_late_cases_stands_on_each_page_of_a_supervisor(luz: Any, people: Any, clock: Any) -> None:
    """And the list says it on top."""
    people.rosa()
    assert "badge" not in luz.get("/mensajes").text
    clock.pass_time(minutes=20)
    assert "vencidos de riesgo alto: 1" in words(luz.get("/mensajes").text)
    assert "1 caso de riesgo alto venció" in words(luz.get("/lista").text)
    assert len(order(luz.get("/lista?vencidos=1").text)) == 1


def test_somebody_keeps_their_addresses_and_nobody_else_sees_them(ana: Any, luz: Any, database: Any) -> None:
    """What cannot be an address is refused, and what was typed is still there."""
    send(ana, "/avisos", correo="ana@programa.example", telegram="55667788")
    page = ana.get("/avisos").text
    assert 'value="ana@programa.example"' in page
    assert 'value="55667788"' in page
    refused = send(ana, "/avisos", correo="ana@programa.example", telegram="@ana")
    assert refused.status_code == 400
    assert "solo cifras" in refused.text
    assert 'value="@ana"' in refused.text
    for address in ("/avisos", "/supervision", "/lista"):
        assert "programa.example" not in luz.get(address).text
    with database.read() as conn:
        assert list(staff_contacts.contacts(conn, [id_of(luz.get("/lista").text, "Ana")]).values()) == [
            {"email": "ana@programa.example", "telegram": "55667788"}
        ]


def test_somebody_marks_themselves_away_and_back(ana: Any, people: Any) -> None:
    """Until a moment in Peru's time, or the end of the day."""
    send(ana, "/avisos/ausencia", ausente="si", hasta="2026-11-27T08:00")
    assert "ausente hasta vie 27 nov 08:00" in words(ana.get("/avisos").text)
    send(ana, "/avisos/ausencia", ausente="no")
    assert "Marcarme ausente" in ana.get("/avisos").text
    assert send(ana, "/avisos/ausencia", ausente="si", hasta="mañana").status_code == 400


def test_a_view_is_kept_shared_and_taken_away(ana: Any, luz: Any, people: Any) -> None:
    """It leads to the same list; what is no part of a view is not kept."""
    rosa = people.rosa()[1]
    people.julio()
    page = "/lista?idioma=quy"
    assert order(ana.get(page).text) == [rosa]
    kept = send(ana, "/lista/guardados", nombre="Chanka", vista="idioma=quy&pagina=3&x=<b>", compartir="1")
    assert kept.headers["location"] == "/lista?idioma=quy&aviso=view_kept"
    shown = luz.get("/lista").text
    assert 'href="/lista?idioma=quy"' in shown
    assert "de Ana" in shown
    saved = re.search(r'name="guardado" value="([^"]+)"', shown)
    assert saved
    assert send(luz, "/lista/guardados/quitar", guardado=saved[1]).headers["location"] == "/lista?aviso=view_dropped"
    assert "Chanka" not in ana.get("/lista").text
    assert send(ana, "/lista/guardados/quitar", guardado=saved[1]).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("idioma=quy", {"rosa"}),
        ("idioma=quz", set()),
        ("lugar=05", {"rosa"}),
        ("lugar=150110", {"julio"}),
        ("lugar=99", {"rosa", "julio", "carmen"}),
        ("telefono=no", {"carmen"}),
        ("telefono=si&lugar=15", {"julio"}),
        ("intento=2", set()),
        ("intento=1&idioma=es", {"julio", "carmen"}),
        ("de=nobody", set()),
    ],
)
def test_more_filters_show_who_is_in_and_who_is_out(ana: Any, people: Any, query: str, expected: set[str]) -> None:
    """By variety, place, telephone, attempt and counselor, alone and together."""
    tasks = {"rosa": people.rosa()[1], "julio": people.julio()[1], "carmen": people.carmen()[1]}
    assert set(order(ana.get(f"/lista?{query}").text)) == {tasks[name] for name in expected}


def test_a_place_is_chosen_from_department_to_district(ana: Any) -> None:
    """Only what lies within what was chosen, and all departments for the way back."""
    places = re.findall(r'<option value="(\d+)"', ana.get("/lista?lugar=0504").text)
    assert {"05", "15", "0504", "0501", "050401"} <= set(places)
    assert not {"1501", "050101"} & set(places)


def test_from_a_card_the_number_is_reached_in_one_tap_and_the_look_is_recorded(
    ana: Any, people: Any, database: Any
) -> None:
    """Only for a case that one holds; the number is in no page."""
    _, julio = people.julio()
    assert ana.get(f"/casos/{julio}/llamar").status_code == 404
    assert f"/casos/{julio}/llamar" not in ana.get("/lista").text
    send(ana, f"/casos/{julio}/tomar")
    assert f"/casos/{julio}/llamar" in ana.get("/lista").text
    assert "912345678" not in ana.get("/lista").text
    assert leads_to(ana, f"/casos/{julio}/llamar") == "tel:+51912345678"
    assert leads_to(ana, f"/casos/{julio}/whatsapp") == "https://wa.me/51912345678"
    with database.read() as conn:
        looks = [row for row in conn.execute(audit_event.select()) if row.subtype == "card"]
    assert [row.object_id for row in looks] == [julio, julio]


def test_where_writing_is_not_safe_no_whatsapp_is_offered(ana: Any, people: Any) -> None:
    """Rosa shares her telephone: a call is possible, a message is not offered."""
    _, rosa = people.rosa()
    send(ana, f"/casos/{rosa}/tomar")
    page = ana.get("/lista").text
    assert f"/casos/{rosa}/llamar" in page
    assert f"/casos/{rosa}/whatsapp" not in page


def test_without_the_right_to_see_numbers_there_is_no_way_to_them(add_staff: Any, sign_in: Any, people: Any) -> None:
    """Not even to one's own cases."""
    add_staff("beto", view_pii=False)
    beto = sign_in("beto")
    _, julio = people.julio()
    send(beto, f"/casos/{julio}/tomar")
    assert f"/casos/{julio}/llamar" not in beto.get("/lista").text
    assert beto.get(f"/casos/{julio}/llamar").status_code == 404


def test_a_result_takes_one_tap_from_the_card_and_from_the_persons_page(ana: Any, people: Any, clock: Any) -> None:
    """No answer needs nothing more; undo stands on the next page as always."""
    patient, julio = people.julio()
    send(ana, f"/casos/{julio}/tomar")
    for page in ("/lista", f"/personas/{patient}?caso={julio}"):
        assert 'name="de_un_toque" value="no_answer"' in ana.get(page).text
    answer = send(ana, f"/casos/{julio}/resultado", de_un_toque="no_answer")
    following = words(ana.get(answer.headers["location"]).text)
    assert "No contesta" in following
    assert "Deshacer" in following


def test_in_a_talk_safe_contact_is_asked_again_and_the_answer_counts(ana: Any, people: Any, clock: Any) -> None:
    """The next to call reads it on the card."""
    patient, julio = people.julio()
    send(ana, f"/casos/{julio}/tomar")
    assert "pregúntelo otra vez" in ana.get(f"/personas/{patient}?caso={julio}").text
    refused = send(
        ana,
        f"/casos/{julio}/resultado",
        contacto="reached",
        disposicion="remind_to_call_later",
        seguro="cambio",
        seguro_horas="xyz",
    )
    assert refused.status_code == 400
    assert "No se entienden esas horas" in refused.text
    send(
        ana,
        f"/casos/{julio}/resultado",
        contacto="reached",
        disposicion="remind_to_call_later",
        seguro="cambio",
        seguro_voicemail="no",
        seguro_horas="sábados de 8 a 12",
    )
    page = words(ana.get("/lista?ver=agreed").text)
    assert "NO dejar mensaje de voz" in page
    assert "Llamar solo: sábado 08:00 a 12:00" in page


def test_another_language_gives_the_case_to_who_speaks_it(
    ana: Any, add_staff: Any, sign_in: Any, people: Any, clock: Any
) -> None:
    """Dora finds it among hers at once."""
    add_staff("dora", languages=("es", "qu"))
    dora = sign_in("dora")
    _, julio = people.julio()
    send(ana, f"/casos/{julio}/tomar")
    send(ana, f"/casos/{julio}/resultado", contacto="language_mismatch", idioma_oido="quz")
    assert order(dora.get("/lista?mios=1").text) == [julio]
    assert "Quechua collao" in dora.get("/lista?mios=1").text
