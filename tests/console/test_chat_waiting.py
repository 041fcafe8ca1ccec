"""The chat page asks for what somebody of the team wrote; it learns of its own person only, and not too often."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from console.app import create_app
from console.limits import Allowance
from console.site import ConsoleSettings

PERSON = "p" * 32


class CarryingBot:
    """A bot that keeps a bubble for one person."""

    async def send(self, person: str, **message: Any) -> list[dict[str, Any]]:
        """As the real one."""
        return []

    def waiting(self, person: str, seen: int) -> list[tuple[int, dict[str, Any]]]:
        """As the real one."""
        return [(7, {"text": "Le escribe Ana"})] if person == PERSON and seen < 7 else []


@pytest.fixture
def visitor(database: Any, library: Any, clock: Any) -> TestClient:
    """Somebody with the chat page open."""
    settings = ConsoleSettings(chat_allowance=Allowance(burst=4, per_minute=1))
    return TestClient(create_app(database, CarryingBot(), library=library, now=clock, settings=settings))


def ask(visitor: TestClient, **document: Any) -> Any:
    """The page's question."""
    return visitor.post("/chat/waiting", json=document)


def test_a_person_gets_what_they_have_not_seen(visitor: TestClient) -> None:
    """With its number, to say next time that it was shown."""
    found = ask(visitor, person=PERSON, seen=0).json()["messages"]
    assert [(one["number"], one["text"], one["buttons"]) for one in found] == [(7, "Le escribe Ana", [])]
    assert ask(visitor, person=PERSON, seen=7).json() == {"messages": []}
    assert ask(visitor, person="q" * 32, seen=0).json() == {"messages": []}


@pytest.mark.parametrize("document", [{"person": PERSON}, {"person": "x", "seen": 0}, {"person": PERSON, "seen": -1}])
def test_what_is_no_question_of_ours_is_refused(visitor: TestClient, document: dict[str, Any]) -> None:
    """Calmly, as everything on this page."""
    assert ask(visitor, **document).status_code == 400
    assert visitor.post("/chat/waiting", json=document, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_asking_too_often_is_slowed_down_and_never_keeps_anybody_from_writing(visitor: TestClient) -> None:
    """The two are counted apart."""
    codes = [ask(visitor, person=PERSON, seen=0).status_code for _ in range(6)]
    assert 429 in codes
    message = {"person": PERSON, "message_id": "m" * 16, "text": "hola"}
    assert visitor.post("/chat/messages", json=message).status_code == 200


def test_a_backend_that_carries_nothing_answers_with_nothing(make_client: Any) -> None:
    """As the terminal and the tests of the page."""
    assert ask(make_client(), person=PERSON, seen=0).json() == {"messages": []}
