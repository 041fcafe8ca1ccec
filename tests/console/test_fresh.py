"""Parts that are asked for every few seconds: nothing is made while nothing changed, and a change shows at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from console.fresh import TIME_SHOWN
from screening import events as said
from tests.console.people import csrf_of

PARTS = ("/lista/tarjetas", "/supervision/tarjetas")
FEW = 3
"""Questions to the database of an answer without a page: the session, and the two of the mark."""


@pytest.fixture
def luz(add_staff: Any, sign_in: Any) -> Any:
    """The browser of a supervisor."""
    add_staff("luz", "supervisor")
    return sign_in("luz")


@pytest.fixture
def ana(add_staff: Any, sign_in: Any) -> Any:
    """The browser of a counselor."""
    add_staff("ana")
    return sign_in("ana")


def again(browser: Any, tag: str, address: str = PARTS[0]) -> Any:
    """The part, asked for by a page that shows what the tag stands for."""
    return browser.get(address, headers={"If-None-Match": tag})


def tag_of(browser: Any, address: str = PARTS[0]) -> str:
    """Of the part as it is now."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return str(answer.headers["etag"])


@pytest.mark.parametrize("address", PARTS)
def test_while_nothing_changed_there_is_no_page(luz: Any, people: Any, address: str) -> None:
    """304, without a body, still never kept by a cache; also when a server in between has made the tag strong."""
    people.rosa()
    tag = tag_of(luz, address)
    for one in (tag, tag.removeprefix("W/")):
        answer = again(luz, one, address)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["cache-control"] == "no-store"


def test_an_answer_without_a_page_asks_the_database_next_to_nothing(luz: Any, people: Any, database: Any) -> None:
    """However many cases there are."""
    people.rosa()
    tag = tag_of(luz)
    asked: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(database.engine, "before_cursor_execute", note)
    assert again(luz, tag).status_code == 304
    few = len(asked)
    assert again(luz, "").status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    assert few <= FEW < len(asked) - few


def test_what_a_colleague_takes_is_sent_at_once(ana: Any, luz: Any, people: Any) -> None:
    """And what they give back."""
    _, task = people.rosa()
    tag = tag_of(luz)
    form = {"csrf": csrf_of(ana.get("/lista").text)}
    ana.post(f"/casos/{task}/tomar", data=form)
    taken = again(luz, tag)
    assert (taken.status_code, "Lo tiene Ana" in taken.text) == (200, True)
    ana.post(f"/casos/{task}/soltar", data=form)
    given_back = again(luz, taken.headers["etag"])
    assert (given_back.status_code, "Lo tiene Ana" in given_back.text) == (200, False)


def test_a_new_case_and_a_new_warning_are_sent_at_once(luz: Any, people: Any, database: Any, clock: Any) -> None:
    """Somebody in danger, and that it is not safe to leave a message."""
    people.julio()
    tag = tag_of(luz)
    people.rosa()
    shown = again(luz, tag)
    assert shown.status_code == 200
    with database.turn("julio", "later", clock(), "telegram", "es") as turn:
        turn.record([said.ContactPreferenceGiven(at=clock(), field="voicemail", value="no")])
    assert again(luz, shown.headers["etag"]).status_code == 200


def test_time_alone_makes_the_part_again_but_sends_only_what_differs(luz: Any, people: Any, clock: Any) -> None:
    """«vence en 15 min» must not stand still; the same words are not sent twice."""
    people.rosa()
    clock.pass_time(seconds=TIME_SHOWN)
    tag = tag_of(luz)
    clock.pass_time(seconds=TIME_SHOWN)
    same = again(luz, tag)
    assert same.status_code == 304
    assert same.headers["etag"] != tag, "the browser learns from what it is now made"
    clock.pass_time(minutes=10)
    assert again(luz, same.headers["etag"]).status_code == 200


def test_a_tag_is_worth_nothing_to_somebody_else_or_elsewhere(ana: Any, luz: Any, people: Any) -> None:
    """Another person, another view, another language: each has its own."""
    people.rosa()
    tag = tag_of(luz)
    assert again(ana, tag).status_code == 200
    assert again(luz, tag, "/lista/tarjetas?ver=crisis").status_code == 200
    token = csrf_of(luz.get("/clave").text)
    luz.post("/idioma", data={"csrf": token, "lengua": "qu", "volver": "/lista"})
    assert again(luz, tag).status_code == 200


def test_without_a_session_a_tag_opens_nothing(luz: Any, people: Any) -> None:
    """The page then hides itself."""
    people.rosa()
    tag = tag_of(luz)
    luz.cookies.clear()
    assert again(luz, tag).status_code == 401
