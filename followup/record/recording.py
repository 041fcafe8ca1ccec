"""Whose turn is written, and the one function that takes any event; the writers stand in the files beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch

from sqlalchemy.engine import Connection

from followup.context import Context
from screening import events as said


@dataclass
class Recording:
    """Whose turn it is and what is known of them; kept in step while the turn is written."""

    conn: Connection
    context: Context
    now: datetime
    patient_id: str
    conversation_id: str
    language: str
    screening_consent: str | None
    callback_consent: str | None
    profile_wanted: bool = False
    erase: bool = False
    # How a questionnaire was asked: None in the chat, "phone" when somebody of the team read it aloud.
    method: str | None = None

    @property
    def consented(self) -> bool:
        """Whether answers may be kept."""
        return self.screening_consent == "yes"


@singledispatch
def write(event: said.Event, _to: Recording) -> None:
    """Write one event; an unknown kind of event is a mistake in the program."""
    raise TypeError(f"no writer for {type(event).__name__}")
