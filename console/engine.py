"""The screening engine as the console uses it: the same rules, hours and words as in the chat."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from console.site import Site
from console.wording import Translate
from followup.working_hours import working_calendar
from screening.definitions import Library
from screening.engine import Engine


def engine_of(site: Site) -> Engine:
    """The engine of a running console. Making one takes a second or more, as it prepares all questions: once."""
    return site.engine or _made(_Same(site.library, site.translate), site.database.rules)


class _Same:
    """A library and its words by themselves, not by all they hold, so that their engine is found fast."""

    def __init__(self, library: Library, translate: Translate) -> None:
        self.library = library
        self.translate = translate

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.library is self.library and other.translate == self.translate

    def __hash__(self) -> int:
        return id(self.library)


@lru_cache(maxsize=4)
def _made(same: _Same, rules: Path) -> Engine:
    return Engine(same.library, working_calendar(rules), same.translate)
