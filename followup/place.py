"""Where a conversation stands, for looking only: no lock, nothing written."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from followup.models import conversation

_SESSION = select(conversation.c.session).where(conversation.c.id == bindparam("conversation"))


def session_of(conn: Connection, conversation_id: str) -> dict[str, Any] | None:
    """The engine's session as it was saved last, or None for somebody who has none."""
    stored = conn.execute(_SESSION, {"conversation": conversation_id}).scalar()
    return json.loads(stored) if stored else None


def conversations_of(conn: Connection, patient_id: str) -> list[str]:
    """Ids of the person's conversations, on all channels."""
    wanted = select(conversation.c.id).where(conversation.c.patient_id == patient_id)
    return [str(row.id) for row in conn.execute(wanted)]
