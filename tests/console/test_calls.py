"""From "take and call" to the next case: what a counselor does, and what the page says about it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from followup import audit, worklist
from followup.worklist import Filters
from tests.console.people import csrf_of


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """A counselor's browser, with the right to see names."""
    add_staff("ana")
    return sign_in("ana")


def words(page: str) -> str:
    """The page as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def send(browser: Any, address: str, **fields: str) -> Any:
    """A form of the console, with its token."""
    return browser.post(address, data={"csrf": csrf_of(browser.get("/lista").text), **fields})


def take(browser: Any, task: str) -> str:
    """Take the case; the person's page to which that leads."""
    answer = send(browser, f"/casos/{task}/tomar")
    assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def card_of(database: Any, clock: Any, task: str) -> worklist.TaskCard:
    """The case as the database has it."""
    with database.read() as conn:
        card = worklist.card(conn, task, clock(), viewer="")
    assert card is not None
    return card


def test_taking_a_case_shows_whom_to_call_in_one_step(ana: Any, people: Any) -> None:
    """Name, number to tap, code word and what to mind stand on the page that follows."""
    patient, task = people.rosa()
    page = take(ana, task)
    assert "Rosa Quispe" in page
    assert 'href="tel:+51987654321"' in page
    assert "987 654 321" in page
    assert "«maíz»" in page
    assert "NO dejar mensaje de voz" in page
    assert "Llamar solo: 14:00 a 18:00 · dijo «en la tarde»" in page
    assert patient not in words(page)


def test_the_story_is_told_in_words(ana: Any, people: Any) -> None:
    """Questions as published, answers by label, what was corrected or skipped, score with cut-off and completeness."""
    _, task = people.rosa()
    page = words(take(ana, task))
    for part in (
        "¿Ha tenido la idea de acabar con su vida? Sí (muestra un riesgo)",
        "¿Tiene mal apetito? Sí (lo corrigió)",
        "No quiso responder",
        "Malestar emocional: 3 de 18",
        "no se puede decir",
        "corte: 9 o más",
        "INCOMPLETO: respondió 3 de 18",
        "Traducción al quechua en borrador, no validada",
        "Peligro de suicidio: riesgo alto",
        "por su respuesta en el cuestionario",
        "Recibir una llamada: aceptó",
    ):
        assert part in page, part


def test_the_call_guide_fits_the_risk(ana: Any, people: Any) -> None:
    """With suicide risk it asks for plans and company; what is never said stands there for everybody."""
    rosa, julio = people.rosa()[1], people.julio()[1]
    with_risk, without = words(take(ana, rosa)), words(take(ana, julio))
    assert "Pida que otra persona retire plaguicidas" in with_risk
    assert "Línea 113" in with_risk
    assert "Pida que otra persona retire plaguicidas" not in without
    for page in (with_risk, without):
        assert "«Tranquilícese»" in page
        assert "¿Puede hablar ahora sin que otros escuchen?" in page


def test_without_holding_the_case_names_are_shown_only_on_request_and_the_look_is_recorded(
    ana: Any, people: Any, database: Any
) -> None:
    """Opening the page is recorded, too; each row says whether names were shown."""
    patient, task = people.rosa()
    page = ana.get(f"/personas/{patient}?caso={task}").text
    assert "Rosa" not in page
    assert "Ver nombre y teléfono" in page
    shown = send(ana, f"/personas/{patient}/identidad", caso=task).text
    assert "Rosa Quispe" in shown
    with database.read() as conn:
        looks = [row["detail"] for row in audit.history(conn, patient) if row["subtype"] == "person"]
    assert looks == [{"pii": True, "reason": "asked_to_see"}, {"pii": False}]


def test_a_result_keeps_the_call_shows_the_next_try_and_the_next_case(
    ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """Nobody answered Rosa's phone: the ladder says when again, and Carmen is next."""
    rosa, carmen = people.rosa()[1], people.carmen()[1]
    preview = take(ana, rosa)
    answer = send(ana, f"/casos/{rosa}/resultado", contacto="no_answer", nota="Sonó ocho veces.")
    page = ana.get(answer.headers["location"]).text
    assert "Próximo intento: hoy 10:30" in words(page).replace(" .", ".")
    assert 'data-next="hoy 10:30"' in preview
    assert re.findall(r'data-task="([^"]+)"', page) == [carmen]
    card = card_of(database, clock, rosa)
    assert (card.attempt, card.last_result, card.owner_id) == (2, "no_answer", None)
    assert "intento 2 de 6" in ana.get("/lista").text


@pytest.mark.parametrize("attempts_before", [0, 1, 3])
@pytest.mark.parametrize("who", ["rosa", "julio"])
def test_the_next_try_that_is_shown_is_the_one_that_comes(
    ana: Any, people: Any, database: Any, clock: Any, who: str, attempts_before: int
) -> None:
    """For every result and on several rungs of the ladder: what the page promises is what recording then does."""
    _, task = getattr(people, who)()
    for _ in range(attempts_before):
        take(ana, task)
        send(ana, f"/casos/{task}/resultado", contacto="no_answer")
        clock.pass_time(hours=1)
    page = take(ana, task)
    promised = dict(re.findall(r'name="contacto" value="([^"]+)"[^>]*data-next="([^"]*)"', page, flags=re.DOTALL))
    assert len(promised) == 8
    for result, words_of_next in promised.items():
        if result == "reached":
            assert words_of_next == ""
            continue
        take(ana, task)
        done = send(ana, f"/casos/{task}/resultado", contacto=result).headers["location"]
        if words_of_next:
            assert f"<strong>{words_of_next}</strong>" in ana.get(done).text, result
        send(ana, f"/llamadas/{re.search('hecho=([^&]+)', done)[1]}/deshacer", caso=task)  # type: ignore[index]


def test_a_result_can_be_taken_back_for_ten_seconds(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The case is then as before, still held; later it is too late, and the page says so."""
    patient, task = people.rosa()
    take(ana, task)
    for seconds, expected in ((9, f"/personas/{patient}?caso={task}"), (60, "/lista?aviso=too_late")):
        done = send(ana, f"/casos/{task}/resultado", contacto="no_answer").headers["location"]
        attempt = re.search(r"hecho=([^&]+)", done)
        assert attempt
        clock.pass_time(seconds=seconds)
        undone = send(ana, f"/llamadas/{attempt[1]}/deshacer", caso=task)
        assert undone.headers["location"] == expected
    assert "Ya no se puede deshacer" in ana.get("/lista?aviso=too_late").text
    assert card_of(database, clock, task).attempt == 2


def test_after_ten_seconds_the_page_offers_no_undo(ana: Any, people: Any, clock: Any) -> None:
    """Also when the page is opened again."""
    _, task = people.rosa()
    take(ana, task)
    done = send(ana, f"/casos/{task}/resultado", contacto="no_answer").headers["location"]
    assert "Deshacer" in ana.get(done).text
    clock.pass_time(seconds=20)
    assert "data-undo" not in ana.get(done).text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Elija en qué quedó la llamada"),
        ({"contacto": "made_up"}, "Elija en qué quedó la llamada"),
        ({"contacto": "reached"}, "falta decir en qué quedó la conversación"),
        ({"contacto": "reached", "disposicion": "made_up"}, "Elija en qué quedó la conversación"),
        ({"contacto": "no_answer", "disposicion": "pfa_given"}, "solo se puede marcar si habló con la persona"),
        ({"contacto": "no_answer", "disposicion": "not_responding"}, "Todavía quedan intentos"),
        ({"contacto": "reached", "disposicion": "other"}, "Falta una nota"),
        ({"contacto": "reached", "disposicion": "referred", "nota": "x"}, "a qué servicio se deriva"),
        ({"contacto": "not_safe_to_talk", "proxima": "mañana"}, "no se entiende"),
        ({"contacto": "not_safe_to_talk", "proxima": "2026-11-25T09:00"}, "más tarde que ahora"),
    ],
)
def test_a_result_that_the_rules_refuse_says_why_and_keeps_what_was_typed(
    ana: Any, people: Any, database: Any, clock: Any, fields: dict[str, str], why: str
) -> None:
    """The form comes back with the note; nothing is recorded."""
    _, task = people.rosa()
    take(ana, task)
    typed = {"nota": "", **fields}
    answer = send(ana, f"/casos/{task}/resultado", **typed)
    assert answer.status_code == 400
    assert why in answer.text
    if typed["nota"]:
        assert f">{typed['nota']}</textarea>" in answer.text
    assert card_of(database, clock, task).attempt == 1


def test_the_hour_that_was_agreed_is_peru_s_hour(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """10:30 on the form is 15:30 in UTC."""
    _, task = people.julio()
    take(ana, task)
    fields = {"contacto": "reached", "disposicion": "remind_to_call_later", "proxima": "2026-11-27T10:30"}
    page = ana.get(send(ana, f"/casos/{task}/resultado", **fields).headers["location"]).text
    assert "vie 27 nov 10:30" in page
    card = card_of(database, clock, task)
    assert card.not_before is not None
    assert card.not_before.isoformat() == "2026-11-27T15:30:00+00:00"
    assert task not in ana.get("/lista").text, "not to be done now"
    assert task in ana.get("/lista?ver=agreed").text


def test_a_talk_closes_a_callback(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The case leaves the list, stands among the closed ones, and can be opened again."""
    _, task = people.julio()
    take(ana, task)
    fields = {"contacto": "reached", "disposicion": "pfa_given", "nota": "Conversamos."}
    page = ana.get(send(ana, f"/casos/{task}/resultado", **fields).headers["location"]).text
    assert "El caso se cerró" in page
    assert task not in ana.get("/lista").text
    assert task in ana.get("/lista?ver=closed").text
    assert send(ana, f"/casos/{task}/reabrir").headers["location"] == "/lista?aviso=reopened"
    assert card_of(database, clock, task).closed_at is None


def test_a_crisis_is_closed_by_two_people(
    ana: Any, add_staff: Any, sign_in: Any, people: Any, database: Any, clock: Any
) -> None:
    """Who talked proposes, a supervisor confirms; until then the case stays open and says what it waits for."""
    patient, task = people.rosa()
    take(ana, task)
    fields = {"contacto": "reached", "disposicion": "pfa_given", "nota": "Está con su hermana."}
    page = ana.get(send(ana, f"/casos/{task}/resultado", **fields).headers["location"]).text
    assert "Espera que otra persona confirme el cierre" in page
    add_staff("luz", "supervisor")
    luz = sign_in("luz")
    assert "por confirmar" in words(luz.get("/lista").text)
    assert task in luz.get("/lista?confirmar=1").text
    assert "Confirmar el cierre" in luz.get(f"/personas/{patient}?caso={task}").text
    done = send(luz, f"/casos/{task}/confirmar", decision="si")
    assert done.headers["location"] == "/lista?aviso=confirmed"
    assert card_of(database, clock, task).closed_at is not None


def test_a_supervisor_may_send_a_closing_back(
    ana: Any, add_staff: Any, sign_in: Any, people: Any, database: Any, clock: Any
) -> None:
    """The case is to be called again, now."""
    _, task = people.rosa()
    take(ana, task)
    send(ana, f"/casos/{task}/resultado", contacto="reached", disposicion="pfa_given", nota="Hablamos.")
    add_staff("luz", "supervisor")
    done = send(sign_in("luz"), f"/casos/{task}/confirmar", decision="no", nota="Falta el plan.")
    assert done.headers["location"] == "/lista?aviso=not_confirmed"
    card = card_of(database, clock, task)
    assert (card.status, card.closed_at) == ("requested", None)


def test_a_case_can_be_given_back(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """It is free for everybody then."""
    _, task = people.rosa()
    take(ana, task)
    assert send(ana, f"/casos/{task}/soltar").headers["location"] == "/lista?aviso=released"
    assert card_of(database, clock, task).owner_id is None


def test_a_case_can_be_closed_without_a_call(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """With a reason that needs no talk; one that needs a talk is refused."""
    _, task = people.julio()
    take(ana, task)
    refused = send(ana, f"/casos/{task}/terminar", disposicion="pfa_given")
    assert (refused.status_code, "solo se puede marcar si habló" in refused.text) == (400, True)
    assert send(ana, f"/casos/{task}/terminar", disposicion="moved").headers["location"] == "/lista?aviso=finished"
    assert card_of(database, clock, task).closed_at is not None


def test_a_case_that_another_holds_takes_no_result(ana: Any, add_staff: Any, sign_in: Any, people: Any) -> None:
    """The page says who was quicker."""
    _, task = people.rosa()
    take(ana, task)
    add_staff("beto")
    answer = send(sign_in("beto"), f"/casos/{task}/resultado", contacto="no_answer")
    assert answer.status_code == 400
    assert "Otra persona del equipo tiene este caso" in answer.text


def test_an_address_that_names_another_persons_case_shows_ones_own(ana: Any, people: Any) -> None:
    """Person and case in an address have to belong together."""
    rosa, julio = people.rosa(), people.julio()
    take(ana, rosa[1])
    page = ana.get(f"/personas/{julio[0]}?caso={rosa[1]}").text
    assert "Rosa" not in page
    assert f"/casos/{rosa[1]}/" not in page


def test_a_note_is_shown_as_written_and_only_with_names(ana: Any, people: Any, add_staff: Any, sign_in: Any) -> None:
    """Markup in it is text; whoever may not see names does not read it."""
    patient, task = people.rosa()
    take(ana, task)
    send(ana, f"/casos/{task}/resultado", contacto="no_answer", nota="<b>Llamé</b> a su hermana")
    shown = send(ana, f"/personas/{patient}/identidad", caso=task).text
    assert "&lt;b&gt;Llamé&lt;/b&gt; a su hermana" in shown
    add_staff("beto", view_pii=False)
    assert "a su hermana" not in sign_in("beto").get(f"/personas/{patient}?caso={task}").text


def test_all_codes_that_calls_can_have_are_offered(ana: Any, people: Any, database: Any) -> None:
    """One list of codes, that of callback_rules.yml, for every screen."""
    from followup.context import of

    _, task = people.rosa()
    page = take(ana, task)
    with database.read() as conn:
        rules = of(conn).callback_rules()
    offered = set(re.findall(r'name="contacto" value="([^"]+)"', page))
    assert offered == set(rules.contact_results)
    assert set(re.findall(r'name="disposicion" value="([^"]+)"', page)) == set(rules.dispositions)


def test_a_person_without_an_open_case_can_still_be_looked_at(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The story stays; there is nothing to take."""
    patient, task = people.julio()
    take(ana, task)
    send(ana, f"/casos/{task}/resultado", contacto="reached", disposicion="pfa_given")
    page = ana.get(f"/personas/{patient}").text
    assert "Primeros auxilios" in page
    assert "/tomar" not in page
    with database.read() as conn:
        assert worklist.open_tasks(conn, clock(), Filters()) == []
