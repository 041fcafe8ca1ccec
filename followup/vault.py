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
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from followup.errors import VaultError

SECRET_BYTES = 32
_NOTE_NONCE_BYTES = 16


class Vault:
    """Encrypts and decrypts with the newest of its keys; still reads what older ones wrote.

    secrets: one secret of 32 bytes, or several from the oldest to the newest.
    """

    def __init__(self, secrets: bytes | Sequence[bytes]) -> None:
        listed = [secrets] if isinstance(secrets, bytes) else list(secrets)
        if not 1 <= len(listed) <= 255 or any(len(secret) < SECRET_BYTES for secret in listed):
            raise ValueError("a vault needs one to 255 secrets of at least 32 bytes each")
        self._ciphers = {
            number: AESSIV(_derive(secret, b"uyariq vault", 64)) for number, secret in enumerate(listed, 1)
        }
        # Message ids are only compared for some weeks: the first key stays in use for them when keys change.
        self._hmac_key = _derive(listed[0], b"uyariq message ids", 32)
        self.key_number = len(listed)

    def __repr__(self) -> str:
        return f"Vault(key_number={self.key_number})"

    def encrypt(self, value: str, kind: str) -> bytes:
        """The value's bytes; the same for the same value and kind."""
        return self._seal(self.key_number, value, kind)

    def decrypt(self, stored: bytes, kind: str) -> str:
        """The value; raises VaultError for another kind, another key or changed bytes."""
        return self._open(stored, [kind.encode()])

    def lookups(self, value: str, kind: str) -> list[bytes]:
        """All bytes under which the value may be stored, newest key first."""
        return [self._seal(number, value, kind) for number in sorted(self._ciphers, reverse=True)]

    def encrypt_note(self, text: str) -> bytes:
        """A free text; two equal notes give different bytes."""
        nonce = os.urandom(_NOTE_NONCE_BYTES)
        sealed = self._ciphers[self.key_number].encrypt(text.encode() + b"\0", [b"note", nonce])
        return bytes([self.key_number]) + nonce + sealed

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
        cipher = self._ciphers.get(stored[0]) if stored else None
        if cipher is None:
            raise VaultError("written with a key that this vault does not have")
        try:
            return cipher.decrypt(stored[1:], associated).decode().removesuffix("\0")
        except InvalidTag as error:
            raise VaultError("the stored bytes were changed or belong to another kind") from error


def secrets_from_text(text: str) -> list[bytes]:
    """Keys out of a setting: hexadecimal or base64, several separated by commas, from the oldest to the newest."""
    return [_secret_from_text(part.strip()) for part in text.split(",") if part.strip()]


def _secret_from_text(text: str) -> bytes:
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
