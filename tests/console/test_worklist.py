"""The list says who to call next, and why; nobody's name is on it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.console.people import csrf_of


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """A counselor's browser."""
    add_staff("ana")
    return sign_in("ana")


def order(page: str) -> list[str]:
    """Ids of the cases in the order of the cards."""
    return re.findall(r'data-task="([^"]+)"', page)


def words(page: str) -> str:
    """The page as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_cards_stand_in_the_order_of_risk_then_clock(ana: Any, people: Any) -> None:
    """A crisis comes before what fell due earlier."""
    julio, carmen, rosa = people.julio()[1], people.carmen()[1], people.rosa()[1]
    assert order(ana.get("/lista").text) == [rosa, carmen, julio]


def test_a_card_says_risk_clock_language_place_reason_attempt_and_warnings(ana: Any, people: Any) -> None:
    """In words, as a counselor reads them."""
    people.rosa()
    page = words(ana.get("/lista").text)
    for part in (
        "CRISIS",
        "vence en 12 min",
        "Quechua chanka",
        "Huanta",
        "34 años",
        "Dijo que pensó en acabar con su vida",
        "intento 1 de 6",
        "NO dejar mensaje de voz",
        "Otra persona contesta ese celular",
        "Llamar solo: 14:00 a 18:00",
        "Tomar y llamar",
    ):
        assert part in page


def test_names_and_phones_are_nowhere_on_the_list(ana: Any, people: Any) -> None:
    """Also for those who may see them elsewhere."""
    people.rosa()
    page = ana.get("/lista").text
    for secret in ("Rosa", "Quispe", "987654321", "987 654 321", "maíz"):
        assert secret not in page


def test_a_late_case_says_how_late_it_is(ana: Any, people: Any, clock: Any) -> None:
    """By word and by a mark of its own."""
    people.rosa()
    clock.pass_time(hours=1, minutes=30)
    page = ana.get("/lista").text
    assert "venció hace 1 h" in page
    assert 'class="clock late"' in page


def test_what_was_never_asked_counts_as_a_no(ana: Any, people: Any) -> None:
    """Carmen did not say whether a voice message is all right; Julio said yes."""
    people.carmen()
    assert "NO dejar mensaje de voz" in ana.get("/lista").text
    people.julio()
    assert ana.get("/lista").text.count("NO dejar mensaje de voz") == 1


def test_counts_stand_on_top(ana: Any, people: Any) -> None:
    """Crises, what falls due today, what comes later, what was agreed."""
    people.rosa()
    people.carmen()
    people.julio()
    page = words(ana.get("/lista").text)
    assert "1 en crisis" in page
    assert "2 vencen hoy" in page
    assert "0 acordadas" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("idioma=qu", {"rosa"}),
        ("idioma=es", {"julio", "carmen"}),
        ("tipo=callback", {"julio", "carmen"}),
        ("ver=crisis", {"rosa"}),
        ("ver=due", {"julio", "carmen"}),
        ("ver=agreed", set()),
        ("idioma=fr&ver=x&tipo=y&pagina=0", {"rosa", "julio", "carmen"}),
        ("mios=1", set()),
    ],
)
def test_filters_show_who_is_in_and_who_is_out(ana: Any, people: Any, query: str, expected: set[str]) -> None:
    """A filter that is not offered is no filter."""
    tasks = {"rosa": people.rosa()[1], "julio": people.julio()[1], "carmen": people.carmen()[1]}
    assert set(order(ana.get(f"/lista?{query}").text)) == {tasks[name] for name in expected}


def test_an_empty_list_says_when_the_next_case_is_due(ana: Any, people: Any) -> None:
    """And that there is none, when there is none."""
    assert "No hay ningún caso abierto" in ana.get("/lista").text
    people.julio()
    assert "El próximo caso vence hoy 19:00" in words(ana.get("/lista?ver=crisis").text)


def test_the_part_that_refreshes_is_the_same_as_on_the_page(ana: Any, people: Any) -> None:
    """So that a refresh changes nothing when nothing changed."""
    people.rosa()
    assert ana.get("/lista/tarjetas").text.strip() in ana.get("/lista").text


def test_a_case_that_somebody_holds_is_shown_with_its_holder(
    ana: Any, add_staff: Any, sign_in: Any, people: Any
) -> None:
    """And cannot be taken by anybody else."""
    add_staff("luz", "supervisor")
    luz = sign_in("luz")
    _, task = people.rosa()
    assert ana.post(f"/casos/{task}/tomar", data={"csrf": csrf_of(ana.get("/lista").text)}).status_code == 303
    page = luz.get("/lista").text
    assert "Lo tiene Ana" in page
    token = csrf_of(page)
    refused = luz.post(f"/casos/{task}/tomar", data={"csrf": token})
    assert refused.headers["location"] == "/lista?aviso=taken"
    assert "acaba de tomar ese caso" in luz.get(refused.headers["location"]).text
    assert order(ana.get("/lista?mios=1").text) == [task]


def test_more_cases_than_fit_are_on_the_next_page(ana: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody vanishes between two pages."""
    monkeypatch.setattr("console.worklist.PAGE_SIZE", 2)
    everybody = {people.rosa()[1], people.julio()[1], people.carmen()[1]}
    first, second = order(ana.get("/lista").text), order(ana.get("/lista?pagina=2").text)
    assert (len(first), len(second)) == (2, 1)
    assert set(first) | set(second) == everybody


def test_a_notice_in_the_address_is_only_ever_one_of_ours(ana: Any) -> None:
    """Nobody can put words on the page by a link."""
    page = ana.get("/lista?aviso=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "alert(1)" not in page
