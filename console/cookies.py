"""Cookies of staff: out of reach of scripts and of other sites, marked Secure when the page came by https."""

from __future__ import annotations

from starlette.responses import Response

from console.visit import Visit


def set_cookie(response: Response, visit: Visit, name: str, value: str) -> None:
    """Give the browser the value, until it is closed."""
    wanted = visit.site.settings.secure_cookies
    secure = visit.request.url.scheme == "https" if wanted is None else wanted
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path="/")


def drop_cookie(response: Response, name: str) -> None:
    """Take it away again."""
    response.delete_cookie(name)
