"""The directory's nearest centre to a point, as the gateway asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from followup.database import Database
from followup.health_centres import nearest_to
from screening.fields import LIMA

# Letters of name and address together: the bubble around them stays within its 300.
LONGEST = 190


def nearby_centre(
    database: Database, now: Callable[[], datetime]
) -> Callable[[float, float], tuple[str, float] | None]:
    """(latitude, longitude) in degrees -> (name and address, kilometres), or None."""

    def near(latitude: float, longitude: float) -> tuple[str, float] | None:
        today = now().astimezone(LIMA).date()
        with database.read() as conn:
            found = nearest_to(conn, (latitude, longitude), today)
        return (found[0].named(LONGEST), found[1]) if found else None

    return near
