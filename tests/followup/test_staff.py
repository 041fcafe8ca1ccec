"""Who may come in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup import staff
from followup.database import Database
from followup.errors import StaffRefused
from tests.followup.people import add_staff, names

PASSWORD = "una clave larga"


def test_the_right_password_opens(database: Database, ana: str, now) -> None:
    """The name in any case, with spaces around it."""
    person = staff.authenticate(database, " ANA ", PASSWORD, now)
    assert person is not None
    assert (person.id, person.role, person.view_pii) == (ana, "counselor", True)


@pytest.mark.parametrize(("username", "password"), [("ana", "una clave largo"), ("nadie", PASSWORD), ("ana", "")])
def test_a_wrong_name_or_password_does_not(database: Database, ana: str, now, username: str, password: str) -> None:
    """Both look the same from outside."""
    assert staff.authenticate(database, username, password, now) is None


def test_after_some_wrong_tries_the_account_rests(database: Database, ana: str, now) -> None:
    """Then even the right password waits."""
    for _ in range(staff.TRIES_BEFORE_LOCK):
        staff.authenticate(database, "ana", "wrong password", now)
    assert staff.authenticate(database, "ana", PASSWORD, now) is None
    assert staff.authenticate(database, "ana", PASSWORD, now + staff.LOCKED_FOR) is not None


def test_a_success_forgets_the_wrong_tries(database: Database, ana: str, now) -> None:
    """Four typing mistakes a day lock nobody out."""
    for _ in range(2):
        for _ in range(staff.TRIES_BEFORE_LOCK - 1):
            staff.authenticate(database, "ana", "wrong password", now)
        assert staff.authenticate(database, "ana", PASSWORD, now) is not None


def test_who_has_left_does_not_come_in_and_is_signed_out(database: Database, ana: str, now) -> None:
    """At once."""
    with database.begin() as conn:
        token = staff.sign_in(conn, ana, now)
        staff.change(conn, ana, now, active=False)
        assert staff.session(conn, token, now) is None
    assert staff.authenticate(database, "ana", PASSWORD, now) is None


def test_passwords_are_kept_as_argon2_hashes(database: Database, ana: str, rows) -> None:
    """Nobody can read them."""
    assert rows("practitioner")[0]["password_hash"].startswith("$argon2id$")


def test_a_session_ends_by_time_by_idleness_and_by_its_owner(database: Database, ana: str, now) -> None:
    """An open browser in an empty room is not for ever."""
    with database.begin() as conn:
        token = staff.sign_in(conn, ana, now)
        signed_in = staff.session(conn, token, now)
        assert signed_in is not None
        assert signed_in.practitioner.id == ana
        assert staff.session(conn, token, now + staff.IDLE_LIMIT + timedelta(seconds=1)) is None
        staff.seen(conn, token, now + timedelta(hours=1))
        assert staff.session(conn, token, now + staff.IDLE_LIMIT + timedelta(minutes=30)) is not None
        assert staff.session(conn, token, now + staff.SESSION_HOURS) is None
        staff.sign_out(conn, token, now)
        assert staff.session(conn, token, now) is None


def test_the_token_itself_is_not_in_the_database(database: Database, ana: str, now, rows) -> None:
    """Who reads the table cannot use a session."""
    with database.begin() as conn:
        token = staff.sign_in(conn, ana, now)
    assert token not in str(rows("staff_session"))
    assert token.encode() not in bytes(rows("staff_session")[0]["token_hash"])


def test_a_form_must_carry_the_sessions_own_token(database: Database, ana: str, now) -> None:
    """Another site cannot know it."""
    with database.begin() as conn:
        signed_in = staff.session(conn, staff.sign_in(conn, ana, now), now)
    assert signed_in is not None
    assert staff.csrf_matches(signed_in, signed_in.csrf_token)
    assert not staff.csrf_matches(signed_in, "ñ")


def test_a_new_password_signs_out_all_browsers(database: Database, ana: str, now) -> None:
    """Also the one that somebody else may have open."""
    with database.begin() as conn:
        token = staff.sign_in(conn, ana, now)
        staff.set_password(conn, ana, "otra clave larga", now, temporary=True)
        assert staff.session(conn, token, now) is None
    person = staff.authenticate(database, "ana", "otra clave larga", now)
    assert person is not None
    assert person.must_change_password


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"username": "ana"}, "username_taken"),
        ({"username": " "}, "username_empty"),
        ({"role": "boss"}, "unknown_role"),
        ({"password": "short"}, "password_too_short"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_a_code(
    database: Database, ana: str, now, values, reason: str
) -> None:
    """The screen words it."""
    account = {"username": "berta", "name": "Berta", "password": PASSWORD, "role": "counselor"} | values
    with database.begin() as conn, pytest.raises(StaffRefused, match=reason):
        staff.add(conn, **account, now=now)


def test_logins_and_changes_are_in_the_audit_without_passwords(database: Database, ana: str, now, rows) -> None:
    """Who came in when, and who changed whom."""
    staff.authenticate(database, "ana", "wrong password", now)
    admin = add_staff(database, "admin", "admin")
    with database.begin() as conn:
        staff.sign_in(conn, ana, now)
        staff.change(conn, ana, now, by=admin, view_pii=False)
    found = names(rows("audit_event"), "subtype")
    assert found == ["staff.added", "login.failed", "staff.added", "login", "staff.changed"]
    assert "wrong password" not in str(rows("audit_event"))


def test_an_unknown_part_of_an_account_cannot_be_changed(database: Database, ana: str, now) -> None:
    """Least of all the password's hash."""
    with database.begin() as conn, pytest.raises(TypeError):
        staff.change(conn, ana, now, password_hash="x")
