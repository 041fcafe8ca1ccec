"""The front door, and two addresses for machines: is it alive, and how is the work going."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.site import site_of
from console.wording import LANGUAGES, Wording, offered_language


async def front_door(request: Request) -> Response:
    """What this is, the way to the chat, and what to do in an emergency."""
    site = site_of(request)
    language = offered_language(request.query_params.get("lang"))
    return site.page(
        "front.html",
        _=Wording(language, site.translate),
        languages=LANGUAGES,
        hotline=site.hotline("crisis_call", language),
    )
