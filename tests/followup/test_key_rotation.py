"""A new key: all is sealed again while others work, nothing is lost, and the old key opens nothing any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from followup import key_rotation, staff_contacts, unknown_messages
from followup.database import Database, open_database
from followup.errors import VaultError
from followup.models import METADATA, identity, turn
from followup.vault import Vault
from tests.conftest import KEY
from tests.followup.every_table import fill
from tests.followup.people import Talk

NEW = b"n" * 32
PHONE = "+51999888777"


@pytest.fixture
def keys(database: Database) -> list[Any]:
    """The keys in use, as a file would give them: a test adds to them while the database is open."""
    listed: list[Any] = [[KEY]]
    database.vault._ask = lambda: listed[0]
    return listed


def test_every_sealed_column_is_named(database: Database) -> None:
    """A column of bytes that is added later and named nowhere would be lost when a key is retired."""
    found = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    sealed = {f"{table.name}.{name}" for table, names in key_rotation.SEALED.items() for name in names}
    assert found == sealed | key_rotation.HASHES
    assert not sealed & key_rotation.HASHES


def test_all_is_sealed_again_and_reads_the_same(database: Database, keys: list[Any], now: datetime) -> None:
    """One row of every table; afterwards the old key opens none of it, and the new one alone all of it."""
    old = Vault(KEY)

    def sealed(table: sa.Table, column: sa.Column[Any]) -> Any:
        kinds = key_rotation.SEALED.get(table, {})
        if column.name not in kinds:
            return "phone" if f"{table.name}.{column.name}" == "identity.kind" else None
        kind_of = kinds[column.name]
        return old.encrypt_note("palabras") if kind_of is None else b""

    with database.begin() as conn:
        given = {
            "identity.ciphertext": old.encrypt(PHONE, "phone"),
            "staff_contact.kind": "email",
            "staff_contact.ciphertext": old.encrypt("a@b.example", staff_contacts.sealed_as("email")),
            "unknown_message.owner": old.encrypt("somebody", unknown_messages.OWNER),
        }
        fill(conn, now, given, sealed)
    keys[0] = [KEY, NEW]
    with database.read() as conn:
        expected = sum(len(names) for names in key_rotation.SEALED.values())
        assert key_rotation.waiting(conn) == expected
    assert key_rotation.reseal(database, batch=1) == expected
    alone = Vault([None, NEW])
    with database.read() as conn:
        assert key_rotation.waiting(conn) == 0
        for table, names in key_rotation.SEALED.items():
            row = conn.execute(sa.select(table)).one()
            for name, kind_of in names.items():
                stored = bytes(getattr(row, name))
                words = alone.decrypt_note(stored) if kind_of is None else alone.decrypt(stored, kind_of(row))
                assert words in ("palabras", PHONE, "a@b.example", "somebody"), (table.name, name)
                with pytest.raises(VaultError):
                    old.decrypt_note(stored)


def test_begun_again_it_goes_on(database: Database, keys: list[Any], talk: Any, now: datetime) -> None:
    """After a crash in the middle only the rest is done."""
    for number in range(7):
        Talk(database, f"c-{number}", now).says(_phone(now, number))
    keys[0] = [KEY, NEW]
    with database.begin() as conn:
        row = conn.execute(sa.select(identity).limit(1)).one()
        renewed = database.vault.encrypt(database.vault.decrypt(row.ciphertext, "phone"), "phone")
        conn.execute(sa.update(identity).where(identity.c.id == row.id).values(ciphertext=renewed))
    assert key_rotation.reseal(database, batch=2) == 6
    assert key_rotation.reseal(database, batch=2) == 0


def test_whoever_works_takes_up_the_new_key_by_themselves(database: Database, keys: list[Any], now: datetime) -> None:
    """No restart: what is written after the key was added is written with it, and found under both."""
    rosa = Talk(database, "c-rosa", now)
    rosa.says(_phone(now, 1))
    keys[0] = [KEY, NEW]
    rosa.says(_phone(now, 2))
    with database.read() as conn:
        numbers = [bytes(row.ciphertext)[0] for row in conn.execute(sa.select(identity).order_by(identity.c.id))]
    assert numbers == [1, 2]
    assert len(database.vault.lookups(PHONE, "phone")) == 2


def test_a_message_that_came_before_is_still_known(database: Database, keys: list[Any], now: datetime) -> None:
    """The hash of message ids goes on with the oldest key in use."""
    rosa = Talk(database, "c-rosa", now)
    rosa.says()
    keys[0] = [KEY, NEW]
    with database.turn("c-rosa", "m1", now + timedelta(seconds=1)) as again:
        assert again.repeated
    with database.read() as conn:
        assert len(conn.execute(sa.select(turn)).all()) == 1


def test_the_old_key_is_not_retired_while_anything_needs_it(database: Database, keys: list[Any], now: datetime) -> None:
    """Names would be lost for good."""
    Talk(database, "c-rosa", now).says(_phone(now, 1))
    keys[0] = [KEY, NEW]
    with database.begin() as conn, pytest.raises(RuntimeError):
        key_rotation.forget_older_keys(conn, now)


def test_afterwards_the_database_opens_with_the_new_key_alone(tmp_path: Path, now: datetime) -> None:
    """And not with the old one."""
    from followup.errors import WrongKey

    url = f"sqlite:///{tmp_path / 'uyariq.db'}"
    first = open_database(url, KEY)
    first.migrate()
    first.close()
    both = open_database(url, [KEY, NEW])
    both.migrate()
    key_rotation.reseal(both)
    with both.begin() as conn:
        key_rotation.forget_older_keys(conn, now)
        assert key_rotation.keys_known(conn) == [2]
    both.close()
    alone = open_database(url, [None, NEW])
    alone.migrate()
    alone.close()
    former = open_database(url, KEY)
    with pytest.raises(WrongKey):
        former.migrate()
    former.close()


def _phone(now: datetime, number: int) -> Any:
    from screening import events as said

    return said.IdentityGiven(at=now, kind="phone", value=f"+5199988877{number}")
