"""How stored hours are read on a card."""

from __future__ import annotations

import pytest

from console.cases import hours_words


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("08:00-12:00,18:00-21:00", "Llamar solo: 08:00 a 12:00 y 18:00 a 21:00"),
        ("sat 08:00-12:00", "Llamar solo: sábado 08:00 a 12:00"),
        (
            "weekdays 18:00-21:00, sun 09:00-10:00",
            "Llamar solo: de lunes a viernes 18:00 a 21:00 y domingo 09:00 a 10:00",
        ),
    ],
)
def test_hours_are_read_in_spanish(stored: str, read: str) -> None:
    """A counselor never sees a code of the database."""
    assert hours_words(stored) == read
