"""Where somebody is, as far as we want to know it: rounded to about a kilometre before it is kept anywhere."""

from __future__ import annotations

import re
from typing import Any

# Two decimals of a degree are about 1.1 km.
DECIMALS = 2
ROUNDED = re.compile(r"(-?\d{1,2}\.\d{2}),(-?\d{1,3}\.\d{2})")
MOST_NORTH, MOST_EAST = 90, 180


def rounded_place(latitude: Any, longitude: Any) -> str:
    """«-12.05,-77.04» of two coordinates in degrees; empty when they are none."""
    try:
        north, east = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return ""
    if not (abs(north) <= MOST_NORTH and abs(east) <= MOST_EAST):
        return ""
    return f"{north:.{DECIMALS}f},{east:.{DECIMALS}f}"


def place_of(text: str) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees of what rounded_place gave."""
    found = ROUNDED.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else None
