"""Who may use what. Every route of the application is walked: one without a declared permission fails here."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Mount, Route

from console.app import routes
from console.permissions import ROLES, Permission, allows
from console.visit import StaffRoute
from tests.console.people import csrf_of

OPEN_TO_ALL = {"/", "/chat", "/chat/messages", "/chat/waiting", "/healthz", "/metrics", "/static"}
OPEN_TO_ALL |= {"/login", "/login/codigo"}
ALL_ROUTES = [route for route in routes() if isinstance(route, StaffRoute)]
GUARDED = [route for route in ALL_ROUTES if route.needs is not Permission.PUBLIC]
NOBODY = "00000000-0000-4000-8000-000000000000"


def name_of(route: StaffRoute) -> str:
    """Readable in the test's name."""
    return f"{sorted(route.methods or ())[-1]} {route.path}"


def address_of(route: StaffRoute, patient: str = NOBODY, task: str = NOBODY) -> str:
    """The route's address with ids filled in."""
    ids = dict.fromkeys(route.param_convertors, NOBODY) | {"patient": patient, "task": task}
    return route.path.format(**ids)


def ask(client: Any, route: StaffRoute, address: str, token: str = "") -> Any:
    """The request that the route is for."""
    if "POST" in (route.methods or ()):
        return client.post(address, data={"csrf": token})
    return client.get(address)


def test_only_the_named_addresses_are_open_to_all() -> None:
    """A route that is neither named here nor declares what it needs is a mistake."""
    open_paths = {route.path for route in routes() if isinstance(route, (Route, Mount)) and _is_open(route)}
    assert open_paths == OPEN_TO_ALL


def _is_open(route: Route | Mount) -> bool:
    return not isinstance(route, StaffRoute) or route.needs is Permission.PUBLIC


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
def test_nobody_gets_in_without_a_session(client: Any, people: Any, route: StaffRoute) -> None:
    """Pages lead to the sign-in page, quiet ones answer 401; nothing about a person is shown, also with real ids."""
    patient, task = people.rosa()
    answer = ask(client, route, address_of(route, patient, task))
    assert answer.status_code == (401 if route.quiet else 303)
    assert answer.headers.get("location", "/login") == "/login"
    assert answer.text == ""


@pytest.mark.parametrize("route", [r for r in GUARDED if r.needs is not Permission.SIGNED_IN], ids=name_of)
def test_the_wrong_role_finds_nothing_there(add_staff: Any, sign_in: Any, people: Any, route: StaffRoute) -> None:
    """Whoever does not hold the right gets 404, the same for a case that exists and for one that does not."""
    add_staff("stranger", "counselor" if allows(route.needs, "staff", view_pii=True) else "staff")
    browser = sign_in("stranger")
    token = csrf_of_home(browser)
    patient, task = people.rosa()
    there = ask(browser, route, address_of(route, patient, task), token)
    not_there = ask(browser, route, address_of(route), token)
    assert there.status_code == not_there.status_code == 404
    assert there.text == not_there.text


def csrf_of_home(browser: Any) -> str:
    """The session's form token, from a page that every role may see."""
    return csrf_of(browser.get("/clave").text)


@pytest.mark.parametrize("route", [r for r in GUARDED if "POST" in (r.methods or ())], ids=name_of)
def test_no_form_is_accepted_without_its_token(add_staff: Any, sign_in: Any, people: Any, route: StaffRoute) -> None:
    """Neither without a token, nor with another, nor sent by another site; nothing is changed."""
    add_staff("luz", "admin")
    browser = sign_in("luz")
    patient, task = people.rosa()
    address = address_of(route, patient, task)
    token = csrf_of_home_list(browser)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(address).status_code == 403
    assert browser.post(address, data={"csrf": token[:-1] + "x"}).status_code == 403
    assert browser.post(address, data={"csrf": token}, headers=foreign).status_code == 403
    assert browser.get("/lista").status_code == 200, "still signed in"


def csrf_of_home_list(browser: Any) -> str:
    """The same for those who work cases."""
    return csrf_of(browser.get("/lista").text)


def test_a_supervisors_route_is_closed_to_counselors(add_staff: Any, sign_in: Any, people: Any) -> None:
    """Who closes a crisis cannot be the one who confirms it, and a counselor confirms none."""
    add_staff("ana")
    browser = sign_in("ana")
    _, task = people.rosa()
    token = csrf_of_home_list(browser)
    assert browser.post(f"/casos/{task}/confirmar", data={"csrf": token, "decision": "si"}).status_code == 404


def test_looking_at_names_is_a_right_of_its_own(add_staff: Any, sign_in: Any, people: Any) -> None:
    """A counselor without it gets 404 from the look, and no name on the page even while holding the case."""
    add_staff("beto", view_pii=False)
    browser = sign_in("beto")
    patient, task = people.rosa()
    token = csrf_of_home_list(browser)
    assert browser.post(f"/personas/{patient}/identidad", data={"csrf": token}).status_code == 404
    browser.post(f"/casos/{task}/tomar", data={"csrf": token})
    page = browser.get(f"/personas/{patient}?caso={task}").text
    assert "Resultado de la llamada" in page
    for secret in ("Rosa", "Quispe", "987", "maíz", "en la tarde"):
        assert secret not in page


@pytest.mark.parametrize("role", [*ROLES, "unknown", None])
def test_view_pii_alone_opens_nothing(role: str | None) -> None:
    """Names are seen by those who work cases and hold the right; an unknown role holds nothing."""
    works = role in ("counselor", "supervisor", "admin")
    assert allows(Permission.VIEW_IDENTITY, role, view_pii=True) is works
    assert allows(Permission.VIEW_IDENTITY, role, view_pii=False) is False
    assert allows(Permission.WORK_CASES, role, view_pii=True) is works
