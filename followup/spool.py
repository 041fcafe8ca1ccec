"""Risks and tasks that the database could not take: kept on disk, encrypted, and written as soon as it can.

A person in crisis has been given help by then; this makes sure that somebody also calls.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from followup.database import Database
from followup.errors import VaultError
from followup.vault import Vault
from screening import events as said

_SUFFIX = ".spool"
_BROKEN = ".unreadable"


@dataclass(frozen=True)
class Spooled:
    """One turn that waits."""

    conversation_id: str
    message_id: str
    channel: str
    now: datetime
    events: tuple[said.Event, ...]


class Spool:
    """A folder of turns that wait, in the order in which they happened."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def keep(self, turn: Spooled) -> Path:
        """The file that holds the turn now; it is on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{turn.now.timestamp():020.6f}-{os.urandom(6).hex()}"
        path = self._folder / (name + _SUFFIX)
        unfinished = path.with_suffix(".part")
        with open(unfinished, "xb", opener=_private) as file:
            file.write(self._vault.encrypt_note(json.dumps(_turn_to_json(turn))))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        return path

    def waiting(self) -> int:
        """How many turns wait."""
        return sum(1 for _ in self._paths())

    def retry(self, database: Database) -> int:
        """How many turns were written now. One that cannot be written stops the rest: the database is away again.

        A file that cannot be read is set aside under another name, for a person to look at.
        """
        written = 0
        for path in self._paths():
            try:
                turn = _turn_from_json(json.loads(self._vault.decrypt_note(path.read_bytes())))
            except (VaultError, ValueError, KeyError, TypeError):
                path.rename(path.with_suffix(_BROKEN))
                continue
            with database.turn(turn.conversation_id, turn.message_id, turn.now, turn.channel) as taken:
                if not taken.repeated:
                    taken.record(turn.events)
            path.unlink()
            written += 1
        return written

    def _paths(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob("*" + _SUFFIX)))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _turn_to_json(turn: Spooled) -> dict[str, Any]:
    return {
        "conversation": turn.conversation_id,
        "message": turn.message_id,
        "channel": turn.channel,
        "now": turn.now.isoformat(),
        "events": list(_events_to_json(turn.events)),
    }


def _turn_from_json(data: dict[str, Any]) -> Spooled:
    events = tuple(_event_from_json(row) for row in data["events"])
    now = datetime.fromisoformat(data["now"])
    return Spooled(data["conversation"], data["message"], data["channel"], now, events)


def _events_to_json(events: Iterable[said.Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        values = {field.name: getattr(event, field.name) for field in fields(event)}
        yield {"event": type(event).__name__, **{name: _plain(value) for name, value in values.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    return dict(value) if hasattr(value, "items") else value


def _event_from_json(row: dict[str, Any]) -> said.Event:
    values = {name: _rich(value) for name, value in row.items() if name != "event"}
    event: said.Event = getattr(said, row["event"])(**values)
    return event


def _rich(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"datetime"}:
        return datetime.fromisoformat(value["datetime"])
    return tuple(value) if isinstance(value, list) else value
