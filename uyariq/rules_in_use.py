"""The rules that answer in this process, in one place that everything reads: files and what was published over them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import structlog

from bot.catalog import Catalog
from followup import rule_publications
from followup.database import Database
from followup.rule_publications import Publication
from followup.working_hours import working_calendar
from screening.definitions import Library
from screening.engine import Engine
from screening.errors import DefinitionErrors
from screening.overlay import Words, compose, quechua_words
from screening.reader import load_library

log = structlog.get_logger("uyariq.rules")
FOLDER = "rules"
LAYER = "published"
LANGUAGE = "qu"
# Folders of older revisions stay for processes that have not come after yet.
KEPT_FOLDERS = 5
KEPT_SECONDS = 24 * 3600
# A folder is put together in seconds: one that is older was left by a process that was ended in the middle.
MAKING_SECONDS = 3600
# Rules that could not be taken are tried again after this: a full disk may have been emptied.
AGAIN_SECONDS = 60.0
LONGEST_PROBLEM = 2_000


@dataclass(frozen=True)
class Loaded:
    """Rules ready to answer with. revision: of the last publication in them; 0: the files as they are.

    words: their published Quechua, laid over the catalog when they are used.
    """

    revision: int
    folder: Path
    library: Library
    engine: Engine
    words: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """Rules that could not be taken. problem: why, for staff; at: on the monotonic clock."""

    revision: int
    problem: str
    at: float


class RulesInUse:
    """The holder. base: the files; home: where folders with publications are put together.

    Whoever answers takes `engine` or `library` at that moment and works with it to the end of the turn: a swap is one
    assignment. What fails to load leaves the rules as they are.
    """

    def __init__(self, base: Path, home: Path, database: Database, catalog: Catalog) -> None:
        self.database = database
        self.catalog = catalog
        self.failed: Failed | None = None
        # Kind of words that this process reads messages by -> why newer ones could not be taken.
        self.unread: dict[str, str] = {}
        self.base = base
        self._home = home / FOLDER
        self._watchers: list[Callable[[Loaded], None]] = []
        self._words_changed = False
        self._stamp = _stamp(base)
        self._loaded = self._begin()
        self._lay(self._loaded)
        database.use_rules(self._loaded.folder)

    @property
    def loaded(self) -> Loaded:
        """All of it, of one moment."""
        return self._loaded

    @property
    def library(self) -> Library:
        """The definitions."""
        return self._loaded.library

    @property
    def engine(self) -> Engine:
        """The engine over them."""
        return self._loaded.engine

    @property
    def folder(self) -> Path:
        """Where their files are."""
        return self._loaded.folder

    @property
    def revision(self) -> int:
        """Of the last publication in them."""
        return self._loaded.revision

    def watch(self, watcher: Callable[[Loaded], None]) -> None:
        """Tell this one of every swap, at once."""
        self._watchers.append(watcher)

    def newer(self) -> Loaded | None:
        """Rules that are newer than these, loaded; None when there are none or they cannot be used. Takes a second."""
        with self.database.read() as conn:
            if not self._is_wanted(rule_publications.revision(conn)):
                return self._in_new_words() if self._words_changed else None
            publications = rule_publications.all_of(conn)
        return self._try(publications)

    def _in_new_words(self) -> Loaded:
        self._words_changed = False
        now = self._loaded
        return replace(now, engine=self._engine(now.folder, now.library))

    def use(self, loaded: Loaded) -> None:
        """Answer with these from now on."""
        self.failed = None
        # The words come first: the engine reads answers with them, from its first question on.
        self._lay(loaded)
        self._loaded = loaded
        self.database.use_rules(loaded.folder)
        for watcher in self._watchers:
            watcher(loaded)
        log.info("rules.in_use", revision=loaded.revision)

    def look(self) -> bool:
        """Take newer rules, if there are any, here and now; whether there were."""
        loaded = self.newer()
        # Another thread may have taken newer ones while these were loaded.
        if loaded is None or loaded.revision < self.revision:
            return False
        self.use(loaded)
        return True

    def hold_folder(self) -> None:
        """Somebody still reads the folder: nobody takes it away as an old one."""
        if self.folder != self.base and self.folder.is_dir():
            os.utime(self.folder)

    def renew_words(self) -> None:
        """The catalog says something new: from the next look on, answers are understood in the words of the buttons."""
        self._words_changed = True

    def _is_wanted(self, revision: int) -> bool:
        if revision <= self._loaded.revision:
            return False
        failed = self.failed
        return failed is None or revision != failed.revision or time.monotonic() > failed.at + AGAIN_SECONDS

    def _begin(self) -> Loaded:
        """What is newest; without what cannot be used, at worst the files alone.

        Raises DefinitionErrors when these are broken. The newest that could not be used is the one shown as failed.
        """
        with self.database.read() as conn:
            publications = rule_publications.all_of(conn)
        newest_failed: Failed | None = None
        for count in range(len(publications), 0, -1):
            loaded = self._try(publications[:count])
            if loaded is not None:
                self.failed = newest_failed
                return loaded
            newest_failed = newest_failed or self.failed
        self.failed = newest_failed
        return self._load(0, self.base)

    def _try(self, publications: list[Publication]) -> Loaded | None:
        revision = publications[-1].number
        folder = self._home / f"{revision}-{self._stamp}"
        try:
            return self._load(revision, compose(self.base, publications, folder), publications)
        except Exception as error:  # whatever is wrong with it: the rules at hand are better than none
            self.failed = Failed(revision, _problem(error), time.monotonic())
            log.error("rules.not_taken", revision=revision, error=type(error).__name__)
            return None
        finally:
            _forget_old(self._home)

    def _load(self, revision: int, folder: Path, publications: Iterable[Publication] = ()) -> Loaded:
        library = load_library(folder)
        words = quechua_words(library, publications)
        return Loaded(revision, folder, library, self._engine(folder, library), words)

    def _lay(self, loaded: Loaded) -> None:
        self.catalog.lay(LAYER, {LANGUAGE: loaded.words})

    def _engine(self, folder: Path, library: Library) -> Engine:
        return Engine(library, working_calendar(folder), translate=self.catalog.translate)


def folder_in_use(base: Path, home: Path, database: Database) -> Path:
    """Where the rules with all that is published are, for a command that looks once; put together where it is not."""
    with database.read() as conn:
        publications = rule_publications.all_of(conn)
    if not publications:
        return base
    return compose(base, publications, home / FOLDER / f"{publications[-1].number}-{_stamp(base)}")


def _stamp(base: Path) -> str:
    """What tells these files from those of another release of the programme."""
    found = sha256()
    for path in sorted(base.rglob("*")):
        if path.suffix in (".yml", ".csv"):
            found.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:8]


def _problem(error: Exception) -> str:
    """In words for staff where there are some; the content of rules is nobody's secret."""
    if isinstance(error, DefinitionErrors):
        return "\n".join(str(problem) for problem in error.problems)[:LONGEST_PROBLEM]
    return f"{type(error).__name__}: {error}"[:LONGEST_PROBLEM]


def _forget_old(home: Path) -> None:
    """Folders of revisions that nobody can be reading any more, and what was never put together to its end."""
    ages = {path: _age(path) for path in home.glob("[0-9]*-*") if path.is_dir()}
    for path in sorted(ages, key=ages.__getitem__)[KEPT_FOLDERS:]:
        if ages[path] > KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
    for path in home.glob(".[0-9]*-*"):
        if _age(path) > MAKING_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _age(folder: Path) -> float:
    """Seconds since somebody made it or said that it is read; none when another process takes it away just now."""
    try:
        found = folder.stat()
    except OSError:
        return 0.0
    # Copying gives a folder the age of what was copied, for a moment; that moment itself is noted in the second time.
    changed = found.st_mtime if not folder.name.startswith(".") else max(found.st_mtime, found.st_ctime)
    return time.time() - changed
