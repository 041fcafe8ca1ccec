"""The console in Quechua on a 360 px phone, in a real browser: nothing is cut off, scripts speak it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from console.app import routes
from console.staff_language import words_in
from console.visit import StaffRoute
from followup import staff
from tests.console.filled import Filled, whole_pages
from tests.console.measures import SMALL_TARGETS
from tests.console.people import PASSWORD

pytestmark = pytest.mark.browser

QUECHUA = "qu"
WIDTH, HEIGHT = 360, 740
TOO_WIDE = """(width) => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && !node.closest(".scroll, .hidden, .skip, svg, dialog"))
  .filter((node) => node.getBoundingClientRect().right > width + 1)
  .map((node) => node.tagName + "." + node.className + ": " + node.textContent.trim().slice(0, 40))"""
PICTURES = os.environ.get("UYARIQ_PICTURES")
"""A folder for screenshots, for whoever wants to look at them."""


@pytest.fixture
def filled(make_app: Any, database: Any, clock: Any, people: Any, add_staff: Any, library: Any) -> Filled:
    """A console with something on every page, in which everybody reads Quechua."""
    made = Filled(make_app, database, clock, people, add_staff, library)
    with database.begin() as conn:
        for one in staff.everyone(conn):
            staff.read_in(conn, one.id, QUECHUA)
    return made


def test_no_page_is_wider_than_a_phone(filled: Filled, serve: Any, chromium: Any) -> None:
    """Quechua words are longer than Spanish ones: they wrap, nothing sticks out to the side."""
    address = serve(filled.app).address
    wide: dict[str, Any] = {}
    for path in for_staff():
        context = chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="es-PE")
        kept = filled.visitor(path).cookies
        context.add_cookies([{"name": one.name, "value": one.value, "url": address} for one in kept.jar])
        page = context.new_page()
        answer = page.goto(f"{address}{filled.addresses[path]}")
        assert answer.status == 200, path
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        overflow = page.evaluate("document.documentElement.scrollWidth")
        if overflow > WIDTH:
            wide[path] = (overflow, page.evaluate(TOO_WIDE, WIDTH)[:4])
        take_picture(page, path)
        context.close()
    assert wide == {}


def for_staff() -> list[str]:
    """Whole pages for staff."""
    shown = {route.path for route in routes() if isinstance(route, StaffRoute)}
    return [path for path in whole_pages() if path in shown]


def take_picture(page: Any, path: str) -> None:
    """A screenshot, where a folder for it was named."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{path.strip('/').replace('/', '_') or 'start'}.png", full_page=True)


def test_the_menu_of_the_account_changes_the_language_and_back(
    make_app: Any, serve: Any, open_page: Any, add_staff: Any, people: Any
) -> None:
    """Sign in, choose Runasimi, stay on the page, come back to Spanish; the buttons are large enough for a thumb."""
    people.rosa()
    add_staff("ana")
    page = open_page(f"{serve(make_app()).address}/login", WIDTH, HEIGHT)
    page.fill("[name=usuario]", "ana")
    page.fill("[name=clave]", PASSWORD)
    page.press("[name=clave]", "Enter")
    page.wait_for_url("**/lista")
    assert page.locator("html").get_attribute("lang") == "es"
    page.goto(page.url + "?telefono=si")
    page.click(".who summary")
    page.click("[name=lengua][value=qu]")
    page.wait_for_url("**/lista?telefono=si")
    assert page.locator("html").get_attribute("lang") == QUECHUA
    page.click(".who summary")
    assert page.evaluate(SMALL_TARGETS) == []
    take_picture(page, "menu")
    page.click("[name=lengua][value=es]")
    page.wait_for_function("document.documentElement.lang === 'es'")


def test_scripts_speak_quechua(make_app: Any, serve: Any, open_page: Any, add_staff: Any, people: Any) -> None:
    """What a script writes into the page comes from the catalog as well."""
    people.rosa()
    add_staff("ana")
    page = open_page(f"{serve(make_app()).address}/login?lang=qu", WIDTH, HEIGHT)
    page.fill("[name=usuario]", "ana")
    page.fill("[name=clave]", PASSWORD)
    page.press("[name=clave]", "Enter")
    page.wait_for_url("**/lista")
    page.click(".who summary")
    page.click("[name=lengua][value=qu]")
    page.wait_for_function("document.documentElement.lang === 'qu'")
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wanted = words_in(QUECHUA).texts["Sin conexión: la lista puede estar vieja."]
    page.wait_for_function(
        "(words) => document.getElementById('fresh').textContent === words", arg=wanted, timeout=20000
    )
