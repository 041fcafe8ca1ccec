"""Who has the word in a conversation: the bot, or a person of the team until they hand it back or time does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages
from followup.errors import TaskRefused
from followup.models import communication, conversation, handover, patient, practitioner
from followup.models.talking import OPEN_HANDOVER
from followup.staff_texts import staff_texts

HANDED_BACK, TIME_OVER, PERSON_ASKED = "handed_back", "time_over", "person_asked"


@dataclass(frozen=True)
class Handover:
    """Somebody of the team has the word. who: what the person sees of them."""

    id: str
    patient_id: str
    conversation_id: str
    practitioner_id: str
    name: str
    language: str
    started_at: datetime
    until: datetime
    asked_to_wait_at: datetime | None
    ended_at: datetime | None = None

    @property
    def who(self) -> str:
        """The first name: a person is written to by somebody, not by an account."""
        return self.name.split()[0] if self.name.split() else self.name


@dataclass(frozen=True)
class Way:
    """How a person can be written to. refused: code of why not; only_templates: nothing but approved ones goes out."""

    refused: str | None = None
    conversation_id: str = ""
    channel: str = ""
    language: str = "es"
    only_templates: bool = False


# For the clock: while somebody of the team writes, the bot begins nothing of its own.
NOBODY_WRITES = ~exists().where(handover.c.patient_id == communication.c.patient_id, handover.c.ended_at.is_(None))
_ALL = (
    select(handover, practitioner.c.name, patient.c.language)
    .join(practitioner, practitioner.c.id == handover.c.practitioner_id)
    .join(patient, patient.c.id == handover.c.patient_id)
)
_HELD = select(handover.c.id).where(handover.c.conversation_id == bindparam("conversation"), OPEN_HANDOVER)
_OPEN = _ALL.where(handover.c.ended_at.is_(None))


def is_held(conn: Connection, conversation_id: str) -> bool:
    """Whether somebody of the team has the word: asked at every message of everybody, so it is quick."""
    return conn.execute(_HELD, {"conversation": conversation_id}).first() is not None


def of_conversation(conn: Connection, conversation_id: str) -> Handover | None:
    """Who of the team has the word, even if their time is over."""
    row = conn.execute(_OPEN.where(handover.c.conversation_id == conversation_id)).first()
    return None if row is None else _made(row)


def of_person(conn: Connection, patient_id: str) -> Handover | None:
    """Who of the team has the word in the person's newest conversation."""
    row = conn.execute(_OPEN.where(handover.c.patient_id == patient_id).order_by(handover.c.started_at.desc())).first()
    return None if row is None else _made(row)


def open_or(conn: Connection, ids: Iterable[str], practitioner_id: str | None = None) -> list[Handover]:
    """All that are open, and these beside; of all, or of one member of the team. The one that ends first is first."""
    wanted = _ALL.where(or_(handover.c.ended_at.is_(None), handover.c.id.in_(tuple(ids)))).order_by(handover.c.until)
    if practitioner_id is not None:
        wanted = wanted.where(handover.c.practitioner_id == practitioner_id)
    return [_made(row) for row in conn.execute(wanted)]


def way_to(conn: Connection, patient_id: str, practitioner_id: str, now: datetime, *, supervises: bool = False) -> Way:
    """Whether and how somebody of the team may write to the person now."""
    rules = staff_texts(context.of(conn).rules_folder)
    person = conn.execute(select(patient).where(patient.c.id == patient_id)).first()
    newest = conversation.c.last_message_at.desc()
    target = conn.execute(
        select(conversation).where(conversation.c.patient_id == patient_id).order_by(newest).limit(1)
    ).first()
    if person is None or target is None or target.channel not in rules.windows:
        return Way("no_conversation")
    held = of_conversation(conn, target.id)
    if held and held.practitioner_id != practitioner_id and held.until > now and not supervises:
        return Way("other_writes")
    silence = now - target.last_message_at
    if silence > rules.answer_within and not (held and held.until > now):
        refused = _not_first(conn, person, now)
        if refused:
            return Way(refused)
    window = rules.windows[target.channel]
    return Way(None, target.id, target.channel, person.language, window is not None and silence >= window)


def _not_first(conn: Connection, person: Row[Any], now: datetime) -> str | None:
    """Why the person may not be written to first."""
    if not messages.safe_to_write(conn, person.id):
        return "not_safe_to_write"
    if person.consent_callback == "no":
        return "wants_no_contact"
    # Somebody in danger may be written to at any hour.
    return "quiet_hours" if person.risk_order > 0 and context.of(conn).calendar().is_quiet(now) else None


def take_word(
    conn: Connection, way: Way, patient_id: str, practitioner_id: str, now: datetime
) -> tuple[Handover, bool]:
    """The handover, and whether it is new; the bot is silent for this person from now on."""
    until = now + staff_texts(context.of(conn).rules_folder).hands_back_after
    held = of_conversation(conn, way.conversation_id)
    if held is not None and held.practitioner_id == practitioner_id and held.until > now:
        extend(conn, held.id, now)
        return held, False
    if held is not None:
        _end(conn, held, TIME_OVER if held.until <= now else HANDED_BACK, now)
    row: dict[str, Any] = {"id": context.of(conn).new_id(), "patient_id": patient_id}
    row |= {"conversation_id": way.conversation_id}
    row |= {"practitioner_id": practitioner_id, "started_at": now, "until": until}
    conn.execute(insert(handover), row)
    audit.record(conn, now, audit.CREATE, "handover", "Patient", patient_id, practitioner_id=practitioner_id)
    taken = of_conversation(conn, way.conversation_id)
    assert taken is not None
    return taken, True


def extend(conn: Connection, handover_id: str, now: datetime) -> None:
    """Somebody wrote: the time begins again."""
    until = now + staff_texts(context.of(conn).rules_folder).hands_back_after
    conn.execute(update(handover).where(handover.c.id == handover_id).values(until=until))


def asked_to_wait(conn: Connection, handover_id: str, now: datetime) -> None:
    """The person was told that their message waits."""
    conn.execute(update(handover).where(handover.c.id == handover_id).values(asked_to_wait_at=now))


def hand_back(conn: Connection, held: Handover, reason: str, now: datetime, by: str | None = None) -> None:
    """The bot answers again. Raises TaskRefused when it does already."""
    if not _end(conn, held, reason, now):
        raise TaskRefused("bot_has_the_word")
    audit.record(conn, now, audit.UPDATE, "handover.ended", "Patient", held.patient_id, practitioner_id=by)


def over(conn: Connection, now: datetime) -> list[Handover]:
    """Those whose time is over."""
    return [_made(row) for row in conn.execute(_OPEN.where(handover.c.until <= now))]


def _end(conn: Connection, held: Handover, reason: str, now: datetime) -> bool:
    still = handover.c.id == held.id, handover.c.ended_at.is_(None)
    ended = update(handover).where(*still).values(ended_at=now, end_reason=reason)
    return bool(conn.execute(ended).rowcount == 1)


def _made(row: Row[Any]) -> Handover:
    return Handover(
        id=row.id,
        patient_id=row.patient_id,
        conversation_id=row.conversation_id,
        practitioner_id=row.practitioner_id,
        name=row.name,
        language=row.language,
        started_at=row.started_at,
        until=row.until,
        asked_to_wait_at=row.asked_to_wait_at,
        ended_at=row.ended_at,
    )
