"""What a button of ours may send. Everything else, whatever it looks like, is text that somebody typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

MAX_KEY = 64
LANGUAGES = ("es", "qu")


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


def own_payload(text: str | None) -> tuple[str, dict[str, str]] | None:
    """(intent, values) of a payload such as `/answer{"k":"ab12:srq_3:yes"}`; None for anything else."""
    if not text or not text.startswith("/"):
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
