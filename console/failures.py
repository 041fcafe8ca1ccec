"""What the log may say of an error: its kind and the place in our code, never its message or what was typed."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog

log = structlog.get_logger()


def note_failure(event: str, error: BaseException) -> None:
    """One line in the log. Messages of errors may quote values of the database or of a person."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    log.error(event, error=type(error).__name__, place=place)
