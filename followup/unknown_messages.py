"""Messages that were not understood: kept once without personal data, labelled by staff, forgotten in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, true, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.dialects import insert_or_ignore
from followup.models import consent, identity, unknown_message
from followup.redaction import redact
from followup.understanding import understanding
from screening.fold import fold

NEW, LABELLED, DISCARDED = "new", "labelled", "discarded"
OWNER = "message_owner"
_TEXT = "unknown_message"
_KIND = "UnknownMessage"
_NAMES = ("name", "guardian_name")
# Of the same words, only that they came again is counted.
_MOST_SEEN = 1_000_000


@dataclass(frozen=True)
class UnknownMessage:
    """A kept message. guesses: (intent, confidence), best first; seen: how often these words came."""

    id: int
    at: datetime
    language: str
    text: str
    guesses: tuple[tuple[str, float], ...]
    seen: int
    status: str
    intent: str | None


def keep(
    conn: Connection,
    patient_id: str,
    text: str,
    language: str,
    guesses: Sequence[tuple[str, float]],
    at: datetime,
) -> bool:
    """Whether the message was kept anew. Nothing is kept without a consent that speaks of it."""
    here = context.of(conn)
    rules = understanding(here.rules_folder)
    if not _allowed(conn, patient_id, rules.consent_since):
        return False
    bare = redact(text, _names(conn, patient_id), here.rules_folder)[: rules.longest]
    if not any(sign.isalpha() for sign in bare):
        return False
    fingerprint = here.vault.message_key(_TEXT, fold(bare, rules.longest))
    row = {
        "at": at,
        "owner": here.vault.encrypt(patient_id, OWNER),
        "fingerprint": fingerprint,
        "language": language,
        "text": here.vault.encrypt_note(bare),
        "guesses": [[intent, round(confidence, 2)] for intent, confidence in guesses],
        "seen": 1,
        "status": NEW,
    }
    if insert_or_ignore(conn, unknown_message, row):
        return True
    again = unknown_message.c.fingerprint == fingerprint, unknown_message.c.seen < _MOST_SEEN
    conn.execute(update(unknown_message).where(*again).values(seen=unknown_message.c.seen + 1))
    return False


def forget_of(conn: Connection, patient_id: str) -> int:
    """How many messages of the person were removed, under whichever key they were written."""
    owners = context.of(conn).vault.lookups(patient_id, OWNER)
    return int(conn.execute(delete(unknown_message).where(unknown_message.c.owner.in_(owners))).rowcount)


def forget_old(conn: Connection, now: datetime) -> int:
    """How many messages were older than the rules allow, labelled or not."""
    oldest = now - understanding(context.of(conn).rules_folder).days
    return int(conn.execute(delete(unknown_message).where(unknown_message.c.at < oldest)).rowcount)


def waiting(conn: Connection, language: str | None = None, limit: int = 20, skip: int = 0) -> list[UnknownMessage]:
    """Messages that nobody has labelled yet: what came most often first, then the oldest."""
    wanted = select(unknown_message).where(*_with_status(NEW, language))
    ordered = wanted.order_by(unknown_message.c.seen.desc(), unknown_message.c.id).limit(limit).offset(skip)
    return _messages(conn, conn.execute(ordered))


def labelled(conn: Connection, language: str) -> list[UnknownMessage]:
    """Messages of a language with the intent that staff gave them, by intent."""
    wanted = select(unknown_message).where(*_with_status(LABELLED, language))
    return _messages(conn, conn.execute(wanted.order_by(unknown_message.c.intent, unknown_message.c.id)))


def count(conn: Connection, status: str, language: str | None = None) -> int:
    """How many there are."""
    wanted = select(func.count()).select_from(unknown_message).where(*_with_status(status, language))
    return int(conn.execute(wanted).scalar_one())


def label(conn: Connection, labels: Mapping[int, str | None], now: datetime, practitioner_id: str) -> int:
    """How many messages were given an intent, or discarded (None). What somebody else has labelled stays as it is."""
    done = 0
    for message_id, intent in labels.items():
        values: dict[str, object] = {"status": LABELLED, "intent": intent}
        if intent is None:
            values = {"status": DISCARDED, "intent": None, "text": None, "guesses": []}
        open_one = unknown_message.c.id == message_id, unknown_message.c.status == NEW
        changed = update(unknown_message).where(*open_one)
        if not conn.execute(changed.values(**values, labelled_by=practitioner_id, labelled_at=now)).rowcount:
            continue
        done += 1
        detail = {"intent": intent or DISCARDED}
        _record(conn, now, audit.UPDATE, "message.labelled", str(message_id), practitioner_id, detail)
    return done


def note_look(conn: Connection, subtype: str, how_many: int, now: datetime, practitioner_id: str) -> None:
    """Somebody read kept messages, or took them away to train with."""
    _record(conn, now, audit.READ, subtype, None, practitioner_id, {"count": how_many})


def _record(
    conn: Connection,
    now: datetime,
    action: str,
    subtype: str,
    object_id: str | None,
    practitioner_id: str,
    detail: Mapping[str, object],
) -> None:
    audit.record(conn, now, action, subtype, _KIND, object_id, practitioner_id=practitioner_id, detail=detail)


def _allowed(conn: Connection, patient_id: str, since: str) -> bool:
    """Whether the screening consent that stands was given to a text that speaks of kept messages."""
    standing = (
        consent.c.patient_id == patient_id,
        consent.c.kind == "screening",
        consent.c.status == "active",
        consent.c.ended_at.is_(None),
        consent.c.version >= since,
    )
    return conn.execute(select(consent.c.id).where(*standing)).first() is not None


def _names(conn: Connection, patient_id: str) -> list[str]:
    vault = context.of(conn).vault
    wanted = select(identity.c.ciphertext, identity.c.kind).where(
        identity.c.patient_id == patient_id, identity.c.kind.in_(_NAMES), identity.c.current == true()
    )
    return [vault.decrypt(row.ciphertext, row.kind) for row in conn.execute(wanted)]


def _with_status(status: str, language: str | None) -> tuple[object, ...]:
    same = (unknown_message.c.status == status,)
    # quy and quz are varieties of qu: staff label them together.
    return (*same, unknown_message.c.language.startswith(language)) if language else same


def _messages(conn: Connection, rows: Iterable[Row[object]]) -> list[UnknownMessage]:
    vault = context.of(conn).vault
    return [
        UnknownMessage(
            id=row.id,
            at=row.at,
            language=row.language,
            text=vault.decrypt_note(row.text),
            guesses=tuple((str(intent), float(sure)) for intent, sure in row.guesses),
            seen=row.seen,
            status=row.status,
            intent=row.intent,
        )
        for row in rows
    ]
