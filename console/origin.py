"""Whether a request that changes something comes from one of our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

_OWN = ("same-origin", "none")


def is_from_own_page(request: Request, *, has_token: bool = False) -> bool:
    """False when the browser says that another site caused the request.

    `Sec-Fetch-Site` decides where it is sent. Else `Origin` is compared with the host: without the scheme, which a
    proxy may have changed. Older browsers send "null" with form posts under our referrer policy: that passes only
    where a token in the form is checked as well. Without either header no browser is at work, hence no foreign page.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in _OWN
    origin = request.headers.get("origin")
    if origin is None or (origin == "null" and has_token):
        return True
    return urlsplit(origin).netloc == request.headers.get("host")
