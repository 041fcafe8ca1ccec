"""Parts of pages that are asked for every few seconds: as long as nothing changed the answer is 304, without a page.

The browser sends back the tag of what it shows. The first half of a tag says from what the part was made and is known
without making it; the second half is the part itself, so that one that comes out the same is not sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.visit import Visit

Mark = Callable[[Connection], str]
TIME_SHOWN = 30
"""Seconds after which a part is made again without any change: it also says how much time is left."""
_BYTES = 9


def fresh(visit: Visit, mark: Mark, make: Callable[[], Response]) -> Response:
    """The part, or 304 when the browser has it. mark: what changes whenever the part does."""
    # Before the part is made: a change that comes between is then seen the next time, and not lost.
    made_from = _made_from(visit, mark)
    known_from, _, known = _known(visit).partition(".")
    if known_from == made_from:
        return _not_changed(f"{made_from}.{known}")
    part = make()
    if part.status_code != 200:
        return part
    content = _digest(bytes(part.body))
    if content == known:
        return _not_changed(f"{made_from}.{content}")
    part.headers["ETag"] = _tag(f"{made_from}.{content}")
    return part


def _made_from(visit: Visit, mark: Mark) -> str:
    """Who looks, at what, with which form token, in which language, and what the list says of itself."""
    with visit.site.database.read() as conn:
        state = mark(conn)
    staff, session = visit.staff, visit.session
    token = session.csrf_token if session else ""
    seen_by = (staff.id, staff.role, staff.view_pii, visit.language, token, visit.address)
    return _digest(repr((seen_by, state, int(visit.now.timestamp()) // TIME_SHOWN)).encode())


def _known(visit: Visit) -> str:
    """What the browser says it has; a server in between may have made a strong tag weak, or the other way round."""
    return visit.request.headers.get("if-none-match", "").removeprefix("W/").strip('"')


def _not_changed(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": _tag(tag)})


def _tag(tag: str) -> str:
    return f'W/"{tag}"'


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=_BYTES).hexdigest()
