"""The second step at sign-in, and each member of staff's own page for setting it up."""

from __future__ import annotations

import segno
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cookies import drop_cookie, set_cookie
from console.permissions import Permission
from console.rights_words import notice_words, refused_words
from console.staff_language import told
from console.visit import FORM_COOKIE, SECOND_STEP_PAGE, SESSION_COOKIE, StaffRoute, Visit, go
from followup import one_time_codes, staff
from followup.errors import StaffRefused
from followup.one_time_codes import Setup

HALF_COOKIE = "uyariq_half"
"""Holds the token of somebody who gave the right password and still owes the code."""
STEP = "/login/codigo"


def routes() -> list[BaseRoute]:
    """The step at the door is open to all: whoever comes without the first half is sent back there."""
    mine = Permission.SIGNED_IN
    return [
        StaffRoute(STEP, code_form, Permission.PUBLIC),
        StaffRoute(STEP, give_code, Permission.PUBLIC, "POST"),
        StaffRoute(SECOND_STEP_PAGE, own_page, mine),
        StaffRoute(f"{SECOND_STEP_PAGE}/empezar", begin, mine, "POST"),
        StaffRoute(f"{SECOND_STEP_PAGE}/activar", switch_on, mine, "POST"),
        StaffRoute(f"{SECOND_STEP_PAGE}/repuestos", renew_codes, mine, "POST"),
        StaffRoute(f"{SECOND_STEP_PAGE}/quitar", switch_off, mine, "POST"),
    ]


def code_form(visit: Visit) -> Response:
    """Where the code is typed."""
    return go("/login") if _half(visit) is None else _code_page(visit, wrong=False)


def give_code(visit: Visit) -> Response:
    """A session when the code is right and was never used; a wrong one counts like a wrong password."""
    practitioner_id = _half(visit)
    if practitioner_id is None:
        return go("/login")
    with visit.site.database.begin() as conn:
        if one_time_codes.accepts(conn, practitioner_id, visit.form.get("codigo", ""), visit.now):
            staff.end_half(conn, visit.request.cookies[HALF_COOKIE])
            token = staff.sign_in(conn, practitioner_id, visit.now)
        else:
            token = None
    if token is None:
        return _code_page(visit, wrong=True)
    response = go("/inicio")
    set_cookie(response, visit, SESSION_COOKIE, token)
    for name in (HALF_COOKIE, FORM_COOKIE):
        drop_cookie(response, name)
    return response


def own_page(visit: Visit) -> Response:
    """Whether a code is asked for, and what can be done about it."""
    return _page(visit)


def begin(visit: Visit) -> Response:
    """A picture for the phone to scan, and the same in letters."""
    try:
        with visit.site.database.begin() as conn:
            setup = one_time_codes.begin(conn, visit.staff.id, visit.now)
    except StaffRefused as refused:
        return _page(visit, 400, refused=str(refused))
    return _page(visit, setup=setup)


def switch_on(visit: Visit) -> Response:
    """The first code proves that the phone has it; the recovery codes are shown this once."""
    try:
        with visit.site.database.begin() as conn:
            codes = one_time_codes.switch_on(conn, visit.staff.id, visit.form.get("codigo", ""), visit.now)
    except StaffRefused as refused:
        return _again(visit, str(refused))
    return _page(visit, codes=codes, is_on=True)


def renew_codes(visit: Visit) -> Response:
    """New recovery codes, for whoever knows the password; the former open nothing any more."""
    if not visit.staff.second_step or not _knows_password(visit):
        return _page(visit, 400, refused="password_wrong")
    with visit.site.database.begin() as conn:
        codes = one_time_codes.renew_recovery_codes(conn, visit.staff.id, visit.now)
    return _page(visit, codes=codes)


def switch_off(visit: Visit) -> Response:
    """No code any more, for whoever knows the password; not where the role needs one."""
    if visit.staff.role in visit.site.settings.second_step_roles:
        return _page(visit, 400, refused="second_step_required")
    if not _knows_password(visit):
        return _page(visit, 400, refused="password_wrong")
    with visit.site.database.begin() as conn:
        one_time_codes.switch_off(conn, visit.staff.id, visit.now, visit.staff.id)
    return go(f"{SECOND_STEP_PAGE}?aviso=second_step_off")


def _half(visit: Visit) -> str | None:
    token = visit.request.cookies.get(HALF_COOKIE)
    if not token:
        return None
    with visit.site.database.read() as conn:
        return staff.half_signed_in(conn, token, visit.now)


def _code_page(visit: Visit, *, wrong: bool) -> Response:
    return visit.page("second_step_code.html", 401 if wrong else 200, token=visit.csrf_token, wrong=wrong)


def _again(visit: Visit, refused: str) -> Response:
    """The same picture once more, with why the code was not accepted."""
    if visit.staff.second_step:
        return _page(visit, 400, refused=refused)
    with visit.site.database.begin() as conn:
        setup = one_time_codes.begin(conn, visit.staff.id, visit.now)
    return _page(visit, 400, setup=setup, refused=refused)


def _knows_password(visit: Visit) -> bool:
    typed = visit.form.get("clave", "")
    return staff.authenticate(visit.site.database, visit.staff.username, typed, visit.now) is not None


def _page(
    visit: Visit,
    status_code: int = 200,
    *,
    setup: Setup | None = None,
    codes: list[str] | None = None,
    refused: str | None = None,
    is_on: bool | None = None,
) -> Response:
    with visit.site.database.read() as conn:
        left = one_time_codes.recovery_codes_left(conn, visit.staff.id)
    return visit.page(
        "second_step.html",
        status_code,
        is_on=visit.staff.second_step if is_on is None else is_on,
        required=visit.staff.role in visit.site.settings.second_step_roles,
        setup=setup,
        picture=_picture(setup) if setup else None,
        codes=codes,
        left=left,
        refused=refused_words(refused) if refused else None,
        notice=notice_words(visit.query.get("aviso", "")),
    )


def _picture(setup: Setup) -> str:
    """The address as a QR code, drawn in the page itself: no picture of it is kept anywhere."""
    # Attributes instead of styles: the page allows no inline style.
    drawn = segno.make(setup.address, error="m")
    return str(
        drawn.svg_inline(
            scale=4, border=4, dark="#000", light="#fff", omitsize=True, title=told("Código para escanear")
        )
    )
