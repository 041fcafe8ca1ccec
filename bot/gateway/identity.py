"""A platform's id of a person <-> the opaque conversation id that everything behind the gateway uses.

AES-SIV without a nonce: the same id always gives the same conversation, only the key leads back, and no phone number
ever stands in a tracker, a table or a log.
"""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class UnknownConversation(ValueError):
    """The conversation id was not made with this key."""


class Identity:
    """Conversation ids of one installation. secret: at least 32 bytes, kept outside the database."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(hashes.SHA256(), length=64, salt=None, info=b"uyariq conversation ids").derive(secret)
        self._cipher = AESSIV(key)

    def conversation(self, channel: str, platform_id: str) -> str:
        """The opaque id: letters and digits after the channel's name."""
        sealed = self._cipher.encrypt(platform_id.encode(), [channel.encode()])
        return f"{channel}-{base64.b32encode(sealed).decode().rstrip('=').lower()}"

    def platform_id(self, conversation: str) -> tuple[str, str]:
        """(channel, platform's id) of a conversation. Raises UnknownConversation."""
        channel, _, sealed = conversation.partition("-")
        try:
            raw = base64.b32decode(sealed.upper() + "=" * (-len(sealed) % 8))
            return channel, self._cipher.decrypt(raw, [channel.encode()]).decode()
        except (InvalidTag, ValueError) as error:
            raise UnknownConversation(channel) from error
