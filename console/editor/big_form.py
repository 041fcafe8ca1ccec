"""A route whose form may be as large as a whole file of rules."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from console.limits import BodyTooLarge, read_body
from console.origin import is_from_own_page
from console.visit import StaffRoute, Visit, has_token

BODY_LIMIT = 3 * 1024 * 1024
"""Bytes: the largest instrument with all its phrases, percent-encoded, and room for as much again."""
FIELDS_LIMIT = 5000


class BigFormRoute(StaffRoute):
    """Like StaffRoute, and as strict, for the few pages on which a whole file is written."""

    async def _with_form(self, visit: Visit) -> Visit | None:
        if not is_from_own_page(visit.request, has_token=True):
            return None
        try:
            body = await read_body(visit.request, BODY_LIMIT)
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_LIMIT))
        except (BodyTooLarge, ValueError):
            return None
        return replace(visit, form=fields) if has_token(visit, fields) else None
