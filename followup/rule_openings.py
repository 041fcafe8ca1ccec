"""Screenings under way on one version of an instrument or a flow, in the chat and by telephone."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from followup.models import conversation, phone_screening

UNDER_WAY = ("in-progress", "paused")


def open_responses(conn: Connection, name: str, version: str) -> int:
    """How many people are in the middle of that version, or paused in it."""
    return sum(_stands_in(json.loads(stored), name, version) for stored in _candidates(conn, version))


def _candidates(conn: Connection, version: str) -> list[str]:
    """Sessions that mention the version at all: only these are worth reading."""
    found: list[str] = []
    for table in (conversation, phone_screening):
        # A version is digits only: no sign in it means something to LIKE.
        mentions = table.c.session.like(f'%"{version}"%')
        found += conn.execute(sa.select(table.c.session).where(mentions)).scalars()
    return found


def _stands_in(session: dict[str, Any], name: str, version: str) -> bool:
    if session.get("status") not in UNDER_WAY:
        return False
    return any(_is(frame, name, version) for frame in session.get("frames", ()))


def _is(frame: dict[str, Any], name: str, version: str) -> bool:
    return str(frame["definition"]).partition(":")[2] == name and frame["version"] == version
