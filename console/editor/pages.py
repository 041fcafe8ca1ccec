"""The editor's pages: templates with the editor's words."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from console.editor.words import words
from console.visit import Visit


def editor_page(visit: Visit, template: str, status_code: int = 200, **values: Any) -> Response:
    """The template, which knows the visit and can word codes."""
    return visit.page(template, status_code, words=words, **values)
