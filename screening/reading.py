"""What can come of reading a reply."""

from __future__ import annotations

from dataclasses import dataclass

from screening.definitions import Place


@dataclass(frozen=True)
class Read:
    """What was read. code: an answer's code; value: what was typed; wish: a command; places: which of these?"""

    code: str | None = None
    value: str | int | None = None
    wish: str | None = None
    places: tuple[Place, ...] = ()
    out_of_range: bool = False
    stale: bool = False


STALE = Read(stale=True)
