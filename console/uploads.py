"""A route that takes a file with its form, as small and as strictly as any other form."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from console.limits import BodyTooLarge, read_body
from console.origin import is_from_own_page
from console.visit import FIELDS_LIMIT, FORM_LIMIT, StaffRoute, Visit, has_token

FILE_LIMIT = 4 * 1024 * 1024
"""Bytes of a whole upload: a table of all health establishments of the country fits well."""


class UploadRoute(StaffRoute):
    """Like StaffRoute; `visit.files` holds what was uploaded, by the name of its field."""

    async def _with_form(self, visit: Visit) -> Visit | None:
        if not visit.request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await super()._with_form(visit)
        if not is_from_own_page(visit.request, has_token=True):
            return None
        try:
            fields, files = await _parts(visit.request)
        except (BodyTooLarge, MultiPartException, ValueError):
            return None
        return replace(visit, form=fields, files=files) if has_token(visit, fields) else None


async def _parts(request: Request) -> tuple[dict[str, str], dict[str, bytes]]:
    body = await read_body(request, FILE_LIMIT)

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=FIELDS_LIMIT, max_part_size=FORM_LIMIT)
    form = await parser.parse()
    try:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        files = {name: await value.read() for name, value in form.items() if isinstance(value, UploadFile)}
    finally:
        await form.close()
    return fields, files
