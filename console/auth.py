"""Signing in and out, and the member of staff's own password."""

from __future__ import annotations

import secrets
import time

from starlette.responses import Response

from console.cookies import set_cookie
from console.second_step import HALF_COOKIE, STEP
from console.visit import FORM_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, Visit, go
from followup import staff
from followup.errors import StaffRefused


def sign_in_form(visit: Visit) -> Response:
    """The form; its token also goes into a cookie, so that another site cannot fill it in for somebody."""
    if visit.session is not None:
        return go("/inicio")
    return _form_with_token(visit, failed=False)


def sign_in(visit: Visit) -> Response:
    """A session when name and password are right; otherwise the same answer whatever was wrong."""
    address = visit.request.client.host if visit.request.client else ""
    wait = visit.site.login_limiter.wait(address, time.monotonic())
    if wait:
        return _form_with_token(visit, failed=True, status_code=429)
    name, password = visit.form.get("usuario", ""), visit.form.get("clave", "")
    person = staff.authenticate(visit.site.database, name, password, visit.now)
    if person is None:
        return _form_with_token(visit, failed=True, status_code=401)
    with visit.site.database.begin() as conn:
        token = staff.sign_in(conn, person.id, visit.now, awaits_code=person.second_step)
    if person.second_step:
        # The form's cookie stays: the form of the second step carries the same token.
        response = go(STEP)
        set_cookie(response, visit, HALF_COOKIE, token)
        return response
    response = go("/inicio")
    set_cookie(response, visit, SESSION_COOKIE, token)
    response.delete_cookie(FORM_COOKIE)
    return response


def sign_out(visit: Visit) -> Response:
    """The session ends here and in the database."""
    with visit.site.database.begin() as conn:
        staff.sign_out(conn, visit.request.cookies[SESSION_COOKIE], visit.now)
    response = go("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


def still_signed_in(_: Visit) -> Response:
    """Nothing, while the session lasts; pages ask for it, to hide themselves once it ended."""
    return Response(status_code=204)


def password_form(visit: Visit) -> Response:
    """A new password; asked for when the present one was given by somebody else."""
    return visit.page("password.html", trouble=None)


def change_password(visit: Visit) -> Response:
    """The new password takes effect at once; all other browsers of the person are signed out."""
    old, new, again = (visit.form.get(name, "") for name in ("actual", "nueva", "repetida"))
    if new != again:
        return visit.page("password.html", 400, trouble="different")
    if staff.authenticate(visit.site.database, visit.staff.username, old, visit.now) is None:
        return visit.page("password.html", 400, trouble="wrong")
    if new == old:
        return visit.page("password.html", 400, trouble="same")
    try:
        with visit.site.database.begin() as conn:
            staff.set_password(conn, visit.staff.id, new, visit.now, by=visit.staff.id)
            token = staff.sign_in(conn, visit.staff.id, visit.now)
    except StaffRefused:
        return visit.page("password.html", 400, trouble="short")
    response = go("/inicio")
    set_cookie(response, visit, SESSION_COOKIE, token)
    return response


def _form_with_token(visit: Visit, *, failed: bool, status_code: int = 200) -> Response:
    token = visit.request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    response = visit.page("login.html", status_code, token=token, failed=failed)
    set_cookie(response, visit, FORM_COOKIE, token)
    if "lang" in visit.query:
        set_cookie(response, visit, LANGUAGE_COOKIE, visit.language)
    return response
