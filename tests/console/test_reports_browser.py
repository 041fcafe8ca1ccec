"""Reports and files in a real browser: a phone's width, the keyboard, printing, and a download."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.console.people import PASSWORD
from tests.followup.cohort import Programme, fill

pytestmark = pytest.mark.browser


@pytest.fixture
def address(serve: Any, make_app: Any, database: Any, clock: Any, add_staff: Any) -> str:
    """A console with a programme of sixty people."""
    add_staff("luz", "supervisor")
    some = Programme(screened=60, positive=45, pfa=36, referred=6, callback=20, quechua=7, aid_again=15)
    fill(database, some, clock() - timedelta(days=95), days=20)
    return str(serve(make_app()).address)


def enter(page: Any) -> None:
    """Luz signs in with the keyboard alone."""
    page.fill("[name=usuario]", "luz")
    page.fill("[name=clave]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lista*")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_report_fits_the_screen(open_page: Any, address: str, width: int) -> None:
    """Nothing is wider than the window; wide tables scroll by themselves and can be reached with the keyboard."""
    page = open_page(f"{address}/login", width=width)
    enter(page)
    for path in ("/reportes?periodo=all&por=district", "/exportes"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{address}/reportes?periodo=all&por=district")
    unreachable = "[...document.querySelectorAll('.scroll')].filter(one => one.tabIndex < 0).length"
    assert page.evaluate(unreachable) == 0


def test_charts_have_names_and_descriptions_for_who_does_not_see_them(open_page: Any, address: str) -> None:
    """Each is one image to a screen reader."""
    page = open_page(f"{address}/login")
    enter(page)
    page.goto(f"{address}/reportes?periodo=all")
    images = page.get_by_role("img", name="Personas en cada paso")
    assert images.count() == 1
    assert "Con malestar: 45" in page.locator("#embudo-desc").text_content()


def test_on_paper_the_controls_are_gone_and_the_figures_stay(open_page: Any, address: str) -> None:
    """What is printed is the report."""
    page = open_page(f"{address}/login")
    enter(page)
    page.goto(f"{address}/reportes?periodo=all")
    page.emulate_media(media="print")
    assert not page.locator(".periods").is_visible()
    assert not page.locator("form.filters").is_visible()
    assert page.get_by_role("heading", name="Actividad").is_visible()


def test_a_period_is_chosen_with_the_keyboard(open_page: Any, address: str) -> None:
    """Days, dimension, Enter."""
    page = open_page(f"{address}/login", width=1280)
    enter(page)
    page.goto(f"{address}/reportes")
    page.fill("[name=desde]", "2026-08-01")
    page.select_option("[name=por]", "sex")
    page.locator("[name=desde]").press("Enter")
    page.wait_for_url("**desde=2026-08-01**")
    assert page.get_by_role("heading", name="Por sexo").is_visible()
    assert page.get_by_role("row", name="Mujer").first.is_visible()


def test_a_file_is_taken_away_after_the_confirmation(open_page: Any, address: str) -> None:
    """Without it the page says what is missing and keeps what was chosen."""
    page = open_page(f"{address}/login")
    enter(page)
    page.goto(f"{address}/exportes")
    page.get_by_text("CSV: una tabla por archivo").click()
    page.get_by_role("button", name="Bajar").click()
    page.get_by_role("alert").get_by_text("Falta marcar").wait_for()
    assert page.locator("[name=formato][value=csv]").is_checked()
    page.locator("[name=confidencial]").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Bajar").click()
    assert download.value.suggested_filename == "uyariq-csv.zip"
