"""Signing in, staying in, and being signed out."""

from __future__ import annotations

from typing import Any

import pytest

from console.limits import Allowance
from console.site import ConsoleSettings
from tests.console.people import PASSWORD, csrf_of


def try_to_sign_in(visitor: Any, username: str, password: str) -> Any:
    """Fill in the form as a person does."""
    form = {"csrf": csrf_of(visitor.get("/login").text), "usuario": username, "clave": password}
    return visitor.post("/login", data=form)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Any, add_staff: Any) -> None:
    """HttpOnly and SameSite=Strict always; Secure when the page came by https."""
    add_staff("ana")
    cookie = try_to_sign_in(client, "ana", PASSWORD).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    client.base_url = "https://testserver"
    client.cookies.clear()
    secure = try_to_sign_in(client, "ana", PASSWORD).headers["set-cookie"]
    assert "Secure" in secure


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Any, add_staff: Any) -> None:
    """Nobody learns which accounts there are."""
    add_staff("ana")
    wrong_password = try_to_sign_in(client, "ana", "otra clave distinta")
    wrong_name = try_to_sign_in(client, "nadie", PASSWORD)
    assert wrong_password.status_code == wrong_name.status_code == 401
    assert wrong_password.text == wrong_name.text
    assert "uyariq_session" not in wrong_password.headers.get("set-cookie", "")


def test_after_five_wrong_tries_the_right_password_does_not_help_either(
    client: Any, add_staff: Any, clock: Any
) -> None:
    """The account rests; a quarter of an hour later it opens again."""
    add_staff("ana")
    for _ in range(5):
        assert try_to_sign_in(client, "ana", "una clave errada").status_code == 401
    assert try_to_sign_in(client, "ana", PASSWORD).status_code == 401
    clock.pass_time(minutes=16)
    assert try_to_sign_in(client, "ana", PASSWORD).status_code == 303


def test_one_address_cannot_try_endlessly(make_client: Any, add_staff: Any) -> None:
    """Each try costs the server real work, so they are rationed."""
    add_staff("ana")
    visitor = make_client(settings=ConsoleSettings(login_allowance=Allowance(burst=2, per_minute=1)))
    answers = [try_to_sign_in(visitor, "nadie", "x" * 12).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_the_sign_in_form_needs_its_own_cookie(client: Any, add_staff: Any) -> None:
    """Another site cannot sign somebody in to an account of its own."""
    add_staff("ana")
    token = csrf_of(client.get("/login").text)
    client.cookies.clear()
    answer = client.post("/login", data={"csrf": token, "usuario": "ana", "clave": PASSWORD})
    assert answer.status_code == 403


def test_signing_out_ends_the_session_in_the_database_too(add_staff: Any, sign_in: Any) -> None:
    """A cookie that somebody copied is worth nothing afterwards."""
    add_staff("ana")
    browser = sign_in("ana")
    copied = dict(browser.cookies)
    token = csrf_of(browser.get("/lista").text)
    assert browser.post("/salir", data={"csrf": token}).headers["location"] == "/login"
    browser.cookies.clear()
    for name, value in copied.items():
        browser.cookies.set(name, value)
    assert browser.get("/lista").headers["location"] == "/login"


def test_who_does_nothing_for_two_hours_is_signed_out(add_staff: Any, sign_in: Any, clock: Any) -> None:
    """Reading a page keeps the session; the page's own refreshing does not."""
    add_staff("ana")
    browser = sign_in("ana")
    clock.pass_time(minutes=110)
    assert browser.get("/lista").status_code == 200
    clock.pass_time(minutes=110)
    assert browser.get("/lista/tarjetas").status_code == 200
    clock.pass_time(minutes=20)
    assert browser.get("/lista/tarjetas").status_code == 401
    assert browser.get("/lista").headers["location"] == "/login"


def test_a_password_given_by_somebody_else_has_to_be_changed_first(add_staff: Any, sign_in: Any, client: Any) -> None:
    """Until then every page leads there; the new password signs in, the old one does not."""
    add_staff("ana", must_change_password=True)
    browser = sign_in("ana")
    assert browser.get("/lista").headers["location"] == "/clave"
    token = csrf_of(browser.get("/clave").text)
    new = "otra clave de prueba"
    form = {"csrf": token, "actual": PASSWORD, "nueva": new, "repetida": new}
    assert browser.post("/clave", data=form).headers["location"] == "/inicio"
    assert browser.get("/lista").status_code == 200
    assert try_to_sign_in(client, "ana", PASSWORD).status_code == 401
    assert try_to_sign_in(client, "ana", new).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("no es la mía", "otra clave de prueba", "otra clave de prueba", "actual no es correcta"),
        (PASSWORD, "otra clave de prueba", "otra clave distinta", "no son iguales"),
        (PASSWORD, "corta", "corta", "muy corta"),
        (PASSWORD, PASSWORD, PASSWORD, "distinta de la actual"),
    ],
)
def test_a_password_change_that_does_not_fit_says_why(
    add_staff: Any, sign_in: Any, old: str, new: str, again: str, words: str
) -> None:
    """Nothing is changed then."""
    add_staff("ana")
    browser = sign_in("ana")
    token = csrf_of(browser.get("/clave").text)
    answer = browser.post("/clave", data={"csrf": token, "actual": old, "nueva": new, "repetida": again})
    assert answer.status_code == 400
    assert words in answer.text
    assert browser.get("/lista").status_code == 200
