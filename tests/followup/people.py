"""People, staff and events for the follow-up tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from followup import staff
from followup.database import Database
from screening import events as said

RESPONSE = "a1b2-srq_minsa-1"
CONSENT_VERSION = "2026112202"


def session_json(status: str = "in-progress", **facts: Any) -> dict[str, Any]:
    """A session as the engine would hand it over."""
    return {"id": "a1b2", "language": "es", "status": status, "frames": [], "facts": facts}


@dataclass
class Talk:
    """One person's conversation, with a clock that the test sets and message ids that count up."""

    database: Database
    conversation_id: str
    now: datetime
    messages: int = 0

    def says(self, *events: said.Event, session: dict[str, Any] | None = None) -> str:
        """One message that causes these events; the person's id."""
        self.messages += 1
        with self.database.turn(self.conversation_id, f"m{self.messages}", self.now) as turn:
            turn.record(events)
            turn.save(session or session_json())
            return turn.patient_id

    def consents(self) -> str:
        """Yes to the screening."""
        return self.says(said.ConsentGiven(at=self.now, kind="screening", version=CONSENT_VERSION))

    def starts(self, response_id: str = RESPONSE, instrument: str = "srq_minsa") -> str:
        """A questionnaire begins."""
        return self.says(questionnaire(self.now, response_id, instrument))

    def answers(self, link_id: str, value: int = 1, response_id: str = RESPONSE, replaces: bool = False) -> str:
        """An answer to one item."""
        code = "yes" if value else "no"
        event = said.ItemAnswered(
            at=self.now, response_id=response_id, link_id=link_id, value=value, code=code, replaces=replaces
        )
        return self.says(event)

    def finishes(self, value: float = 12, positive: bool | None = True, response_id: str = RESPONSE) -> str:
        """The score and the end of the questionnaire."""
        return self.says(score(self.now, value, positive, response_id), ended(self.now, response_id))

    def needs(
        self, kind: str = "callback", priority: str = "routine", hours: float = 24, reasons: tuple[str, ...] = ("r1",)
    ) -> str:
        """A task is advised."""
        due_at = self.now + timedelta(hours=hours)
        return self.says(
            said.TaskAdvised(at=self.now, kind=kind, priority=priority, due_at=due_at, reasons=reasons, rule="TR-1")
        )


def questionnaire(at: datetime, response_id: str = RESPONSE, instrument: str = "srq_minsa") -> said.Event:
    """The start of a questionnaire."""
    return said.QuestionnaireStarted(
        at=at,
        response_id=response_id,
        instrument=instrument,
        version="1",
        sha256="0" * 64,
        language="es",
        state="draft",
    )


def score(at: datetime, value: float = 12, positive: bool | None = True, response_id: str = RESPONSE) -> said.Event:
    """A computed score."""
    return said.ScoreComputed(
        at=at,
        response_id=response_id,
        name="common",
        value=value,
        answered=18,
        expected=18,
        complete=True,
        positive=positive,
        band=None,
        cutoff={"positive_at": 9},
    )


def ended(at: datetime, response_id: str = RESPONSE) -> said.Event:
    """The end of a questionnaire."""
    return said.ScreeningCompleted(at=at, response_id=response_id)


def add_staff(database: Database, username: str, role: str = "counselor", **values: Any) -> str:
    """The id of a new member of staff."""
    with database.begin() as conn:
        person = staff.add(
            conn,
            username,
            username.title(),
            "una clave larga",
            role,
            datetime(2026, 1, 1, tzinfo=timezone.utc),
            **values,
        )
    return person.id


def names(found: Iterable[dict[str, Any]], column: str) -> list[Any]:
    """One column of some rows."""
    return [row[column] for row in found]
