"""A new question by form in a real browser: described in both languages, checked meanwhile, put in its place, tried."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.editor.test_editor_browser import PATIENCE, TITLE, address, broken, desk, notice, open_question
from tests.console.editor.test_editor_browser import running as running
from tests.console.test_axe_browser import AXE

pytestmark = pytest.mark.browser
__all__ = ["address", "desk"]
QUESTION = "¿Siente que la vida no tiene sentido?"
QUECHUA = "¿Kawsayniyki mana imapaqchu?"


def names(page: Any) -> list[str]:
    """The questions as the form shows them."""
    return [
        one.split(" · ")[0].strip() for one in page.locator("summary", has_text="Pregunta safety_").all_inner_texts()
    ]


def test_a_question_is_added_moved_and_taken_out_by_form(desk: Any) -> None:
    """With what else was typed, and Enter saves rather than move anything."""
    page = desk("eva", width=1280, height=900)
    open_question(page)
    page.fill("#f-title", "Otro nombre")
    page.locator("summary", has_text="Agregar una pregunta").click()
    page.fill("#n-text", QUESTION)
    page.locator("[data-findings=nueva] li", has_text="explain").wait_for()
    page.fill("#n-text-q", QUECHUA)
    page.fill("#n-explain", "Si le parece que da igual vivir.")
    page.locator("[data-findings=nueva] li", has_text="explain").wait_for(state="detached")
    page.locator("#n-after").select_option("safety_1")
    page.get_by_role("button", name="Agregar la pregunta").click()
    assert "Agregado al borrador" in notice(page)
    assert [name.split()[1] for name in names(page)][:2] == ["safety_1", "safety_5"]
    assert page.locator("#f-title").input_value() == "Otro nombre"
    assert page.locator("#f-items-1-text-q").input_value() == QUECHUA
    assert page.locator("#f-items-1-text").is_visible(), "what was added is open"

    page.locator("#g-items-1").get_by_role("button", name="Subir").click()
    assert [name.split()[1] for name in names(page)][:2] == ["safety_5", "safety_1"]
    page.locator("summary", has_text="Agregar una pregunta").click()
    page.locator("#n-id").press("Enter")
    page.wait_for_url("**aviso=unchanged*")
    assert [name.split()[1] for name in names(page)][:2] == ["safety_5", "safety_1"]

    page.locator("#g-items-0 > summary").click()
    page.locator("#g-items-0").get_by_text("Quitar…").click()
    page.get_by_role("button", name="Quitar safety_5").click()
    assert "Quitado del borrador" in notice(page)
    assert "safety_5" not in " ".join(names(page))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_form_for_a_new_question_and_the_words_of_danger_break_no_rule_of_access(
    desk: Any, address: str, chromium: Any, width: int
) -> None:
    """On a telephone and on a desk."""
    if not AXE.exists():
        pytest.skip("axe-core is missing")
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.add_cookies(desk("eva").context.cookies())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/editor")
    open_question(page)
    page.locator("summary", has_text="Agregar una pregunta").click()
    page.locator("#g-items-0").get_by_text("Quitar…").click()
    assert broken(page) == []
    page.goto(f"{address}/editor")
    assert page.get_by_role("link", name=TITLE, exact=True).count() == 1
    page.get_by_role("link", name="Palabras de peligro en quechua", exact=True).click()
    page.get_by_role("button", name="Nuevo borrador").click()
    page.fill("#t-frases", "wañuyta munani\nallinllachu")
    page.get_by_role("button", name="Ver qué se encuentra").click()
    page.locator(".heard li").first.wait_for()
    assert "suicidio" in page.locator(".heard li").first.inner_text()
    assert broken(page) == []
    context.close()
