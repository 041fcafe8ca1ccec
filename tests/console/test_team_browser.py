"""The list and the supervisor's board in a real browser: two people at one list, one tap, board and phone."""

from __future__ import annotations

from typing import Any

import pytest

from followup import worklist
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT
from tests.console.people import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def address(make_app: Any, serve: Any, add_staff: Any) -> str:
    """The console, with Ana and Luz, who supervises and speaks Quechua."""
    add_staff("ana")
    add_staff("luz", "supervisor", languages=("es", "qu"))
    return str(serve(make_app()).address)


@pytest.fixture
def enter(address: str, open_page: Any) -> Any:
    """Somebody signs in and stands before the list."""

    def go_in(name: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
        page = open_page(f"{address}/login", width, height, **options)
        page.fill("[name=usuario]", name)
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


def refresh(page: Any) -> None:
    """The page reads itself again as it does when somebody comes back to its window."""
    with page.expect_response("**/tarjetas**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(100)


def test_two_people_who_take_one_case_at_once_get_one_each_or_none(
    enter: Any, people: Any, database: Any, clock: Any
) -> None:
    """The slower one is told and stays at the list, where the case stands with its holder."""
    _, rosa = people.rosa()
    ana, luz = enter("ana"), enter("luz")
    ana.click(".card [data-take]")
    ana.wait_for_url("**/personas/**")
    luz.click(".card [data-take]")
    luz.wait_for_url("**/lista?aviso=taken")
    assert "acaba de tomar ese caso" in luz.inner_text(".saved")
    assert luz.inner_text(".held") == "Lo tiene Ana"
    assert card_of(database, clock, rosa).owner_name == "Ana"


def test_what_another_takes_shows_without_a_reload(enter: Any, people: Any) -> None:
    """Luz sees who has the case."""
    people.rosa()
    luz, ana = enter("luz"), enter("ana")
    ana.click(".card [data-take]")
    ana.wait_for_url("**/personas/**")
    refresh(luz)
    assert luz.inner_text(".held") == "Lo tiene Ana"


def test_what_another_takes_shows_by_itself_within_five_seconds(enter: Any, people: Any) -> None:
    """Nobody touches the page; until then it asked and was told that nothing is new, without a page."""
    people.rosa()
    luz, ana = enter("luz"), enter("ana")
    answers: list[tuple[int, str]] = []
    luz.on("response", lambda one: answers.append((one.status, one.url)) if "/tarjetas" in one.url else None)
    luz.wait_for_timeout(11_000)
    assert [status for status, _ in answers] == [200, 304]
    ana.click(".card [data-take]")
    ana.wait_for_url("**/personas/**")
    luz.wait_for_selector(".held", timeout=5_500)
    assert luz.inner_text(".held") == "Lo tiene Ana"


def test_a_result_is_recorded_from_the_list_by_one_tap_or_one_key(
    enter: Any, people: Any, database: Any, clock: Any
) -> None:
    """On a case of one's own; the number of the key is that of the person's page."""
    julio, carmen = people.julio()[1], people.carmen()[1]
    page = enter("ana")
    for task in (julio, carmen):
        page.click(f"[data-task='{task}'] [data-take]")
        page.wait_for_url("**/personas/**")
        page.goto(page.url.split("/personas")[0] + "/lista")
    page.click(f"[data-task='{julio}'] .quick >> text=Ocupado o apagado")
    page.wait_for_url("**/siguiente**")
    assert card_of(database, clock, julio).last_result == "busy_or_off"
    page.goto(page.url.split("/lista")[0] + "/lista")
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.wait_for_url("**/siguiente**")
    assert card_of(database, clock, carmen).last_result == "no_answer"


def test_the_form_asks_for_the_language_and_for_safe_contact_only_where_they_fit(enter: Any, people: Any) -> None:
    """The language when it was another; safe contact when somebody was talked to; its fields when it changed."""
    people.julio()
    page = enter("ana")
    page.click(".card [data-take]")
    page.wait_for_url("**/personas/**")
    assert page.is_hidden("#safe-again")
    assert page.is_hidden("#heard-field")
    page.keyboard.press("1")
    assert page.is_visible("#safe-again")
    assert page.is_hidden("#safe-answers")
    page.click("text=Cambió algo")
    assert page.is_visible("#safe-answers")
    page.check("[value=language_mismatch]", force=True)
    assert page.is_visible("#heard-field")
    page.check("[value=no_answer]", force=True)
    assert page.is_hidden("#safe-again")
    assert page.is_hidden("#heard-field")


def test_filters_are_in_the_address_and_a_view_is_kept_from_it(enter: Any, people: Any) -> None:
    """Choosing a filter is enough; the address can be sent to a colleague."""
    people.rosa()
    people.julio()
    page = enter("ana")
    page.select_option("[name=idioma]", "quy")
    page.wait_for_url("**idioma=quy**")
    assert page.locator(".card").count() == 1
    page.click(".saved-views summary")
    page.fill("[name=nombre]", "Mis chanka")
    page.click(".keep-view button")
    page.wait_for_url("**aviso=view_kept")
    page.goto(page.url.split("?")[0])
    assert page.locator(".card").count() == 2
    page.click(".saved-views summary")
    page.click("text=Mis chanka")
    page.wait_for_url("**idioma=quy")
    assert page.locator(".card").count() == 1


def test_the_board_reads_itself_and_a_choice_in_hand_is_not_taken_away(enter: Any, people: Any, clock: Any) -> None:
    """A case that falls due appears; while somebody chooses a name the list stands still."""
    _, rosa = people.rosa()
    page = enter("luz")
    page.click("text=Supervisión")
    page.wait_for_url("**/supervision")
    assert page.locator(".card").count() == 0
    clock.pass_time(minutes=20)
    refresh(page)
    assert page.get_attribute(".card", "data-task") == rosa
    page.select_option(".give select", label=page.locator(".give option").nth(1).inner_text())
    page.focus(".give select")
    people.carmen()
    clock.pass_time(minutes=50)
    refresh(page)
    assert page.input_value(".give select") != ""
    page.click(".give button")
    page.wait_for_url("**aviso=assigned")
    assert "Lo tiene" in page.inner_text(f"[data-task='{rosa}']")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_pages_of_the_team_fit_can_be_touched_and_read(
    enter: Any, people: Any, clock: Any, width: int, scheme: str
) -> None:
    """No sideways scroll, targets of 44 pixels, text of 16, contrast AA: with own cases, late cases, saved views."""
    people.rosa()
    people.julio()
    page = enter("luz", width, 700, color_scheme=scheme, reduced_motion="reduce")
    page.click(".card:nth-child(2) [data-take]")
    page.wait_for_url("**/personas/**")
    clock.pass_time(minutes=20)
    root = page.url.split("/personas")[0]
    for address in ("/lista", "/supervision", "/avisos"):
        page.goto(f"{root}{address}")
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.evaluate(SMALL_TEXT) == [], address
        assert page.evaluate(LOW_CONTRAST) == [], address
        assert page.evaluate(SMALL_TARGETS) == [], address
