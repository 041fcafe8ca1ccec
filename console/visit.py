"""One request of one visitor: who they are, what they sent, and whether the route lets them in."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.failures import note_failure
from console.limits import BodyTooLarge, read_body
from console.origin import is_from_own_page
from console.permissions import Permission, allows
from console.site import Site, site_of
from console.staff_language import speaking
from console.wording import offered_language
from followup import alarms, staff, staff_messages
from followup.staff import Practitioner, StaffSession

SESSION_COOKIE = "uyariq_session"
FORM_COOKIE = "uyariq_form"
"""Holds the form token of a visitor who has no session yet: the sign-in form carries the same value."""
LANGUAGE_COOKIE = "uyariq_language"
"""The language of the pages before somebody has signed in."""
CSRF_FIELD = "csrf"
NOTICE = "aviso"
"""What an address says was just done; said once."""
SECOND_STEP_PAGE = "/clave/segundo-paso"
FORM_LIMIT = 64 * 1024
FIELDS_LIMIT = 50

Handler = Callable[["Visit"], Response]


@dataclass(frozen=True)
class Visit:
    """What a handler knows about the request it answers. Nothing that was typed is shown in logs."""

    request: Request
    site: Site
    now: datetime
    session: StaffSession | None
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def staff(self) -> Practitioner:
        """The member of staff; only in routes that need one."""
        assert self.session is not None, "the route let nobody in without a session"
        return self.session.practitioner

    @property
    def language(self) -> str:
        """The language of the page: what the member of staff chose, else what this browser was last told."""
        if self.session:
            return self.session.practitioner.reads_in
        return offered_language(self.query.get("lang") or self.request.cookies.get(LANGUAGE_COOKIE))

    @property
    def address(self) -> str:
        """Where the browser can come back to, without a notice; "" after a form, whose address shows no page."""
        if self.request.method != "GET":
            return ""
        query = urlencode([(name, value) for name, value in self.request.query_params.multi_items() if name != NOTICE])
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def csrf_token(self) -> str:
        """What a form on this page has to carry."""
        return self.session.csrf_token if self.session else self.request.cookies.get(FORM_COOKIE, "")

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the address."""
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        """What follows the question mark; filters and opaque ids, never anything about a person."""
        return self.request.query_params

    def may(self, permission: Permission) -> bool:
        """Whether the visitor holds the permission."""
        person = self.session.practitioner if self.session else None
        return allows(permission, person.role if person else None, person.view_pii if person else False)

    @property
    def late(self) -> int:
        """How many cases of high risk are late: a supervisor's pages carry the number."""
        with self.site.database.read() as conn:
            return alarms.alarms(conn, self.now).late

    @property
    def unread(self) -> int:
        """How many messages from people wait for this member of staff."""
        with self.site.database.read() as conn:
            return staff_messages.unread_by(conn, self.staff.id)

    def page(self, template: str, status_code: int = 200, **values: Any) -> Response:
        """The template, which knows the visit."""
        return self.site.page(template, status_code, visit=self, now=self.now, **values)


def go(address: str) -> RedirectResponse:
    """Look there next (after a form, so that a reload does not send it again)."""
    return RedirectResponse(address, status_code=303)


class StaffRoute(Route):
    """A route that declares what it needs. A handler runs in a thread, as the database is asked synchronously.

    quiet: asked by the page itself, not by a person; does not keep an idle session alive, and answers 401 without one.
    """

    def __init__(
        self, path: str, handler: Handler, needs: Permission, method: str = "GET", *, quiet: bool = False
    ) -> None:
        self.needs = needs
        self.quiet = quiet
        self.handler = handler
        super().__init__(path, self._endpoint(), methods=[method], name=handler.__name__)

    def _endpoint(self) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request)

        return endpoint

    async def _answer(self, request: Request) -> Response:
        site = site_of(request)
        now = site.now()
        session = await run_in_threadpool(_session, site, request, now)
        visit = Visit(request, site, now, session)
        with speaking(visit.language):
            return await self._answer_to(visit)

    async def _answer_to(self, visit: Visit) -> Response:
        refusal = self._refusal(visit)
        if refusal is not None:
            return refusal
        if visit.request.method == "POST":
            sent = await self._with_form(visit)
            if sent is None:
                return visit.page("refused.html", 403)
            visit = sent
        try:
            response = await run_in_threadpool(self.handler, visit)
        except Exception as problem:  # the server would print the whole error, and that may quote a person's data
            note_failure("console.failed", problem)
            return visit.page("failed.html", 500)
        if visit.session is not None and not self.quiet:
            await run_in_threadpool(_keep_alive, visit.site, visit.request, visit.now)
        return response

    async def _with_form(self, visit: Visit) -> Visit | None:
        """The visit with what was sent; None when it was not sent by a form of ours."""
        form = await _read_form(visit)
        return None if form is None else replace(visit, form=form)

    def _refusal(self, visit: Visit) -> Response | None:
        if self.needs is Permission.PUBLIC:
            return None
        if visit.session is None:
            return Response(status_code=401) if self.quiet else go("/login")
        if visit.staff.must_change_password and self.path not in ("/clave", "/salir"):
            return go("/clave")
        if self._owes_second_step(visit):
            return go(SECOND_STEP_PAGE)
        # Not 403: whoever may not see a case does not learn that it exists.
        return None if visit.may(self.needs) else not_found(visit)

    def _owes_second_step(self, visit: Visit) -> bool:
        """The role needs a code at sign-in, and none is set up: only what leads there is open."""
        needed = visit.staff.role in visit.site.settings.second_step_roles and not visit.staff.second_step
        return needed and self.path not in ("/clave", "/salir") and not self.path.startswith(SECOND_STEP_PAGE)


def not_found(visit: Visit) -> Response:
    """There is nothing here, or nothing for you."""
    return visit.page("not_found.html", 404)


def _session(site: Site, request: Request, now: datetime) -> StaffSession | None:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with site.database.read() as conn:
        return staff.session(conn, token, now)


def _keep_alive(site: Site, request: Request, now: datetime) -> None:
    with site.database.begin() as conn:
        staff.seen(conn, request.cookies[SESSION_COOKIE], now)


async def _read_form(visit: Visit) -> dict[str, str] | None:
    """The fields of a form of ours; None when it is not ours."""
    if not is_from_own_page(visit.request, has_token=True):
        return None
    try:
        body = await read_body(visit.request, FORM_LIMIT)
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_LIMIT))
    except (BodyTooLarge, ValueError):
        return None
    return fields if has_token(visit, fields) else None


def has_token(visit: Visit, fields: dict[str, str]) -> bool:
    """Whether the fields carry the token of the visitor's own form; it is taken out of them."""
    expected = visit.csrf_token
    given = fields.pop(CSRF_FIELD, "")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())
