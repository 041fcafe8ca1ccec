"""A person's page in a real browser: PHQ-9 by telephone, a session, a message and its reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.app import create_app
from followup import handovers, staff_messages
from followup.working_hours import working_calendar
from screening.engine import Engine
from tests.console.conftest import RULES
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.people import PASSWORD
from tests.console.test_by_phone import scored

pytestmark = pytest.mark.browser


class CarryingBot:
    """A bot whose page also gets what the team wrote."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, dict[str, Any]]] = []

    async def send(self, person: str, **message: Any) -> list[dict[str, Any]]:
        """As the real one."""
        return [{"text": "Le escucho."}]

    def waiting(self, person: str, seen: int) -> list[tuple[int, dict[str, Any]]]:
        """As the real one."""
        return [(number, bubble) for number, bubble in self.kept if number > seen]


@pytest.fixture
def carrying_bot() -> CarryingBot:
    """The bot behind the chat of these tests."""
    return CarryingBot()


@pytest.fixture(scope="module")
def engine(library: Any) -> Engine:
    """The engine of the chat: made once, as when everything runs in one process."""
    return Engine(library, working_calendar(RULES))


@pytest.fixture
def address(database: Any, library: Any, clock: Any, serve: Any, carrying_bot: CarryingBot, engine: Engine) -> str:
    """The console."""
    return str(serve(create_app(database, carrying_bot, library=library, now=clock, engine=engine)).address)


@pytest.fixture
def enter(address: str, open_page: Any, add_staff: Any) -> Any:
    """Ana signs in and goes to a page."""
    add_staff("ana")

    def go_in(path: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
        page = open_page(f"{address}/login", width, height, **options)
        page.fill("[name=usuario]", "ana")
        page.fill("[name=clave]", PASSWORD)
        page.press("[name=clave]", "Enter")
        page.wait_for_url("**/lista")
        page.goto(f"{address}{path}")
        return page

    return go_in


def test_phq9_is_read_by_telephone_from_the_persons_page(enter: Any, people: Any) -> None:
    """Open the person, choose, one tap an answer; the ninth shows danger and what to do; the result is on the page."""
    patient, _ = people.julio()
    page = enter(f"/personas/{patient}")
    page.click("text=Leerle un cuestionario")
    page.check("[name=cuestionario][value=phq9]")
    page.click("text=Empezar a leer")
    for number in range(9):
        page.wait_for_selector(f"text=Pregunta {number + 1} de")
        page.click("[name=respuesta]:has-text('Varios días')")
    page.wait_for_selector("text=Su respuesta muestra peligro")
    while page.locator("[name=respuesta]").count():
        page.click("[name=respuesta] >> nth=0")
    page.wait_for_selector("text=Puntaje total: 9 de 27")
    page.click("text=Volver a su página")
    page.wait_for_selector("text=por teléfono")
    assert page.inner_text(".person-head").find("CRISIS") >= 0


def test_a_questionnaire_is_read_by_keyboard_alone(enter: Any, people: Any) -> None:
    """Tab to the answer, Enter; the next question stands there."""
    patient, _ = people.julio()
    page = enter(f"/personas/{patient}/tamizaje?cuestionario=phq9")
    page.focus("text=Empezar a leer")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Pregunta 1 de")
    page.focus("[name=respuesta] >> nth=1")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Pregunta 2 de")


def test_a_message_is_written_and_the_reply_appears_by_itself(
    enter: Any, people: Any, database: Any, clock: Any
) -> None:
    """Without a reload; then the word goes back to the bot."""
    patient, _ = people.julio()
    page = enter(f"/personas/{patient}")
    page.click("text=Escribirle por el bot")
    page.fill("#text", "¿Cómo amaneció hoy?")
    page.click(".writing .primary")
    page.wait_for_selector(".talk .out:has-text('¿Cómo amaneció hoy?')")
    with database.begin() as conn:
        held = handovers.of_person(conn, patient)
        assert held is not None
        staff_messages.heard(conn, held, "m1", "Un poco mejor, gracias", clock(), kind=None, danger=False)
    page.wait_for_selector(".talk .in:has-text('Un poco mejor, gracias')")
    page.click("text=Devolver la palabra al bot")
    page.wait_for_selector(".talk .bot:has-text('ya terminó por ahora')")
    assert page.locator("text=Usted tiene la palabra").count() == 0


def test_the_chat_page_shows_what_the_team_writes(address: str, open_page: Any, carrying_bot: CarryingBot) -> None:
    """Beside the bot's bubbles, once, also after the page was left and opened again."""
    page = open_page(f"{address}/chat")
    page.click("#begin")
    page.wait_for_selector("text=Le escucho.")
    carrying_bot.kept.append((7, {"text": "Le escribe Ana, una persona del equipo."}))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("text=Le escribe Ana")
    page.reload()
    page.wait_for_selector("text=Le escribe Ana")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert page.locator("text=Le escribe Ana").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_about_a_person_fit_can_be_touched_and_read(
    enter: Any, people: Any, database: Any, clock: Any, width: int, scheme: str
) -> None:
    """No sideways scroll, targets of 44 pixels, text of 16, contrast AA; with a chart, a conversation, a danger."""
    patient, _ = people.rosa()
    for number, value in ((1, 14), (2, 6)):
        at = clock() - timedelta(days=180 - 90 * number)
        with database.turn("rosa", f"again-{number}", at, "telegram", "qu") as turn:
            turn.record(scored(at, f"r{number}-srq_minsa-1", value))
    page = enter(f"/personas/{patient}", width, 800, color_scheme=scheme, reduced_motion="reduce")
    _looks_right(page, width, "person")
    for path in ("tamizaje", "sesiones", "conversacion"):
        page.goto(page.url.split("/personas/")[0] + f"/personas/{patient}/{path}")
        _looks_right(page, width, path)
    page.click("summary:has-text('Plantillas')")
    page.click("[name=plantilla][value=safe_hour]")
    page.wait_for_selector(".talk .out")
    _looks_right(page, width, "talk")
    page.goto(page.url.split("/personas/")[0] + f"/personas/{patient}/tamizaje?cuestionario=srq_minsa")
    page.click("text=Empezar a leer")
    for _ in range(17):
        page.click("[name=respuesta] >> nth=0")
    page.wait_for_selector("text=Su respuesta muestra peligro")
    _looks_right(page, width, "danger")


def _looks_right(page: Any, width: int, step: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, step
    assert page.evaluate(SMALL_TEXT) == [], step
    assert page.evaluate(LOW_CONTRAST) == [], step
    assert page.evaluate(SMALL_TARGETS) == [], step
