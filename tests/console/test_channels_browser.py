"""Channels and voice notes in a real browser: on a phone nothing sticks out, and everything can be reached and read."""

from __future__ import annotations

import io
import math
import struct
import wave
from typing import Any

import pytest

from bot.gateway.alerts import Alerts
from bot.gateway.board import Board
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from console.channels import Channels, Template
from console.site import ConsoleSettings
from followup import voice_notes
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.people import PASSWORD

pytestmark = pytest.mark.browser
WIDER_THAN_THE_PAGE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def tone() -> bytes:
    """A second of sound that every browser plays."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 3))) for n in range(8000)))
    return kept.getvalue()


@pytest.fixture
def enter(make_app: Any, serve: Any, open_page: Any, add_staff: Any, database: Any) -> Any:
    """Sara, a supervisor, signs in."""
    templates = [Template("rescreen", language, f"uyariq_rescreen_{language}", "pending") for language in ("es", "qu")]
    channels = Channels(Board(database.writer), templates)
    address = serve(make_app(channels=channels, settings=ConsoleSettings(listeners=True))).address
    add_staff("sara", "supervisor")

    def go_in(path: str, width: int) -> Any:
        page = open_page(f"{address}/login", width, 740)
        page.fill("[name=usuario]", "sara")
        page.fill("[name=clave]", PASSWORD)
        page.press("[name=clave]", "Enter")
        page.wait_for_url("**/lista")
        page.goto(f"{address}{path}")
        return page

    return go_in


@pytest.fixture
def troubled(database: Any, clock: Any) -> None:
    """A refused token, something waiting and two dead letters."""
    store = Store(database.writer, Seal(bytes(range(32))))
    Alerts(database.writer, clock)["telegram"] = "token"
    for number, reason in enumerate(("window_closed", "400")):
        store.put(f"whatsapp-{number}", [{"text": "x"}], clock())
        outgoing = store.next_outgoing(f"whatsapp-{number}")
        assert outgoing is not None
        store.dead(outgoing, reason)
    store.put("telegram-1", [{"text": "x"}], clock())


@pytest.fixture
def julio(people: Any, database: Any, clock: Any) -> str:
    """He agreed to be listened to, and sent something."""
    patient, _ = people.julio()
    with database.begin() as conn:
        voice_notes.decide(conn, "julio", True, clock())
        voice_notes.keep(conn, "julio", "m7", tone(), clock())
    return str(patient)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/canales", "/voz"])
def test_pages_fit_and_can_be_read(enter: Any, troubled: None, julio: str, path: str, width: int) -> None:
    """Contrast, size of letters and of what is tapped; no scrolling to the side."""
    page = enter(path, width)
    assert not page.evaluate(WIDER_THAN_THE_PAGE)
    assert page.evaluate(LOW_CONTRAST) == []
    assert page.evaluate(SMALL_TEXT) == []
    assert [name for name in page.evaluate(SMALL_TARGETS) if name and name != "Ir al contenido"] == []


def test_a_dead_letter_is_sent_again_by_keyboard(enter: Any, troubled: None, database: Any) -> None:
    """The button has a name of its own for those who do not see the line beside it."""
    page = enter("/canales", 1280)
    page.focus("button[aria-label^='Enviar otra vez el de']")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "en un minuto" in page.inner_text("[role=status]")
    assert len(Board(database.writer).dead_letters()) == 1


def test_a_voice_note_is_played_and_written_down(enter: Any, julio: str, database: Any) -> None:
    """The player loads the sound from our own address; what was heard opens a crisis and leads to the person."""
    page = enter("/voz", 360)
    played = page.evaluate(
        """() => new Promise(done => {
          const audio = document.querySelector('audio');
          audio.addEventListener('loadedmetadata', () => done('played'));
          audio.addEventListener('error', () => done(`refused ${audio.error.code}`));
          audio.preload = 'auto';
          audio.load();
        })"""
    )
    assert played == "played"
    page.fill("textarea", "Dice que no quiere vivir")
    page.check("[value=urgent]")
    page.click("button.primary")
    page.wait_for_url(f"**/personas/{julio}")
    with database.read() as conn:
        assert [note.result for note in voice_notes.of_person(conn, julio)] == ["urgent"]
