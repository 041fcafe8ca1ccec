"""Where the talk stands: begun, resting, ended, to be forgotten."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from followup.models import conversation
from followup.record.recording import Recording, write
from screening import events as said

_CONVERSATION = update(conversation).where(conversation.c.id == bindparam("conversation"))
_STARTED = _CONVERSATION.values(started_at=bindparam("at"), reminded_at=None)
_STATUS = _CONVERSATION.values(status=bindparam("state"))


@write.register
def _(event: said.SessionStarted, to: Recording) -> None:
    to.conn.execute(_STARTED, {"conversation": to.conversation_id, "at": event.at})


def _set_status(to: Recording, state: str) -> None:
    to.conn.execute(_STATUS, {"conversation": to.conversation_id, "state": state})


@write.register
def _(_event: said.SessionPaused, to: Recording) -> None:
    _set_status(to, "paused")


@write.register
def _(_event: said.SessionResumed, to: Recording) -> None:
    _set_status(to, "in-progress")


@write.register
def _(_event: said.SessionStopped, to: Recording) -> None:
    _set_status(to, "stopped")


@write.register
def _(_event: said.SessionCompleted, to: Recording) -> None:
    _set_status(to, "completed")


@write.register
def _(_event: said.DataErasureRequested, to: Recording) -> None:
    to.erase = True
