"""Short ids for sessions: part of every button, so they must fit in a Telegram payload."""

from __future__ import annotations

import hashlib

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 6


def session_id(conversation: str, message: str) -> str:
    """Six characters nobody confuses with one another; the same for the same message: a retry changes nothing."""
    digest = hashlib.sha256(f"{conversation}\n{message}".encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
