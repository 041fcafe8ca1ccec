"""A reviewer in a real browser: approve by keyboard, correct on a phone, record with the microphone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.console.desk import Desk, ogg
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.people import PASSWORD
from tests.console.test_axe_browser import AXE, RULES, RUN

pytestmark = pytest.mark.browser

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
TEXT = "srq_minsa.srq_1.explain"
LENGTH = """async () => {
  const answer = await fetch(document.querySelector('.voices audio[src*="voz=qu"]').src);
  const decoded = await new AudioContext().decodeAudioData(await answer.arrayBuffer());
  return decoded.duration;
}"""
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser with a microphone that hums."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; install the package chromium")
        pytest.skip(f"{CHROMIUM} is missing; install the package chromium to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_OPTIONS, *MICROPHONE])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules as a script."""
    if not AXE.exists():
        if os.environ.get("CI"):
            pytest.fail(f"axe-core is missing; `npm ci --prefix {AXE.parents[2]}` puts it in place")
        pytest.skip("axe-core is missing")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def shelf(tmp_path: Path, database: Any) -> Desk:
    """The project's catalog, to write in."""
    return Desk(tmp_path, database)


@pytest.fixture
def enter(make_app: Any, serve: Any, shelf: Desk, open_page: Any, add_staff: Any) -> Any:
    """Rosa, a reviewer, signs in."""
    address = str(serve(make_app(translations=shelf.desk)).address)
    add_staff("rosa", "reviewer", languages=("qu", "quy"))

    def go_in(width: int = 1280, height: int = 800, **options: Any) -> Any:
        page = open_page(f"{address}/login", width, height, **options)
        page.fill("[name=usuario]", "rosa")
        page.fill("[name=clave]", PASSWORD)
        page.press("[name=clave]", "Enter")
        page.wait_for_url("**/inicio")
        return page

    return go_in


def address_of(page: Any, path: str) -> str:
    """A page of the same console."""
    return f"{page.url.split('/inicio')[0]}{path}"


def test_the_queue_is_worked_by_keyboard_alone(enter: Any, shelf: Desk, library: Any) -> None:
    """a approves and leads on; e goes into the words, Escape out of them; n puts off."""
    page = enter()
    page.goto(address_of(page, "/traducciones/revisar?idioma=qu"))
    first = page.input_value("#review [name=texto]")
    page.keyboard.press("a")
    page.wait_for_url("**aviso=approved**")
    second = page.input_value("#review [name=texto]")
    assert second != first
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "traduccion"
    page.keyboard.press("Control+End")
    page.keyboard.type(" Arí.")
    assert page.inner_text("#approve") == "Guardar el cambio y aprobar"
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url("**aviso=changed**")
    third = page.input_value("#review [name=texto]")
    page.keyboard.press("n")
    page.wait_for_url(lambda address: "despues" not in address and third not in address)
    text = next(one for one in shelf.desk.texts(library) if one.context == second)
    assert shelf.catalog.translate(text.context, text.text, "qu").endswith(" Arí.")


def test_a_voice_is_recorded_heard_and_kept(enter: Any, shelf: Desk) -> None:
    """The microphone is asked for on this page only; what is kept is what the bot sends, and it plays."""
    page = enter()
    page.goto(address_of(page, f"/traducciones/texto?idioma=qu&texto={TEXT}"))
    form = page.locator("[data-record]").last
    form.locator("[data-start]").click()
    form.locator("[data-stop]").wait_for()
    page.wait_for_timeout(1500)
    form.locator("[data-stop]").click()
    form.locator("[data-play]").wait_for()
    assert "Escúchelo" in form.locator("[data-status]").inner_text()
    form.locator("[data-play]").click()
    form.locator("button.primary").click()
    page.wait_for_url("**aviso=recorded**")
    assert shelf.voice.listed() == [("qu", TEXT)]
    seconds = page.evaluate(LENGTH)
    assert 0.5 < seconds < 20


def test_it_fits_a_phone(enter: Any) -> None:
    """360 pixels: nothing beside the screen, nothing too small to touch or read."""
    page = enter(360, 740)
    for path in ("/traducciones", "/traducciones/archivos", f"/traducciones/texto?idioma=quy&texto={TEXT}&cola=1"):
        page.goto(address_of(page, path) if "/inicio" in page.url else f"{page.url.split('/traducciones')[0]}{path}")
        assert not page.evaluate(WIDER_THAN_SCREEN), path
        assert page.evaluate(SMALL_TEXT) == [], path
        assert page.evaluate(LOW_CONTRAST) == [], path
        small = [one for one in page.evaluate(SMALL_TARGETS) if one != "Ir al contenido"]
        assert small == [], path


def test_without_scripts_a_text_is_corrected(enter: Any, shelf: Desk, library: Any) -> None:
    """An old phone has forms, too."""
    page = enter(360, 740, java_script_enabled=False)
    page.goto(address_of(page, f"/traducciones/texto?idioma=qu&texto={TEXT}"))
    page.fill("#traduccion", "Uma nanaymanta tapukuchkani.")
    page.click("#approve")
    page.wait_for_url("**aviso=changed**")
    text = next(one for one in shelf.desk.texts(library) if one.context == TEXT)
    assert shelf.catalog.translate(text.context, text.text, "qu") == "Uma nanaymanta tapukuchkani."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_a_text_breaks_a_rule_of_axe(enter: Any, shelf: Desk, axe: str, scheme: str) -> None:
    """With a recording, a doubt, a history, a conflict, a file full of mistakes: WCAG 2.2 A and AA."""
    page = enter(360, 740, color_scheme=scheme, bypass_csp=True)
    root = page.url.split("/inicio")[0]
    text = f"{root}/traducciones/texto?idioma=qu&texto={TEXT}"
    shelf.voice.put("qu", TEXT, ogg(), "Huk simikuna")
    page.goto(text)
    page.fill("#comentario", "¿Se dice así?")
    page.click("#doubt")
    page.wait_for_url("**aviso=doubt**")
    wrong = {"doubt": violations(page, axe)}
    page.fill("#traduccion", "Uma nanaymanta tapukuchkani.")
    page.evaluate("document.querySelector('#review [name=visto]').value = '999'")
    page.click("#approve")
    page.wait_for_url("**aviso=changed**")
    page.evaluate("document.querySelector('#review [name=visto]').value = '999'")
    page.click("#approve")
    page.wait_for_selector("[role=alert]")
    wrong["conflict"] = violations(page, axe)
    page.goto(f"{root}/traducciones?idioma=quy&estado=reserved")
    wrong["list"] = violations(page, axe)
    page.goto(f"{root}/traducciones/archivos")
    content = b'msgid ""\nmsgstr ""\n\nmsgctxt "nobody"\nmsgid "Hola"\nmsgstr "Allinllachu"\n'
    page.set_input_files("#archivo", {"name": "qu.po", "mimeType": "text/plain", "buffer": content})
    page.click("[value=importar]")
    page.wait_for_selector("[role=alert]")
    assert "línea 5" in page.inner_text("main")
    wrong["file"] = violations(page, axe)
    assert wrong == {"doubt": [], "conflict": [], "list": [], "file": []}


def violations(page: Any, axe: str) -> list[str]:
    """What axe finds on the page as it stands, with everything unfolded."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    page.evaluate(axe)
    found = page.evaluate(RUN, [None, RULES])
    assert found["passes"] > 3
    return list(found["violations"])
