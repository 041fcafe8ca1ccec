"""Who works here: accounts, passwords, sessions. Wrong names and wrong passwords look the same from outside."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.database import Database
from followup.errors import StaffRefused
from followup.models import practitioner, staff_session

ROLES = ("counselor", "supervisor", "staff", "admin", "reports", "reviewer")
SHORTEST_PASSWORD = 10
SESSION_HOURS = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
TRIES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
SECOND_STEP_WITHIN = timedelta(minutes=10)
"""How long after the right password the code may be typed."""
ADMIN = "admin"
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Practitioner:
    """A member of staff. view_pii: may see names and phones. languages: those they can call in. second_step: a code
    is asked for after the password. reads_in: the language of the pages."""

    id: str
    username: str
    name: str
    role: str
    view_pii: bool
    languages: tuple[str, ...]
    active: bool
    must_change_password: bool
    second_step: bool = False
    locked_until: datetime | None = None
    reads_in: str = "es"


@dataclass(frozen=True)
class StaffSession:
    """A signed-in browser."""

    practitioner: Practitioner
    csrf_token: str
    expires_at: datetime


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """Compared when there is no such account, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex(16))


def add(
    conn: Connection,
    username: str,
    name: str,
    password: str,
    role: str,
    now: datetime,
    *,
    view_pii: bool = False,
    languages: tuple[str, ...] = ("es",),
    must_change_password: bool = False,
    by: str | None = None,
) -> Practitioner:
    """A new account. Raises StaffRefused: unknown_role, password_too_short, username_empty, username_taken."""
    if role not in ROLES:
        raise StaffRefused("unknown_role")
    _refuse_weak(password)
    wanted = username.strip().lower()
    if not wanted:
        raise StaffRefused("username_empty")
    if conn.execute(select(practitioner.c.id).where(practitioner.c.username == wanted)).first():
        raise StaffRefused("username_taken")
    row = {
        "id": context.of(conn).new_id(),
        "username": wanted,
        "name": name,
        "password_hash": _hasher().hash(password),
        "role": role,
        "view_pii": view_pii,
        "languages": list(languages),
        "active": True,
        "must_change_password": must_change_password,
        "failed_logins": 0,
        "created_at": now,
    }
    conn.execute(insert(practitioner), row)
    audit.record(conn, now, audit.CREATE, "staff.added", "Practitioner", str(row["id"]), practitioner_id=by)
    added = get(conn, str(row["id"]))
    assert added is not None
    return added


def get(conn: Connection, practitioner_id: str) -> Practitioner | None:
    """The member of staff with that id."""
    row = conn.execute(select(practitioner).where(practitioner.c.id == practitioner_id)).first()
    return _person(row) if row else None


def everyone(conn: Connection) -> list[Practitioner]:
    """All members of staff by name, the active first."""
    rows = conn.execute(select(practitioner).order_by(practitioner.c.active.desc(), practitioner.c.name))
    return [_person(row) for row in rows]


def count(conn: Connection) -> int:
    """How many accounts there are: none before the first login was made."""
    return int(conn.execute(select(func.count()).select_from(practitioner)).scalar_one())


def change(conn: Connection, practitioner_id: str, now: datetime, by: str | None = None, **values: Any) -> None:
    """New name, role, view_pii, languages or active; somebody who may not work any more is signed out.

    Raises StaffRefused: unknown_role, last_admin when nobody would be left who can manage accounts.
    """
    if "role" in values and values["role"] not in ROLES:
        raise StaffRefused("unknown_role")
    if values.get("active") is False or values.get("role", ADMIN) != ADMIN:
        _refuse_last_admin(conn, practitioner_id)
    unknown = set(values) - {"name", "role", "view_pii", "languages", "active"}
    if unknown:
        raise TypeError(f"not a part of an account: {sorted(unknown)}")
    if "languages" in values:
        values["languages"] = list(values["languages"])
    conn.execute(update(practitioner).where(practitioner.c.id == practitioner_id).values(**values))
    if values.get("active") is False:
        sign_out_everywhere(conn, practitioner_id)
    audit.record(
        conn,
        now,
        audit.UPDATE,
        "staff.changed",
        "Practitioner",
        practitioner_id,
        practitioner_id=by,
        detail={"fields": sorted(values)},
    )


def read_in(conn: Connection, practitioner_id: str, language: str) -> None:
    """The pages come in that language from now on; nobody else is concerned, so nothing is audited."""
    conn.execute(update(practitioner).where(practitioner.c.id == practitioner_id).values(reads_in=language))


def set_password(
    conn: Connection,
    practitioner_id: str,
    password: str,
    now: datetime,
    *,
    by: str | None = None,
    temporary: bool = False,
) -> None:
    """A new password; all browsers of the person are signed out. Raises StaffRefused("password_too_short")."""
    _refuse_weak(password)
    values = {"password_hash": _hasher().hash(password), "must_change_password": temporary, "failed_logins": 0}
    changed = update(practitioner).where(practitioner.c.id == practitioner_id)
    conn.execute(changed.values(**values, locked_until=None))
    sign_out_everywhere(conn, practitioner_id)
    audit.record(conn, now, audit.UPDATE, "staff.password", "Practitioner", practitioner_id, practitioner_id=by)


def made_password() -> str:
    """A password to hand over: easy to read out, good enough until it is changed at the first sign-in."""
    return "-".join(secrets.token_hex(2) for _ in range(3))


def unlock(conn: Connection, practitioner_id: str, now: datetime, by: str | None = None) -> None:
    """The account may be tried again at once."""
    changed = update(practitioner).where(practitioner.c.id == practitioner_id)
    conn.execute(changed.values(failed_logins=0, locked_until=None))
    audit.record(conn, now, audit.UPDATE, "staff.unlocked", "Practitioner", practitioner_id, practitioner_id=by)


def by_username(conn: Connection, username: str) -> Practitioner | None:
    """The member of staff who signs in by that name."""
    row = conn.execute(select(practitioner).where(practitioner.c.username == username.strip().lower())).first()
    return _person(row) if row else None


def authenticate(database: Database, username: str, password: str, now: datetime) -> Practitioner | None:
    """The member of staff, if name and password are right, the account is active and not locked.

    After some wrong tries an account rests for a while; even the right password is refused then. The slow comparison
    runs outside any transaction, so that nobody in the chat waits for it.
    """
    wanted = select(practitioner).where(practitioner.c.username == username.strip().lower())
    with database.read() as conn:
        row = conn.execute(wanted).first()
    right = _matches(row.password_hash if row else _nobodys_hash(), password)
    if row is None or not row.active:
        return None
    renewed = _hasher().hash(password) if right and _hasher().check_needs_rehash(row.password_hash) else None
    with database.begin() as conn:
        current = conn.execute(select(practitioner).where(practitioner.c.id == row.id).with_for_update()).one()
        return _person(current) if _admit(conn, current, right, renewed, now) else None


def _admit(conn: Connection, row: Row[Any], right: bool, renewed: str | None, now: datetime) -> bool:
    """Whether the account may be used now; counts wrong tries."""
    if row.locked_until is not None and row.locked_until > now:
        audit.record(conn, now, audit.EXECUTE, "login.locked", "Practitioner", row.id)
        return False
    if not right:
        _count_failure(conn, row, now)
        return False
    # With a second step the count goes on until the code is right too: else whoever knows the password could try codes
    # without end.
    counts = {} if row.totp_on_at is not None else {"failed_logins": 0, "locked_until": None}
    values: dict[str, Any] = counts | ({"password_hash": renewed} if renewed else {})
    if values:
        conn.execute(update(practitioner).where(practitioner.c.id == row.id).values(**values))
    return True


def sign_in(conn: Connection, practitioner_id: str, now: datetime, *, awaits_code: bool = False) -> str:
    """The secret token of a new session, for the browser's cookie; only its hash is kept.

    awaits_code: the second step is still owed; such a session opens nothing and lasts some minutes.
    """
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": _token_hash(token),
        "practitioner_id": practitioner_id,
        "csrf_token": secrets.token_urlsafe(32),
    }
    lasts = SECOND_STEP_WITHIN if awaits_code else SESSION_HOURS
    times = {"created_at": now, "seen_at": now, "expires_at": now + lasts, "awaits_code": awaits_code}
    conn.execute(insert(staff_session), row | times)
    subtype = "login.first_step" if awaits_code else "login"
    audit.record(conn, now, audit.EXECUTE, subtype, "Practitioner", practitioner_id, practitioner_id=practitioner_id)
    return token


def half_signed_in(conn: Connection, token: str, now: datetime) -> str | None:
    """The id of whoever gave the right password with this token and still owes the second step."""
    half = staff_session.c.awaits_code.is_(True), staff_session.c.expires_at > now, practitioner.c.active.is_(True)
    wanted = select(practitioner.c.id).join(staff_session, staff_session.c.practitioner_id == practitioner.c.id)
    found = conn.execute(wanted.where(staff_session.c.token_hash == _token_hash(token), *half)).scalar()
    return None if found is None else str(found)


def end_half(conn: Connection, token: str) -> None:
    """The first half of a sign-in is used up."""
    conn.execute(delete(staff_session).where(staff_session.c.token_hash == _token_hash(token)))


def session(conn: Connection, token: str, now: datetime) -> StaffSession | None:
    """The session of the token, unless it ended, was idle too long, or the account was closed. Reads only."""
    wanted = (
        select(practitioner, staff_session.c.csrf_token, staff_session.c.expires_at, staff_session.c.seen_at)
        .join(staff_session, staff_session.c.practitioner_id == practitioner.c.id)
        .where(staff_session.c.token_hash == _token_hash(token), practitioner.c.active.is_(True))
        .where(staff_session.c.awaits_code.is_(False))
    )
    row = conn.execute(wanted).first()
    if row is None or row.expires_at <= now or now - row.seen_at > IDLE_LIMIT:
        return None
    return StaffSession(_person(row), row.csrf_token, row.expires_at)


def seen(conn: Connection, token: str, now: datetime) -> None:
    """The browser is in use; written once a minute at most."""
    old = staff_session.c.token_hash == _token_hash(token), staff_session.c.seen_at <= now - _SEEN_EVERY
    conn.execute(update(staff_session).where(*old).values(seen_at=now))


def sign_out(conn: Connection, token: str, now: datetime) -> None:
    """End one session."""
    mine = staff_session.c.token_hash == _token_hash(token)
    practitioner_id = conn.execute(select(staff_session.c.practitioner_id).where(mine)).scalar()
    if practitioner_id is not None:
        conn.execute(delete(staff_session).where(mine))
        audit.record(
            conn, now, audit.EXECUTE, "logout", "Practitioner", practitioner_id, practitioner_id=practitioner_id
        )


def sign_out_everywhere(conn: Connection, practitioner_id: str) -> None:
    """End all sessions of a person."""
    conn.execute(delete(staff_session).where(staff_session.c.practitioner_id == practitioner_id))


def csrf_matches(signed_in: StaffSession, given: str) -> bool:
    """Whether a form carries the session's token."""
    return hmac.compare_digest(signed_in.csrf_token.encode(), given.encode())


def count_failure(conn: Connection, practitioner_id: str, now: datetime) -> None:
    """A wrong try at the second step counts like a wrong password."""
    locked = select(practitioner).where(practitioner.c.id == practitioner_id).with_for_update()
    _count_failure(conn, conn.execute(locked).one(), now)


def _refuse_last_admin(conn: Connection, practitioner_id: str) -> None:
    # Locked, so that two administrators cannot close each other's accounts at the same moment.
    admins = select(practitioner.c.id).where(practitioner.c.role == ADMIN, practitioner.c.active.is_(True))
    if conn.execute(admins.with_for_update()).scalars().all() == [practitioner_id]:
        raise StaffRefused("last_admin")


def _refuse_weak(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise StaffRefused("password_too_short")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(conn: Connection, row: Row[Any], now: datetime) -> None:
    failures = row.failed_logins + 1
    locks = failures >= TRIES_BEFORE_LOCK
    values = {"failed_logins": 0 if locks else failures, "locked_until": now + LOCKED_FOR if locks else None}
    conn.execute(update(practitioner).where(practitioner.c.id == row.id).values(**values))
    audit.record(conn, now, audit.EXECUTE, "login.failed", "Practitioner", row.id)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _person(row: Row[Any]) -> Practitioner:
    return Practitioner(
        id=row.id,
        username=row.username,
        name=row.name,
        role=row.role,
        view_pii=row.view_pii,
        languages=tuple(row.languages),
        active=row.active,
        must_change_password=row.must_change_password,
        second_step=row.totp_on_at is not None,
        locked_until=row.locked_until,
        reads_in=row.reads_in,
    )
