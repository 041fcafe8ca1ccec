"""Words that messages are read by, as the console changes them: checked, tried on sentences, rehearsed."""

from __future__ import annotations

import re
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import yaml

from bot.nlu.danger_lines import read_danger_lines
from bot.nlu.entities.places import read_places
from bot.nlu.risk_file import CODES, RiskFileError, read_risk_file
from bot.nlu.risk_phrases import Lexicon, example_problems, find_with, gaps, harmless_problems
from console.editor.words_desk import Difference, Heard, Rehearsed, is_danger
from screening.errors import DefinitionError
from uyariq.gateway_words import FILE as GATEWAY_FILE
from uyariq.gateway_words import GatewayWordsBroken, read_safe_gateway_words
from uyariq.settings_shape import check_settings

NLU_DATA = Path("nlu_data")
# Read line by line as well: what people say to a bot, mostly without any danger in it.
MOST_TALK = 1500
NOT_TALK = ("danger", "crisis")
KEPT = 4
PLACES_FILE = "place_words.yml"
LINE = re.compile(r"^\S+\.yml, línea (\d+): (.*)$", re.DOTALL)
EXAMPLE = re.compile(r"^\s*-\s*(.+)$", re.MULTILINE)
# A sentence, the dangers it speaks of, those found before, those found after.
HeardTwice = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


class RulesWordsDesk:
    """The desk of the console. folder: where the rules in use stand."""

    def __init__(self, folder: Callable[[], Path], data: Path = NLU_DATA) -> None:
        self._folder = folder
        self._data = data
        self._lexicons: OrderedDict[str, Lexicon | list[DefinitionError]] = OrderedDict()
        self._lock = Lock()

    def problems(self, path: str, text: str) -> list[DefinitionError]:
        """What keeps that text from being used."""
        if is_danger(path):
            found = self._lexicon(path, text)
            return found if isinstance(found, list) else []
        return list(self._setting_problems(path, text))

    def heard(self, path: str, text: str, sentences: Sequence[str]) -> list[Heard]:
        """Dangers of each sentence; of both files, the one that is not written stays as it is in use."""
        lexicons = {language: one for language, one in self._pair(path, text).items() if isinstance(one, Lexicon)}
        return [_heard(sentence, lexicons) for sentence in sentences]

    def rehearse(self, path: str, text: str) -> Rehearsed:
        """The project's own sentences, heard by the file in use and by the text."""
        before = self._lexicon(path, (self._folder() / path).read_text(encoding="utf-8"))
        after = self._lexicon(path, text)
        lines = list(_sentences(self._data, Path(path).stem))
        if not isinstance(before, Lexicon) or not isinstance(after, Lexicon):
            return Rehearsed(0, 0, (0, 0), (0, 0), ())
        heard: list[HeardTwice] = [(*line, _codes(line[0], before), _codes(line[0], after)) for line in lines]
        differences = [Difference(*one) for one in heard if one[2] != one[3]]
        order = ("lost", "alarm", "found", "other")
        return Rehearsed(
            len(lines),
            sum(bool(one[1]) for one in heard),
            (_count(heard, 2, danger=True), _count(heard, 3, danger=True)),
            (_count(heard, 2, danger=False), _count(heard, 3, danger=False)),
            tuple(sorted(differences, key=lambda one: order.index(one.kind))),
        )

    def _pair(self, path: str, text: str) -> dict[str, Lexicon | list[DefinitionError]]:
        found = {}
        for language in ("es", "qu"):
            name = f"risk_phrases/{language}.yml"
            own = text if name == path else (self._folder() / name).read_text(encoding="utf-8")
            found[language] = self._lexicon(name, own)
        return found

    def _lexicon(self, path: str, text: str) -> Lexicon | list[DefinitionError]:
        """The file ready to find dangers, or what is wrong with it. Worked out once for each text: it takes seconds."""
        key = f"{path}|{sha256(text.encode()).hexdigest()}"
        with self._lock:
            if key in self._lexicons:
                self._lexicons.move_to_end(key)
                return self._lexicons[key]
        made = _read(path, text)
        with self._lock:
            self._lexicons[key] = made
            while len(self._lexicons) > KEPT:
                self._lexicons.popitem(last=False)
        return made

    def _setting_problems(self, path: str, text: str) -> Iterator[DefinitionError]:
        """What the file's format says, and what those who read it at work would refuse."""
        with TemporaryDirectory(prefix="uyariq-words-") as name:
            folder = Path(name)
            (folder / path).write_text(text, encoding="utf-8")
            found = check_settings(folder)
            yield from found
            if not found:
                yield from self._read_problems(path, folder)

    def _read_problems(self, path: str, folder: Path) -> Iterator[DefinitionError]:
        shutil.copy(self._folder() / "places.csv", folder)
        try:
            if path == GATEWAY_FILE:
                read_safe_gateway_words(folder)
            elif path == PLACES_FILE:
                read_places(folder)
        except GatewayWordsBroken as error:
            yield DefinitionError("setting_wrong", path, 0, str(error).partition(": ")[2], "Cambie esa frase.")
        except (KeyError, TypeError, ValueError) as error:
            message = f"«{error.args[0] if error.args else ''}» no es un lugar que esté en places.csv."
            yield DefinitionError("setting_wrong", path, 0, message, "Corrija el código.")


def _read(path: str, text: str) -> Lexicon | list[DefinitionError]:
    with TemporaryDirectory(prefix="uyariq-words-") as folder:
        file = Path(folder) / Path(path).name
        file.write_text(text, encoding="utf-8")
        try:
            lexicon = Lexicon(read_risk_file(file))
        except RiskFileError as error:
            return [_problem(path, line) for line in error.problems]
        except (AttributeError, KeyError, TypeError, ValueError):
            return [DefinitionError("risk_phrases", path, 0, "Alguna parte no tiene la forma esperada.")]
    if lexicon.file.language != Path(path).stem:
        message = f"Este archivo es el de «{Path(path).stem}» y dice «language: {lexicon.file.language}»."
        return [DefinitionError("risk_phrases", path, 0, message)]
    found = [*gaps(lexicon), *example_problems(lexicon), *harmless_problems(lexicon)]
    return [_problem(path, line) for line in found] or lexicon


def _problem(path: str, said: str) -> DefinitionError:
    found = LINE.match(said)
    message = found.group(2) if found else said
    line = int(found.group(1)) if found else 0
    return DefinitionError("risk_phrases", path, line, message[:1].upper() + message[1:])


def _heard(sentence: str, lexicons: dict[str, Lexicon]) -> Heard:
    found = find_with(sentence, lexicons)
    return Heard(tuple(dict.fromkeys(one.code for one in found)), tuple(one.id for one in found))


def _codes(sentence: str, lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.code for one in find_with(sentence, {lexicon.file.language: lexicon})))


def _count(heard: Sequence[HeardTwice], at: int, danger: bool) -> int:
    """Sentences of danger in which it is found, or others in which any is."""
    if danger:
        return sum(bool(set(one[1]) & set(one[at])) for one in heard if one[1])
    return sum(bool(one[at]) for one in heard if not one[1])


def _sentences(data: Path, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sentence and the dangers it speaks of: all that were written for dangers, and a part of the rest.

    Of crisis intents nothing is known but that they may speak of one: they are left out.
    """
    for line in read_danger_lines(data, frozenset(CODES)):
        if line.language == language:
            yield line.text, line.codes
    files = [path for path in sorted((data / language).glob("*.yml")) if not path.stem.startswith(NOT_TALK)]
    talk = [text for path in files for text in _talk(path)]
    step = max(1, -(-len(talk) // MOST_TALK))
    for text in talk[::step]:
        yield text, ()


def _talk(path: Path) -> Iterator[str]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 - a SafeLoader in C
    for block in document.get("nlu") or ():
        for text in EXAMPLE.findall(str(block.get("examples") or "")):
            yield MARKED.sub(r"\1", text).strip()
