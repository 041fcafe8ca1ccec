"""The whole story in a real browser: a question is changed at ten, and taken back five minutes later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.console.editor.rules_app import QUESTION, Programme, programme, said
from tests.console.people import PASSWORD
from tests.console.test_axe_browser import AXE
from tests.console.test_axe_browser import RULES as AXE_RULES
from tests.console.test_axe_browser import RUN as RUN_AXE

pytestmark = pytest.mark.browser
NEW = "En estos días, ¿ha pensado en morir o en quitarse la vida?"
QUECHUA = "Kay punchawkunapi, ¿wañuyta yuyarqankichu?"
TITLE = "Preguntas de cuidado (propias, no validadas)"
FIRST = "#f-items-0-text"
PATIENCE = 60_000


@pytest.fixture
def running(database: Any, tmp_path: Path, bot: Any, clock: Any) -> Programme:
    """The programme with two people in the middle of the questions."""
    made = programme(database, tmp_path, bot, clock)
    for who in ("p1", "p2"):
        made.begin(who, "safety_questions", clock())
    return made


@pytest.fixture
def address(running: Programme, serve: Any, add_staff: Any) -> str:
    """The console's address; Eva and Ina work there."""
    for username in ("eva", "ina"):
        add_staff(username, "staff", view_pii=False)
    return str(serve(running.app).address)


@pytest.fixture
def desk(address: str, open_page: Any) -> Any:
    """Opens the list as that member of staff."""

    def enter(username: str, **window: Any) -> Any:
        page = open_page(f"{address}/login", **window)
        # Publishing runs every case first.
        page.set_default_timeout(PATIENCE)
        page.fill("[name=usuario]", username)
        page.fill("[name=clave]", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{address}/inicio")
        page.goto(f"{address}/editor")
        return page

    return enter


def open_question(page: Any) -> None:
    """A draft of the questions, with the first one unfolded."""
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("button", name="Nuevo borrador").click()
    page.locator("summary", has_text="Pregunta safety_1").click()


def notice(page: Any) -> str:
    """What the page says about the last step."""
    return str(page.locator(".saved").inner_text())


def test_a_question_is_changed_tried_approved_published_and_taken_back(
    running: Programme, desk: Any, clock: Any
) -> None:
    """Both languages in the trial, stale Quechua and open screenings told, no restart, and back in a minute."""
    eva = desk("eva", width=1280, height=900)
    open_question(eva)
    eva.fill(FIRST, NEW)
    eva.locator("#hallazgos .quechua-stale").wait_for()
    eva.get_by_role("button", name="Guardar borrador").click()
    assert "Nadie lo usa" in notice(eva)
    assert eva.locator(".quechua .quechua-stale").count() == 1

    spanish = try_it(eva, "es")
    assert NEW in spanish
    quechua = try_it(eva, "qu")
    assert NEW in quechua
    assert "Sin quechua: se muestra en castellano" in quechua

    eva.get_by_role("link", name="Cambios y publicar").click()
    follows = eva.locator(".follows").inner_text()
    assert "Hay 2 tamizajes abiertos con la versión anterior" in follows
    assert "Falta el quechua de 1 texto" in follows
    assert eva.get_by_role("button", name="Publicar").count() == 0, "a question needs a second person"

    eva.get_by_role("link", name="Formulario").click()
    eva.locator("summary", has_text="Pregunta safety_1").click()
    eva.fill(f"{FIRST}-q", QUECHUA)
    eva.get_by_role("button", name="Guardar borrador").click()
    assert QUECHUA in try_it(eva, "qu")
    eva.get_by_role("link", name="Cambios y publicar").click()
    eva.fill("#nota-enviar", "Más corta y más clara")
    eva.get_by_role("button", name="Enviar a revisión").click()
    assert "Espera a otra persona" in eva.locator("main").inner_text()

    ina = desk("ina", width=390, height=844)
    ina.locator(".counts a", has_text="En revisión").click()
    ina.get_by_role("link", name=TITLE, exact=True).click()
    ina.get_by_role("link", name="Cambios y publicar").click()
    assert NEW in ina.locator(".changes").inner_text()
    ina.get_by_role("button", name="Aprobar").click()
    assert "Aprobado" in notice(ina)

    eva.reload()
    eva.fill("#nota-publicar", "Más corta y más clara")
    eva.get_by_role("button", name="Publicar").click()
    assert "Publicado" in notice(eva)
    assert running.rules.look(), "what every running process does every two seconds"
    assert NEW in said(running.begin("p3", "safety_questions", clock()))

    eva.reload()
    eva.locator("summary", has_text="Volver a esto").last.click()
    eva.fill("#nota-0", "La gente la entendía menos")
    eva.get_by_role("button", name="Volver a esta versión").last.click()
    assert "vuelve a estar en uso" in notice(eva)
    assert running.rules.look()
    assert QUESTION in said(running.begin("p4", "safety_questions", clock()))


def try_it(page: Any, language: str) -> str:
    """The first question on the telephone beside the form, in that language."""
    place = page.locator("[data-live]")
    if not place.locator("#t-idioma").is_visible():
        place.locator(".try-who summary").click()
    place.locator("#t-idioma").select_option(language)
    with page.expect_response(lambda answer: answer.url.endswith("/prueba")):
        place.locator("[name=hacer][value=empezar]").click()
    place.locator(".tap").first.wait_for()
    return str(place.locator(".phone").inner_text())


def test_the_check_runs_while_one_writes_and_leads_to_the_line(desk: Any) -> None:
    """In the YAML: the finding appears by itself, and its line is one tap away; corrected, it goes."""
    page = desk("eva", width=1280, height=900)
    open_question(page)
    page.get_by_role("link", name="YAML").click()
    text = page.locator("#texto")
    whole = text.input_value()
    text.fill(whole.replace("options: yes_no", "options: yes_noo", 1))
    finding = page.locator("#hallazgos .finding-error", has_text="¿Quiso decir «yes_no»?").first
    finding.wait_for()
    finding.locator("button").click()
    picked = page.evaluate("(() => { const t = document.getElementById('texto');"
                           "return t.value.slice(t.selectionStart, t.selectionEnd); })()")  # fmt: skip
    assert "yes_noo" in picked
    text.fill(whole)
    page.locator("#hallazgos .finding-error").first.wait_for(state="detached")


def test_a_finding_stands_at_its_field(desk: Any) -> None:
    """In the form: a message that is too long is told where it is written."""
    page = desk("eva", width=1280, height=900)
    open_question(page)
    page.fill("#f-items-0-explain", "palabra " * 60)
    at_question = page.locator('[data-findings="items/0"] li')
    at_question.first.wait_for()
    assert "El globo tiene" in at_question.first.inner_text()
    page.locator("#hallazgos button.at").first.click()
    assert page.evaluate("document.activeElement.closest('.rule-group').dataset.pointer") == "items/0"


def test_everything_works_without_scripts(running: Programme, desk: Any, address: str, chromium: Any) -> None:
    """Save, check, trial and drawing are pages and forms."""
    with_scripts = desk("eva")
    context = chromium.new_context(java_script_enabled=False, locale="es-PE")
    context.add_cookies(with_scripts.context.cookies())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/editor")
    open_question(page)
    page.fill(FIRST, NEW)
    page.get_by_role("button", name="Guardar borrador").click()
    assert "Nadie lo usa" in notice(page)
    page.get_by_role("link", name="Probar").click()
    page.get_by_role("button", name="Empezar").click()
    assert NEW in page.locator(".phone").inner_text()
    page.locator(".tap").first.click()
    page.get_by_role("button", name="Un paso atrás").click()
    assert NEW in page.locator(".phone").inner_text()
    page.get_by_role("link", name="Dibujo").click()
    questions = running.rules.library.instrument("safety_questions")
    assert questions
    assert page.locator("svg .part").count() == len(questions.items)
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_that_come_of_a_form_break_no_rule_of_access_and_fit_the_screen(
    desk: Any, address: str, chromium: Any, width: int
) -> None:
    """The trial under way and the page of a conflict, which no address alone leads to."""
    if not AXE.exists():
        pytest.skip("axe-core is missing")
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.add_cookies(desk("eva").context.cookies())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/editor")
    open_question(page)
    draft = page.url
    page.goto(f"{draft}/prueba")
    page.get_by_role("button", name="Empezar").click()
    page.locator(".tap").first.wait_for()
    page.locator(".tap").first.click()
    page.locator(".fired").wait_for()
    assert broken(page) == []
    page.goto(f"{draft}?ver=yaml")
    page.evaluate("document.querySelector('[name=revision]').value = '0'")
    page.fill("#texto", page.locator("#texto").input_value() + "\n# nota\n")
    page.get_by_role("button", name="Guardar borrador").click()
    assert "Otra persona guardó antes" in page.locator("h1").inner_text()
    assert broken(page) == []
    context.close()


def broken(page: Any) -> list[str]:
    """Rules of access that the page breaks, and whether it is wider than the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE, [None, AXE_RULES])["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["wider than the screen"] if wide else [])]
