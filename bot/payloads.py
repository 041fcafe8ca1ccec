"""What a button of ours may send. Everything else, whatever it looks like, is text that somebody typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

MAX_KEY = 64
# The longest payload of ours, with room; nothing longer is even looked into.
LONGEST = 200
LANGUAGES = ("es", "qu")
LIKE_A_PAYLOAD = re.compile(r"\s*/\w+\s*[{\[]")


def _is_key(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_KEY


def _is_language(value: object) -> bool:
    return value in LANGUAGES


# Intent -> the one value that its button carries, and what it must look like.
OURS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "answer": ("k", _is_key),
    "greet": ("language", _is_language),
    "change_language": ("language", _is_language),
}


def looks_like_one(text: str) -> bool:
    """Whether somebody typed what looks like a payload: there is nothing to understand in it."""
    return LIKE_A_PAYLOAD.match(text) is not None


def own_payload(text: str | None) -> tuple[str, dict[str, str]] | None:
    """(intent, values) of a payload such as `/answer{"k":"ab12:srq_3:yes"}`; None for anything else."""
    if not text or not text.startswith("/") or len(text) > LONGEST:
        return None
    intent, brace, rest = text[1:].partition("{")
    if intent not in OURS or not brace:
        return None
    try:
        values = json.loads(brace + rest)
    except ValueError:
        return None
    name, fits = OURS[intent]
    if set(values) != {name} or not fits(values[name]):
        return None
    return intent, {name: values[name]}
