"""The pieces of what is said of time: days, parts of the day, hours, and what is taken off («menos los domingos»)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from screening.time_hours import HourReader, Hours
from screening.time_words import Part, Token, Words
from screening.windows import GROUPS, WEEKDAYS, Stretch

_STOPS = frozenset(",;.!?\n")
_MARKS = ("except", "free_after", "instead", "denies", "busy", "free")
_MARKED = frozenset(_MARKS)
_TIME = frozenset({"day", "part", "any", "halves", "bounds", "number", "hour_word"})
_NOTHING: Mapping[str, Any] = {}
_LITTLE = frozenset({"articles", "between_words", "courtesy", "or"})
_MOSTLY = 2 / 3
_NEGATIVE = ("denies", "busy", "except")


@dataclass(frozen=True)
class Piece:
    """Days, a part of the day, hours, or a joining sign at tokens [at, end). negative: it is taken off.

    joins: "or" for «o» and «y», "," for a comma; fixed: a stretch that is already known.
    """

    at: int
    end: int
    days: frozenset[str] = frozenset()
    part: Part | None = None
    hours: Hours | None = None
    fixed: Stretch | None = None
    joins: str = ""
    negative: bool = False

    def stretch(self, day: Stretch) -> Stretch:
        """From and to, by itself. day: from when to when any hour is good."""
        if self.fixed:
            return self.fixed
        if self.part:
            return self.part.start, self.part.end
        return self.hours.stretch(None, *day) if self.hours else day


class Pieces:
    """Reads a text's tokens from left to right. found: its pieces in order."""

    def __init__(self, tokens: Sequence[Token], words: Words, only_calling: bool = False) -> None:
        """only_calling: nothing is found in a text that does not speak of when to call."""
        self.tokens = tokens
        self.found: list[Piece] = []
        self._words = words
        said = [words.alone(token.plain)[0] for token in tokens]
        if only_calling and any("about_something_else" in one for one in said):
            return
        self._known = [words.find(tokens, place) for place in range(len(tokens))]
        self._meanings = [known.meanings if known else _NOTHING for known in self._known]
        if _TIME.isdisjoint(chain.from_iterable(self._meanings)) and not any(
            one.plain[0].isdecimal() for one in tokens
        ):
            return
        self._covered = [False] * len(tokens)
        self._hours = HourReader(tokens, self._known)
        self._run = self._denied_from = 0
        self._state = ""
        self._read()
        calling = not only_calling or any("about_calling" in one for one in said) or self._is_mostly_time()
        if not calling or all(piece.joins for piece in self.found):
            self.found = []

    def _is_mostly_time(self) -> bool:
        """Whether there is hardly anything else in the text."""
        little = {
            place
            for at, known in enumerate(self._known)
            if known and not _LITTLE.isdisjoint(known.meanings)
            for place in range(at, known.end)
        }
        words = [at for at, token in enumerate(self.tokens) if token.plain[0].isalnum()]
        counted = [self._covered[at] for at in words if self._covered[at] or at not in little]
        return sum(counted) >= _MOSTLY * len(counted)

    def _read(self) -> None:
        at = 0
        while at < len(self.tokens):
            at = self._step(at)
        self._end_segment()

    def _step(self, at: int) -> int:
        known = self._known[at]
        sign = self.tokens[at].plain
        meanings = self._meanings[at]
        if not meanings and not sign[0].isdecimal() and sign not in _STOPS:
            return at + 1
        if sign in _STOPS:
            self._end_segment()
            self._take(Piece(at, at + 1, joins=","))
            return at + 1
        if known and "ignored" in meanings:
            return self._cover(at, known.end)
        pieces = self._hour(at) or self._time_piece(at)
        if pieces:
            for piece in pieces:
                self._take(piece)
            return self._cover(at, pieces[-1].end)
        if not _MARKED.isdisjoint(meanings):
            self._mark(at)
        if "or" in meanings:
            self._take(Piece(at, at + 1, joins="or"))
        return known.end if known else at + 1

    def _take(self, piece: Piece) -> None:
        self.found.append(replace(piece, negative=True) if self._state in _NEGATIVE else piece)

    def _cover(self, at: int, end: int) -> int:
        self._covered[at:end] = [True] * (end - at)
        return end

    # what kind of piece

    def _time_piece(self, at: int) -> list[Piece]:
        if _TIME.isdisjoint(self._meanings[at]):
            return []
        return self._bounded_part(at) or self._days(at) or self._part(at)

    def _hour(self, at: int) -> list[Piece]:
        after_another = len(self.found) > 1 and self.found[-1].joins == "or" and self.found[-2].hours is not None
        read = self._hours.read(at, bare=after_another)
        if read is None:
            return []
        hours, end = read
        if hours.mode == "at" and self._state == "free_after":
            hours = replace(hours, mode="from")
        if after_another and self.found[-2].hours:
            self._share_half(hours)
        return [Piece(at, end, hours=hours)]

    def _share_half(self, later: Hours) -> None:
        """«a las 3 o 4 de la tarde»: both are meant."""
        before = self.found[-2]
        if before.hours and before.hours.half is None and later.half and before.hours.last is None:
            first = replace(before.hours.first, half=later.half)
            self.found[-2] = replace(before, hours=replace(before.hours, first=first))

    def _bounded_part(self, at: int) -> list[Piece]:
        """«antes de mediodía», «desde la tarde», «hasta la noche»."""
        bound = self._meaning(at, "bounds")
        behind = self._skip(self._end(at))
        part = self._part_at(behind)
        if bound not in ("from", "before", "until") or part is None:
            return []
        day = {
            "from": (part.start, max(self._words.latest, part.end)),
            "before": (min(self._words.earliest, part.start), part.start),
            "until": (min(self._words.earliest, part.start), part.end),
        }
        return [Piece(at, self._end(behind), fixed=day[bound])]

    def _days(self, at: int) -> list[Piece]:
        day = self._meaning(at, "day")
        if day is None or self._until(at):
            return []
        days, end = self._until_day(at, day)
        piece = Piece(at, end, days=days)
        part = self._meaning(at, "part")
        return [piece, Piece(at, end, part=part)] if part else [piece]

    def _until(self, at: int) -> bool:
        """«hasta mañana» and «paqarinkama» are good-byes."""
        return self._case(at) == "until" or (at > 0 and self._meaning(at - 1, "bounds") == "until")

    def _until_day(self, at: int, day: str) -> tuple[frozenset[str], int]:
        """«de lunes a viernes», «lunismanta wirniskama»; only days of the week make a row."""
        end = self._end(at)
        joined = self._meaning(end, "join_range") is not None
        other = self._skip(self._end(end)) if joined else end
        last = self._meaning(other, "day")
        row = joined or (self._case(at) == "from" and self._case(other) == "until")
        if not row or day not in WEEKDAYS or last not in WEEKDAYS:
            return frozenset(GROUPS.get(day, (day,))), end
        first, behind = WEEKDAYS.index(day), WEEKDAYS.index(last)
        length = (behind - first) % len(WEEKDAYS) + 1
        return frozenset((WEEKDAYS * 2)[first : first + length]), self._end(other)

    def _part(self, at: int) -> list[Piece]:
        if self._meaning(at, "any"):
            return [Piece(at, self._end(at))]
        part = self._part_at(at)
        if part is None:
            return []
        end = self._end(at)
        behind = self._meaning(end, "bounds") if end < len(self.tokens) else None
        if behind == "before_behind":
            return [Piece(at, self._end(end), fixed=(self._words.earliest, part.start))]
        if behind == "from_behind":
            return [Piece(at, self._end(end), fixed=(part.start, self._words.latest))]
        return [Piece(at, end, part=part)]

    def _part_at(self, at: int) -> Part | None:
        part = self._meaning(at, "part")
        half = self._meaning(at, "halves")
        return part or (self._words.part_of_half.get(half) if half else None)

    # free or not

    def _mark(self, at: int) -> None:
        """What follows is good or not good: «no puedo» is not «puedo», and «no trabajo» is free."""
        if self._state == "except":
            return
        denied = self._state == "denies" and self._nothing_since()
        for kind in _MARKS:
            if not self._meaning(at, kind):
                continue
            if kind == "busy" and denied:
                self._change("")
            elif kind not in ("busy", "free") or not (denied or self._state == "free_after"):
                self._change("" if kind in ("free", "instead") else kind)
            return

    def _change(self, state: str) -> None:
        if state in _NEGATIVE:
            self._denied_from = len(self.found)
        else:
            self._run = len(self.found)
        self._state = state

    def _nothing_since(self) -> bool:
        return all(piece.joins for piece in self.found[self._denied_from :])

    def _end_segment(self) -> None:
        """«en la noche no puedo»: a no with nothing behind it is about what stands before."""
        if self._state in _NEGATIVE and self._nothing_since():
            for place in range(self._run, self._denied_from):
                self.found[place] = replace(self.found[place], negative=True)
        self._run = self._denied_from = len(self.found)
        self._state = ""

    # looking at tokens

    def _meaning(self, at: int, kind: str) -> Any:
        return self._meanings[at].get(kind) if at < len(self._meanings) else None

    def _end(self, at: int) -> int:
        known = self._known[at] if at < len(self._known) else None
        return known.end if known else at + 1

    def _case(self, at: int) -> str | None:
        known = self._known[at] if at < len(self._known) else None
        return known.case if known else None

    def _skip(self, at: int) -> int:
        """Over articles and other little words."""
        while self._meaning(at, "articles") or self._meaning(at, "between_words"):
            at = self._end(at)
        return at
