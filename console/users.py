"""The accounts of the team: who works here, with which role, rights and languages. For administrators."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.labels import labels
from console.permissions import ROLES, Permission
from console.rights_words import notice_words, refused_words, rights_words
from console.visit import StaffRoute, Visit, go, not_found
from followup import one_time_codes, staff, tasks
from followup.errors import StaffRefused
from followup.staff import Practitioner

PAGE = "/usuarios"
LANGUAGES = ("es", "qu", "quy", "quz")
_CAN_CALL = ("counselor", "supervisor", "admin")


def routes() -> list[BaseRoute]:
    """For those who manage accounts."""
    manage = Permission.MANAGE_USERS
    return [
        StaffRoute(PAGE, users_page, manage),
        StaffRoute(PAGE, add, manage, "POST"),
        StaffRoute(f"{PAGE}/{{user}}", user_page, manage),
        StaffRoute(f"{PAGE}/{{user}}", change, manage, "POST"),
        StaffRoute(f"{PAGE}/{{user}}/clave", new_password, manage, "POST"),
        StaffRoute(f"{PAGE}/{{user}}/desbloquear", unlock, manage, "POST"),
        StaffRoute(f"{PAGE}/{{user}}/segundo-paso", take_second_step, manage, "POST"),
        StaffRoute(f"{PAGE}/{{user}}/cuenta", open_or_close, manage, "POST"),
    ]


def users_page(visit: Visit) -> Response:
    """Everybody, and the form for somebody new."""
    return _list(visit)


def add(visit: Visit) -> Response:
    """A new account; its password is made here, shown once, and changed at the first sign-in."""
    password = staff.made_password()
    try:
        languages = _languages(visit)
        with visit.site.database.begin() as conn:
            made = staff.add(
                conn,
                visit.form.get("usuario", ""),
                _name(visit) or visit.form.get("usuario", "").strip(),
                password,
                visit.form.get("rol", ""),
                visit.now,
                view_pii=visit.form.get("pii") == "1",
                languages=languages,
                must_change_password=True,
                by=visit.staff.id,
            )
    except StaffRefused as refused:
        return _list(visit, 400, refused=str(refused))
    return _one(visit, made, password=password, notice=notice_words("user_added"))


def user_page(visit: Visit) -> Response:
    """One account."""
    person = _person(visit)
    return not_found(visit) if person is None else _one(visit, person)


def change(visit: Visit) -> Response:
    """Name, role, right to see names, languages."""
    person = _person(visit)
    if person is None:
        return not_found(visit)
    try:
        values = _changed(visit, person)
        if values:
            with visit.site.database.begin() as conn:
                staff.change(conn, person.id, visit.now, by=visit.staff.id, **values)
    except StaffRefused as refused:
        return _one(visit, person, 400, refused=str(refused))
    return _back(person, "user_changed")


def new_password(visit: Visit) -> Response:
    """A made password, shown once; the person is signed out everywhere and changes it at the first sign-in."""
    person = _person(visit)
    if person is None:
        return not_found(visit)
    password = staff.made_password()
    with visit.site.database.begin() as conn:
        staff.set_password(conn, person.id, password, visit.now, by=visit.staff.id, temporary=True)
    return _one(visit, person, password=password)


def unlock(visit: Visit) -> Response:
    """The account may be tried again at once."""
    person = _person(visit)
    if person is None:
        return not_found(visit)
    with visit.site.database.begin() as conn:
        staff.unlock(conn, person.id, visit.now, by=visit.staff.id)
    return _back(person, "user_unlocked")


def take_second_step(visit: Visit) -> Response:
    """The phone is lost: no code is asked for until the person sets up a new one."""
    person = _person(visit)
    if person is None or not person.second_step:
        return not_found(visit)
    with visit.site.database.begin() as conn:
        one_time_codes.switch_off(conn, person.id, visit.now, visit.staff.id)
        staff.sign_out_everywhere(conn, person.id)
    return _back(person, "second_step_taken")


def open_or_close(visit: Visit) -> Response:
    """Somebody leaves, or comes back; what they hold passes to others at once."""
    person = _person(visit)
    if person is None:
        return not_found(visit)
    active = visit.form.get("abierta") == "si"
    try:
        if person.id == visit.staff.id:
            raise StaffRefused("own_account")
        with visit.site.database.begin() as conn:
            staff.change(conn, person.id, visit.now, by=visit.staff.id, active=active)
            tasks.pass_from_absent(conn, visit.now)
    except StaffRefused as refused:
        return _one(visit, person, 400, refused=str(refused))
    return _back(person, "user_opened" if active else "user_closed")


def _changed(visit: Visit, person: Practitioner) -> dict[str, Any]:
    """What the form says differently from what is kept."""
    typed = {
        "name": _name(visit) or person.name,
        "role": visit.form.get("rol", person.role),
        "view_pii": visit.form.get("pii") == "1",
        "languages": _languages(visit),
    }
    if person.id == visit.staff.id and typed["role"] != person.role:
        raise StaffRefused("own_account")
    return {name: value for name, value in typed.items() if value != getattr(person, name)}


def _languages(visit: Visit) -> tuple[str, ...]:
    chosen = tuple(code for code in LANGUAGES if visit.form.get(f"idioma-{code}") == "1")
    if not chosen and visit.form.get("rol") in _CAN_CALL:
        raise StaffRefused("languages_empty")
    return chosen


def _name(visit: Visit) -> str:
    return " ".join(visit.form.get("nombre", "").split())[:160]


def _person(visit: Visit) -> Practitioner | None:
    with visit.site.database.read() as conn:
        return staff.get(conn, visit.path["user"])


def _back(person: Practitioner, notice: str) -> Response:
    return go(f"{PAGE}/{person.id}?aviso={notice}")


def _list(visit: Visit, status_code: int = 200, refused: str | None = None) -> Response:
    with visit.site.database.read() as conn:
        team = staff.everyone(conn)
    return visit.page(
        "users.html",
        status_code,
        here="usuarios",
        team=team,
        chosen=[code for code in LANGUAGES if visit.form.get(f"idioma-{code}")] if visit.form else ["es"],
        refused=refused_words(refused) if refused else None,
        **_choices(visit),
    )


def _one(
    visit: Visit,
    person: Practitioner,
    status_code: int = 200,
    *,
    password: str | None = None,
    refused: str | None = None,
    notice: str | None = None,
) -> Response:
    with visit.site.database.read() as conn:
        fresh = staff.get(conn, person.id) or person
        codes_left = one_time_codes.recovery_codes_left(conn, person.id)
    return visit.page(
        "user.html",
        status_code,
        here="usuarios",
        person=fresh,
        is_self=fresh.id == visit.staff.id,
        is_locked=fresh.locked_until is not None and fresh.locked_until > visit.now,
        codes_left=codes_left,
        password=password,
        refused=refused_words(refused) if refused else None,
        notice=notice or notice_words(visit.query.get("aviso", "")),
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, Any]:
    words = rights_words()
    return {
        "roles": [(role, labels()["role"][role], words["role_about"][role]) for role in ROLES],
        "languages": [(code, words["language"][code]) for code in LANGUAGES],
        "typed": visit.form,
    }
