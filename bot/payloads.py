"""What a button of ours may send. Everything else, whatever it looks like, is text that somebody typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

MAX_KEY = 64
# The longest payload of ours, with room; nothing longer is even looked into.
LONGEST = 200
LANGUAGES = ("es", "qu")
GUESS, OTHER = "guess", "other"
# What the gateway says of a message without words, such as a voice note; no button sends it.
RECEIVED = "received"
# What the clock begins by itself.
EXTERNAL = "external"
EVENTS = ("reminder", "rescreen", "callback_missed", "ask_number")
KINDS = (
    "voice",
    # A voice note that is kept for a person to listen to.
    "voice_kept",
    "sticker",
    "photo",
    "video",
    "document",
    "location",
    "contact",
    "poll",
    "edited",
    # Somebody chose help from a menu of commands.
    "help",
    "other",
)
# «/name{…}», or data in braces by itself: nobody says such a thing to anybody.
LIKE_A_PAYLOAD = re.compile(r"\s*(/\w+\s*[{\[]|[{\[]\s*\")")


def _is_key(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_KEY


def _is_kind(value: object) -> bool:
    return value in KINDS


def _is_event(value: object) -> bool:
    return value in EVENTS


def _is_language(value: object) -> bool:
    return value in LANGUAGES


# Intent -> the one value that its button carries, and what it must look like.
OURS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "answer": ("k", _is_key),
    "greet": ("language", _is_language),
    "change_language": ("language", _is_language),
    RECEIVED: ("kind", _is_kind),
    EXTERNAL: ("event", _is_event),
}
ON_BUTTONS = ("answer", "greet", "change_language")


def button_payload(text: str | None) -> bool:
    """Whether a button of ours can have sent this: the rest only the gateway itself says."""
    found = own_payload(text)
    return found is not None and found[0] in ON_BUTTONS


def guessed_intent(values: Mapping[str, str], offered: str | None) -> str | None:
    """The intent that a tapped «¿Quiso decir…?» stands for; None for another button, «Otra cosa» and older guesses.

    offered: "tag:intent,intent", what the last answer offered.
    """
    _, kind, intent, tag = (values.get("k", "").split(":") + [""] * 4)[:4]
    wanted, _, intents = (offered or "").partition(":")
    fresh = kind == GUESS and tag == wanted != "" and intent in intents.split(",")
    return intent if fresh and intent != OTHER else None


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
