"""Models that only remember what they were told, for the page on which staff publish one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Waiting:
    """A report as the desk gives it."""

    state: str = "ready"
    begun_at: str = "2026-11-23T15:00:00+00:00"
    by: str | None = None
    learnt: tuple[int, ...] = (7,)
    figures: Any = field(default_factory=lambda: {"messages.es.macro_f1": (0.93, 0.94), "risk.es.x": (0.5, 0.5)})
    worse: tuple[str, ...] = ()
    changed: tuple[tuple[int, str, str], ...] = ((7, "nlu_fallback", "request_callback"),)


class Desk:
    """A desk that only remembers what it was told."""

    def __init__(self) -> None:
        self.waiting: Waiting | None = None
        self.told: list[str] = []
        self.before = False

    def report(self) -> Waiting | None:
        return self.waiting

    def labelled(self) -> tuple[int, int]:
        return 12, 1

    def can_roll_back(self) -> bool:
        return self.before

    def begin(self, by: str) -> bool:
        self.told.append("begin")
        return self.waiting is None

    def publish(self) -> None:
        self.told.append("publish")

    def drop(self) -> None:
        self.told.append("drop")

    def roll_back(self) -> None:
        self.told.append("roll_back")
