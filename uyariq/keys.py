"""The installation's secret keys: from the environment, or from a file that is read again when it changes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from followup.vault import RETIRED
from uyariq.errors import UsageError

SECRET_BYTES = 32
Secrets = Sequence[bytes | None]


class Keys:
    """From the oldest to the newest; None where one was retired. Calling it gives them as they are now.

    path: None when they come from the environment, which stays as it is while a process lives.
    """

    def __init__(self, text: str, path: Path | None = None) -> None:
        self.path = path
        self._where = str(path) if path else "UYARIQ_SECRET_KEY"
        self._read = _decoded(text, self._where)
        self._changed = _changed(path)

    def __call__(self) -> Secrets:
        """The keys; the same object as long as the file is the same."""
        now = _changed(self.path)
        if self.path is not None and now is not None and now != self._changed:
            self._read, self._changed = _decoded(self.path.read_text(), self._where), now
        return self._read

    def __repr__(self) -> str:
        return f"Keys({self._where})"

    @property
    def oldest(self) -> bytes:
        """The oldest that is in use: ids of conversations and what waits in the gateway are made with it."""
        return next(secret for secret in self() if secret is not None)

    @property
    def newest(self) -> bytes:
        """The key that names and notes are written with."""
        newest = self()[-1]
        assert newest is not None
        return newest

    def add(self) -> None:
        """A new key behind the others, in the file."""
        self._write([*self(), secrets.token_bytes(SECRET_BYTES)])

    def retire_older(self) -> None:
        """Only the newest is left; dashes stand where the others were, so that its number stays."""
        kept = self()
        self._write([*(None for _ in kept[:-1]), kept[-1]])

    def _write(self, listed: Secrets) -> None:
        """All or nothing: a key file that is cut short would be the loss of everything."""
        assert self.path is not None, "keys of the environment are changed there"
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{RETIRED if one is None else one.hex()}\n" for one in listed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        self()


def read_keys(given: str | None, path: Path) -> tuple[Keys, bool]:
    """The keys, and whether the first one was made just now."""
    if given:
        return Keys(given), False
    if path.exists():
        return Keys(path.read_text(), path), False
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(SECRET_BYTES) + "\n")
    return Keys(path.read_text(), path), True


def _changed(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:  # a file that is gone for a moment: the keys that were read go on
        return None
    return (found.st_mtime_ns, found.st_ino) if found else None


def _decoded(text: str, where: str) -> Secrets:
    parts = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    listed = [None if part == RETIRED else _one(part, where) for part in parts] or [_one("", where)]
    if listed[-1] is None:
        raise UsageError(f"{where} termina con una clave retirada; la última tiene que ser la que se usa.")
    return listed


def _one(text: str, where: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        raise UsageError(
            f"{where} debe tener al menos {SECRET_BYTES * 2} cifras hexadecimales; "
            "genere una con `openssl rand -hex 32`."
        )
    return secret
