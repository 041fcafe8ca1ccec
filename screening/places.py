"""Districts by name, as people write them: «soy de Carabayllo», «San Juan de Lurigancho», «Wanta»."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher

from screening.definitions import Place
from screening.fold import fold

CLOSE = 0.85
SHORTEST = 5
LONGEST_NAME = 7
LABEL = 24


class Gazetteer:
    """All districts, found by folded name."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self.by_code = {place.ubigeo: place for place in places}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self.by_name[fold(place.district)].append(place)

    def find(self, text: str) -> list[Place]:
        """Districts that the text can mean: none, one, or several of the same name.

        The longest name in the text counts; a province or department beside it chooses among equal names.
        """
        folded = fold(text)
        names = self._named(folded) or self._nearly(folded)
        found = [place for name in names for place in self.by_name[name]]
        return _narrowed(found, folded) if len(found) > 1 else found

    def _named(self, folded: str) -> list[str]:
        words = folded.split()
        for length in range(min(LONGEST_NAME, len(words)), 0, -1):
            names = {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}
            known = sorted(name for name in names if name in self.by_name)
            if known:
                return known
        return []

    def _nearly(self, folded: str) -> list[str]:
        """The one name that the whole text nearly spells, or none."""
        if len(folded) < SHORTEST:
            return []
        matcher = SequenceMatcher(b=folded, autojunk=False)
        close = []
        for name in self.by_name:
            if abs(len(name) - len(folded)) <= 2 and name[0] == folded[0]:
                matcher.set_seq1(name)
                if matcher.real_quick_ratio() >= CLOSE and matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE:
                    close.append(name)
        return close if len(close) == 1 else []


def _narrowed(found: list[Place], folded: str) -> list[Place]:
    """Those whose province, then department, stands beside the district's name; all when that decides nothing."""
    for part in ("province", "department"):
        beside = [
            place for place in found
            if _beside(fold(getattr(place, part)), fold(place.district), folded)
        ]  # fmt: skip
        if beside:
            found = beside
    return found


def _beside(name: str, district: str, folded: str) -> bool:
    rest = f" {folded} ".replace(f" {district} ", " ", 1)
    return f" {name} " in rest


def label_of(place: Place) -> str:
    """The district as a button: with its province, shortened where it does not fit."""
    label = f"{place.district}, {place.province}"
    if len(label) <= LABEL:
        return label
    return place.province if len(place.province) <= LABEL else place.province[: LABEL - 1] + "…"
