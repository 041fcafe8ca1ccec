"""Notices to the team: who is told of what, by which way and when. They count cases and never say whose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from followup import context, duty
from followup.models import practitioner, staff_notice
from followup.models.team import NOTICE_WAITS
from followup.ruleset import PRIORITIES
from followup.staff_contacts import contacts
from followup.team_rules import HOLDER, ON_CALL, ON_DUTY, SUPERVISOR, TeamRules, team_rules

WAITING, SENT, NOT_DONE = "preparation", "completed", "not-done"
SENDING_LEASE = timedelta(minutes=2)
TRIES = 5
KEPT = timedelta(days=30)
STALE = timedelta(hours=12)
"""A notice this long after its hour says nothing that the list does not say better."""


Tell = Callable[[str, str], str]
"""(language of the reader, Spanish text) -> the text in that language, its fields still open; else the Spanish."""


def in_spanish(language: str, text: str) -> str:
    """The text as it stands: where nobody brings another language."""
    return text


@dataclass(frozen=True)
class DueNotice:
    """A notice to send now. channel: a kind of staff_contacts; address: theirs, never logged."""

    id: str
    channel: str
    address: str = field(repr=False)
    subject: str
    text: str


def tell(conn: Connection, kind: str, priority: str, holder: str | None, now: datetime) -> int:
    """How many people a case of that priority is now brought to, as the rules say."""
    rules = team_rules(context.of(conn).rules_folder)
    people = _people(conn, rules.tell[kind], holder, now)
    reached = contacts(conn, people)
    for practitioner_id, addresses in reached.items():
        due_at = _due_at(conn, rules, practitioner_id, priority, now)
        for channel in addresses:
            _keep(conn, practitioner_id, channel, kind, priority, due_at, now)
    return len(people)


def due_notices(
    conn: Connection, now: datetime, channels: Collection[str], limit: int = 50, tell: Tell = in_spanish
) -> list[DueNotice]:
    """Notices to send now by these ways; each must be reported back by mark_sent or mark_failed."""
    free = or_(staff_notice.c.lease_until.is_(None), staff_notice.c.lease_until <= now)
    wanted = select(staff_notice).where(NOTICE_WAITS, staff_notice.c.due_at <= now, free)
    by_these = wanted.where(staff_notice.c.channel.in_(tuple(channels))).order_by(staff_notice.c.due_at).limit(limit)
    rows = conn.execute(by_these.with_for_update(skip_locked=True)).all()
    addresses = contacts(conn, {row.practitioner_id for row in rows})
    rules = team_rules(context.of(conn).rules_folder)
    read_in = _languages(conn, {row.practitioner_id for row in rows})
    found = (_hand_out(conn, row, addresses.get(row.practitioner_id, {}), now) for row in rows)
    return [
        replace(notice, **_worded(rules, row, read_in[row.practitioner_id], tell))
        for row, notice in zip(rows, list(found), strict=True)
        if notice
    ]


def mark_sent(conn: Connection, notice_id: str, now: datetime) -> None:
    """It arrived at the mail server or at Telegram."""
    _end(conn, notice_id, SENT, None, now)


def mark_failed(conn: Connection, notice_id: str, reason: str, now: datetime) -> None:
    """It did not: tried again some times, later each time."""
    row = conn.execute(select(staff_notice).where(staff_notice.c.id == notice_id)).one()
    if row.tries >= TRIES or now - row.due_at > STALE:
        _end(conn, notice_id, NOT_DONE, reason, now)
        return
    again = {"lease_until": now + SENDING_LEASE * row.tries, "status_reason": reason}
    conn.execute(update(staff_notice).where(staff_notice.c.id == notice_id).values(**again))


def failing(conn: Connection, now: datetime) -> dict[str, int]:
    """How many notices of the last day did not arrive, or not yet at the first try, by their way."""
    recent = staff_notice.c.created_at > now - timedelta(days=1), staff_notice.c.status_reason.is_not(None)
    found: dict[str, int] = {}
    for row in conn.execute(select(staff_notice.c.channel, staff_notice.c.status).where(*recent)):
        if row.status != SENT:
            found[row.channel] = found.get(row.channel, 0) + 1
    return found


def forget_old(conn: Connection, now: datetime) -> int:
    """How many notices were too old to keep."""
    return int(conn.execute(delete(staff_notice).where(staff_notice.c.created_at < now - KEPT)).rowcount)


def _people(conn: Connection, whom: Iterable[str], holder: str | None, now: datetime) -> list[str]:
    """Ids of those who are told, each once."""
    found: list[str] = []
    for one in whom:
        if one == HOLDER and holder:
            found.append(holder)
        if one == ON_DUTY and not (holder and HOLDER in whom):
            found += [row.id for row in duty.on_duty(conn, now)]
        if one == ON_CALL:
            found += [row.id for row in duty.on_call(conn, now)]
        if one == SUPERVISOR:
            found += [row.id for row in duty.supervisors(conn, now)]
    return list(dict.fromkeys(found))


def _due_at(conn: Connection, rules: TeamRules, practitioner_id: str, priority: str, now: datetime) -> datetime:
    """Now in working hours. Outside them only who is on call is woken, and only for what may wake them."""
    calendar = context.of(conn).calendar()
    if calendar.is_open(now):
        return now
    wakes = priority in rules.wakes and any(row.id == practitioner_id for row in duty.on_call(conn, now))
    return now if wakes else calendar.next_open(now)


def _keep(
    conn: Connection, practitioner_id: str, channel: str, kind: str, priority: str, due_at: datetime, now: datetime
) -> None:
    """One message for all cases of a kind that wait to be told by the same way; a night's worth is one message."""
    same = staff_notice.c.practitioner_id == practitioner_id, staff_notice.c.channel == channel
    untouched = NOTICE_WAITS, staff_notice.c.kind == kind, staff_notice.c.tries == 0
    waiting = conn.execute(select(staff_notice).where(*same, *untouched).with_for_update()).first()
    if waiting is None:
        row: dict[str, Any] = {"id": context.of(conn).new_id(), "practitioner_id": practitioner_id, "channel": channel}
        row |= {"kind": kind, "priority": priority, "cases": 1, "status": WAITING, "tries": 0}
        conn.execute(insert(staff_notice), row | {"created_at": now, "due_at": due_at})
        return
    more = {"cases": waiting.cases + 1, "due_at": min(waiting.due_at, due_at)}
    more["priority"] = max(waiting.priority, priority, key=PRIORITIES.index)
    conn.execute(update(staff_notice).where(staff_notice.c.id == waiting.id).values(**more))


def _hand_out(conn: Connection, row: Row[Any], addresses: dict[str, str], now: datetime) -> DueNotice | None:
    """Without its words."""
    address = addresses.get(row.channel)
    if address is None or row.tries >= TRIES:
        _end(conn, row.id, NOT_DONE, "no_address" if address is None else "never_reported", now)
        return None
    leased = {"lease_until": now + SENDING_LEASE, "tries": row.tries + 1}
    conn.execute(update(staff_notice).where(staff_notice.c.id == row.id).values(**leased))
    return DueNotice(row.id, row.channel, address, "", "")


def _worded(rules: TeamRules, row: Row[Any], language: str, tell: Tell) -> dict[str, str]:
    """Subject and text in the reader's language; the Spanish stands below as long as it is another text."""
    words = rules.words[row.kind]
    source = words.one if row.cases == 1 else words.many
    texts = dict.fromkeys((tell(language, source), source))
    text = "\n".join(one.format(cases=row.cases) for one in texts)
    return {"subject": tell(language, rules.subject), "text": text}


def _languages(conn: Connection, people: Collection[str]) -> dict[str, str]:
    """In which language each of them reads."""
    wanted = select(practitioner.c.id, practitioner.c.reads_in).where(practitioner.c.id.in_(tuple(people)))
    return {row.id: row.reads_in for row in conn.execute(wanted)}


def _end(conn: Connection, notice_id: str, status: str, reason: str | None, now: datetime) -> None:
    ended = {"status": status, "status_reason": reason, "sent_at": now, "lease_until": None}
    conn.execute(update(staff_notice).where(staff_notice.c.id == notice_id).values(**ended))
