"""Words that messages are read by before any rule: of danger, of places, of the gateway. Taken anew while the bot runs.

They follow their files in the folder of rules in use, whether one was published there or changed on the disk. What
cannot be read changes nothing: the words at hand hold, and staff see why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bot.gateway.asides.words import Phrases
from uyariq.gateway_words import FILE as GATEWAY_FILE
from uyariq.gateway_words import read_safe_gateway_words
from uyariq.rules_in_use import RulesInUse

if TYPE_CHECKING:
    from bot.agent import DialogueAgent

log = structlog.get_logger("uyariq.words")
EVERY_SECONDS = 2.0
DANGER_FILES = ("risk_phrases/es.yml", "risk_phrases/qu.yml")
PLACE_FILES = ("place_words.yml",)
Mark = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class Kind:
    """Words of one kind. read: out of a folder, in seconds, raising what is wrong; use: from now on, at once."""

    name: str
    files: tuple[str, ...]
    read: Callable[[Path], Any]
    use: Callable[[Any], None]


@dataclass(frozen=True)
class Fresh:
    """Words that were read and are ready to be used."""

    kind: Kind
    mark: Mark
    words: Any


class WordsInUse:
    """The holder. base: the folder from which the words at hand were read when this process began."""

    def __init__(self, rules: RulesInUse, base: Path, kinds: Sequence[Kind]) -> None:
        self._rules = rules
        self._kinds = tuple(kinds)
        self._used = {kind.name: mark_of(base, kind.files) for kind in kinds}
        self._failed: dict[str, Mark] = {}
        self._seen: dict[str, Mark] = {}

    def begin(self) -> None:
        """Take what is published, before anybody is answered."""
        for fresh in self.newer(patient=False):
            self.use(fresh)

    def newer(self, patient: bool = True) -> list[Fresh]:
        """What differs from the words at hand and can be used. patient: a file that is still being written may wait."""
        folder = self._rules.folder
        found = (self._look(kind, folder, patient) for kind in self._kinds)
        return [fresh for fresh in found if fresh is not None]

    def use(self, fresh: Fresh) -> None:
        """Read messages by these from now on."""
        fresh.kind.use(fresh.words)
        self._used[fresh.kind.name] = fresh.mark
        self._settled(fresh.kind)
        log.info("words.in_use", kind=fresh.kind.name)

    def _look(self, kind: Kind, folder: Path, patient: bool) -> Fresh | None:
        mark = mark_of(folder, kind.files)
        if mark == self._used[kind.name]:
            self._settled(kind)
            return None
        if mark == self._failed.get(kind.name):
            return None
        if patient and mark != self._seen.get(kind.name):
            self._seen[kind.name] = mark
            return None
        try:
            words = kind.read(folder)
        except Exception as error:  # whatever is wrong with it: the words at hand are better than none
            self._fail(kind, mark, error)
            return None
        return Fresh(kind, mark, words) if mark_of(folder, kind.files) == mark else None

    def _fail(self, kind: Kind, mark: Mark, error: Exception) -> None:
        self._failed[kind.name] = mark
        self._rules.unread[kind.name] = f"{', '.join(kind.files)}: {error}"
        log.error("words.not_taken", kind=kind.name, error=type(error).__name__)

    def _settled(self, kind: Kind) -> None:
        self._failed.pop(kind.name, None)
        self._rules.unread.pop(kind.name, None)


def mark_of(folder: Path, files: Sequence[str]) -> Mark:
    """What changes when one of the files does; a copy of a file has its mark."""
    return tuple(_mark(folder / file) for file in files)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


async def keep_words(words: WordsInUse, every: float = EVERY_SECONDS) -> None:
    """Look again and again, until cancelled. Reading is done beside the conversations, the swap between two turns."""
    while True:
        await asyncio.sleep(every)
        try:
            for fresh in await asyncio.to_thread(words.newer):
                words.use(fresh)
        except Exception as error:  # the words at hand hold
            log.error("words.look_failed", error=type(error).__name__)


def understanding_words(agent: DialogueAgent) -> tuple[Kind, ...]:
    """What the understanding reads by: words of danger, and of places."""
    from bot.nlu.entities.places import read_places, use_places
    from bot.nlu.risk_file import RiskFileError
    from bot.nlu.risk_phrases import load_lexicons, read_whole_lexicons, use_lexicons

    def read_danger(folder: Path) -> Any:
        fresh = read_whole_lexicons(folder / "risk_phrases")
        for language, used in load_lexicons().items():
            if 2 * len(fresh[language].file.rules) < len(used.file.rules):
                raise RiskFileError([f"{language}.yml: tiene menos de la mitad de las frases de antes; complételo."])
        return fresh

    def use_danger(lexicons: Any) -> None:
        use_lexicons(lexicons)
        # What short messages meant by the words before is forgotten.
        agent.forget_texts()

    def use_place_words(places: Any) -> None:
        use_places(places)
        agent.forget_texts()

    return (
        Kind("danger", DANGER_FILES, read_danger, use_danger),
        Kind("places", PLACE_FILES, read_places, use_place_words),
    )


def gateway_words(phrases: Mapping[str, Phrases]) -> Kind:
    """What the gateway hears before the dialogue does. phrases: those that its parts hold."""

    def use(fresh: Mapping[str, Phrases]) -> None:
        for name, held in phrases.items():
            held.renew(fresh[name])

    return Kind("gateway", (GATEWAY_FILE,), read_safe_gateway_words, use)
