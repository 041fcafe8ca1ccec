"""What a person says of the days and hours at which they can talk -> windows, in Spanish, Quechua or both mixed.

«lunes y miércoles por la tarde», «después de las 6», «cualquier hora menos los domingos», «paqarin tutamanta»,
«trabajo de 8 a 5». What is not understood says nothing. No clock: "tomorrow" stays "tomorrow".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.time_pieces import Piece, Pieces
from screening.time_words import Words, load_words, tokens_of
from screening.windows import RELATIVE, WEEKDAYS, Stretch, Window, compact, joined, without

TIMES_FILE = Path(__file__).resolve().parent.parent / "screening_rules" / "times.yml"
LONGEST = 500


@dataclass(frozen=True)
class Said:
    """What a text says of days and hours. start, end: where in the text."""

    windows: tuple[Window, ...]
    start: int
    end: int

    @property
    def value(self) -> str:
        """In the compact form."""
        return compact(self.windows)


def times_said(text: str, words: Words | None = None) -> Said | None:
    """The time that an answer to «¿a qué horas?» names; None when it names none."""
    words = words or load_words(TIMES_FILE)
    return _said(Pieces(tokens_of(text[:LONGEST]), words), words)


def times_in(text: str, words: Words | None = None) -> Said | None:
    """The same in any message, where «no duermo en la noche» says nothing of when to call."""
    words = words or load_words(TIMES_FILE)
    return _said(Pieces(tokens_of(text[:LONGEST]), words, only_calling=True), words)


def any_time(words: Words | None = None) -> tuple[Window, ...]:
    """What «a cualquier hora» means."""
    words = words or load_words(TIMES_FILE)
    return (Window(frozenset(WEEKDAYS), words.earliest, words.latest),)


def _said(pieces: Pieces, words: Words) -> Said | None:
    if not pieces.found:
        return None
    day = (words.earliest, words.latest)
    good = joined(_windows([piece for piece in pieces.found if not piece.negative], day, WEEKDAYS))
    bad = _windows([piece for piece in pieces.found if piece.negative], day, (*WEEKDAYS, *RELATIVE))
    if not good and any(window.days & set(WEEKDAYS) for window in bad):
        good = (Window(frozenset(WEEKDAYS), *day),)
    good = without(good, bad)
    if not good:
        return None
    named = [piece for piece in pieces.found if not piece.joins]
    return Said(good, pieces.tokens[named[0].at].start, pieces.tokens[named[-1].end - 1].end)


def _windows(pieces: Sequence[Piece], day: Stretch, every_day: Iterable[str]) -> tuple[Window, ...]:
    """Days and the hours beside them, before or behind, belong together. every_day: when no day is named."""
    groups = [_Group()]
    for piece in pieces:
        if groups[-1].is_closed_for(piece):
            groups.append(_Group())
        groups[-1].add(piece, day)
    return tuple(window for group in groups for window in group.windows(day, frozenset(every_day)))


class _Group:
    """Days with their stretches: «lunes y miércoles | por la tarde o después de las 7»."""

    def __init__(self) -> None:
        self._days: set[str] = set()
        self._spans: list[tuple[Piece, Stretch]] = []
        self._last: Piece | None = None
        self._joined = False
        self._days_behind = False

    def is_closed_for(self, piece: Piece) -> bool:
        """Whether the piece begins something new."""
        if piece.joins or self._last is None or not self._days or not self._spans:
            return False
        return not self._last.days if piece.days else self._days_behind and bool(self._last.days)

    def add(self, piece: Piece, day: Stretch) -> None:
        """Take the piece in."""
        if piece.joins:
            self._joined = self._joined or piece.joins == "or"
            return
        if piece.days:
            self._add_days(piece)
        else:
            self._add_span(piece, day)
        self._last, self._joined = piece, False

    def _add_days(self, piece: Piece) -> None:
        self._days_behind = self._days_behind or bool(self._spans)
        told = self._last is not None and bool(self._last.days) and self._last.days.isdisjoint(WEEKDAYS)
        # «mañana sábado» is one day.
        if not (told and self._last and self._last.end == piece.at and len(piece.days) == 1):
            self._days |= piece.days

    def _add_span(self, piece: Piece, day: Stretch) -> None:
        """«en la tarde a las 4» is one time, «en la tarde o a las 8» are two."""
        if self._spans and not self._joined:
            narrowed = _narrowed(self._spans[-1][0], piece, day)
            if narrowed:
                self._spans[-1] = (piece, narrowed)
                return
        self._spans.append((piece, piece.stretch(day)))

    def windows(self, day: Stretch, every_day: frozenset[str]) -> tuple[Window, ...]:
        """What the group says."""
        if not self._days and not self._spans:
            return ()
        days = frozenset(self._days) or every_day
        stretches = [stretch for _, stretch in self._spans] or [day]
        return tuple(Window(days, *stretch) for stretch in stretches if stretch[0] < stretch[1])


def _narrowed(one: Piece, other: Piece, day: Stretch) -> Stretch | None:
    """Hours within a part of the day, whichever of the two is said first; None when they are two times."""
    part, hours = (one.part, other.hours) if one.part else (other.part, one.hours)
    if part is None or hours is None or (hours.half and hours is one.hours):
        return None
    start, end = hours.stretch(part.half, *day)
    if hours.mode == "from" and start < part.end:
        return start, part.end
    if hours.mode in ("before", "until") and part.start < end:
        return part.start, end
    return (start, end) if hours.mode in ("at", "between") else None
