"""The second step at the door: a code opens once, a recovery code opens once, nothing else opens."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from followup import one_time_codes as codes
from followup import staff
from followup.database import Database
from followup.errors import StaffRefused
from followup.models import practitioner, staff_recovery_code

PASSWORD = "una clave larga"


@pytest.fixture
def phone(database: Database, ana: str, now) -> pyotp.TOTP:
    """Ana's phone, set up; its first code is used."""
    with database.begin() as conn:
        setup = codes.begin(conn, ana, now)
        phone = pyotp.TOTP(setup.secret)
        codes.switch_on(conn, ana, phone.at(now), now)
    return phone


def tries(database: Database, who: str, typed: str, when) -> bool:
    """One try at the door."""
    with database.begin() as conn:
        return codes.accepts(conn, who, typed, when)


def test_a_code_of_now_opens_and_never_again(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """Whoever looks over the shoulder comes too late; also a code from before the last one is refused."""
    later = now + timedelta(minutes=1)
    assert tries(database, ana, phone.at(later), later)
    assert not tries(database, ana, phone.at(later), later)
    assert not tries(database, ana, phone.at(later - timedelta(seconds=30)), later)


def test_the_code_that_switched_it_on_does_not_open(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """It was shown on the screen of the setup."""
    assert not tries(database, ana, phone.at(now), now)


@pytest.mark.parametrize(("seconds", "opens"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_phone_may_go_half_a_minute_wrong(
    database: Database, ana: str, phone: pyotp.TOTP, now, seconds: int, opens: bool
) -> None:
    """Not more."""
    later = now + timedelta(minutes=10)
    assert tries(database, ana, phone.at(later + timedelta(seconds=seconds)), later) is opens


@pytest.mark.parametrize("typed", ["", "000000x", "12345", "١٢٣٤٥٦", " "])
def test_what_is_no_code_opens_nothing(database: Database, ana: str, phone: pyotp.TOTP, now, typed: str) -> None:
    """Neither empty nor odd."""
    assert not tries(database, ana, typed, now + timedelta(minutes=1))


def test_a_recovery_code_opens_once_however_it_is_typed(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """Spaces and capitals do not matter; only hashes are kept."""
    with database.begin() as conn:
        made = codes.renew_recovery_codes(conn, ana, now)
        kept = conn.execute(select(staff_recovery_code.c.code_hash)).scalars().all()
    assert len(set(made)) == codes.RECOVERY_CODES
    assert not any(one.replace("-", "").encode() in b"".join(kept) for one in made)
    assert tries(database, ana, made[0].upper().replace("-", " "), now)
    assert not tries(database, ana, made[0], now)
    with database.read() as conn:
        assert codes.recovery_codes_left(conn, ana) == codes.RECOVERY_CODES - 1


def test_former_recovery_codes_are_worth_nothing(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """New ones replace them."""
    with database.begin() as conn:
        former = codes.renew_recovery_codes(conn, ana, now)
        codes.renew_recovery_codes(conn, ana, now)
    assert not tries(database, ana, former[0], now)


def test_wrong_codes_lock_the_account_although_the_password_is_known(
    database: Database, ana: str, phone: pyotp.TOTP, now
) -> None:
    """Giving the right password between two tries does not begin the count anew."""
    for _ in range(staff.TRIES_BEFORE_LOCK):
        assert staff.authenticate(database, "ana", PASSWORD, now) is not None
        assert not tries(database, ana, "000000", now)
    later = now + timedelta(minutes=1)
    assert staff.authenticate(database, "ana", PASSWORD, later) is None
    assert not tries(database, ana, phone.at(later), later)
    opens = now + staff.LOCKED_FOR + timedelta(minutes=1)
    assert tries(database, ana, phone.at(opens), opens)


def test_a_wrong_first_code_switches_nothing_on(database: Database, ana: str, now) -> None:
    """Nobody is locked out by a picture that was scanned wrongly; begun again, it is the same secret."""
    with database.begin() as conn:
        first = codes.begin(conn, ana, now)
        assert codes.begin(conn, ana, now).secret == first.secret
        with pytest.raises(StaffRefused, match="code_wrong"):
            codes.switch_on(conn, ana, "000000", now)
        person = staff.get(conn, ana)
    assert person is not None
    assert not person.second_step


def test_what_is_in_use_cannot_be_set_up_over(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """Somebody at an open browser cannot put their own phone in place of Ana's."""
    with database.begin() as conn, pytest.raises(StaffRefused, match="second_step_on"):
        codes.begin(conn, ana, now)


def test_the_secret_is_unreadable_in_the_table(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """And neither it nor the address is printed."""
    with database.read() as conn:
        stored = conn.execute(select(practitioner.c.totp_secret)).scalar_one()
    assert phone.secret.encode() not in bytes(stored)
    assert phone.secret not in repr(codes.Setup(phone.secret, phone.provisioning_uri()))


def test_switched_off_leaves_nothing(database: Database, ana: str, phone: pyotp.TOTP, now, rows) -> None:
    """No secret, no recovery codes; who did it is recorded."""
    with database.begin() as conn:
        codes.switch_off(conn, ana, now, ana)
    assert rows("staff_recovery_code") == []
    assert rows("practitioner")[0]["totp_secret"] is None
    assert [row["actor_id"] for row in rows("audit_event", subtype="second_step.off")] == [ana]


def test_half_a_sign_in_is_no_session(database: Database, ana: str, phone: pyotp.TOTP, now) -> None:
    """Its token opens nothing, and is worth nothing after some minutes."""
    with database.begin() as conn:
        token = staff.sign_in(conn, ana, now, awaits_code=True)
        assert staff.session(conn, token, now) is None
        assert staff.half_signed_in(conn, token, now) == ana
        assert staff.half_signed_in(conn, token, now + staff.SECOND_STEP_WITHIN) is None
        whole = staff.sign_in(conn, ana, now)
        assert staff.half_signed_in(conn, whole, now) is None
