"""Hours of the clock as people say them: «a las 4 y media», «de 3 a 5», «después de las 6», «tawa urata», «18:30»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.time_words import Found, Token, case_of, is_ending

HALF_DAY = 12 * 60
_DAY = 24 * 60
_POINT = 60
"""Minutes that "a las 4" lasts."""
_AWAKE = 6
"""Up to this hour a number without a word is after noon: nobody asks to be called at dawn."""
_SMALL_HOURS = 4
_MORNING = 8
_FEWEST_MINUTES = 10


@dataclass(frozen=True)
class Clock:
    """An hour as said. half: am, pm, night, day or None; sure: it can only be an hour, no other number."""

    hour: int
    minute: int = 0
    half: str | None = None
    sure: bool = False
    case: str | None = None

    def minutes(self, half: str | None = None) -> int:
        """From midnight, in the given half of the day when none was said."""
        hour, half = self.hour, self.half or half
        if half is None:
            hour += 12 if 1 <= hour <= _AWAKE else 0
        elif half == "am":
            hour %= 12
        elif half == "night" and (hour == 12 or hour <= _SMALL_HOURS):
            hour += 12 if hour == 12 else 0
        elif half == "pm" or half == "night" or hour < _MORNING:
            hour += 12 if hour < 12 else 0
        return hour * 60 + self.minute


@dataclass(frozen=True)
class Hours:
    """One or two hours. mode: at, from, before or between."""

    mode: str
    first: Clock
    last: Clock | None = None

    @property
    def half(self) -> str | None:
        """The half of the day that was said, if one was."""
        return self.first.half or (self.last.half if self.last else None)

    def stretch(self, half: str | None, earliest: int, latest: int) -> tuple[int, int]:
        """From and to. earliest, latest: of a day on which any hour is good."""
        if self.last is not None:
            return _between(self.first, self.last, half)
        start = self.first.minutes(half)
        if self.mode == "at":
            return start, min(start + _POINT, _DAY)
        if self.mode == "from":
            return start, latest if start < latest else _DAY
        if start <= earliest and self.first.half is None:
            start += HALF_DAY
        return (earliest if start > earliest else 0), start


def _between(first: Clock, last: Clock, half: str | None) -> tuple[int, int]:
    """«de 10 a 2», «de 3 a 5 de la tarde», «de 8 a 8»."""
    start, end = first.minutes(half), last.minutes(half)
    if first.half is None and last.half:
        start = first.minutes(last.half) if first.minutes(last.half) < end else first.minutes("am")
    elif first.half and last.half is None:
        end = last.minutes(first.half)
    if end <= start and last.half is None:
        end += HALF_DAY
    return start, min(end, _DAY)


class HourReader:
    """Reads hours from tokens on."""

    def __init__(self, tokens: Sequence[Token], found: Sequence[Found | None]) -> None:
        self._tokens = tokens
        self._found = found

    def read(self, at: int, bare: bool = False) -> tuple[Hours, int] | None:
        """The hours that begin at the token, and the first token behind them. bare: a mere number is an hour too."""
        known = self._known(at)
        opened = "open_range" in known or "open_between" in known or "bounds" in known
        between = "open_between" in known
        read = self._clock(self._end(at) if opened else at, minutes_follow=not between)
        if read is None:
            return None
        first, end = read
        ranged = self._second(at, first, end, opened)
        if ranged:
            return ranged
        mode, end = self._mode(known.get("bounds") if opened else None, first, end)
        return (Hours(mode, first), end) if first.sure or bare or mode != "at" else None

    def _second(self, at: int, first: Clock, end: int, opened: bool) -> tuple[Hours, int] | None:
        join = "join_between" if "open_between" in self._known(at) else "join_range"
        if join in self._known(end):
            second = self._clock(self._end(end))
        else:
            second = self._clock(end) if first.case == "from" else None
            second = second if second and second[0].case == "until" else None
        if second is None or (self._known(at).get("bounds") in ("before", "until")):
            return None
        last, behind = second
        digits = self._tokens[end - 1].plain.isdigit() and self._tokens[behind - 1].plain.isdigit()
        return (Hours("between", first, last), behind) if opened or first.sure or last.sure or digits else None

    def _mode(self, bound: str | None, clock: Clock, end: int) -> tuple[str, int]:
        behind = self._known(end).get("bounds")
        if behind in ("from_behind", "before_behind"):
            return behind.partition("_")[0], self._end(end)
        mode = bound if bound in ("from", "before", "until") else None
        return mode or clock.case or "at", end

    def _clock(self, at: int, minutes_follow: bool = True) -> tuple[Clock, int] | None:
        sure, case = False, None
        while {"articles", "between_words", "hour_word"} & self._known(at).keys():
            sure = sure or bool({"articles", "hour_word"} & self._known(at).keys())
            at = self._end(at)
        number = self._number(at)
        if number is None:
            return None
        hour, minute, end, case = number
        sure = sure or ":" in self._tokens[at].plain
        more = self._minutes(end) if minutes_follow and not minute else None
        if more:
            (sooner, minute), end, sure = more[0], more[1], True
            hour -= sooner
        word = self._known(end).get("hour_word")
        if word:
            sure = sure or word == "qu" or hour > 12
            case = case or self._case(end)
            end = self._end(end)
        half = self._known(end).get("halves")
        clock = Clock(hour, minute, half, sure or half is not None, case)
        return clock, self._end(end) if half else end

    def _number(self, at: int) -> tuple[int, int, int, str | None] | None:
        if at >= len(self._tokens):
            return None
        token = self._tokens[at]
        if "number" in self._known(at):
            return self._known(at)["number"], 0, self._end(at), self._case(at)
        hour, _, minute = token.plain.replace(".", ":").partition(":")
        if not hour.isdecimal() or int(hour) > 24 or len(hour) > 2 or int(minute or 0) > 59:
            return None
        ending = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        if ending and ending.start == token.end and not self._known(at + 1) and is_ending(ending.plain):
            return int(hour), int(minute or 0), at + 2, case_of(ending.plain)
        return int(hour), int(minute or 0), at + 1, None

    def _minutes(self, at: int) -> tuple[tuple[int, int], int] | None:
        """«y media», «y cuarto», «y 20», «menos cuarto» as (hours sooner, minutes), and the token behind."""
        sign = self._known(at)
        if at + 1 >= len(self._tokens) or not ("join_between" in sign or "except" in sign):
            return None
        digits = self._tokens[at + 1].plain
        minutes = self._known(at + 1).get("minutes")
        if minutes is None and digits.isdecimal() and len(digits) == 2 and _FEWEST_MINUTES <= int(digits) < 60:
            minutes = int(digits)
        if minutes is None:
            return None
        return ((1, 60 - minutes) if "except" in sign else (0, minutes)), at + 2

    def _known(self, at: int) -> Mapping[str, Any]:
        found = self._found[at] if at < len(self._found) else None
        return found.meanings if found else {}

    def _end(self, at: int) -> int:
        found = self._found[at]
        return found.end if found else at + 1

    def _case(self, at: int) -> str | None:
        found = self._found[at]
        return found.case if found else None
