"""Keys of buttons: "sid:step:code", within the 64 bytes that a platform gives back when a button is tapped.

Where two definitions have a step of the same name, a tag tells them apart, so that an old «Sí» of one question can
never answer another: "sid:step:code:tag".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from zlib import crc32

from screening.definitions import Library

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Key:
    """A button's key, taken apart. tag: None where the key has none."""

    sid: str
    step: str
    code: str
    tag: str | None = None


def parse_key(text: object) -> Key | None:
    """The parts of a key; None when it is no key."""
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) not in (3, 4) or not all(parts):
        return None
    return Key(*parts)


def tag_of(context: str) -> str:
    """Two letters that stand for a definition."""
    number = crc32(context.partition(".")[0].encode()) % (36 * 36)
    return DIGITS[number // 36] + DIGITS[number % 36]


def ambiguous_steps(library: Library) -> frozenset[str]:
    """Step ids and linkIds that occur in more than one definition."""
    counts: Counter[str] = Counter()
    for versions in library.instruments.values():
        counts.update({item.link_id for one in versions.values() for item in one.items})
    for flows in library.flows.values():
        counts.update({step.id for one in flows.values() for step in one.steps})
    return frozenset(step for step, count in counts.items() if count > 1)


def make_key(sid: str, step: str, code: str, context: str, ambiguous: frozenset[str]) -> str:
    """The key of one button."""
    key = f"{sid}:{step}:{code}"
    return f"{key}:{tag_of(context)}" if step in ambiguous else key


def answers(key: Key, sid: str, step: str, context: str) -> bool:
    """Whether the key belongs to this question of this session."""
    return key.sid == sid and key.step == step and key.tag in (None, tag_of(context))
