"""Ids for files: the same for the same person every time, useless for finding the person in the console."""

from __future__ import annotations

import uuid

from followup.vault import Vault


class Pseudonyms:
    """Ids under the vault's key. They are UUIDs, as FHIR wants them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of(self, kind: str, *parts: object) -> str:
        """The id of something of that kind; another kind with the same parts has another one."""
        # The first key signs, so that ids stay the same when keys change.
        key = self._vault.message_key(f"export {kind}", "\0".join(map(str, parts)))
        return str(uuid.UUID(bytes=key, version=4))

    def maybe(self, kind: str, part: object | None) -> str | None:
        """The same of what may be missing."""
        return None if part is None else self.of(kind, part)
