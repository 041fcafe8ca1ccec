"""Accounts by console: made, changed, closed; each step recorded, nobody locks themselves out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from followup import staff
from followup.models import audit_event
from tests.console.people import csrf_of

PASSWORD_SHOWN = re.compile(r"Contraseña: <code>([^<]+)</code>")


@pytest.fixture
def admin(add_staff: Any, sign_in: Any) -> Any:
    """The browser of an administrator."""
    add_staff("luz", "admin")
    return sign_in("luz")


def send(browser: Any, address: str, **form: str) -> Any:
    """A form of the console."""
    return browser.post(address, data={"csrf": csrf_of(browser.get("/clave").text), **form})


def subtypes(database: Any) -> list[str]:
    """What was recorded of accounts."""
    with database.read() as conn:
        about = audit_event.c.object_kind == "Practitioner", audit_event.c.subtype.like("staff.%")
        wanted = select(audit_event.c.subtype).where(*about, audit_event.c.actor_id.is_not(None))
        return list(conn.execute(wanted.order_by(audit_event.c.id)).scalars())


def test_a_new_account_signs_in_with_the_password_shown_and_changes_it(admin: Any, client: Any, database: Any) -> None:
    """The password is on that one answer and nowhere later."""
    made = send(admin, "/usuarios", usuario="Nora", nombre="Nora Díaz", rol="counselor", pii="1", **{"idioma-qu": "1"})
    password = PASSWORD_SHOWN.findall(made.text)[0]
    with database.read() as conn:
        nora = staff.by_username(conn, "nora")
    assert nora is not None
    assert (nora.role, nora.view_pii, nora.languages, nora.must_change_password) == ("counselor", True, ("qu",), True)
    assert password not in admin.get(f"/usuarios/{nora.id}").text
    form = {"csrf": csrf_of(client.get("/login").text), "usuario": "nora", "clave": password}
    assert client.post("/login", data=form).status_code == 303
    assert client.get("/lista").headers["location"] == "/clave"
    assert subtypes(database) == ["staff.added"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"usuario": " ", "rol": "staff"}, "Falta el nombre"),
        ({"usuario": "LUZ", "rol": "staff"}, "Ya hay alguien"),
        ({"usuario": "nora", "rol": "king"}, "Elija un rol"),
        ({"usuario": "nora", "rol": "counselor"}, "al menos un idioma"),
    ],
)
def test_an_account_that_does_not_fit_says_why(admin: Any, database: Any, form: dict[str, str], words: str) -> None:
    """Nothing is made."""
    answer = send(admin, "/usuarios", **form)
    assert answer.status_code == 400
    assert words in answer.text
    with database.read() as conn:
        assert staff.count(conn) == 1


def test_role_rights_and_languages_are_changed(admin: Any, add_staff: Any, database: Any) -> None:
    """What did not change is not recorded as changed."""
    ana = add_staff("ana", view_pii=True)
    same = {"nombre": "Ana", "idioma-es": "1"}
    assert send(admin, f"/usuarios/{ana.id}", rol="counselor", pii="1", **same).status_code == 303
    assert subtypes(database) == []
    assert send(admin, f"/usuarios/{ana.id}", rol="supervisor", **same).status_code == 303
    with database.read() as conn:
        changed = staff.get(conn, ana.id)
        details = conn.execute(select(audit_event.c.detail).where(audit_event.c.subtype == "staff.changed")).scalars()
        assert [row["fields"] for row in details] == [["role", "view_pii"]]
    assert changed is not None
    assert (changed.role, changed.view_pii) == ("supervisor", False)


def test_a_closed_account_is_out_at_once_and_its_case_is_free(
    admin: Any, add_staff: Any, sign_in: Any, people: Any, clock: Any, database: Any
) -> None:
    """No session, no case; opened again, the person may come back."""
    ana = add_staff("ana")
    browser = sign_in("ana")
    _, task = people.rosa()
    send(browser, f"/casos/{task}/tomar")
    assert send(admin, f"/usuarios/{ana.id}/cuenta", abierta="no").status_code == 303
    assert browser.get("/lista").headers["location"] == "/login"
    from followup import worklist

    with database.read() as conn:
        card = worklist.card(conn, task, clock(), viewer="")
    assert card is not None
    assert card.owner_id is None
    assert send(admin, f"/usuarios/{ana.id}/cuenta", abierta="si").status_code == 303
    sign_in("ana")


def test_a_forgotten_password_is_made_anew_and_the_old_one_is_gone(
    admin: Any, add_staff: Any, sign_in: Any, client: Any
) -> None:
    """All browsers of the person are signed out."""
    ana = add_staff("ana")
    browser = sign_in("ana")
    password = PASSWORD_SHOWN.findall(send(admin, f"/usuarios/{ana.id}/clave").text)[0]
    assert browser.get("/lista").headers["location"] == "/login"
    form = {"csrf": csrf_of(client.get("/login").text), "usuario": "ana", "clave": password}
    assert client.post("/login", data=form).status_code == 303


def test_a_locked_account_is_unlocked(admin: Any, add_staff: Any, sign_in: Any, database: Any, clock: Any) -> None:
    """Instead of waiting a quarter of an hour."""
    ana = add_staff("ana")
    for _ in range(staff.TRIES_BEFORE_LOCK):
        staff.authenticate(database, "ana", "no es esta", clock())
    assert "Está bloqueada" in admin.get(f"/usuarios/{ana.id}").text
    send(admin, f"/usuarios/{ana.id}/desbloquear")
    sign_in("ana")


def test_nobody_closes_their_own_account_or_the_last_that_manages(admin: Any, add_staff: Any, database: Any) -> None:
    """There is always somebody who can open accounts."""
    with database.read() as conn:
        luz = staff.by_username(conn, "luz")
    assert luz is not None
    assert send(admin, f"/usuarios/{luz.id}/cuenta", abierta="no").status_code == 400
    assert send(admin, f"/usuarios/{luz.id}", rol="staff", nombre="Luz").status_code == 400
    with database.begin() as conn, pytest.raises(staff.StaffRefused, match="last_admin"):
        staff.change(conn, luz.id, luz_now(conn), active=False)


def luz_now(conn: Any) -> Any:
    """A time of no importance."""
    from datetime import datetime, timezone

    return datetime(2026, 11, 25, tzinfo=timezone.utc)


@pytest.mark.parametrize("role", ["counselor", "supervisor", "staff", "reports"])
def test_nobody_else_manages_accounts(add_staff: Any, sign_in: Any, role: str) -> None:
    """404, as for everything that is not theirs."""
    add_staff("ana", role)
    assert sign_in("ana").get("/usuarios").status_code == 404
