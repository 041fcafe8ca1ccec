"""How long what is kept, what was forgotten lately, and what is too old now."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.rights_words import rights_words
from console.visit import StaffRoute, Visit
from followup import forgetting, key_rotation
from followup.retention_rules import retention_rules


def routes() -> list[BaseRoute]:
    """For those who answer for it."""
    return [StaffRoute("/datos", data_page, Permission.VIEW_AUDIT)]


def data_page(visit: Visit) -> Response:
    """One page; it counts and names nobody."""
    rules = retention_rules(visit.site.database.rules)
    with visit.site.database.read() as conn:
        lines = forgetting.report(conn, visit.now)
        older = key_rotation.waiting(conn) if len(key_rotation.keys_known(conn)) > 1 else 0
    return visit.page(
        "data_life.html", here="datos", lines=lines, words=rights_words()["retention"], rules=rules, older=older
    )
