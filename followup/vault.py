"""Names, phones and platform ids, unreadable in the database without a key that is kept elsewhere.

AES-SIV (RFC 5297): the same value under the same key gives the same bytes, so that a person can be found again by
platform id or phone; a changed byte is noticed. First byte of each value: number of the key, so that keys can change.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from followup.errors import VaultError

SECRET_BYTES = 32
MOST_KEYS = 255
RETIRED = "-"
"""Stands in a list of keys where a key was that nothing is written with any more: the others keep their numbers."""
_NOTE_NONCE_BYTES = 16

Secrets = Sequence[bytes | None]
"""Keys from the oldest to the newest; None where one was retired."""


class Vault:
    """Encrypts and decrypts with the newest of its keys; still reads what older ones wrote.

    secrets: one secret of 32 bytes, or several from the oldest to the newest, or what gives them: asked at each use, so
    that a new key is taken up while running. It gives the same object as long as nothing changed.
    """

    def __init__(self, secrets: bytes | Secrets | Callable[[], Secrets]) -> None:
        self._ask = secrets if callable(secrets) else None
        self._take(secrets() if callable(secrets) else [secrets] if isinstance(secrets, bytes) else secrets)

    def _take(self, secrets: Secrets) -> None:
        kept = [(number, secret) for number, secret in enumerate(secrets, 1) if secret is not None]
        if not kept or secrets[-1] is None or len(secrets) > MOST_KEYS:
            raise ValueError("a vault needs one to 255 secrets, and the newest must not be retired")
        if any(len(secret) < SECRET_BYTES for _, secret in kept):
            raise ValueError("a vault needs secrets of at least 32 bytes each")
        self._listed = secrets
        self._ciphers = {number: AESSIV(_derive(secret, b"uyariq vault", 64)) for number, secret in kept}
        # Message ids are only compared for some weeks: the oldest key stays in use for them until it is retired.
        self._hmac_key = _derive(kept[0][1], b"uyariq message ids", 32)
        self._newest = len(secrets)

    def _refresh(self) -> None:
        if self._ask is not None and (listed := self._ask()) is not self._listed:
            self._take(listed)

    @property
    def key_number(self) -> int:
        """The number of the newest key, counted from one."""
        self._refresh()
        return self._newest

    def __repr__(self) -> str:
        return f"Vault(key_number={self._newest})"

    def encrypt(self, value: str, kind: str) -> bytes:
        """The value's bytes; the same for the same value and kind."""
        return self._seal(self.key_number, value, kind)

    def decrypt(self, stored: bytes, kind: str) -> str:
        """The value; raises VaultError for another kind, another key or changed bytes."""
        return self._open(stored, [kind.encode()])

    def lookups(self, value: str, kind: str) -> list[bytes]:
        """All bytes under which the value may be stored, newest key first."""
        self._refresh()
        return [self._seal(number, value, kind) for number in sorted(self._ciphers, reverse=True)]

    def encrypt_note(self, text: str) -> bytes:
        """A free text; two equal notes give different bytes."""
        nonce = os.urandom(_NOTE_NONCE_BYTES)
        number = self.key_number
        sealed = self._ciphers[number].encrypt(text.encode() + b"\0", [b"note", nonce])
        return bytes([number]) + nonce + sealed

    def decrypt_note(self, stored: bytes) -> str:
        """The free text."""
        nonce, sealed = stored[1 : 1 + _NOTE_NONCE_BYTES], stored[1 + _NOTE_NONCE_BYTES :]
        return self._open(stored[:1] + sealed, [b"note", nonce])

    def is_current(self, stored: bytes) -> bool:
        """Whether the newest key wrote it."""
        return stored[0] == self.key_number

    def message_key(self, conversation_id: str, message_id: str) -> bytes:
        """Sixteen bytes that stand for one message of one conversation and tell nothing about either."""
        message = f"{len(conversation_id)}:{conversation_id}{message_id}".encode()
        return hmac.new(self._hmac_key, message, hashlib.sha256).digest()[:16]

    def token(self, value: str, kind: str) -> str:
        """The value's bytes as text for ids and addresses (unpadded base64url)."""
        return base64.urlsafe_b64encode(self.encrypt(value, kind)).rstrip(b"=").decode()

    def untoken(self, token: str, kind: str) -> str:
        """The value behind a token."""
        try:
            stored = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError) as error:
            raise VaultError("not a token of this vault") from error
        return self.decrypt(stored, kind)

    def _seal(self, number: int, value: str, kind: str) -> bytes:
        # AES-SIV refuses to encrypt nothing, so each value carries a closing byte.
        return bytes([number]) + self._ciphers[number].encrypt(value.encode() + b"\0", [kind.encode()])

    def _open(self, stored: bytes, associated: list[bytes]) -> str:
        self._refresh()
        cipher = self._ciphers.get(stored[0]) if stored else None
        if cipher is None:
            raise VaultError("written with a key that this vault does not have")
        try:
            return cipher.decrypt(stored[1:], associated).decode().removesuffix("\0")
        except InvalidTag as error:
            raise VaultError("the stored bytes were changed or belong to another kind") from error


def secrets_from_text(text: str) -> list[bytes | None]:
    """Keys out of a setting or a file, from the oldest to the newest: hexadecimal or base64, separated by commas or
    lines. A dash stands where a key was retired."""
    return [_secret_from_text(part.strip()) for part in text.replace("\n", ",").split(",") if part.strip()]


def _secret_from_text(text: str) -> bytes | None:
    if text == RETIRED:
        return None
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        try:
            secret = base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError) as error:
            raise ValueError("a secret key is written in hexadecimal or base64") from error
    if len(secret) < SECRET_BYTES:
        raise ValueError("a secret key has at least 32 bytes")
    return secret


def _derive(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose).derive(secret)
