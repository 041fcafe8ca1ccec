"""The choice of a place on the list: all departments; of the chosen one its provinces, and of that its districts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_CODE = re.compile(r"^(\d{2}|\d{4}|\d{6})$")
DEPARTMENT, PROVINCE, DISTRICT = 2, 4, 6


@dataclass(frozen=True)
class PlaceChoice:
    """An option. depth: 0 department, 1 province, 2 district."""

    code: str
    words: str
    depth: int


def place_code(asked: str | None, places: Mapping[str, Any]) -> str | None:
    """The code of an address when there is such a place."""
    if not asked or not _CODE.match(asked):
        return None
    return asked if any(code.startswith(asked) for code in places) else None


def place_choices(chosen: str | None, places: Mapping[str, Any]) -> list[PlaceChoice]:
    """What can be chosen next, with the way back up."""
    found: list[PlaceChoice] = []
    for code, name in _names(places.values(), DEPARTMENT, "department"):
        found.append(PlaceChoice(code, name, 0))
        if not chosen or not chosen.startswith(code):
            continue
        inside = [place for place in places.values() if place.ubigeo.startswith(code)]
        for province, province_name in _names(inside, PROVINCE, "province"):
            found.append(PlaceChoice(province, province_name, 1))
            if chosen.startswith(province):
                there = [place for place in inside if place.ubigeo.startswith(province)]
                found += [PlaceChoice(one, words, 2) for one, words in _names(there, DISTRICT, "district")]
    return found


def _names(places: Iterable[Any], digits: int, field: str) -> list[tuple[str, str]]:
    """Codes of that length with their names, by name."""
    found = {place.ubigeo[:digits]: str(getattr(place, field)) for place in places}
    return sorted(found.items(), key=lambda pair: pair[1])
