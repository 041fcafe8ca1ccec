"""The words for days and hours (screening_rules/times.yml), looked up in a text word by word.

A word may carry Quechua case endings and a Spanish plural: «sawadupi», «paqarinmanta», «tardes».
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_TOKEN = re.compile(
    r"(?<![^\W\d_])[aApP]\.? ?[mM](?![^\W_])\.?"
    r"|\d+(?:[:.]\d\d(?!\d))?|[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*|[-–—]|[,;.!?\n]"
)
_HALF = re.compile(r"[ap]\W{0,2}m\W?$")
_PLAIN = str.maketrans("áéíóúüàèìòùâêîôû–—", "aeiouuaeiouaeiou--", "'’‘ʼ`´")
_ENDINGS = re.compile(
    r"(?:kuna|manta|kama|paqa?|pi|pe|ta|man|wan|lla|pas|pis|puni|raq|taq|ña|qa|chu|mi|min|m|n|s|es|ya|nchik|nchis)+"
)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_CASES = {"manta": "from", "kama": "until"}
_SHORTEST_STEM = 3
_ANY_ENDING = "*"
_WORDS_KEPT = 20_000
LANGUAGES = ("es", "qu")
BOUNDS = ("from", "before", "until", "from_behind", "before_behind")
HALVES = ("am", "pm", "night", "day")
LISTS = (
    "or", "open_range", "join_range", "open_between", "join_between", "articles", "between_words", "courtesy",
    "denies", "busy", "except", "instead", "free", "free_after", "ignored", "about_calling", "about_something_else",
)  # fmt: skip


class Token(NamedTuple):
    """A word, number or sign of a text. plain: as it is looked up."""

    plain: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """A part of the day, in minutes. half: how a number beside it is meant."""

    start: int
    end: int
    half: str


class Found(NamedTuple):
    """A known word or phrase. meanings: kind -> value; end: first token behind it; case: "from" or "until"."""

    meanings: Mapping[str, Any]
    end: int
    case: str | None = None


@dataclass
class Words:
    """Everything of the file. phrases and prefixes: plain words -> kind -> value."""

    earliest: int
    latest: int
    phrases: dict[str, dict[str, Any]] = field(default_factory=dict)
    prefixes: dict[str, dict[str, Any]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    last_words: set[str] = field(default_factory=set)
    part_of_half: dict[str, Part] = field(default_factory=dict)
    known: dict[str, tuple[Mapping[str, Any], str | None]] = field(default_factory=dict)

    def add(self, phrase: str, kind: str, value: Any = True) -> None:
        """Learn a phrase, also as people write it who have no ñ."""
        for plain in {plain_of(phrase), plain_of(phrase).replace("ñ", "n")}:
            if plain.endswith(_ANY_ENDING):
                self.prefixes.setdefault(plain[:-1], {})[kind] = value
                continue
            words = plain.split()
            self.phrases.setdefault(plain, {})[kind] = value
            self.lengths[words[0]] = max(len(words), self.lengths.get(words[0], 1))
            self.last_words.add(words[-1])

    def find(self, tokens: Sequence[Token], at: int) -> Found | None:
        """The longest phrase that begins at the token, else what the word alone or its beginning says."""
        first = tokens[at].plain
        for length in range(min(self.lengths.get(first, 1), len(tokens) - at), 1, -1):
            head = "".join(f"{token.plain} " for token in tokens[at : at + length - 1])
            for stem, case in self._forms(tokens[at + length - 1].plain):
                meanings = self.phrases.get(head + stem)
                if meanings:
                    return Found(meanings, at + length, case)
        alone, case = self.alone(first)
        return Found(alone, at + 1, case) if alone else None

    def alone(self, word: str) -> tuple[Mapping[str, Any], str | None]:
        """What one plain word says by itself, and its case; kept, because most words come again and again."""
        if word not in self.known:
            if len(self.known) >= _WORDS_KEPT:
                self.known.clear()
            whole = ((self.phrases[stem], case) for stem, case in self._forms(word) if stem in self.phrases)
            self.known[word] = next(whole, (self._by_prefix(word), None))
        return self.known[word]

    def _forms(self, word: str) -> Iterator[tuple[str, str | None]]:
        """The word, and its stems without endings, each with the case that the ending tells."""
        yield word, None
        for length in range(len(word) - 1, _SHORTEST_STEM - 1, -1):
            stem, ending = word[:length], word[length:]
            if stem in self.last_words and is_ending(ending):
                yield stem, case_of(ending)

    def _by_prefix(self, word: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for length in range(2, len(word) + 1):
            found.update(self.prefixes.get(word[:length], ()))
        return found


def is_ending(text: str) -> bool:
    """Whether it can stand behind a number, as in «4ta»."""
    return _ENDINGS.fullmatch(text) is not None


def case_of(ending: str) -> str | None:
    """from for -manta, until for -kama."""
    return next((case for form, case in _CASES.items() if form in ending), None)


def plain_of(text: str) -> str:
    """Small letters without accents and apostrophes; ñ stays, because «manaña» is not «mañana»."""
    return text.lower().translate(_PLAIN)


def _token(match: re.Match[str]) -> Token:
    plain = plain_of(match[0])
    return Token(plain[0] + "m" if _HALF.match(plain) else plain, match.start(), match.end())


def tokens_of(text: str) -> list[Token]:
    """Words, numbers and the signs that part them."""
    return [_token(one) for one in _TOKEN.finditer(text)]


@lru_cache(maxsize=4)
def load_words(path: Path) -> Words:
    """The words of the file. A file that `rules check` finds fault with raises KeyError, TypeError or ValueError."""
    return words_of(yaml.safe_load(path.read_text(encoding="utf-8")))


def words_of(data: Mapping[str, Any]) -> Words:
    """The words out of the parsed file."""
    words = Words(minutes_of(data["earliest"]), minutes_of(data["latest"]))
    for part in data["parts"]:
        made = Part(minutes_of(part["from"]), minutes_of(part["to"]), part["half"])
        words.part_of_half.setdefault(made.half, made)
        _add_all(words, part, "part", made)
    for day, listed in data["days"].items():
        _add_all(words, listed, "day", day)
    _add_all(words, data["any_hour"], "any")
    for group in ("bounds", "halves"):
        for kind, listed in data[group].items():
            _add_all(words, listed, group, kind)
    for kind in LISTS:
        _add_all(words, data[kind], kind)
    for language, listed in data["hour_words"].items():
        _add_all(words, {language: listed}, "hour_word", language)
    for language in data["numbers"].values():
        for phrase, number in language.items():
            words.add(phrase, "number", number)
    for phrase, minutes in data["minutes"].items():
        words.add(phrase, "minutes", minutes)
    return words


def _add_all(words: Words, listed: Mapping[str, Any], kind: str, value: Any = True) -> None:
    for language in LANGUAGES:
        for phrase in listed.get(language) or ():
            words.add(phrase, kind, value)


def is_clock(text: str) -> bool:
    """Whether it is an hour such as 08:00."""
    return _CLOCK.fullmatch(text) is not None


def minutes_of(text: str) -> int:
    """08:30 -> 510."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
