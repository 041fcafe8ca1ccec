"""Encryption of what waits in inbox and outbox: nothing that was written or answered stands there in the clear."""

from __future__ import annotations

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Seal:
    """JSON values <-> bytes that only this installation's key opens. secret: at least 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(hashes.SHA256(), length=32, salt=None, info=b"uyariq gateway messages").derive(secret)
        self._cipher = AESGCM(key)

    def close(self, value: Any) -> bytes:
        """The value, sealed."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, json.dumps(value, ensure_ascii=False).encode(), None)

    def open(self, sealed: bytes) -> Any:
        """The value again. Raises cryptography.exceptions.InvalidTag with another key."""
        return json.loads(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
