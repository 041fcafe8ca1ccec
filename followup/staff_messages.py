"""What the team and a person write to each other: kept sealed for some days, sent in order, looked at with a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, handovers
from followup.dialects import insert_or_ignore
from followup.errors import TaskRefused
from followup.handovers import Handover
from followup.models import conversation, handover, patient, practitioner, staff_message
from followup.models.talking import STAFF_MESSAGE_UNREAD, STAFF_MESSAGE_WAITS
from followup.staff_texts import staff_texts

OUT, IN, BOT = "out", "in", "bot"
WAITING, SENT, NOT_DONE = "preparation", "completed", "not-done"
WORDS = "text"
SENDING_LEASE = timedelta(minutes=2)
"""A message that was handed out but not reported back is handed out again after this."""
TRIES = 5
Say = Callable[[str, str, str], str]
"""(code of a text, language, who) -> its words."""


@dataclass(frozen=True)
class Line:
    """One message as the page shows it."""

    id: int
    direction: str
    at: datetime
    by: str | None
    text: str = field(repr=False)
    kind: str | None
    shows_risk: bool
    status: str
    status_reason: str | None
    is_new: bool


@dataclass(frozen=True)
class Waiting:
    """A message to hand to the channel. template: {name, language} that WhatsApp takes at any time."""

    id: int
    conversation_id: str
    text: str = field(repr=False)
    template: dict[str, str] | None


@dataclass(frozen=True)
class Talk:
    """A conversation in which somebody of the team has the word, or has something to read."""

    held: Handover
    new: int
    danger: bool


def write(
    conn: Connection,
    patient_id: str,
    practitioner_id: str,
    text: str,
    say: Say,
    now: datetime,
    *,
    template: str | None = None,
    supervises: bool = False,
) -> Handover:
    """Have the message sent; the first one takes the word from the bot and says so. Raises TaskRefused.

    say: words of texts and templates. text: as typed, or empty for a template as it stands.
    """
    rules = staff_texts(context.of(conn).rules_folder)
    way = handovers.way_to(conn, patient_id, practitioner_id, now, supervises=supervises)
    if way.refused:
        raise TaskRefused(way.refused)
    chosen = rules.templates.get(template or "")
    if way.only_templates and (chosen is None or way.language[:2] not in chosen.approved):
        raise TaskRefused("only_templates")
    if chosen is None and not text.strip():
        raise TaskRefused("empty_message")
    held, is_new = handovers.take_word(conn, way, patient_id, practitioner_id, now)
    if is_new and not way.only_templates:
        _put(conn, held, BOT, say("present", held.language, held.who), now)
    words = say(chosen.code, held.language, held.who) if chosen else text.strip()[: rules.longest]
    _put(conn, held, OUT, words, now, template=chosen.code if chosen else None, practitioner_id=practitioner_id)
    audit.record(
        conn, now, audit.CREATE, "message.written", "Patient", patient_id, practitioner_id=practitioner_id,
        detail={"template": chosen.code if chosen else None},
    )  # fmt: skip
    return held


def hand_back(conn: Connection, held: Handover, reason: str, say: Say, now: datetime, by: str | None = None) -> None:
    """The bot has the word again, and the person is told. Raises TaskRefused when it has it already."""
    handovers.hand_back(conn, held, reason, now, by)
    if reason != handovers.PERSON_ASKED:
        code = "left" if reason == handovers.HANDED_BACK else "left_by_itself"
        _put(conn, held, BOT, say(code, held.language, held.who), now)


def end_of_time(conn: Connection, say: Say, now: datetime) -> int:
    """How many conversations went back to the bot because nobody wrote any more."""
    found = handovers.over(conn, now)
    for held in found:
        hand_back(conn, held, handovers.TIME_OVER, say, now)
    return len(found)


def heard(
    conn: Connection, held: Handover, message_id: str, text: str, now: datetime, *, kind: str | None, danger: bool
) -> bool:
    """Keep what the person wrote to the team; False for a message that came before."""
    vault = context.of(conn).vault
    row = _row(conn, held, IN, text, now)
    row |= {"kind": kind, "key": vault.message_key(held.conversation_id, message_id)}
    row |= {"shows_risk": danger, "status": SENT}
    if not insert_or_ignore(conn, staff_message, row):
        return False
    handovers.extend(conn, held.id, now)
    conn.execute(update(conversation).where(conversation.c.id == held.conversation_id).values(last_message_at=now))
    return True


def should_wait_note(conn: Connection, held: Handover, now: datetime) -> bool:
    """Whether the person should be told that their message waits: nobody wrote for a while, and they were not told."""
    rules = staff_texts(context.of(conn).rules_folder)
    ours = (
        staff_message.c.patient_id == held.patient_id,
        staff_message.c.handover_id == held.id,
        staff_message.c.direction == OUT,
    )
    last = conn.execute(select(func.max(staff_message.c.at)).where(*ours)).scalar() or held.started_at
    told = held.asked_to_wait_at
    return bool(now - last >= rules.wait_note_after and (told is None or told < last))


def talk(
    conn: Connection, patient_id: str, viewer: str, now: datetime, *, after: int = 0, limit: int = 200
) -> list[Line]:
    """The newest messages in order, after a number; what the person wrote counts as seen. The look is recorded."""
    vault = context.of(conn).vault
    wanted = (
        select(staff_message, practitioner.c.name.label("by"))
        .outerjoin(practitioner, practitioner.c.id == staff_message.c.practitioner_id)
        .where(staff_message.c.patient_id == patient_id, staff_message.c.id > after)
        .order_by(staff_message.c.id.desc())
        .limit(limit)
    )
    rows = list(reversed(conn.execute(wanted).all()))
    lines = [_line(row, vault.decrypt_note(row.text) if row.text else "") for row in rows]
    if lines:
        detail = {"messages": len(lines)}
        audit.record(conn, now, audit.READ, "messages", "Patient", patient_id, practitioner_id=viewer, detail=detail)
    unseen = (
        staff_message.c.patient_id == patient_id,
        staff_message.c.direction == IN,
        staff_message.c.seen_at.is_(None),
    )
    conn.execute(update(staff_message).where(*unseen).values(seen_at=now))
    return lines


def anything_after(conn: Connection, patient_id: str, number: int) -> bool:
    """Whether there is a newer message: asked every few seconds, so it takes no lock."""
    ours = staff_message.c.patient_id == patient_id, staff_message.c.id > number
    return conn.execute(select(staff_message.c.id).where(*ours).limit(1)).first() is not None


def talks(conn: Connection, practitioner_id: str | None = None) -> list[Talk]:
    """Where somebody of the team has the word, or left something unread; danger and new messages first."""
    # PostgreSQL knows no greatest of true and false.
    danger = func.max(case((staff_message.c.shows_risk.is_(True), 1), else_=0)).label("danger")
    unread = select(staff_message.c.handover_id, func.count().label("new"), danger).where(STAFF_MESSAGE_UNREAD)
    found = {row.handover_id: row for row in conn.execute(unread.group_by(staff_message.c.handover_id))}
    made = [
        Talk(held, int(found[held.id].new) if held.id in found else 0, held.id in found and bool(found[held.id].danger))
        for held in handovers.open_or(conn, found, practitioner_id)
    ]
    return sorted(made, key=lambda one: (not one.danger, -one.new))


def unread_by(conn: Connection, practitioner_id: str) -> int:
    """How many messages to this member of the team they have not read."""
    wanted = (
        select(func.count()).select_from(staff_message).join(handover, handover.c.id == staff_message.c.handover_id)
    )
    wanted = wanted.where(STAFF_MESSAGE_UNREAD, handover.c.practitioner_id == practitioner_id)
    return int(conn.execute(wanted).scalar_one())


def counts(conn: Connection, patient_id: str) -> tuple[int, int]:
    """How many messages are kept of a person, and how many of theirs nobody has read."""
    ours = staff_message.c.patient_id == patient_id, staff_message.c.direction != BOT
    everything = conn.execute(select(func.count()).select_from(staff_message).where(*ours)).scalar_one()
    unread = ours[0], staff_message.c.direction == IN, staff_message.c.seen_at.is_(None)
    return int(everything), int(
        conn.execute(select(func.count()).select_from(staff_message).where(*unread)).scalar_one()
    )


def anything_waits(conn: Connection, now: datetime) -> bool:
    """Whether there is something to send or to hand back."""
    waits = select(staff_message.c.id).where(STAFF_MESSAGE_WAITS).limit(1)
    return conn.execute(waits).first() is not None or bool(handovers.over(conn, now))


def take_waiting(conn: Connection, now: datetime, limit: int = 50) -> list[Waiting]:
    """Messages to hand to their channels, in order; each must be reported back by mark_sent or mark_failed."""
    free = or_(staff_message.c.lease_until.is_(None), staff_message.c.lease_until <= now)
    wanted = select(staff_message, patient.c.language).join(patient, patient.c.id == staff_message.c.patient_id)
    wanted = wanted.where(STAFF_MESSAGE_WAITS, free).order_by(staff_message.c.id).limit(limit)
    rows = conn.execute(wanted.with_for_update(of=staff_message, skip_locked=True)).all()
    if rows:
        ids = staff_message.c.id.in_([row.id for row in rows])
        conn.execute(update(staff_message).where(ids).values(lease_until=now + SENDING_LEASE))
    rules, vault = staff_texts(context.of(conn).rules_folder), context.of(conn).vault
    return [
        Waiting(row.id, row.conversation_id, vault.decrypt_note(row.text), _approved(rules.templates, row))
        for row in rows
    ]


def mark_sent(conn: Connection, message_id: int) -> None:
    """The channel has it."""
    _report(conn, message_id, status=SENT, status_reason=None, lease_until=None)


def mark_failed(conn: Connection, message_id: int, reason: str, *, retry: bool) -> None:
    """It could not be handed over: tried again, or given up. reason: a code that staff read."""
    tries = conn.execute(select(staff_message.c.tries).where(staff_message.c.id == message_id)).scalar()
    if retry and tries is not None and tries + 1 < TRIES:
        _report(conn, message_id, tries=tries + 1)
        return
    _report(conn, message_id, status=NOT_DONE, status_reason=reason, lease_until=None)


def forget_old(conn: Connection, now: datetime) -> int:
    """How many messages were older than the rules allow."""
    oldest = now - staff_texts(context.of(conn).rules_folder).kept
    return int(conn.execute(delete(staff_message).where(staff_message.c.at < oldest)).rowcount)


def _put(
    conn: Connection,
    held: Handover,
    direction: str,
    text: str,
    now: datetime,
    *,
    template: str | None = None,
    practitioner_id: str | None = None,
) -> None:
    row = _row(conn, held, direction, text, now)
    conn.execute(insert(staff_message), row | {"template": template, "practitioner_id": practitioner_id})


def _row(conn: Connection, held: Handover, direction: str, text: str, now: datetime) -> dict[str, Any]:
    sealed = context.of(conn).vault.encrypt_note(text) if text else None
    row: dict[str, Any] = {"patient_id": held.patient_id, "conversation_id": held.conversation_id}
    row |= {"handover_id": held.id, "direction": direction, "at": now, "text": sealed}
    return row | {"shows_risk": False, "status": WAITING, "tries": 0}


def _line(row: Row[Any], text: str) -> Line:
    return Line(
        id=row.id,
        direction=row.direction,
        at=row.at,
        by=row.by,
        text=text,
        kind=row.kind,
        shows_risk=row.shows_risk,
        status=row.status,
        status_reason=row.status_reason,
        is_new=row.direction == IN and row.seen_at is None,
    )


def _approved(templates: Any, row: Row[Any]) -> dict[str, str] | None:
    chosen = templates.get(row.template or "")
    found = chosen.approved.get(row.language[:2]) if chosen else None
    return dict(found) if found else None


def _report(conn: Connection, message_id: int, **values: Any) -> None:
    conn.execute(update(staff_message).where(staff_message.c.id == message_id).values(**values))
