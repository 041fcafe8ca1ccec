"""Referring a person from their page: the form, the letter, the steps, and who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.referral_words import words
from followup import health_centres
from followup.centre_file import read_centres
from followup.models import audit_event, referral, service_request
from followup.referral_rules import referral_rules
from screening import events as said
from tests.console.pdf_text import pages_of
from tests.console.people import csrf_of

SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"
HUANTA_CENTRE = "99000007"
CENTRE_NAME = "EJEMPLO Centro G (inventado)"
FORM = {"clase": "csmc", "centro": HUANTA_CENTRE, "motivo-suicide_item": "1", "permiso": "agreed"}


@pytest.fixture
def directory(database: Any, clock: Any, library: Any) -> None:
    """The made-up centres of the sample file."""
    places = {place.ubigeo for place in library.places}
    centres, problems = read_centres(SAMPLE.read_bytes(), places, referral_rules().services, clock().date())
    assert problems == []
    with database.begin() as conn:
        health_centres.import_centres(conn, centres, clock(), by=None)


@pytest.fixture
def ana(add_staff: Any, sign_in: Any, directory: None) -> Any:
    """The browser of a counselor who may see names."""
    add_staff("ana")
    return sign_in("ana")


@pytest.fixture
def refer(ana: Any) -> Callable[..., Any]:
    """Ana sends the form for a person, as it stands but for what is said."""

    def go(patient: str, **changes: str | None) -> Any:
        page = ana.get(f"/personas/{patient}/derivar").text
        form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
        return ana.post(f"/personas/{patient}/derivar", data=form | {"csrf": csrf_of(page)})

    return go


def stored(database: Any) -> Any:
    """The only referral there is."""
    with database.read() as conn:
        return conn.execute(select(referral)).one()


def audited(database: Any, subtype: str) -> int:
    """How many audit rows of the kind there are."""
    with database.read() as conn:
        return len(conn.execute(select(audit_event).where(audit_event.c.subtype == subtype)).all())


def act(browser: Any, key: str, what: str, **form: str) -> Any:
    """One button of a referral."""
    token = csrf_of(browser.get("/clave").text)
    return browser.post(f"/derivaciones/{key}/{what}", data=form | {"csrf": token})


def test_the_person_page_leads_to_the_form(ana: Any, people: Any) -> None:
    """One link, for every case of theirs."""
    patient, task = people.rosa()
    assert f'href="/personas/{patient}/derivar' in ana.get(f"/personas/{patient}?caso={task}").text


def test_the_form_offers_the_nearest_and_the_reasons_in_words(ana: Any, people: Any, database: Any) -> None:
    """Huanta's centre for Rosa, why in words, and no name of hers; the look is recorded."""
    patient, _ = people.rosa()
    page = ana.get(f"/personas/{patient}/derivar?clase=csmc").text
    for expected in (CENTRE_NAME, "en su distrito", "Dijo que pensó en acabar con su vida", "Otro lugar"):
        assert expected in page
    assert "EJEMPLO Centro de Salud Mental" not in page, "Lima is not near Huanta"
    assert "Quispe" not in page
    assert audited(database, "person") == 1


def test_what_triage_advised_is_offered_first(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """The need is told with its reasons, and its kind is chosen already."""
    patient, _ = people.rosa()
    with database.turn("rosa", "rosa-2", clock(), "telegram", "qu") as turn:
        at = clock()
        advice = said.ReferralAdvised(
            at=at, kind="psychiatry", priority="urgent", reasons=("phq9_severe",), rule="TR-048"
        )
        turn.record([advice])
    page = ana.get(f"/personas/{patient}/derivar").text
    assert "todavía nadie derivó" in page
    assert re.search(r'clase=psychiatry#new-title" aria-current', page)


def test_an_old_entry_carries_a_warning(ana: Any, people: Any) -> None:
    """A card that nobody checked for more than a year."""
    patient, _ = people.julio()
    page = ana.get(f"/personas/{patient}/derivar?clase=csmc").text
    assert "Ficha por revisar: se comprobó el 15/01/2024" in page
    assert "Centro F cerrado" not in page


def test_sent_then_accepted_then_attended(refer: Any, ana: Any, people: Any, database: Any, clock: Any) -> None:
    """Every step shows on the page with who did it; the list of open ones empties at the end."""
    patient, _ = people.rosa()
    answer = refer(patient, nota="Viene con su hermana")
    assert answer.headers["location"].endswith("aviso=sent")
    one = stored(database)
    assert (one.status, one.kind, one.centre_code, one.consent) == ("requested", "csmc", HUANTA_CENTRE, "agreed")
    assert "csmc" not in ana.get("/derivaciones").text
    assert CENTRE_NAME in ana.get("/derivaciones").text
    act(ana, one.id, "aceptada", cita="2026-11-30T10:30")
    page = ana.get(f"/personas/{patient}/derivar").text
    assert "Aceptada" in page
    assert "Cita: lun 30 nov 10:30" in page
    clock.pass_time(hours=1)
    assert act(ana, one.id, "resultado", resultado="started_treatment", nota="Va los martes").status_code == 303
    page = ana.get(f"/personas/{patient}/derivar?aviso=ended").text
    for expected in ("La atendieron: la atendieron y empezó tratamiento", "Va los martes", "Ana", "Historia (3)"):
        assert expected in page
    assert CENTRE_NAME not in ana.get("/derivaciones").text
    with database.read() as conn:
        assert conn.execute(select(service_request.c.status)).scalar_one() == "completed"


def test_the_steps_stand_in_the_persons_story(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """Among the calls and the questionnaires, in words."""
    patient, _ = people.rosa()
    refer(patient)
    act(ana, stored(database).id, "resultado", resultado="did_not_go")
    page = ana.get(f"/personas/{patient}").text
    for expected in (
        "Derivación, Centro de Salud Mental Comunitario: Enviada",
        "Derivación, Centro de Salud Mental Comunitario: No fue",
        CENTRE_NAME,
        "Ser derivada a otro servicio: aceptó",
    ):
        assert expected in page


def test_not_attended_keeps_its_reason(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """And may be taken back."""
    patient, _ = people.rosa()
    refer(patient)
    key = stored(database).id
    act(ana, key, "resultado", resultado="no_money_or_transport")
    assert "pasaje, plata o distancia" in ana.get(f"/personas/{patient}/derivar").text
    act(ana, key, "reabrir")
    assert stored(database).status == "requested"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"permiso": None}, "consent_needed"),
        ({"centro": None}, "centre_needed"),
        ({"cita": "2026-01-01T10:00"}, "past_time"),
        ({"cita": "mañana"}, "bad_time"),
        ({"clase": "teleport"}, "unknown_kind"),
        ({"clase": "health_worker_visit", "dia": "x"}, "bad_time"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    refer: Any, people: Any, changes: dict[str, str | None], reason: str
) -> None:
    """Nothing is kept half."""
    patient, _ = people.rosa()
    answer = refer(patient, nota="con su hermana", **changes)
    assert answer.status_code == 400
    assert words()["refused"][reason] in answer.text
    assert "con su hermana" in answer.text


def test_every_reason_of_refusal_has_words() -> None:
    """No code reaches a counselor's eyes."""
    source = Path("followup/referrals.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'ReferralRefused\(\s*"(\w+)"', source)) | set(re.findall(r'else "(\w+)"\)', source))
    assert codes
    assert codes <= set(words()["refused"])


def test_a_place_outside_the_directory_can_be_written(refer: Any, people: Any, database: Any) -> None:
    """The directory is never complete."""
    patient, _ = people.rosa()
    refer(patient, centro=None, otro="Hospital de ejemplo")
    assert stored(database).place == "Hospital de ejemplo"


def test_the_letter_says_who_where_and_why(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """On one page, with both signatures, in words; no score unless it was ticked; that it was made is recorded."""
    patient, _ = people.rosa()
    refer(patient, nota="Ñusta Ch'aska dice: «allinmi» — ok")
    answer = act(ana, stored(database).id, "carta")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    assert "Quispe" not in answer.headers["content-disposition"]
    (text,) = pages_of(answer.content)
    for expected in (
        "Carta de derivación",
        "Rosa Quispe",
        "34 años",
        "Huanta",
        "Quechua chanka. Por favor, atiéndanla en su idioma",
        "Dijo que pensó en acabar con su vida",
        "Ñusta Ch'aska dice: «allinmi» — ok",
        "NO dejar mensaje de voz",
        CENTRE_NAME,
        "Programa Uyariq",
        "Quien deriva",
        "Quien recibe",
        "Nombre: Ana",
        "No es un diagnóstico",
        "La persona aceptó esta derivación",
        "☐ No vino",
    ):
        assert expected in text, expected
    assert "Puntajes" not in text
    assert "de 18" not in text
    assert audited(database, "referral.letter") == 1


def test_what_must_not_be_read_at_home_is_not_in_the_letter_by_itself(
    ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """With violence no reason is ticked beforehand, and the letter does not tell of it."""
    patient, _ = people.carmen()
    with database.turn("carmen", "carmen-2", clock(), "telegram", "es") as turn:
        turn.record([said.IdentityGiven(at=clock(), kind="phone", value="+51911111111")])
    page = ana.get(f"/personas/{patient}/derivar?clase=csmc").text
    assert "Marque solo lo que sea seguro escribir" in page
    assert not re.search(r'name="motivo-\w+" value="1" checked', page)
    form = {"clase": "csmc", "otro": "Centro", "permiso": "agreed", "csrf": csrf_of(page)}
    ana.post(f"/personas/{patient}/derivar", data=form)
    (text,) = pages_of(act(ana, stored(database).id, "carta").content)
    assert "+51911111111" in text
    assert "iolencia" not in text


def test_notes_that_were_shown_are_audited(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """They may hold names."""
    patient, _ = people.rosa()
    refer(patient)
    ana.get(f"/personas/{patient}/derivar")
    assert audited(database, "referral.notes") == 0
    act(ana, stored(database).id, "sigue", nota="habló con su hermana")
    ana.get(f"/personas/{patient}/derivar")
    assert audited(database, "referral.notes") == 1


def test_scores_stand_in_the_letter_only_when_ticked(
    refer: Any, ana: Any, people: Any, database: Any, clock: Any
) -> None:
    """With the questionnaire's name and its day."""
    patient, _ = people.rosa()
    with database.turn("rosa", "rosa-2", clock(), "telegram", "qu") as turn:
        turn.record([said.ScreeningCompleted(at=clock(), response_id="rosa-srq")])
    refer(patient, puntajes="1")
    (text,) = pages_of(act(ana, stored(database).id, "carta").content)
    assert "Puntajes del tamizaje" in text
    assert "25/11/2026: Malestar emocional: 3 de 18" in text


def test_a_long_note_still_fits_on_one_page(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """Smaller letters rather than a second page."""
    patient, _ = people.rosa()
    refer(patient, nota="muy larga " * 100)
    assert len(pages_of(act(ana, stored(database).id, "carta").content)) == 1


def test_signs_that_the_font_lacks_do_not_break_the_letter(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """An emoji in a note becomes a sign for the unknown."""
    patient, _ = people.rosa()
    refer(patient, nota="gracias 🙏 ok")
    (text,) = pages_of(act(ana, stored(database).id, "carta").content)
    assert "gracias \ufffd ok" in text


def test_the_sheet_tells_the_person_in_plain_words_without_their_name(
    refer: Any, ana: Any, people: Any, database: Any
) -> None:
    """Where, when, what to bring; neither the name nor why, as somebody else may find it."""
    patient, _ = people.rosa()
    refer(patient, cita="2026-12-01T09:00")
    (text,) = pages_of(act(ana, stored(database).id, "hoja").content)
    for expected in (CENTRE_NAME, "Calle de ejemplo 7", "martes 01/12/2026, 09:00", "DNI", "113"):
        assert expected in text, expected
    for secret in ("Rosa", "Quispe", "vida", "suicid"):
        assert secret not in text
    assert audited(database, "referral.sheet") == 1


def test_the_sheet_is_in_the_persons_language(
    database: Any, clock: Any, people: Any, make_client: Any, add_staff: Any, directory: None
) -> None:
    """Words of the catalog in Quechua for Rosa, in Spanish for Julio."""
    from starlette.testclient import TestClient

    from tests.console.people import PASSWORD

    add_staff("ana")
    visitor: TestClient = make_client(
        translate=lambda context, text, language: f"[{context}]" if language == "qu" else text
    )
    form = {"csrf": csrf_of(visitor.get("/login").text), "usuario": "ana", "clave": PASSWORD}
    visitor.post("/login", data=form)
    found = []
    for patient, centre in ((people.rosa()[0], HUANTA_CENTRE), (people.julio()[0], "99000001")):
        page = visitor.get(f"/personas/{patient}/derivar").text
        visitor.post(f"/personas/{patient}/derivar", data=FORM | {"centro": centre, "csrf": csrf_of(page)})
        with database.read() as conn:
            key = conn.execute(select(referral.c.id).where(referral.c.patient_id == patient)).scalar_one()
        found.append(pages_of(act(visitor, key, "hoja").content)[0])
    assert "[console.letter.bring_id]" in found[0]
    assert "Puede pedir que le hablen en quechua" not in found[1]
    assert "Adónde ir" in found[1]


def test_papers_are_only_for_those_who_may_see_names(
    refer: Any, people: Any, database: Any, add_staff: Any, sign_in: Any
) -> None:
    """For others they do not exist, and the note of the letter is not shown."""
    patient, _ = people.rosa()
    refer(patient, nota="secreto de la nota")
    key = stored(database).id
    add_staff("beto", view_pii=False)
    beto = sign_in("beto")
    page = beto.get(f"/personas/{patient}/derivar").text
    assert "secreto de la nota" not in page
    assert "/carta" not in page
    assert act(beto, key, "carta").status_code == 404
    assert act(beto, key, "hoja").status_code == 404
    assert audited(database, "referral.letter") == 0


def test_a_visit_is_planned_seen_and_printed(refer: Any, ana: Any, people: Any, database: Any) -> None:
    """The list of the day has name, address and what to mind; never the reason."""
    patient, _ = people.rosa()
    visit = {"clase": "health_worker_visit", "dia": "2026-11-26", "agente": "Elena", "direccion": "Jr. de ejemplo 12"}
    assert refer(patient, centro=None, **visit).headers["location"].endswith("aviso=planned")
    page = ana.get("/visitas?fecha=2026-11-26").text
    assert "Huanta" in page
    assert "va Elena" in page
    for secret in ("Quispe", "Jr. de ejemplo"):
        assert secret not in page
    form = {"csrf": csrf_of(page), "fecha": "2026-11-26", "distrito": "", "agente": ""}
    paper = ana.post("/visitas/lista", data=form).text
    for expected in ("Rosa Quispe", "Jr. de ejemplo 12", "Otra persona contesta ese celular", "maíz", "jue 26 nov"):
        assert expected in paper, expected
    for secret in ("acabar con su vida", "suicid", "CRISIS", "SRQ", "salud mental"):
        assert secret not in paper.partition("<main")[2], secret
    assert audited(database, "visits.printed") == 1
    assert audited(database, "visit.list") == 1


def test_no_visit_where_violence_is_known(ana: Any, people: Any) -> None:
    """The form is not even offered."""
    patient, _ = people.carmen()
    page = ana.get(f"/personas/{patient}/derivar?clase=health_worker_visit").text
    assert "no se visita" in page
    assert "Planificar la visita" not in page


def test_the_list_of_a_counselor_without_the_right_cannot_be_printed(add_staff: Any, sign_in: Any) -> None:
    """They see the visits without names."""
    add_staff("beto", view_pii=False)
    beto = sign_in("beto")
    assert beto.get("/visitas").status_code == 200
    token = csrf_of(beto.get("/clave").text)
    assert beto.post("/visitas/lista", data={"csrf": token}).status_code == 404


def test_a_ladder_visit_waits_for_its_day(ana: Any, people: Any, database: Any, clock: Any) -> None:
    """It stands below the visits of the day, with a button to plan it."""
    patient, _ = people.rosa()
    with database.turn("rosa", "rosa-2", clock(), "telegram", "qu") as turn:
        due = clock() + timedelta(days=3)
        turn.record(
            [said.TaskAdvised(at=clock(), kind="community_visit", priority="urgent", due_at=due, reasons=(), rule="x")]
        )
    page = ana.get("/visitas").text
    assert "Falta ponerles día" in page
    assert f"/personas/{patient}/derivar?clase=health_worker_visit" in page


def test_days_that_nobody_understands_are_today(ana: Any) -> None:
    """An address that somebody typed."""
    assert f'value="{date(2026, 11, 25)}"' in ana.get("/visitas?fecha=ayer").text


def test_unknown_people_and_referrals_are_not_found(ana: Any) -> None:
    """The same answer as for what may not be seen."""
    nobody = "00000000-0000-4000-8000-000000000000"
    assert ana.get(f"/personas/{nobody}/derivar").status_code == 404
    for what in ("aceptada", "sigue", "dia", "resultado", "reabrir", "carta", "hoja"):
        assert act(ana, nobody, what).status_code == 404
