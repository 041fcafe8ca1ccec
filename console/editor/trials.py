"""The rules as they would be with a draft: read, checked and ready to be tried, worked out once for each text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TypeVar

from console.clockwords import LIMA
from console.editor.files import definition
from console.editor.form import fields_of
from console.editor.quechua import LANGUAGE, quechua_problems
from console.editor.wording import ROOT, Speaker, responses
from console.editor.words_desk import is_words, word_problems
from console.site import Site
from followup.errors import RulesError
from followup.rule_check import READERS, Check, checker
from followup.working_hours import working_calendar
from screening.checks import reading_ease, services
from screening.definitions import Flow, Library, Questionnaire
from screening.engine import Engine
from screening.errors import ERROR, INFO, WARNING, DefinitionError
from screening.overlay import library_with
from screening.publishing import name_of, with_version

KEPT_LIBRARIES, KEPT_ENGINES = 6, 4
SEVERITIES = (ERROR, WARNING, INFO)
Made = TypeVar("Made")
_LOCK = Lock()


@dataclass(frozen=True)
class Trial:
    """A draft's rules. problems: of the draft's own file first; usable: whether a conversation can be tried on them."""

    library: Library
    problems: tuple[DefinitionError, ...]
    path: str
    key: str

    @property
    def errors(self) -> tuple[DefinitionError, ...]:
        """What keeps it from being published."""
        return tuple(one for one in self.problems if one.severity == ERROR)

    @property
    def usable(self) -> bool:
        """Whether there is no error at all."""
        return not self.errors


def trial(site: Site, path: str, text: str) -> Trial:
    """The rules in use with this text in place of that file's."""
    # A version alone changes nothing that is looked at here.
    plain = with_version(text, "0" * 10)
    key = f"{site.library.folder}|{path}|{sha256(plain.encode()).hexdigest()}"
    if is_words(path):
        return Trial(site.library, tuple(word_problems(site, path, text)), path, key)
    today = site.now().astimezone(LIMA).date()
    return _once(_LIBRARIES, key, KEPT_LIBRARIES, lambda: _try(Path(site.library.folder), path, text, today, key))


def problems_with(made: Trial, text: str, quechua: Mapping[str, str]) -> list[DefinitionError]:
    """Everything to be shown: what is wrong with the draft's Quechua, and with its rules."""
    lines = {pointer: field.line for pointer, field in fields_of(made.path, text).items()} if quechua else {}
    return sorted([*made.problems, *quechua_problems(made.library, made.path, text, quechua, lines)], key=_first)


def check_of(site: Site) -> Check:
    """What publishing asks before it puts a text in use: everything, cases and translations too. Takes seconds once."""
    plain = _checker(Path(site.library.folder), site.now().astimezone(LIMA).date())

    def check(path: str, text: str) -> list[DefinitionError]:
        return [*plain(path, text), *word_problems(site, path, text)]

    return check


@lru_cache(maxsize=2)
def _checker(folder: Path, today: date) -> Check:
    return checker(folder, today, ROOT / "locale")


def _try(base: Path, path: str, text: str, today: date, key: str) -> Trial:
    library, problems = library_with(base, path, text)
    problems = [*problems, *_more(library, base, path, today), *_as_setting(path, text)]
    own = sorted((one for one in problems if _is_of(one, path)), key=_order)
    others = sorted((one for one in problems if not _is_of(one, path) and one.severity == ERROR), key=_order)
    shown = {(*one.place, one.message_es): one for one in (*own, *others)}
    return Trial(library, tuple(shown.values()), path, key)


def _order(problem: DefinitionError) -> tuple[int, tuple[str, int, str]]:
    """Errors first, then as a reader goes through the file."""
    return SEVERITIES.index(problem.severity), problem.place


def _first(problem: DefinitionError) -> int:
    return SEVERITIES.index(problem.severity)


def _is_of(problem: DefinitionError, path: str) -> bool:
    """Whether the problem stands in this file; a published version of it bears its version in its name."""
    same_folder = Path(problem.file).parent == Path(path).parent
    return same_folder and name_of(problem.file) == name_of(path)


def _more(library: Library, base: Path, path: str, today: date) -> list[DefinitionError]:
    """What is doubtful rather than wrong: hard words, hotlines past their review."""
    found = list(services.due(library, today)) if path == "services.yml" else []
    alone = _alone(library, path)
    return [*found, *(reading_ease.check_folder(alone, base) if alone else ())]


def _as_setting(path: str, text: str) -> list[DefinitionError]:
    """What those who read the file at work would refuse of it."""
    reader = READERS.get(path)
    if reader is None:
        return []
    with TemporaryDirectory() as folder:
        (Path(folder) / path).write_text(text, encoding="utf-8")
        try:
            reader(Path(folder))
        except RulesError as error:
            message = str(error).replace(f"{folder}/", "")
            return [DefinitionError("setting_wrong", path, 0, message, "Corrija ese valor.")]
    return []


def _alone(library: Library, path: str) -> Library | None:
    """Only the definition of that file, so that only its texts are measured."""
    made = definition(library, path)
    if isinstance(made, Questionnaire):
        return replace(library, flows={}, instruments={made.name: {made.version: made}})
    if isinstance(made, Flow):
        return replace(library, instruments={}, flows={made.name: {made.version: made}})
    return None


def engine_of(site: Site, made: Trial, quechua: Mapping[str, str]) -> Engine:
    """An engine on the draft's rules, which reads answers in the words of the draft."""
    speaker = speaker_of(site, LANGUAGE, quechua)
    words = sha256(repr(sorted(quechua.items())).encode()).hexdigest()
    calendar = working_calendar(site.database.rules)
    return _once(
        _ENGINES, f"{made.key}|{words}", KEPT_ENGINES, lambda: Engine(made.library, calendar, speaker.translated)
    )


def speaker_of(site: Site, language: str, quechua: Mapping[str, str]) -> Speaker:
    """Words what is said on the draft's rules."""
    return Speaker(language, site.translate, quechua, responses(), site.now())


_LIBRARIES: OrderedDict[str, Trial] = OrderedDict()
_ENGINES: OrderedDict[str, Engine] = OrderedDict()


def _once(kept: OrderedDict[str, Made], key: str, most: int, make: Callable[[], Made]) -> Made:
    """What was made for this key before, else made now; the one unused for longest goes."""
    with _LOCK:
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    made = make()
    with _LOCK:
        kept[key] = made
        while len(kept) > most:
            kept.popitem(last=False)
    return made


__all__ = ["Trial", "check_of", "engine_of", "speaker_of", "trial"]
