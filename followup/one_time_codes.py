"""The second step at the door: a code of six digits that an application on a phone shows (TOTP, RFC 6238).

Each code opens once. Whoever loses the phone has recovery codes; each opens once as well, and only hashes are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from followup import audit, context, staff
from followup.errors import StaffRefused
from followup.models import practitioner, staff_recovery_code

ISSUER = "Uyariq"
STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""A phone's clock may be half a minute off either way."""
RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_BLOCK, _BLOCKS = 5, 3
_KIND = "Practitioner"


@dataclass(frozen=True)
class Setup:
    """What the phone's application needs; shown once, until the first code was typed."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


def begin(conn: Connection, practitioner_id: str, now: datetime) -> Setup:
    """A secret to scan. It asks for nothing yet. Begun again, the same one is shown, until it is switched on.

    Raises StaffRefused("second_step_on") when there is one in use: it has to be taken away first.
    """
    row = _row(conn, practitioner_id)
    if row.totp_on_at is not None:
        raise StaffRefused("second_step_on")
    vault = context.of(conn).vault
    if row.totp_secret is None:
        secret = pyotp.random_base32()
        _set(conn, practitioner_id, totp_secret=vault.encrypt_note(secret), totp_step=None)
    else:
        secret = vault.decrypt_note(row.totp_secret)
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=row.username, issuer_name=ISSUER))


def switch_on(conn: Connection, practitioner_id: str, typed: str, now: datetime) -> list[str]:
    """Recovery codes, shown this once; the code proves that the phone has the secret.

    Raises StaffRefused: second_step_on, code_wrong.
    """
    row = _row(conn, practitioner_id)
    if row.totp_on_at is not None:
        raise StaffRefused("second_step_on")
    step = _step_of(conn, row, typed, now)
    if step is None:
        raise StaffRefused("code_wrong")
    _set(conn, practitioner_id, totp_on_at=now, totp_step=step)
    audit.record(conn, now, audit.UPDATE, "second_step.on", _KIND, practitioner_id, practitioner_id=practitioner_id)
    return _new_recovery_codes(conn, practitioner_id)


def renew_recovery_codes(conn: Connection, practitioner_id: str, now: datetime) -> list[str]:
    """New ones; the former are worth nothing any more."""
    audit.record(conn, now, audit.UPDATE, "second_step.codes", _KIND, practitioner_id, practitioner_id=practitioner_id)
    return _new_recovery_codes(conn, practitioner_id)


def switch_off(conn: Connection, practitioner_id: str, now: datetime, by: str | None) -> None:
    """No code is asked for any more: the person themselves, or an administrator when the phone is lost."""
    _set(conn, practitioner_id, totp_secret=None, totp_on_at=None, totp_step=None)
    _forget_recovery_codes(conn, practitioner_id)
    audit.record(conn, now, audit.UPDATE, "second_step.off", _KIND, practitioner_id, practitioner_id=by)


def accepts(conn: Connection, practitioner_id: str, typed: str, now: datetime) -> bool:
    """Whether the code opens now; it never opens again. A wrong one counts like a wrong password."""
    row = _row(conn, practitioner_id)
    if row.locked_until is not None and row.locked_until > now:
        audit.record(conn, now, audit.EXECUTE, "login.locked", _KIND, practitioner_id)
        return False
    step = _step_of(conn, row, typed, now) if row.totp_on_at is not None else None
    if step is not None:
        _set(conn, practitioner_id, totp_step=step, failed_logins=0)
        return True
    if row.totp_on_at is not None and _use_recovery_code(conn, practitioner_id, typed, now):
        return True
    staff.count_failure(conn, practitioner_id, now)
    return False


def recovery_codes_left(conn: Connection, practitioner_id: str) -> int:
    """How many were not used."""
    unused = staff_recovery_code.c.practitioner_id == practitioner_id, staff_recovery_code.c.used_at.is_(None)
    return int(conn.execute(select(func.count()).select_from(staff_recovery_code).where(*unused)).scalar_one())


def _step_of(conn: Connection, row: Any, typed: str, now: datetime) -> int | None:
    """The step whose code was typed, if it is one of now and newer than the last that was used."""
    if row.totp_secret is None:
        return None
    codes = pyotp.HOTP(context.of(conn).vault.decrypt_note(row.totp_secret))
    current = int(now.timestamp()) // STEP_SECONDS
    digits = "".join(typed.split())
    for step in (current + drift for drift in DRIFT):
        fresh = row.totp_step is None or step > row.totp_step
        if fresh and hmac.compare_digest(codes.at(step).encode(), digits.encode()):
            return step
    return None


def _use_recovery_code(conn: Connection, practitioner_id: str, typed: str, now: datetime) -> bool:
    mine = staff_recovery_code.c.practitioner_id == practitioner_id, staff_recovery_code.c.used_at.is_(None)
    used = update(staff_recovery_code).where(*mine, staff_recovery_code.c.code_hash == _hash(typed))
    if conn.execute(used.values(used_at=now)).rowcount != 1:
        return False
    _set(conn, practitioner_id, failed_logins=0)
    audit.record(
        conn, now, audit.EXECUTE, "login.recovery_code", _KIND, practitioner_id, practitioner_id=practitioner_id
    )
    return True


def _new_recovery_codes(conn: Connection, practitioner_id: str) -> list[str]:
    _forget_recovery_codes(conn, practitioner_id)
    codes = [_code() for _ in range(RECOVERY_CODES)]
    rows = [{"practitioner_id": practitioner_id, "code_hash": _hash(one)} for one in codes]
    conn.execute(insert(staff_recovery_code), rows)
    return codes


def _forget_recovery_codes(conn: Connection, practitioner_id: str) -> None:
    conn.execute(delete(staff_recovery_code).where(staff_recovery_code.c.practitioner_id == practitioner_id))


def _code() -> str:
    """Fifteen letters and digits that are not mistaken for one another: 74 bits."""
    blocks = ("".join(secrets.choice(_LETTERS) for _ in range(_BLOCK)) for _ in range(_BLOCKS))
    return "-".join(blocks)


def _hash(code: str) -> bytes:
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(bare.encode()).digest()


def _row(conn: Connection, practitioner_id: str) -> Any:
    # Locked, so that one code typed in two browsers at the same moment opens one of them.
    return conn.execute(select(practitioner).where(practitioner.c.id == practitioner_id).with_for_update()).one()


def _set(conn: Connection, practitioner_id: str, **values: Any) -> None:
    conn.execute(update(practitioner).where(practitioner.c.id == practitioner_id).values(**values))
