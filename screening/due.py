"""Due strings of the rules: "15 min", "24 h", "3 d" are clock time, "8 wh" working hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

DUE = re.compile(r"^(\d{1,4}) ?(min|h|d|wh)$")
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True)
class Due:
    """A time span. span: clock time; working_hours: hours of service, when the span is counted in those."""

    span: timedelta = timedelta()
    working_hours: float = 0


def is_due(text: str) -> bool:
    """Whether the text is a due string."""
    return DUE.match(text) is not None


@cache
def parse_due(text: str) -> Due:
    """The span that a due string means. Raises ValueError."""
    match = DUE.match(text)
    if match is None:
        raise ValueError(f"not a due string: {text!r}")
    amount, unit = int(match[1]), match[2]
    return Due(working_hours=amount) if unit == "wh" else Due(span=amount * UNITS[unit])
