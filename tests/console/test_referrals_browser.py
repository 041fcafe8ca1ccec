"""Ana refers Rosa in a real browser: chooses the centre, prints the letter, closes the loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from followup import health_centres
from followup.centre_file import read_centres
from followup.models import referral
from followup.referral_rules import referral_rules
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.pdf_text import pages_of
from tests.console.people import PASSWORD

pytestmark = pytest.mark.browser
SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"


@pytest.fixture
def enter(make_app: Any, serve: Any, open_page: Any, add_staff: Any, database: Any, clock: Any, library: Any) -> Any:
    """Signs a member of staff in, beside a filled directory."""
    address = str(serve(make_app()).address)
    places = {place.ubigeo for place in library.places}
    centres, _ = read_centres(SAMPLE.read_bytes(), places, referral_rules().services, clock().date())
    with database.begin() as conn:
        health_centres.import_centres(conn, centres, clock(), by=None)

    def go_in(width: int = 1280, height: int = 800, role: str = "counselor", **options: Any) -> Any:
        add_staff("ana", role)
        page = open_page(f"{address}/login", width, height, **options)
        page.fill("[name=usuario]", "ana")
        page.fill("[name=clave]", PASSWORD)
        page.press("[name=clave]", "Enter")
        page.wait_for_url("**/lista")
        return page

    return go_in


def state_of(database: Any) -> tuple[str, str | None]:
    """Status and outcome of the only referral."""
    with database.read() as conn:
        row = conn.execute(select(referral)).one()
    return row.status, row.outcome


def refer(page: Any) -> None:
    """From the list to a saved referral."""
    page.click(".card:first-child .open")
    page.wait_for_url("**/personas/**")
    page.click("text=Derivar y ver derivaciones")
    page.wait_for_url("**/derivar")
    page.check("text=EJEMPLO Centro G")
    page.fill("#nota", "Viene con su hermana")
    page.check("[name=permiso][value=agreed]")
    page.click("text=Guardar la derivación")
    page.wait_for_url("**aviso=sent")


def test_refer_print_and_mark_attended(enter: Any, people: Any, database: Any) -> None:
    """The whole way, by mouse."""
    people.rosa()
    page = enter()
    refer(page)
    assert state_of(database) == ("requested", None)
    with page.expect_download() as saving:
        page.click("text=Carta (PDF)")
    (text,) = pages_of(Path(saving.value.path()).read_bytes())
    assert "Rosa Quispe" in text
    assert "Viene con su hermana" in text
    with page.expect_download() as saving:
        page.click("text=Hoja para la persona (PDF)")
    assert "Rosa" not in pages_of(Path(saving.value.path()).read_bytes())[0]
    page.click("text=Todavía no terminó")
    page.fill("[name=cita] >> nth=0", "2026-12-01T09:30")
    page.click("text=La aceptaron")
    page.wait_for_url("**aviso=accepted")
    page.select_option("[name=resultado]", "started_treatment")
    page.click("text=Guardar el resultado")
    page.wait_for_url("**aviso=ended")
    assert state_of(database) == ("completed", "started_treatment")
    page.click(".more summary")
    page.click(".more >> text=Derivaciones")
    assert page.is_visible("text=No hay derivaciones abiertas")


def test_a_referral_is_made_by_keyboard_and_without_scripts(enter: Any, people: Any, database: Any) -> None:
    """Plain forms: tab, space, enter."""
    patient, _ = people.rosa()
    page = enter(java_script_enabled=False)
    page.goto(page.url.replace("/lista", f"/personas/{patient}/derivar?clase=csmc"))
    page.focus("[name=centro] >> nth=0")
    page.keyboard.press("Space")
    page.focus("[name=permiso] >> nth=0")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**aviso=sent")
    assert state_of(database) == ("requested", None)


def test_the_browser_itself_asks_for_what_is_missing(enter: Any, people: Any) -> None:
    """Nothing is sent without the person's yes."""
    patient, _ = people.rosa()
    page = enter()
    page.goto(page.url.replace("/lista", f"/personas/{patient}/derivar?clase=csmc"))
    page.check("text=EJEMPLO Centro G")
    page.click("text=Guardar la derivación")
    assert page.evaluate("document.querySelector('[name=permiso]').validity.valueMissing")


def test_the_list_of_visits_prints_without_menus(enter: Any, people: Any, database: Any) -> None:
    """On paper: names and addresses, no navigation and no button."""
    patient, _ = people.rosa()
    page = enter()
    page.goto(page.url.replace("/lista", f"/personas/{patient}/derivar?clase=health_worker_visit"))
    page.fill("#direccion", "Jr. de ejemplo 12")
    page.fill("#dia", "2026-11-26")
    page.fill("#agente", "Elena")
    page.check("[name=permiso][value=agreed]")
    page.click("text=Planificar la visita")
    page.wait_for_url("**aviso=planned")
    page.goto(page.url.partition("/personas")[0] + "/visitas?fecha=2026-11-26")
    assert page.is_hidden("text=Jr. de ejemplo 12")
    page.click("text=Lista para imprimir")
    page.wait_for_url("**/visitas/lista")
    assert page.is_visible("text=Jr. de ejemplo 12")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.click("[data-print]")
    assert page.title() == "printed"
    page.emulate_media(media="print")
    assert page.is_visible("text=Rosa Quispe")
    assert page.is_hidden(".bar")
    assert page.is_hidden("[data-print]")


def test_a_table_is_uploaded(enter: Any, people: Any, database: Any, tmp_path: Path) -> None:
    """By somebody of the administration, with its mistakes told beside the form."""
    page = enter(role="admin")
    page.goto(page.url.replace("/lista", "/centros/importar"))
    broken = tmp_path / "centros.csv"
    broken.write_text(SAMPLE.read_text(encoding="utf-8").replace("150806", "999999"), encoding="utf-8")
    page.set_input_files("#archivo", broken)
    page.click("button:text-is('Importar')")
    assert "no es el ubigeo de ningún distrito" in page.inner_text(".problems")
    page.set_input_files("#archivo", SAMPLE)
    page.click("button:text-is('Solo revisar')")
    assert "7 iguales" in page.inner_text("[role=status]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_all_pages_fit_can_be_touched_and_read(enter: Any, people: Any, width: int, scheme: str) -> None:
    """No sideways scroll, targets of 44 pixels, text of 16, contrast AA."""
    patient, _ = people.rosa()
    carmen, _ = people.carmen()
    page = enter(width, 700, role="admin", color_scheme=scheme, reduced_motion="reduce")
    home = page.url.replace("/lista", "")
    refer(page)
    places = [
        page.url,
        f"{home}/personas/{patient}/derivar?clase=health_worker_visit",
        f"{home}/personas/{carmen}/derivar?clase=health_worker_visit",
        f"{home}/derivaciones",
        f"{home}/visitas",
        f"{home}/centros",
        f"{home}/centros/importar",
    ]
    for place in places:
        page.goto(place)
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        assert page.evaluate(SMALL_TEXT) == [], place
        assert page.evaluate(LOW_CONTRAST) == [], place
        assert page.evaluate(SMALL_TARGETS) == [], place
