"""Signing in by two steps, setting it up, and roles that cannot work without it."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest

from console.headers import CONTENT_SECURITY_POLICY
from console.site import ConsoleSettings
from tests.console.people import PASSWORD, csrf_of

PAGE = "/clave/segundo-paso"
SECRET = re.compile(r'<code class="long">([A-Z2-7]+)</code>')
RECOVERY = re.compile(r"<code>([a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5})</code>")


def token_of(browser: Any) -> str:
    """The session's form token."""
    return csrf_of(browser.get("/clave").text)


def set_up(browser: Any, clock: Any) -> tuple[pyotp.TOTP, list[str]]:
    """Scans the picture and types the first code: the phone, and the recovery codes."""
    page = browser.post(f"{PAGE}/empezar", data={"csrf": token_of(browser)})
    assert "<svg" in page.text
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    phone = pyotp.TOTP(SECRET.findall(page.text)[0])
    done = browser.post(f"{PAGE}/activar", data={"csrf": token_of(browser), "codigo": phone.at(clock())})
    clock.pass_time(minutes=1)
    return phone, RECOVERY.findall(done.text)


def first_half(visitor: Any, username: str = "ana") -> Any:
    """The right password."""
    form = {"csrf": csrf_of(visitor.get("/login").text), "usuario": username, "clave": PASSWORD}
    return visitor.post("/login", data=form)


def second_half(visitor: Any, code: str) -> Any:
    """The code."""
    return visitor.post("/login/codigo", data={"csrf": csrf_of(visitor.get("/login/codigo").text), "codigo": code})


@pytest.fixture
def ana(add_staff: Any, sign_in: Any, clock: Any) -> tuple[pyotp.TOTP, list[str]]:
    """Ana has set it up: her phone and her recovery codes."""
    add_staff("ana")
    return set_up(sign_in("ana"), clock)


def test_after_the_password_the_code_is_asked_for(client: Any, ana: Any, clock: Any) -> None:
    """Between the two nothing is open; with the code everything is."""
    phone, _ = ana
    assert first_half(client).headers["location"] == "/login/codigo"
    assert client.get("/lista").headers["location"] == "/login"
    assert second_half(client, phone.at(clock())).headers["location"] == "/inicio"
    assert client.get("/lista").status_code == 200


def test_a_code_that_was_seen_over_the_shoulder_is_too_late(make_client: Any, ana: Any, clock: Any) -> None:
    """The same code in another browser, seconds later."""
    phone, _ = ana
    mine, other = make_client(), make_client()
    first_half(mine), first_half(other)
    code = phone.at(clock())
    assert second_half(mine, code).status_code == 303
    refused = second_half(other, code)
    assert refused.status_code == 401
    assert "sirve una sola vez" in refused.text
    assert other.get("/lista").headers["location"] == "/login"


def test_a_recovery_code_opens_once(make_client: Any, ana: Any) -> None:
    """For the day on which the phone is lost."""
    _, recovery = ana
    assert len(recovery) == 8
    for expected in (303, 401):
        visitor = make_client()
        first_half(visitor)
        assert second_half(visitor, recovery[0]).status_code == expected


def test_the_first_half_does_not_last(client: Any, ana: Any, clock: Any) -> None:
    """Somebody leaves the browser standing there."""
    phone, _ = ana
    first_half(client)
    clock.pass_time(minutes=11)
    assert client.get("/login/codigo").headers["location"] == "/login"
    assert client.post("/login/codigo", data={"csrf": "x", "codigo": phone.at(clock())}).status_code == 403


def test_without_the_password_there_is_no_code_to_type(client: Any, ana: Any) -> None:
    """A stranger is sent to the door."""
    assert client.get("/login/codigo").headers["location"] == "/login"


def test_a_wrong_first_code_shows_the_same_picture_again(add_staff: Any, sign_in: Any) -> None:
    """Nothing is switched on by it."""
    add_staff("ana")
    browser = sign_in("ana")
    first = browser.post(f"{PAGE}/empezar", data={"csrf": token_of(browser)}).text
    again = browser.post(f"{PAGE}/activar", data={"csrf": token_of(browser), "codigo": "000000"})
    assert again.status_code == 400
    assert SECRET.findall(again.text) == SECRET.findall(first)
    assert "Empezar" in browser.get(PAGE).text


def test_a_role_that_needs_it_sees_nothing_else_before(make_app: Any, add_staff: Any, clock: Any) -> None:
    """Every page leads there; who has set it up works as usual; it cannot be taken off."""
    from starlette.testclient import TestClient

    add_staff("ana")
    settings = ConsoleSettings(second_step_roles=frozenset({"counselor"}))
    browser = TestClient(make_app(settings=settings), follow_redirects=False)
    first_half(browser)
    assert browser.get("/lista").headers["location"] == PAGE
    assert "Su rol necesita" in browser.get(PAGE).text
    set_up(browser, clock)
    assert browser.get("/lista").status_code == 200
    refused = browser.post(f"{PAGE}/quitar", data={"csrf": token_of(browser), "clave": PASSWORD})
    assert refused.status_code == 400
    assert "no se puede quitar" in refused.text


def test_taking_it_off_needs_the_password(client: Any, ana: Any, clock: Any) -> None:
    """An open browser on a table is not enough."""
    phone, _ = ana
    first_half(client)
    second_half(client, phone.at(clock()))
    assert client.post(f"{PAGE}/quitar", data={"csrf": token_of(client), "clave": "otra"}).status_code == 400
    done = client.post(f"{PAGE}/quitar", data={"csrf": token_of(client), "clave": PASSWORD})
    assert done.status_code == 303
    client.cookies.clear()
    assert first_half(client).headers["location"] == "/inicio"
