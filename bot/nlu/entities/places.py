"""Districts, provinces and departments of Peru: «vivo en Comas», «Huantamanta kani», «SJL», «San Juan de Lurigancho».

Names come from screening_rules/places.csv, nicknames and everyday words from place_words.yml beside it. A name that is
also an ordinary word counts only where somebody says where they live or come from, or where it is the whole message.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.nlu.entities.entity import Entity
from bot.nlu.orthography import fold
from bot.nlu.quechua.roots import ROOTS

RULES = Path(__file__).parents[3] / "screening_rules"
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_CASE = re.compile(r"^(.{3,}?)(manta|pi|pe|piqa|man|kama|llaqta)(?:lla)?(?:m|n|mi|qa|pas|pis|taq|puni|raq)?$")
_PARTICLE = re.compile(r"(?<= )(?:De|Del|Y)(?= )")
_WHERE = frozenset({"manta", "pi", "pe", "piqa", "llaqta"})
_LONGEST_NAME = 7
_SURE_LETTERS = 7
_FUZZY_LETTERS = 6
_LINKED_LETTERS = 5
_FRAME_WORDS = 4
_LONGEST_WITH_SUFFIX = 4
_MOST_ALONE = 12


@dataclass(frozen=True)
class _Word:
    """A word of the message. key: without accents, in small letters and without ñ."""

    key: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Match:
    """Words [first, behind) that name a place. suffix: its Quechua ending; exact: not by a typo."""

    first: int
    behind: int
    name: str
    suffix: str = ""
    exact: bool = True


class Places:
    """All names with the codes they can mean."""

    def __init__(self, rows: Iterable[Mapping[str, str]], words: Mapping[str, Any]) -> None:
        self.codes: dict[str, list[str]] = defaultdict(list)
        self.labels: dict[str, str] = {}
        self.plain: dict[str, str] = {}
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._lengths: dict[int, list[str]] = defaultdict(list)
        for row in rows:
            for column, digits in (("district", 6), ("province", 4), ("department", 2)):
                self._add(row[column], row["ubigeo"][:digits])
        for name, code in words["nicknames"].items():
            self._nickname(name, code)
        for name in self.codes:
            self._by_sound[fold(name, quechua=True)].add(name)
            if len(name) >= _FUZZY_LETTERS:
                self._lengths[len(name)].append(name)
        self.starts = frozenset(name.partition(" ")[0] for name in self.codes)
        self.ordinary = frozenset(map(_key, words["ordinary"]))
        self.frames = frozenset(map(_key, words["frames"]["before"]))
        self.links = frozenset(map(_key, words["frames"]["link"]))
        self.quechua_frames = frozenset(map(_key, words["frames"]["quechua"]))
        self.filler = frozenset(map(_key, words["filler"]))

    def _add(self, label: str, code: str) -> None:
        label = _PARTICLE.sub(lambda one: one[0].lower(), label)
        key = _key(label.replace("-", " "))
        self.labels.setdefault(code, label)
        self.plain.setdefault(key, label)
        if code not in self.codes[key]:
            self.codes[key].append(code)

    def _nickname(self, name: str, code: str) -> None:
        key = _key(name)
        if code not in self.codes[key]:
            self.codes[key].insert(0, code)
        self.plain[key] = self.labels[code]

    def of_sound(self, name: str) -> str | None:
        """The name that is spelled so in Quechua: wanta -> huanta."""
        found = self._by_sound.get(fold(name, quechua=True), ())
        return next(iter(found)) if len(found) == 1 else None

    def nearly(self, name: str) -> str | None:
        """The one name that is a typo away."""
        if len(name) < _FUZZY_LETTERS:
            return None
        names = chain.from_iterable(self._lengths.get(len(name) + more, ()) for more in (-1, 0, 1))
        near = process.extract(name, list(names), scorer=OSA.distance, score_cutoff=1, limit=2)
        return str(near[0][0]) if len(near) == 1 else None


_IN_USE: list[Places] = []


def load_places() -> Places:
    """The places in use, read once from the rules where nobody has put others in their place."""
    if not _IN_USE:
        _IN_USE.append(read_places(RULES))
    return _IN_USE[0]


def use_places(places: Places) -> None:
    """Find these from now on."""
    _IN_USE[:] = [places]


def read_places(folder: Path) -> Places:
    """The places of a folder of rules."""
    words = yaml.safe_load((folder / "place_words.yml").read_text(encoding="utf-8"))
    with (folder / "places.csv").open(encoding="utf-8", newline="") as rows:
        return Places(csv.DictReader(rows), words)


def find_places(text: str, places: Places | None = None) -> list[Entity]:
    """The places named, from left to right; the province or department behind a district only decides which one."""
    places = places or load_places()
    words = [_Word(_key(m[0]), m[0], m.start(), m.end()) for m in _WORD.finditer(text)]
    found = _found(words, places)
    entities: list[Entity] = []
    last: _Match | None = None
    for match in found:
        codes = places.codes[match.name]
        if last and entities and match.first - last.behind <= 1 and _inside(entities[-1].candidates, codes):
            kept = _inside(entities[-1].candidates, codes)
            entities[-1] = _entity(words, last, places.plain[last.name], kept)
        else:
            entities.append(_entity(words, match, places.plain[match.name], tuple(codes)))
            last = match
    return entities


def _inside(candidates: Sequence[str], areas: Sequence[str]) -> tuple[str, ...]:
    """Those candidates that lie in one of the areas."""
    return tuple(code for code in candidates if any(len(area) < len(code) and code.startswith(area) for area in areas))


def _entity(words: Sequence[_Word], match: _Match, name: str, codes: tuple[str, ...]) -> Entity:
    end = words[match.behind - 1].end
    return Entity("district", words[match.first].start, end, name, codes)


def _found(words: Sequence[_Word], places: Places) -> list[_Match]:
    found: list[_Match] = []
    at = 0
    while at < len(words):
        match = _match(words, at, places)
        if match and _counts(words, match, places, found):
            found.append(match)
            at = match.behind
        else:
            at += 1
    return found


def _match(words: Sequence[_Word], at: int, places: Places) -> _Match | None:
    """The longest name that begins at the word."""
    if words[at].key in places.starts:
        for behind in range(min(at + _LONGEST_NAME, len(words)), at, -1):
            name = " ".join(word.key for word in words[at:behind])
            if name in places.codes:
                return _Match(at, behind, name)
    return _with_suffix(words, at, places) or _misspelt(words, at, places)


def _with_suffix(words: Sequence[_Word], at: int, places: Places) -> _Match | None:
    """«Huantamanta», «Wantapi», «San Juanmanta»: the ending is on the last word."""
    for behind in range(min(at + _LONGEST_WITH_SUFFIX, len(words)), at, -1):
        ending = _ending(words[behind - 1].key)
        if ending is None:
            continue
        stem, suffix = ending
        name = " ".join([*(word.key for word in words[at : behind - 1]), stem])
        if name in places.codes:
            return _Match(at, behind, name, suffix)
        known = _nearly_alone(words, name, places) if behind - at == 1 and not _is_root(name) else None
        if known:
            return _Match(at, behind, known, suffix, exact=False)
    return None


def _nearly_alone(words: Sequence[_Word], name: str, places: Places) -> str | None:
    """In another spelling, or with a typo where somebody says in Quechua where they live."""
    return places.of_sound(name) or (places.nearly(name) if _quechua_frame(words, places) else None)


@lru_cache(maxsize=20_000)
def _ending(word: str) -> tuple[str, str] | None:
    """Stem and case ending of a word that can be «from» or «in» somewhere."""
    match = _CASE.match(word)
    return (match[1], match[2]) if match else None


def _misspelt(words: Sequence[_Word], at: int, places: Places) -> _Match | None:
    """A typo or a Quechua spelling is forgiven where a place is sure to follow, or nothing else is said."""
    if words[at].key in places.links:
        return None
    framed = _framed(words, at, places)
    if not framed and (len(words) > _MOST_ALONE or not _all_filler(words[:at], places)):
        return None
    for behind in range(min(at + 4, len(words)), at, -1):
        if not framed and not _all_filler(words[behind:], places):
            break
        name = " ".join(word.key for word in words[at:behind])
        if name in places.filler or name in places.frames:
            continue
        known = places.nearly(name) or (places.of_sound(name) if framed else None)
        if known:
            return _Match(at, behind, known, exact=False)
    return None


def _counts(words: Sequence[_Word], match: _Match, places: Places, before: Sequence[_Match]) -> bool:
    """Whether the words mean the place and not something else."""
    if _framed(words, match.first, places) or _is_whole(words, match, places):
        return True
    if before and match.first - before[-1].behind <= 1 and _near(words, before[-1], match):
        return True
    if match.suffix in _WHERE and _quechua_frame(words, places):
        return True
    ordinary = match.name in places.ordinary or _is_root(match.name)
    if ordinary or not match.exact:
        return False
    linked = match.first > 0 and words[match.first - 1].key in places.links
    long_enough = len(match.name) >= _SURE_LETTERS or match.name.count(" ") > 0
    return long_enough or (len(match.name) >= _LINKED_LETTERS and (linked or match.suffix in _WHERE))


def _near(words: Sequence[_Word], one: _Match, other: _Match) -> bool:
    """«Huanta, Ayacucho»: a place directly behind a place."""
    return words[other.first].start - words[one.behind - 1].end <= 4


def _framed(words: Sequence[_Word], at: int, places: Places) -> bool:
    """«vivo en», «soy de», «mi distrito es» directly before the word."""
    if at < 2 or words[at - 1].key not in places.links:
        return at > 0 and words[at - 1].key in ("distrito", "provincia")
    return any(word.key in places.frames for word in words[max(0, at - _FRAME_WORDS) : at - 1])


def _quechua_frame(words: Sequence[_Word], places: Places) -> bool:
    return len(words) == 1 or any(word.key in places.quechua_frames for word in words)


def _is_whole(words: Sequence[_Word], match: _Match, places: Places) -> bool:
    """Whether there is nothing beside the place but little words and other places."""
    return _all_filler(words[: match.first], places) and all(
        word.key in places.filler or word.key in places.codes for word in words[match.behind :]
    )


def _all_filler(words: Sequence[_Word], places: Places) -> bool:
    return places.filler.issuperset([word.key for word in words])


def _is_root(name: str) -> bool:
    """Whether it is also a Quechua word: punchao is a district, punchaw the day."""
    return fold(name, quechua=True) in _roots()


@lru_cache(maxsize=1)
def _roots() -> frozenset[str]:
    return frozenset(fold(root, quechua=True) for root in ROOTS)


@lru_cache(maxsize=20_000)
def _key(text: str) -> str:
    return fold(text, quechua=False).replace("ñ", "n")
