"""A change of key and a copy that is put back, on the installation's own commands."""

from __future__ import annotations

import io
import os
import shutil
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from bot.tracker_store import trackers
from followup import person
from followup.models import METADATA, conversation
from screening.events import ConsentGiven, IdentityGiven, TaskAdvised
from uyariq.__main__ import main
from uyariq.keys import Keys
from uyariq.outside_rows import TRACKER
from uyariq.rooms import open_database
from uyariq.sealed_file import CannotOpen, seal, unseal
from uyariq.settings import read_settings

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)
PHONE = "+51987654321"
WORDS = "cuatro palabras muy largas"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with Rosa, who wrote by Telegram, a message that waits, and a tracker."""
    home = tmp_path / "home"
    monkeypatch.setenv("UYARIQ_HOME", str(home))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    monkeypatch.delenv("UYARIQ_SECRET_KEY", raising=False)
    settings = read_settings()
    database = open_database(settings)
    database.migrate()
    rosa = Identity(settings.secret).conversation("telegram", "4711")
    due = NOW + timedelta(hours=24)
    task = TaskAdvised(at=NOW, kind="callback", priority="urgent", due_at=due, reasons=("x",), rule="R")
    with database.turn(rosa, "m1", NOW, "telegram", "es") as turn:
        turn.record([ConsentGiven(at=NOW, kind="callback", version="1"), _phone(), task])
    store = Store(database.writer, Seal(settings.secret))
    store.put(rosa, [{"text": "Hasta luego", "forget": [rosa]}], NOW)
    store.keep([(rosa, Incoming("telegram", "e1", "4711", "text", "hola"))], NOW)
    trackers.metadata.create_all(database.engine)
    with database.begin() as conn:
        conn.execute(sa.insert(trackers).values(conversation_id=rosa, state="{}"))
    database.close()
    return home


def _phone() -> IdentityGiven:
    return IdentityGiven(at=NOW, kind="phone", value=PHONE)


def phone_of(conversation_id: str) -> str | None:
    """What a counselor reads, with the keys as they are now."""
    database = open_database(read_settings())
    database.migrate()
    with database.begin() as conn:
        whose = conn.execute(
            sa.select(conversation.c.patient_id).where(conversation.c.id == conversation_id)
        ).scalar_one()
        page = person.person(conn, whose, NOW, viewer=None, view_pii=True)
    database.close()
    assert page is not None
    return page.phone


def test_the_tracker_table_is_the_one_that_rasa_uses() -> None:
    """Its name is written twice, so that the clock need not load Rasa."""
    assert trackers.name == TRACKER.name
    assert set(TRACKER.c.keys()) <= set(trackers.c.keys())


def test_erasing_leaves_nothing_in_any_table_of_the_whole_database(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ours, the gateway's and Rasa's: neither the person's id nor the conversation's is anywhere but in the audit."""
    settings = read_settings()
    rosa = Identity(settings.secret).conversation("telegram", "4711")
    database = open_database(settings)
    with database.read() as conn:
        patient = conn.execute(sa.select(conversation.c.patient_id)).scalar_one()
    assert main(["erase", patient]) == 0
    found = sa.MetaData()
    found.reflect(database.engine)
    assert set(METADATA.tables) | {"gateway_inbox", "bot_tracker"} <= set(found.tables)
    with database.read() as conn:
        for name, table in found.tables.items():
            rows = str(conn.execute(sa.select(table)).all())
            assert rosa not in rows, name
            assert patient not in rows or name == "audit_event", name
    database.close()


def test_a_key_is_changed_while_running_and_retired_afterwards(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names, conversation ids, what waits and the tracker: all by the new key, and only by it, in the end."""
    before = read_settings()
    old_key, old_id = before.secret, Identity(before.secret).conversation("telegram", "4711")
    running = open_database(before)
    assert main(["keys", "rotate"]) == 0
    with running.turn(old_id, "m2", NOW, "telegram", "es") as turn:
        turn.record([_phone()])
    assert running.vault.key_number == 2
    running.close()
    assert phone_of(old_id) == PHONE
    assert main(["keys", "rotate"]) == 0
    assert main(["keys", "retire"]) == 2
    assert main(["keys", "retire", "--stopped"]) == 0

    after = read_settings()
    assert after.secret != old_key
    assert old_key.hex() not in (home / "secret.key").read_text()
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    new_id = Identity(after.secret).conversation("telegram", "4711")
    assert phone_of(new_id) == PHONE
    database = open_database(after)
    store = Store(database.writer, Seal(after.secret))
    waiting, outgoing = store.next_received(new_id), store.next_outgoing(new_id)
    assert waiting is not None
    assert outgoing is not None
    assert outgoing.bubble["forget"] == [new_id]
    with database.read() as conn:
        assert conn.execute(sa.select(trackers.c.conversation_id)).scalar_one() == new_id
    database.close()
    assert main(["keys", "status"]) == 0
    assert "Claves en uso: 1" in capsys.readouterr().out


def test_retiring_waits_for_crises_that_were_not_written(home: Path) -> None:
    """They are sealed with the old key."""
    main(["keys", "rotate"])
    (home / "spool").mkdir()
    (home / "spool" / "x.spool").write_bytes(b"x")
    assert main(["keys", "retire", "--stopped"]) == 1


def test_a_key_of_the_environment_is_changed_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says how; with both keys given it seals everything anew."""
    old = (home / "secret.key").read_text().strip()
    monkeypatch.setenv("UYARIQ_SECRET_KEY", old)
    assert main(["keys", "rotate"]) == 1
    assert "openssl" in capsys.readouterr().err
    new = "cd" * 32
    monkeypatch.setenv("UYARIQ_SECRET_KEY", f"{old},{new}")
    assert main(["keys", "rotate"]) == 0
    assert main(["keys", "retire", "--stopped"]) == 0
    monkeypatch.setenv("UYARIQ_SECRET_KEY", f"-,{new}")
    assert phone_of(Identity(bytes.fromhex(new)).conversation("telegram", "4711")) == PHONE


def test_the_key_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """The same object until then; an unreadable moment changes nothing."""
    path = tmp_path / "secret.key"
    path.write_text("ab" * 32 + "\n")
    keys = Keys(path.read_text(), path)
    assert keys() is keys()
    keys.add()
    assert len(keys()) == 2
    path.unlink()
    assert len(keys()) == 2
    assert "ab" * 32 not in repr(keys)


@pytest.mark.parametrize("by_words", [False, True])
def test_a_copy_is_put_back_in_an_empty_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_words: bool
) -> None:
    """Made while somebody writes; it holds neither name nor phone nor key in the clear; the spool is in it."""
    (home / "spool").mkdir()
    (home / "spool" / "crisis.spool").write_bytes(b"sealed")
    words = tmp_path / "words"
    words.write_text(WORDS)
    options = ["--passphrase-file", str(words)] if by_words else []
    target = tmp_path / "copy.uyariq"
    database = open_database(read_settings())
    with database.begin() as conn:
        conn.execute(sa.update(conversation).values(last_message_at=NOW + timedelta(days=1)))
        assert main(["backup", "--out", str(target), *options]) == 0
    database.close()
    content = target.read_bytes()
    key = (home / "secret.key").read_text().strip()
    for secret in (b"SQLite format", PHONE.encode(), bytes.fromhex(key), key.encode(), b"crisis.spool"):
        assert secret not in content
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert main(["backup", "--out", str(target)]) == 2, "never over another copy"
    assert [path.name for path in home.iterdir() if path.name.startswith("backup-")] == []

    other = tmp_path / "other"
    monkeypatch.setenv("UYARIQ_HOME", str(other))
    monkeypatch.setenv("UYARIQ_SECRET_KEY", key)
    assert main(["backup", "--restore", str(target), *options]) == 0
    assert phone_of(Identity(bytes.fromhex(key)).conversation("telegram", "4711")) == PHONE
    assert (other / "spool" / "crisis.spool").read_bytes() == b"sealed"
    assert main(["backup", "--restore", str(target), *options]) == 1, "never over other data"


def test_a_copy_with_another_key_is_not_opened(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and nothing is left behind."""
    target = tmp_path / "copy.uyariq"
    assert main(["backup", "--out", str(target)]) == 0
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path / "other"))
    assert main(["backup", "--restore", str(target)]) == 1
    assert "no se abre" in capsys.readouterr().err
    assert not (tmp_path / "other" / "uyariq.db").exists()


@pytest.mark.skipif(
    shutil.which("pg_dump") is None and not os.environ.get("CI"), reason="falta el cliente de PostgreSQL"
)
def test_postgresql_is_copied_and_put_back(
    new_postgres_url: str, postgres_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own programs, into an empty database, and never over one."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UYARIQ_DATABASE_URL", new_postgres_url)
    database = open_database(read_settings())
    database.migrate()
    with database.turn("telegram-x", "m1", NOW, "telegram", "es") as turn:
        turn.record([_phone()])
    database.close()
    target = tmp_path / "copy.uyariq"
    assert main(["backup", "--out", str(target)]) == 0
    assert main(["backup", "--restore", str(target)]) == 1
    postgres_server.command("CREATE DATABASE put_back")
    try:
        monkeypatch.setenv("UYARIQ_DATABASE_URL", postgres_server.url("put_back"))
        assert main(["backup", "--restore", str(target)]) == 0
        assert phone_of("telegram-x") == PHONE
    finally:
        postgres_server.command("DROP DATABASE put_back WITH (FORCE)")


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_what_was_sealed_comes_back(size: int) -> None:
    """At the edges of the pieces too."""
    content = os.urandom(size)
    sealed, opened = io.BytesIO(), io.BytesIO()
    seal(io.BytesIO(content), sealed, secret=b"k" * 32)
    sealed.seek(0)
    unseal(sealed, opened, secrets=(b"o" * 32, b"k" * 32))
    assert opened.getvalue() == content


@pytest.mark.parametrize("change", ["cut", "cut_piece", "swap", "flip", "empty", "other"])
def test_a_changed_file_is_not_opened(change: str) -> None:
    """Neither cut at the end of a piece, nor with pieces in another order."""
    sealed = io.BytesIO()
    seal(io.BytesIO(os.urandom(3 << 20)), sealed, secret=b"k" * 32)
    whole, piece = bytearray(sealed.getvalue()), (1 << 20) + 16
    head = 7 + 1 + 32
    first, second = whole[head : head + piece], whole[head + piece : head + 2 * piece]
    changed = {
        "cut": whole[:-1],
        "cut_piece": whole[: head + 2 * piece],
        "swap": whole[:head] + second + first + whole[head + 2 * piece :],
        "flip": whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        "empty": b"",
        "other": b"PK\x03\x04" + bytes(200),
    }[change]
    with pytest.raises(CannotOpen):
        unseal(io.BytesIO(bytes(changed)), io.BytesIO(), secrets=(b"k" * 32,))
