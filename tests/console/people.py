"""The named people whom the console's tests are about, the password of all staff, and a clock that tests move."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from followup.database import Database
from followup.worklist import Filters, open_tasks
from screening import events as said

PASSWORD = "una clave de prueba"
PHONE = "+51987654321"


Story = Callable[[datetime], list[said.Event]]


class Clock:
    """The time, as the test sets it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **span: float) -> None:
        """Later."""
        self.now += timedelta(**span)


def csrf_of(page: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found.group(1)


class People:
    """Puts named people into the database, by the events that the conversation would record."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _record(self, conversation: str, language: str, build: Story) -> tuple[str, str]:
        now = self._clock()
        with self._database.turn(conversation, f"{conversation}-1", now, "telegram", language) as turn:
            turn.record(build(now))
            patient_id = turn.patient_id
        with self._database.read() as conn:
            tasks = open_tasks(conn, now, Filters(limit=None))
        return patient_id, next(card.id for card in tasks if card.patient_id == patient_id)

    def rosa(self) -> tuple[str, str]:
        """Speaks Quechua, from Huanta; answered "yes" to item 17: a crisis. Nobody may leave a message."""

        def events(at: datetime) -> list[said.Event]:
            response = "rosa-srq"
            answers = [("srq_1", 1), ("srq_2", 0), ("srq_17", 1)]
            return [
                said.LanguageChosen(at=at, language="qu", variety="quy"),
                said.ConsentGiven(at=at, kind="screening", version="1"),
                said.ProfileAnswered(at=at, field="age", value=34),
                said.ProfileAnswered(at=at, field="sex", value="female"),
                said.ProfileAnswered(at=at, field="district", value="050401"),
                said.QuestionnaireStarted(
                    at=at,
                    response_id=response,
                    instrument="srq_minsa",
                    version="2026112201",
                    sha256="0" * 64,
                    language="qu",
                    state="draft",
                ),
                *(
                    said.ItemAnswered(
                        at=at, response_id=response, link_id=item, value=value, code="yes" if value else "no"
                    )
                    for item, value in answers
                ),
                said.ItemAnswered(at=at, response_id=response, link_id="srq_2", value=1, code="yes", replaces=True),
                said.ItemSkipped(at=at, response_id=response, link_id="srq_3", why="skipped"),
                said.ScoreComputed(
                    at=at,
                    response_id=response,
                    name="common",
                    value=3,
                    answered=3,
                    expected=18,
                    complete=False,
                    positive=None,
                    band=None,
                    cutoff={"positive_at": 9, "source": "MINSA", "status": "SEEN"},
                ),
                said.RiskIdentified(at=at, code="suicide", level="high", rule="TR-001", source="item:srq_17"),
                said.TaskAdvised(
                    at=at,
                    kind="crisis",
                    priority="asap",
                    due_at=at + timedelta(minutes=12),
                    reasons=("suicide_item",),
                    rule="TR-001",
                ),
                said.IdentityGiven(at=at, kind="name", value="Rosa Quispe"),
                said.IdentityGiven(at=at, kind="phone", value=PHONE),
                said.ConsentGiven(at=at, kind="callback", version="1"),
                said.ContactPreferenceGiven(at=at, field="voicemail", value="no"),
                said.ContactPreferenceGiven(at=at, field="shared", value="yes"),
                said.ContactPreferenceGiven(at=at, field="hours", value="en la tarde"),
                said.ContactPreferenceGiven(at=at, field="word", value="maíz"),
            ]

        return self._record("rosa", "qu", events)

    def julio(self) -> tuple[str, str]:
        """Speaks Spanish, asked to be called; not urgent; a voice message is all right."""

        def events(at: datetime) -> list[said.Event]:
            return [
                said.ConsentGiven(at=at, kind="screening", version="1"),
                said.ProfileAnswered(at=at, field="district", value="150110"),
                said.ProfileAnswered(at=at, field="age", value=52),
                said.FirstAidStarted(at=at, script="respiracion", version="2026112201"),
                said.FirstAidCompleted(at=at, script="respiracion", helped="yes"),
                said.IdentityGiven(at=at, kind="name", value="Julio Mamani"),
                said.IdentityGiven(at=at, kind="phone", value="+51912345678"),
                said.ConsentGiven(at=at, kind="callback", version="1"),
                said.ContactPreferenceGiven(at=at, field="voicemail", value="yes"),
                said.TaskAdvised(
                    at=at,
                    kind="callback",
                    priority="routine",
                    due_at=at + timedelta(hours=9),
                    reasons=("asked_for_call",),
                    rule="callback",
                ),
            ]

        return self._record("julio", "es", events)

    def carmen(self) -> tuple[str, str]:
        """Speaks Spanish, lives with violence; gave no phone."""

        def events(at: datetime) -> list[said.Event]:
            return [
                said.ConsentGiven(at=at, kind="screening", version="1"),
                said.RiskIdentified(at=at, code="violence", level="moderate", rule="TR-020", source="phrase"),
                said.TaskAdvised(
                    at=at,
                    kind="callback",
                    priority="asap",
                    due_at=at + timedelta(hours=1),
                    reasons=("violence",),
                    rule="TR-020",
                ),
            ]

        return self._record("carmen", "es", events)
