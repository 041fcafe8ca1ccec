"""The editor's pages: from what is in use to a draft, its check, its review, its publication and back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from followup.models import audit_event
from screening import events as said_
from screening.reader import read_folder
from tests.console.editor.rules_app import ASQ, QUESTION, ROOT, Programme, open_draft, said, send
from tests.console.people import csrf_of

NEW = "En estos días, ¿ha pensado en morir o en quitarse la vida?"
VALUE, QUECHUA = "v:items/0/text", "q:items/0/text"
FLOW = "flows/topic_end.yml"
STEPS = ("drafted", "saved", "sent_to_review", "approved", "published", "drafted", "dropped", "rolled_back")


def audited(database: Any) -> list[str]:
    """What was written into the audit about rules."""
    with database.read() as conn:
        rows = conn.execute(select(audit_event.c.subtype).where(audit_event.c.object_kind == "rules"))
        return [str(row.subtype) for row in rows]


def test_the_list_shows_every_kind_with_its_state(enter: Any) -> None:
    """Instruments, flows, first aid, crises and settings; what is switched off says so."""
    page = enter("eva").get("/editor").text
    for expected in ("Cuestionarios", "Primera ayuda", "Reglas de decisión", "Temas encendidos y apagados", "Apagado"):
        assert expected in page
    assert page.count("Publicado") > 40


def test_a_draft_begins_with_what_is_in_use_and_there_is_one_of_a_file(enter: Any) -> None:
    """Whoever opens it again, comes to the same; the list then shows it as a draft."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    assert open_draft(ina) == address
    assert QUESTION in eva.get(f"{address}?ver=yaml").text
    assert "Borrador" in ina.get("/editor?estado=draft").text


def test_only_files_of_the_list_can_be_opened(enter: Any) -> None:
    """No other path of the machine, nor of the rules."""
    eva = enter("eva")
    token = csrf_of(eva.get("/clave").text)
    for path in ("../pyproject.toml", "/etc/hostname", "risk_phrases/de.yml", "flows/none.yml", ""):
        assert eva.post("/editor/borradores", data={"csrf": token, "archivo": path}).status_code == 404
        assert eva.get("/editor/archivo", params={"ruta": path}).status_code == 404
    assert eva.get("/editor/borradores/999").status_code == 404


def test_saving_the_form_changes_that_value_only_and_makes_the_quechua_stale(enter: Any) -> None:
    """Comments stay; the form shows the old Quechua as something to begin from."""
    eva = enter("eva")
    address = open_draft(eva)
    before = text_of(eva, address)
    answer = send(eva, address, modo="formulario", **{VALUE: NEW})
    assert answer.headers["location"].endswith("aviso=saved")
    assert text_of(eva, address) == before.replace(f'"{QUESTION}"', f'"{NEW}"')
    page = eva.get(address).text
    assert "Quechua por revisar: cambió el castellano" in page
    assert "Antes decía:" in page


def text_of(browser: Any, address: str) -> str:
    """The draft's YAML as its page shows it."""
    import html

    shown = re.search(r"<textarea class=\"yaml\"[^>]*>(.*?)</textarea>", browser.get(f"{address}?ver=yaml").text, re.S)
    assert shown
    return html.unescape(shown.group(1)).lstrip("\n")


def test_new_quechua_is_kept_with_the_draft_and_waits_for_its_review(enter: Any) -> None:
    """Beside the new Spanish; Quechua of a sentence that is gone goes with it."""
    eva = enter("eva")
    address = open_draft(eva)
    send(eva, address, modo="formulario", **{VALUE: NEW})
    send(eva, address, modo="formulario", **{VALUE: NEW, QUECHUA: "¿Wañuyta yuyarqankichu?"})
    page = eva.get(address).text
    assert "¿Wañuyta yuyarqankichu?" in page
    assert ">Quechua por revisar<" in page
    assert "¿Wañuyta yuyarqankichu?" in eva.get(f"{address}/cambios").text
    send(eva, address, modo="formulario", **{VALUE: QUESTION, QUECHUA: "¿Wañuyta yuyarqankichu?"})
    assert ">Quechua por revisar<" not in eva.get(address).text


def test_the_check_answers_while_one_writes_and_saves_nothing(enter: Any) -> None:
    """With the line, the code and what to do; the draft stays as it was."""
    eva = enter("eva")
    address = open_draft(eva)
    before = text_of(eva, address)
    broken = before.replace("options: yes_no", "options: yes_noo", 1)
    assert broken != before
    found = send(eva, f"{address}/revision", address, texto=broken).text
    assert "options_unknown" in found
    assert "¿Quiso decir «yes_no»?" in found
    line = before[: before.index("options: yes_no")].count("\n") + 1
    assert f"línea {line}" in found
    assert 'data-field="items/0' in found
    assert text_of(eva, address) == before
    assert "yaml_syntax" in send(eva, f"{address}/revision", address, texto="a: [").text


def test_who_saves_on_an_older_revision_sees_both_texts(enter: Any) -> None:
    """Nothing is overwritten unseen; the same form saves one's own text on top."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    stale = eva.get(address).text
    send(ina, address, modo="formulario", **{VALUE: "La de Ina, ¿sí?"})
    form = {"csrf": csrf_of(stale), "revision": "1", "modo": "formulario", VALUE: NEW}
    answer = eva.post(address, data=form)
    assert answer.status_code == 409
    assert "La de Ina, ¿sí?" in answer.text
    assert NEW in answer.text
    assert "Ina" in answer.text
    assert "La de Ina" in text_of(eva, address)
    mine = text_of(eva, address).replace("La de Ina, ¿sí?", NEW)
    assert send(eva, address, modo="yaml", texto=mine).status_code == 303
    assert NEW in text_of(eva, address)


def test_fields_that_nobody_touched_are_not_taken_back_after_a_conflict(enter: Any) -> None:
    """A form holds every field: only what its sender changed counts as theirs."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    send(ina, address, modo="formulario", **{"v:title": "Nombre de Ina"})
    form = {"csrf": csrf_of(eva.get(address).text), "revision": "1", "modo": "formulario"}
    title = "Preguntas de cuidado (propias, no validadas)"
    answer = eva.post(address, data=form | {VALUE: NEW, "v:title": title})
    assert answer.status_code == 409
    mine = re.search(r'id="lo-suyo"[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert mine
    assert "Nombre de Ina" in mine.group(1)
    assert NEW in mine.group(1)


def test_quechua_that_loses_a_telephone_is_an_error_and_not_published(running: Programme, enter: Any) -> None:
    """What stands in braces has to come through; the error stands at its field."""
    eva = enter("eva")
    address = open_draft(eva, "flows/help_now.yml")
    form = eva.get(address).text
    pointer = re.search(r'name="q:(steps/\d+/say/\d+)"[^>]*>[^<]*\{crisis_call\}', form)
    assert pointer
    send(eva, address, modo="formulario", **{f"q:{pointer.group(1)}": "Waqyay"})
    assert "translation_fields" in eva.get(address).text
    send(eva, f"{address}/enviar", f"{address}/cambios", nota="x")
    send(enter("ina"), f"{address}/decidir", f"{address}/cambios", decision="si")
    assert send(eva, f"{address}/publicar", f"{address}/cambios", nota="x").status_code == 400
    assert not running.rules.look()


def test_an_item_needs_a_second_person_and_a_message_does_not(enter: Any) -> None:
    """What the rules for publishing name, waits for somebody who did not write it."""
    eva = enter("eva")
    address = open_draft(eva)
    send(eva, address, modo="formulario", **{VALUE: NEW})
    page = eva.get(f"{address}/cambios").text
    assert "Necesita una segunda persona" in page
    assert "Cambian las preguntas" in page
    assert "/publicar" not in page
    refused = send(eva, f"{address}/publicar", f"{address}/cambios", nota="porque sí")
    assert refused.headers["location"].endswith("error=not_approved")
    other = open_draft(eva, FLOW)
    title = "Otro nombre"
    send(eva, other, modo="formulario", **{"v:title": title})
    assert "/publicar" in eva.get(f"{other}/cambios").text


def test_nobody_approves_what_they_wrote(enter: Any) -> None:
    """The page does not offer it, and a form that is sent all the same changes nothing."""
    eva = enter("eva")
    address = open_draft(eva)
    send(eva, address, modo="formulario", **{VALUE: NEW})
    assert send(eva, f"{address}/enviar", f"{address}/cambios", nota="más claro").status_code == 303
    page = eva.get(f"{address}/cambios").text
    assert "Espera a otra persona" in page
    forced = eva.post(
        f"{address}/decidir",
        data={"csrf": csrf_of(page), "revision": "3", "decision": "si"},
    )
    assert forced.headers["location"].endswith("error=second_person")


def test_the_whole_way_from_a_word_to_the_bot_and_back(
    running: Programme, enter: Any, database: Any, clock: Any
) -> None:
    """Changed, told what follows, approved, published, spoken without a restart, and rolled back."""
    for number in range(3):
        running.begin(f"p{number}", "safety_questions", clock())
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    send(eva, address, modo="formulario", **{VALUE: NEW})
    page = eva.get(f"{address}/cambios").text
    assert "Hay 3 tamizajes abiertos con la versión anterior" in page
    assert "Falta el quechua de 1 texto" in page
    assert QUESTION in page
    assert NEW in page
    assert send(eva, f"{address}/enviar", f"{address}/cambios", nota="").headers["location"].endswith("note_missing")
    send(eva, f"{address}/enviar", f"{address}/cambios", nota="Más claro")
    send(ina, f"{address}/decidir", f"{address}/cambios", decision="si")
    assert "Aprobado" in eva.get(f"{address}/cambios").text
    done = send(eva, f"{address}/publicar", f"{address}/cambios", nota="Más claro")
    assert done.headers["location"].endswith("aviso=published")
    assert QUESTION in said(running.begin("antes", "safety_questions", clock()))
    assert NEW in text_of(ina, open_draft(ina)), "the next draft begins with it, even before every process has looked"
    send(ina, f"{open_draft(ina)}/dejar", "/editor")
    assert running.rules.look()
    assert NEW in said(running.begin("despues", "safety_questions", clock()))
    history = eva.get("/editor/archivo", params={"ruta": ASQ}).text
    for expected in ("Más claro", "escribió Eva", "revisó Ina", "Publicado"):
        assert expected in history
    form = {"csrf": csrf_of(history), "ruta": ASQ, "numero": "0", "nota": "Se entendía peor"}
    assert eva.post("/editor/archivo/volver", data=form).headers["location"].endswith("aviso=rolled_back")
    assert running.rules.look()
    assert QUESTION in said(running.begin("otra", "safety_questions", clock()))
    assert audited(database) == [f"rules.{step}" for step in STEPS]


def test_going_far_back_alone_is_refused_in_a_kind_sentence(enter: Any) -> None:
    """Two changes that two people made: one person alone takes back the last one only, and reads what to do instead."""
    eva, ina = enter("eva"), enter("ina")
    for words in (NEW, NEW.replace("En estos días", "Estos días")):
        address = open_draft(eva)
        send(eva, address, modo="formulario", **{VALUE: words})
        send(eva, f"{address}/enviar", f"{address}/cambios", nota="Más claro")
        send(ina, f"{address}/decidir", f"{address}/cambios", decision="si")
        done = send(eva, f"{address}/publicar", f"{address}/cambios", nota="Más claro")
        assert done.headers["location"].endswith("aviso=published")
    history = eva.get("/editor/archivo", params={"ruta": ASQ}).text
    form = {"csrf": csrf_of(history), "ruta": ASQ, "numero": "0", "nota": "Se entendía peor"}
    refused = eva.post("/editor/archivo/volver", data=form).headers["location"]
    page = eva.get(refused).text
    assert "Haga un borrador con ese texto" in page
    assert NEW in page
    back = eva.post("/editor/archivo/volver", data=form | {"numero": "1"})
    assert back.headers["location"].endswith("aviso=rolled_back")


def test_a_draft_with_errors_is_not_published(running: Programme, enter: Any) -> None:
    """However it was approved; the page says what to correct."""
    eva = enter("eva")
    address = open_draft(eva, FLOW)
    text = text_of(eva, address)
    send(eva, address, modo="yaml", texto=text.replace("\nsteps:", "\nno_such_key: 1\nsteps:"))
    page = eva.get(f"{address}/cambios").text
    assert "Tiene 1 error" in page
    answer = send(eva, f"{address}/publicar", f"{address}/cambios", nota="x")
    assert answer.status_code == 400
    assert "no_such_key" in answer.text
    assert not running.rules.look()
    assert "primero los errores" in eva.get(f"{address}/prueba").text


def test_settings_are_read_as_those_who_use_them_read_them(enter: Any) -> None:
    """A rule for calls that the programme could not work with is an error in the editor as well."""
    eva = enter("eva")
    address = open_draft(eva, "callback_rules.yml")
    text = text_of(eva, address).replace('lease: "60 min"', 'lease: "sesenta"', 1)
    assert "setting_wrong" in send(eva, f"{address}/revision", address, texto=text).text


def test_a_topic_that_waits_for_its_text_cannot_be_switched_on(enter: Any) -> None:
    """The page names the text that is missing and holds the switch."""
    eva = enter("eva")
    page = eva.get(open_draft(eva, "programme.yml")).text
    assert "No se puede encender: no se tiene el texto de" in page
    held = re.search(r'<select id="f-flows-\d+-on"[^>]*disabled', page)
    assert held


def test_a_topic_is_switched_on_by_the_form(running: Programme, enter: Any) -> None:
    """Published, it is offered; the programme file keeps its comments."""
    eva = enter("eva")
    address = open_draft(eva, "programme.yml")
    number = list(running.rules.library.programme.switches).index("grief")
    send(eva, address, modo="formulario", **{f"v:flows/{number}/on": "true"})
    assert "encendido" in eva.get(f"{address}/cambios").text.lower()
    before = running.rules.library.programme.is_off("grief")
    send(eva, f"{address}/enviar", f"{address}/cambios", nota="Firmado")
    send(enter("ina"), f"{address}/decidir", f"{address}/cambios", decision="si")
    send(eva, f"{address}/publicar", f"{address}/cambios", nota="Firmado")
    assert running.rules.look()
    assert before
    assert not running.rules.library.programme.is_off("grief")


def test_the_trial_goes_on_step_by_step_and_keeps_nothing(enter: Any, database: Any) -> None:
    """Buttons, a step back, from the start; no row is written anywhere."""
    eva = enter("eva")
    address = open_draft(eva, "instruments/phq9.yml")
    before = len(audited(database))
    first = send(eva, f"{address}/prueba", hacer="empezar", idioma="es", canal="whatsapp", edad="30").text
    assert "Pregunta 1 de 9" in first
    assert "Ver opciones" in first, "four answers are a list on WhatsApp"
    fields = {"idioma": "es", "canal": "whatsapp", "comienzo": "instrument:phq9"}
    second = send(eva, f"{address}/prueba", respuesta="b:not_at_all", **fields).text
    assert "Pregunta 2 de 9" in second
    given = "b:not_at_all\n" * 8
    last = send(eva, f"{address}/prueba", respuestas=given, respuesta="b:several_days", **fields).text
    assert "TR-002" in last
    assert "phq9.phq9_9 = 1" in last
    back = send(eva, f"{address}/prueba", respuestas=given, hacer="atras", **fields).text
    assert "Pregunta 8 de 9" in back
    part = send(eva, f"{address}/prueba", hacer="empezar", parte="1", **fields).text
    assert "<html" not in part
    assert len(audited(database)) == before


def test_the_drawing_has_every_step_twice(enter: Any) -> None:
    """Once drawn, once in the list; settings have none."""
    eva = enter("eva")
    page = eva.get(f"{open_draft(eva, 'flows/menu.yml')}/dibujo").text
    assert page.count("<svg") == 1
    drawn, listed = page.split("</svg>")
    assert drawn.count("choose_called · pregunta") == 1
    assert listed.count("<b>choose_called</b>") == 1
    assert "no hay qué dibujar" in eva.get(f"{open_draft(eva, 'services.yml')}/dibujo").text


def test_a_rehearsal_plays_what_people_answered_before(
    running: Programme, enter: Any, database: Any, clock: Any
) -> None:
    """On the draft, without who they were: whom a lower cut-off would find is told."""
    record_srq(database, clock(), yes=8)
    eva = enter("eva")
    address = open_draft(eva, "instruments/srq_minsa.yml")
    page = eva.get(f"{address}/ensayo").text
    assert "1 recorrido" in page
    same = send(eva, f"{address}/ensayo").text
    assert "1 de 1 recorridos salen igual" in same
    assert "Todos salen como están escritos" in same
    text = text_of(eva, address)
    send(eva, address, modo="yaml", texto=text.replace("positive_at: 9", "positive_at: 8", 1))
    found = send(eva, f"{address}/ensayo").text
    assert "0 de 1 recorridos salen igual" in found
    assert "de negativo a positivo" in found
    assert "Estos casos ya no salen" in found, "the cases of both sides of the cut-off"
    assert "El corte de" in eva.get(f"{address}/cambios").text


def record_srq(database: Any, at: datetime, yes: int) -> None:
    """Somebody answered the whole SRQ, with that many yes."""
    library = read_folder(ROOT / "screening_rules")[0]
    instrument = library.instrument("srq_minsa")
    assert instrument
    events: list[said_.Event] = [
        said_.ConsentGiven(at=at, kind="screening", version="1"),
        said_.QuestionnaireStarted(
            at=at, response_id="r", instrument="srq_minsa", version=instrument.version, sha256="0" * 64,
            language="es", state="published",
        )
    ]  # fmt: skip
    for number, item in enumerate(instrument.items):
        code = "yes" if number < yes else "no"
        events.append(
            said_.ItemAnswered(at=at, response_id="r", link_id=item.link_id, value=int(code == "yes"), code=code)
        )
    with database.turn("alguien", "alguien-1", at, "telegram", "es") as turn:
        turn.record([*events, said_.ScreeningCompleted(at=at, response_id="r")])


def test_a_dropped_draft_is_gone_and_what_is_published_stays(running: Programme, enter: Any) -> None:
    """The next one begins anew."""
    eva = enter("eva")
    address = open_draft(eva)
    send(eva, address, modo="formulario", **{VALUE: NEW})
    assert send(eva, f"{address}/dejar", address).headers["location"] == "/editor?aviso=dropped"
    assert eva.get(address).status_code == 404
    assert open_draft(eva) != address
    assert not running.rules.look()


@pytest.mark.parametrize("role", ["counselor", "supervisor", "reports"])
def test_others_find_nothing_there(enter: Any, role: str) -> None:
    """404 on every page, and no entry in the menu."""
    eva, other = enter("eva"), enter("otro", role)
    address = open_draft(eva)
    for page in ("/editor", f"/editor/archivo?ruta={ASQ}", address, f"{address}/prueba", f"{address}/cambios"):
        assert other.get(page).status_code == 404
    assert 'href="/editor"' not in other.get("/clave").text
    assert 'href="/editor"' in eva.get("/clave").text
