"""The member of staff's own choice of the language of the pages."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cookies import set_cookie
from console.permissions import Permission
from console.visit import LANGUAGE_COOKIE, StaffRoute, Visit, go
from console.wording import offered_language
from followup import staff

HOME = "/inicio"
_LONGEST_ADDRESS = 500


def routes() -> list[BaseRoute]:
    """One form, in the menu of the account."""
    return [StaffRoute("/idioma", choose_language, Permission.SIGNED_IN, "POST")]


def choose_language(visit: Visit) -> Response:
    """From now on the pages come in that language, also the sign-in form of this browser."""
    language = offered_language(visit.form.get("lengua"))
    with visit.site.database.begin() as conn:
        staff.read_in(conn, visit.staff.id, language)
    response = go(_way_back(visit.form.get("volver", "")))
    set_cookie(response, visit, LANGUAGE_COOKIE, language)
    return response


def _way_back(address: str) -> str:
    """The page on which the choice was made; only ever one of our own."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if own and len(address) <= _LONGEST_ADDRESS else HOME
