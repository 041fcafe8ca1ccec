"""The counselor's pages in a real browser: Ana works her list by keyboard, by mouse and on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from followup import staff, tasks, worklist
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.people import PASSWORD

pytestmark = pytest.mark.browser

CURRENT = "document.querySelector('.card.current')?.dataset.task ?? null"
FOCUSED = "document.activeElement.closest('.card')?.dataset.task ?? null"


@pytest.fixture
def address(make_app: Any, serve: Any) -> str:
    """The console."""
    return str(serve(make_app()).address)


@pytest.fixture
def enter(address: str, open_page: Any, add_staff: Any) -> Any:
    """Ana signs in and stands before her list."""
    add_staff("ana")

    def go_in(width: int = 1280, height: int = 800, **options: Any) -> Any:
        page = open_page(f"{address}/login", width, height, **options)
        page.fill("[name=usuario]", "ana")
        page.fill("[name=clave]", PASSWORD)
        page.press("[name=clave]", "Enter")
        page.wait_for_url("**/lista")
        return page

    return go_in


def card_of(database: Any, clock: Any, task: str) -> worklist.TaskCard:
    """The case as the database has it."""
    with database.read() as conn:
        card = worklist.card(conn, task, clock(), viewer="")
    assert card is not None
    return card


def test_a_wrong_password_is_said_on_the_page(address: str, open_page: Any) -> None:
    """Aloud, for those who do not see it."""
    page = open_page(f"{address}/login")
    page.fill("[name=usuario]", "ana")
    page.fill("[name=clave]", "no es esta clave")
    page.click("button.primary")
    page.wait_for_selector("[role=alert]")
    assert "no coinciden" in page.inner_text("[role=alert]")


def test_a_case_is_worked_by_keyboard_alone(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """j, c, the number of a result, Enter: called, recorded, next case; u takes it back."""
    rosa, carmen = people.rosa()[1], people.carmen()[1]
    page = enter()
    page.keyboard.press("j")
    assert page.evaluate(CURRENT) == rosa
    page.keyboard.press("j")
    assert page.evaluate(CURRENT) == carmen
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url("**/personas/**")
    assert page.evaluate("document.activeElement.href") == "tel:+51987654321"
    assert card_of(database, clock, rosa).owner_name == "Ana"
    page.keyboard.press("2")
    assert page.is_checked("[value=no_answer]")
    assert page.inner_text("#follows") == "Próximo intento: hoy 10:30."
    page.keyboard.press("Enter")
    page.wait_for_url("**/lista/siguiente**")
    assert card_of(database, clock, rosa).last_result == "no_answer"
    assert page.get_attribute(".card", "data-task") == carmen
    page.keyboard.press("u")
    page.wait_for_url("**/personas/**")
    assert card_of(database, clock, rosa).attempt == 1


def test_enter_opens_the_case_without_taking_it(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """Reading first is allowed."""
    _, task = people.rosa()
    page = enter()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/personas/**")
    assert card_of(database, clock, task).owner_id is None
    assert page.locator("#result").count() == 0


def test_keys_do_nothing_while_somebody_writes(enter: Any, people: Any) -> None:
    """A note with a "2" in it is a note."""
    people.rosa()
    page = enter()
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url("**/personas/**")
    page.click("#note")
    page.keyboard.type("a las 2 ?")
    assert page.input_value("#note") == "a las 2 ?"
    assert page.locator("[name=contacto]:checked").count() == 0
    assert not page.is_visible("#keys")


def test_help_for_the_keys_opens_and_closes(enter: Any) -> None:
    """By ? and by Escape."""
    page = enter()
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")


def test_the_form_shows_only_what_fits_the_result(enter: Any, people: Any) -> None:
    """A talk needs an outcome, a referral its service, an agreement its hour; no answer needs none of them."""
    people.julio()
    page = enter()
    page.click("text=Tomar y llamar")
    page.wait_for_url("**/personas/**")
    assert page.is_hidden("#talk")
    page.keyboard.press("2")
    assert page.is_hidden("#talk")
    page.keyboard.press("1")
    assert page.is_visible("#talk")
    assert page.is_visible("text=Recibió primeros auxilios psicológicos")
    assert page.is_hidden("text=No responde tras todos los intentos")
    assert page.is_hidden("#referral-field")
    page.click("text=Derivada a un servicio")
    assert page.is_visible("#referral-field")
    page.click("text=Recordar llamar después")
    assert page.is_hidden("#referral-field")
    assert page.is_visible("#next-field")
    page.keyboard.press("2")
    assert page.is_hidden("#next-field")
    assert page.locator("[name=disposicion]:checked").count() == 0, "what is hidden is not sent"


def test_a_talk_without_an_outcome_is_not_sent(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """The browser asks for it; the server would refuse it, too."""
    _, task = people.julio()
    page = enter()
    page.click("text=Tomar y llamar")
    page.wait_for_url("**/personas/**")
    page.keyboard.press("1")
    page.click("#save")
    assert "/personas/" in page.url
    assert card_of(database, clock, task).last_result is None
    page.click("text=Recibió primeros auxilios psicológicos")
    page.click("#save")
    page.wait_for_url("**/siguiente**")
    assert card_of(database, clock, task).closed_at is not None


def refresh(page: Any) -> None:
    """The list reads itself again as it does when somebody comes back to its window."""
    with page.expect_response("**/lista/tarjetas**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(100)


def test_a_new_crisis_appears_by_itself_is_announced_and_the_focus_stays(enter: Any, people: Any) -> None:
    """What somebody was about to do is not moved to another person."""
    julio = people.julio()[1]
    page = enter()
    page.keyboard.press("j")
    rosa = people.rosa()[1]
    refresh(page)
    assert page.locator(".card").evaluate_all("cards => cards.map(card => card.dataset.task)") == [rosa, julio]
    assert page.evaluate(CURRENT) == page.evaluate(FOCUSED) == julio
    assert page.text_content("#alarm") == "Hay un caso nuevo en crisis. En total: 1."
    assert page.title().startswith("(1) ")


def test_when_a_case_is_gone_the_focus_goes_to_the_next(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """Not to the top of the page."""
    patient, rosa = people.rosa()
    julio = people.julio()[1]
    page = enter()
    page.keyboard.press("j")
    assert page.evaluate(CURRENT) == rosa
    with database.begin() as conn:
        tasks.cancel_open(conn, patient, "duplicate", clock())
    refresh(page)
    assert page.evaluate(CURRENT) == page.evaluate(FOCUSED) == julio


def test_without_network_the_list_says_that_it_may_be_old(enter: Any, people: Any) -> None:
    """And says it no more when the network is back."""
    people.rosa()
    page = enter()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("text=la lista puede estar vieja")
    page.context.set_offline(False)
    refresh(page)
    assert page.is_hidden("#fresh")


def test_when_the_session_ends_the_screen_is_emptied(enter: Any, people: Any, database: Any) -> None:
    """Nobody finds the list on a computer that was left alone."""
    people.rosa()
    page = enter()
    with database.begin() as conn:
        for person in staff.everyone(conn):
            staff.sign_out_everywhere(conn, person.id)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/login")


def test_two_taps_on_one_button_send_one_form(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """A hasty double click records one call."""
    patient, _ = people.rosa()
    page = enter()
    page.click("text=Tomar y llamar")
    page.wait_for_url("**/personas/**")
    page.keyboard.press("2")
    page.evaluate("() => { const save = document.querySelector('#save'); save.click(); save.click(); }")
    page.wait_for_url("**/siguiente**")
    with database.begin() as conn:
        found = worklist.person(conn, patient, clock(), viewer=None)
    assert found is not None
    assert len(found.calls) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_list_and_person_fit_can_be_touched_and_read(enter: Any, people: Any, width: int, scheme: str) -> None:
    """No sideways scroll, targets of 44 pixels, text of 16, contrast AA."""
    people.rosa()
    people.carmen()
    people.julio()
    page = enter(width, 700, color_scheme=scheme, reduced_motion="reduce")
    for step in ("list", "person", "talk", "next"):
        if step == "person":
            page.click(".card:first-child [data-take]")
            page.wait_for_url("**/personas/**")
        if step == "talk":
            page.check("[value=reached]", force=True)
        if step == "next":
            page.check("[value=no_answer]", force=True)
            page.click("#save")
            page.wait_for_url("**/siguiente**")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step
        assert page.evaluate(SMALL_TEXT) == [], step
        assert page.evaluate(LOW_CONTRAST) == [], step
        assert page.evaluate(SMALL_TARGETS) == [], step


def test_everything_works_without_scripts(enter: Any, people: Any, database: Any, clock: Any) -> None:
    """Take, record, undo: plain forms."""
    _, task = people.rosa()
    page = enter(java_script_enabled=False)
    page.click("text=Tomar y llamar")
    page.wait_for_url("**/personas/**")
    page.check("[value=no_answer]", force=True)
    page.click("#save")
    page.wait_for_url("**/siguiente**")
    assert card_of(database, clock, task).last_result == "no_answer"
    page.click("text=Deshacer")
    page.wait_for_url("**/personas/**")
    assert card_of(database, clock, task).last_result is None
