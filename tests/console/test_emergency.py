"""Names opened in an emergency on the person's page, and what supervisors see of it and of all looks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from followup.models import audit_event
from tests.console.people import csrf_of

REASON = "La persona pidió que la llame hoy y no hay otra persona de turno."


@pytest.fixture
def beto(add_staff: Any, sign_in: Any) -> Any:
    """Beto, who may not see names."""
    add_staff("beto", view_pii=False)
    return sign_in("beto")


@pytest.fixture
def luz(add_staff: Any, sign_in: Any) -> Any:
    """Luz, a supervisor."""
    add_staff("luz", "supervisor")
    return sign_in("luz")


def send(browser: Any, address: str, **form: str) -> Any:
    """A form of the console."""
    return browser.post(address, data={"csrf": csrf_of(browser.get("/clave").text), **form})


def test_with_a_reason_the_names_of_one_person_open_for_three_hours(beto: Any, people: Any, clock: Any) -> None:
    """Of nobody else, and then they are closed again."""
    rosa, _ = people.rosa()
    julio, _ = people.julio()
    assert "Rosa Quispe" not in beto.get(f"/personas/{rosa}").text
    assert send(beto, f"/personas/{rosa}/abrir", motivo=REASON).status_code == 303
    page = beto.get(f"/personas/{rosa}").text
    assert "Rosa Quispe" in page
    assert "Abierto por emergencia hasta" in page
    assert "Julio Mamani" not in beto.get(f"/personas/{julio}").text
    clock.pass_time(hours=1, minutes=50)
    beto.get("/lista")
    clock.pass_time(hours=1, minutes=11)
    assert "Rosa Quispe" not in beto.get(f"/personas/{rosa}").text


def test_without_a_reason_nothing_opens_and_what_was_typed_stays(beto: Any, people: Any) -> None:
    """The page says what is missing."""
    rosa, _ = people.rosa()
    answer = send(beto, f"/personas/{rosa}/abrir", motivo="urge")
    assert answer.status_code == 400
    assert ">urge</textarea>" in answer.text
    assert "Rosa Quispe" not in answer.text


def test_who_may_see_names_has_nothing_to_open(add_staff: Any, sign_in: Any, people: Any) -> None:
    """404: it would be a way around saying who asked to see."""
    rosa, _ = people.rosa()
    add_staff("ana", view_pii=True)
    assert send(sign_in("ana"), f"/personas/{rosa}/abrir", motivo=REASON).status_code == 404


def test_the_supervisor_reads_the_reason_and_decides(beto: Any, luz: Any, people: Any, database: Any) -> None:
    """The look and the review stand in the audit; the reason is escaped."""
    rosa, _ = people.rosa()
    send(beto, f"/personas/{rosa}/abrir", motivo=f"<b>{REASON}</b>")
    page = luz.get("/aperturas").text
    assert "&lt;b&gt;La persona" in page
    address = page.split('action="/aperturas/')[1].split('"')[0]
    assert send(luz, f"/aperturas/{address}", veredicto="not_justified").status_code == 400
    assert send(luz, f"/aperturas/{address}", veredicto="justified").status_code == 303
    assert "La revisó Luz" in luz.get("/aperturas").text
    with database.read() as conn:
        found = set(conn.execute(select(audit_event.c.subtype)).scalars())
    assert {"break_glass", "break_glass.read", "break_glass.reviewed"} <= found


def test_a_supervisor_sees_on_the_page_who_looked(beto: Any, luz: Any, people: Any) -> None:
    """A counselor does not."""
    rosa, _ = people.rosa()
    send(beto, f"/personas/{rosa}/abrir", motivo=REASON)
    assert "Quién miró sus datos" not in beto.get(f"/personas/{rosa}").text
    page = luz.get(f"/personas/{rosa}").text
    assert "Quién miró sus datos" in page
    assert "Beto · Abrió nombres por emergencia" in page
    assert "con nombre y teléfono" in page


def test_the_audit_is_filtered_and_its_reading_is_recorded(beto: Any, luz: Any, people: Any, database: Any) -> None:
    """By what, by whom, by person; what was typed into the filters is not kept."""
    rosa, _ = people.rosa()
    julio, _ = people.julio()
    beto.get(f"/personas/{rosa}")
    beto.get(f"/personas/{julio}")
    everything = luz.get("/auditoria").text
    assert everything.count("Miró la página de una persona") == 2
    assert luz.get(f"/auditoria?persona={rosa}").text.count("Miró la página de una persona") == 1
    assert "Miró la página de una persona" not in luz.get("/auditoria?que=doors").text
    assert "No hay nada con esos filtros" in luz.get("/auditoria?desde=2030-01-01").text
    assert luz.get("/auditoria?desde=x&antes=9999999999999999999999&que=x").status_code == 200
    with database.read() as conn:
        reads = conn.execute(select(audit_event.c.detail).where(audit_event.c.subtype == "audit.read")).scalars().all()
    assert {"filters": ["persona"]} in reads
    assert rosa not in str(reads)


def test_the_audit_goes_page_by_page_without_a_gap(luz: Any, people: Any, database: Any, clock: Any) -> None:
    """Every row is on one page, although reading adds rows at the other end."""
    from followup import audit

    rosa, _ = people.rosa()
    with database.begin() as conn:
        for number in range(120):
            audit.record(conn, clock(), audit.READ, f"probe{number}", "Patient", rosa)
    seen, address = "", "/auditoria"
    for _ in range(4):
        page = luz.get(address).text
        seen += page
        if "Lo anterior" not in page:
            break
        address = page.split('<a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert [number for number in range(120) if f">probe{number}<" not in seen] == []


def test_the_audit_as_a_file_holds_no_formula(
    luz: Any, add_staff: Any, people: Any, sign_in: Any, database: Any
) -> None:
    """A name of staff that begins like a formula is shown as text; taking the file away is recorded."""
    evil = add_staff("evil", "counselor")
    from followup import staff

    with database.begin() as conn:
        staff.change(conn, evil.id, people._clock(), name="=HYPERLINK()")
    rosa, _ = people.rosa()
    sign_in("evil").get(f"/personas/{rosa}")
    answer = send(luz, "/auditoria/archivo", que="looks")
    assert answer.status_code == 200
    assert "'=HYPERLINK()" in answer.text
    assert ",=HYPERLINK" not in answer.text
    assert rosa in answer.text
    with database.read() as conn:
        assert conn.execute(select(audit_event.c.id).where(audit_event.c.subtype == "audit.exported")).first()


def test_the_page_of_kept_data_says_how_long(luz: Any) -> None:
    """Every rule has words."""
    page = luz.get("/datos").text
    for words in ("Nombre, teléfono y dirección", "730", "understanding.yml", "propuesta"):
        assert words in page


def test_two_who_are_one_are_joined_only_after_a_tick(add_staff: Any, sign_in: Any, people: Any, database: Any) -> None:
    """And who may not see names does not see the page."""
    from screening import events as said
    from tests.console.people import PHONE

    rosa, _ = people.rosa()
    clock = people._clock
    with database.turn("rosa-again", "m1", clock(), "web", "es") as turn:
        turn.record([said.IdentityGiven(at=clock(), kind="phone", value=PHONE)])
        again = turn.patient_id
    add_staff("luz", "supervisor", view_pii=True)
    add_staff("tito", "supervisor", view_pii=False)
    browser = sign_in("luz")
    assert sign_in("tito").get("/repetidas").status_code == 404
    assert "El mismo teléfono" in browser.get("/repetidas").text
    form = {"queda": rosa, "otra": again, "decision": "juntar"}
    assert send(browser, "/repetidas", **form).status_code == 400
    assert send(browser, "/repetidas", **form, comparadas="1").headers["location"] == "/repetidas?aviso=merged"
    assert send(browser, "/repetidas", **form, comparadas="1").headers["location"] == "/repetidas?aviso=pair_gone"
    assert browser.get(f"/personas/{again}").status_code == 404
    assert "No hay ninguna por comparar" in browser.get("/repetidas").text


def test_who_were_joined_by_mistake_are_two_again(
    add_staff: Any, sign_in: Any, people: Any, database: Any, clock: Any
) -> None:
    """With one button while nothing has happened; afterwards the page says why not. Only for who may join."""
    from screening import events as said
    from tests.console.people import PHONE

    rosa, task = people.rosa()
    with database.turn("rosa-again", "m1", clock(), "web", "es") as turn:
        turn.record([said.IdentityGiven(at=clock(), kind="phone", value=PHONE)])
        again = turn.patient_id
    add_staff("luz", "supervisor", view_pii=True)
    add_staff("tito", "supervisor", view_pii=False)
    luz = sign_in("luz")
    form = {"queda": rosa, "otra": again, "decision": "juntar", "comparadas": "1"}
    send(luz, "/repetidas", **form)
    merged = luz.get("/repetidas").text.split('name="junta" value="')[1].split('"')[0]
    assert send(sign_in("tito"), "/repetidas/deshacer", junta=merged).status_code == 404
    send(luz, f"/casos/{task}/tomar")
    refused = send(luz, "/repetidas/deshacer", junta=merged)
    assert (refused.status_code, "después alguien tomó o cambió un caso suyo" in refused.text) == (409, True)
    assert 'name="junta"' not in luz.get("/repetidas").text
    send(luz, f"/casos/{task}/soltar")
    assert send(luz, "/repetidas/deshacer", junta=merged).headers["location"] == "/repetidas?aviso=unmerged"
    assert "El mismo teléfono" in luz.get("/repetidas?aviso=unmerged").text
    assert luz.get(f"/personas/{again}").status_code == 200
    gone = send(luz, "/repetidas/deshacer", junta=merged)
    assert (gone.status_code, "Ya pasó el tiempo" in gone.text) == (409, True)
    assert "Volvió a separar dos personas" in luz.get("/auditoria").text
