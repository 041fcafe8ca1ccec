"""Reads and checks the risk phrase files of screening_rules/; what is wrong is said with file, line and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.orthography import fold, fold_loose, sound
from bot.nlu.risk_patterns import Compiler, PatternError, Phrase
from bot.nlu.risk_quechua_words import QuechuaWords
from bot.nlu.risk_slips import Slips
from bot.nlu.risk_words import Spelling

CODES = ("suicide", "harm_others", "medical", "violence", "concern_for_other")
LEVELS = ("crisis", "ask")
NEGATIONS = ("blocks", "near", "ignored")
FORMAT = 1
_TOP = {
    "format", "language", "pictures", "sets", "short_forms", "typo_words", "spared_words", "vocabulary", "numbers",
    "negation", "idioms", "harmless", "phrases",
}  # fmt: skip
_FIELDS = {
    "id", "code", "level", "source", "meaning", "phrases", "negation", "unless_before", "unless_after", "covers",
    "first", "examples", "counter_examples",
}  # fmt: skip
_HARMLESS_FIELDS = {"id", "meaning", "phrases", "examples", "counter_examples"}
_SHORT = 4
_LINE = "__line__"


class RiskFileError(ValueError):
    """A risk phrase file that cannot be used. problems: one sentence each, with file, line and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Rule:
    """One compiled entry. phrases: any of them; unless_*: what must not stand beside; first: harm already done."""

    id: str
    code: str
    level: str
    source: str
    line: int
    phrases: tuple[Phrase, ...]
    negation: str
    unless_before: tuple[Phrase, ...]
    unless_after: tuple[Phrase, ...]
    covers: frozenset[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    first: bool = False


@dataclass(frozen=True)
class Harmless:
    """A way of speaking that explains words of danger: it quiets the model's suspicion, never a rule."""

    id: str
    line: int
    phrases: tuple[Phrase, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class RiskFile:
    """A risk phrase file, ready to match."""

    language: str
    path: Path
    rules: tuple[Rule, ...]
    idioms: tuple[Phrase, ...]
    negators: frozenset[str]
    between: frozenset[str]
    spelling: Spelling
    harmless: tuple[Harmless, ...] = ()


def read_risk_file(path: Path) -> RiskFile:
    """The compiled file; raises RiskFileError naming every problem found."""
    data = _load(path)
    report = _Report(path.name)
    report.unknown_keys(data, _TOP, "el archivo")
    language = data.get("language")
    if data.get("format") != FORMAT:
        report.add(1, f"falta «format: {FORMAT}» o es de otra versión", f"este programa lee el formato {FORMAT}")
    if language not in ("es", "qu"):
        report.add(1, "falta «language: es» o «language: qu»", "escríbalo en la primera línea")
        raise RiskFileError(report.problems)
    key = sound if language == "es" else fold_loose
    negation = data.get("negation") or {}
    compiler = Compiler(
        key,
        _clean_sets(data.get("sets")),
        list(map(str, negation.get("words") or [])),
        list(map(str, negation.get("may_stand_between") or [])),
    )
    idioms = _compile_all(compiler, data.get("idioms") or [], report, 1)
    rules = tuple(_rule(entry, compiler, report) for entry in data.get("phrases") or [] if isinstance(entry, dict))
    harmless = tuple(_harmless(entry, compiler, report) for entry in data.get("harmless") or [])
    report.duplicates([*rules, *harmless])
    if report.problems:
        raise RiskFileError(report.problems)
    return RiskFile(
        language,
        path,
        rules,
        idioms,
        frozenset(map(key, negation.get("words") or [])),
        frozenset(map(key, negation.get("may_stand_between") or [])),
        _spelling(data, key, compiler),
        harmless,
    )


def _rule(entry: dict[str, Any], compiler: Compiler, report: _Report) -> Rule:
    line = entry.get(_LINE, 1)
    report.unknown_keys(entry, _FIELDS, f"la entrada {entry.get('id', 'sin id')}")
    report.complete(entry, line, ("id", "code", "level", "source", "phrases", "examples", "counter_examples"), "R")
    negation = str(entry.get("negation", "blocks"))
    report.one_of(negation, NEGATIONS, "negation", line)
    return Rule(
        str(entry.get("id", "")),
        report.one_of(str(entry.get("code", "")), CODES, "code", line),
        report.one_of(str(entry.get("level", "")), LEVELS, "level", line),
        str(entry.get("source", "")),
        line,
        _compile_all(compiler, entry.get("phrases") or [], report, line),
        negation,
        _compile_all(compiler, entry.get("unless_before") or [], report, line),
        _compile_all(compiler, entry.get("unless_after") or [], report, line),
        frozenset(entry.get("covers") or []),
        tuple(map(str, entry.get("examples") or [])),
        tuple(map(str, entry.get("counter_examples") or [])),
        str(entry.get("first", "")).lower() == "true",
    )


def _harmless(entry: Any, compiler: Compiler, report: _Report) -> Harmless:
    if not isinstance(entry, dict):
        report.add(1, f"en «harmless» hay algo que no es una entrada: «{entry}»", "copie la forma de otra entrada")
        return Harmless("", 1, (), (), ())
    line = entry.get(_LINE, 1)
    report.unknown_keys(entry, _HARMLESS_FIELDS, f"la entrada {entry.get('id', 'sin id')}")
    report.complete(entry, line, ("id", "meaning", "phrases", "examples", "counter_examples"), "H")
    return Harmless(
        str(entry.get("id", "")),
        line,
        _compile_all(compiler, entry.get("phrases") or [], report, line),
        tuple(map(str, entry.get("examples") or [])),
        tuple(map(str, entry.get("counter_examples") or [])),
    )


def _compile_all(compiler: Compiler, texts: Iterable[Any], report: _Report, line: int) -> tuple[Phrase, ...]:
    compiled = []
    for text in texts:
        try:
            compiled.append(compiler.compile(str(text)))
        except PatternError as error:
            report.problems.append(f"{report.name}, línea {line}: {error}")
    return tuple(compiled)


def _spelling(data: dict[str, Any], key: Callable[[str], str], compiler: Compiler) -> Spelling:
    numbers = {k: v for k, v in (data.get("numbers") or {}).items() if k != _LINE}
    important = [str(w) for w in data.get("typo_words") or []]
    own = [str(w) for w in data.get("vocabulary") or []] + important + list(map(str, numbers))
    vocabulary = frozenset(compiler.vocabulary.union(map(key, own)))
    short = {k: v for k, v in (data.get("short_forms") or {}).items() if k != _LINE}
    spared = frozenset(key(str(w)) for w in data.get("spared_words") or [])
    slips = _slips(data, key, compiler, own)
    return Spelling(
        key=key,
        short_forms={key(str(k)): tuple(key(w) for w in str(v).split()) for k, v in short.items()},
        slips=slips,
        vocabulary=vocabulary | {f"{word[:-1]}y" for word in vocabulary if word[-1:] == "i" and len(word) > 2},
        numbers={key(str(k)): int(v) for k, v in numbers.items()},
        pictures={str(k): str(v) for k, v in (data.get("pictures") or {}).items() if k != _LINE},
        spared=spared,
        quechua=_quechua(important, compiler, vocabulary, slips) if data.get("language") == "qu" else None,
    )


def _slips(data: dict[str, Any], key: Callable[[str], str], compiler: Compiler, own: list[str]) -> Slips:
    """Words as they are typed and as they sound; in Quechua, where forms are endless, those of the examples."""
    words = {*compiler.typed, *own}
    if data.get("language") == "qu":
        entries = [entry for entry in data.get("phrases") or [] if isinstance(entry, dict)]
        words |= {word for entry in entries for text in entry.get("examples") or [] for word in _words_of(text)}
    keys = {key(word): key(word) for word in words}
    return Slips({**keys, **{fold(word, quechua=False): key(word) for word in words}}, map(key, own))


def _words_of(text: Any) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", str(text).lower())


def _quechua(important: list[str], compiler: Compiler, vocabulary: frozenset[str], slips: Slips) -> QuechuaWords:
    decisive = frozenset(word for word in map(fold_loose, important) if len(word) > _SHORT)
    return QuechuaWords(dict(compiler.roots), vocabulary, decisive, slips)


def _clean_sets(sets: Any) -> dict[str, list[str]]:
    return {str(k): list(map(str, v)) for k, v in (sets or {}).items() if k != _LINE}


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _LineLoader)  # noqa: S506 - a SafeLoader with line numbers
    except FileNotFoundError as error:
        raise RiskFileError(
            [f"{path.name}: no se encuentra el archivo; debe estar en screening_rules/risk_phrases/."]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"línea {mark.line + 1}" if mark else "línea desconocida"
        hint = "Revise comillas, dos puntos y la sangría (solo espacios, sin tabuladores)."
        raise RiskFileError([f"{path.name}, {where}: el archivo no es YAML válido. {hint}"]) from error
    if not isinstance(data, dict):
        raise RiskFileError(
            [f"{path.name}, línea 1: el archivo está vacío o no tiene «phrases:»; copie el de otra versión."]
        )
    return data


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _LineLoader(_Base):  # type: ignore[misc]
    """Keeps the line of every mapping, and reads no, sí and the like as words rather than as booleans."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        mapping[_LINE] = node.start_mark.line + 1
        return mapping


_LineLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Report:
    """Collects problems, so that all are named in one go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def add(self, line: int, what: str, remedy: str) -> None:
        self.problems.append(f"{self.name}, línea {line}: {what}; {remedy}.")

    def unknown_keys(self, mapping: dict[str, Any], allowed: set[str], where: str) -> None:
        for name in mapping:
            if name not in allowed and name != _LINE:
                near = difflib.get_close_matches(str(name), allowed, 1)
                remedy = f"¿quiso decir «{near[0]}»?" if near else f"use uno de: {', '.join(sorted(allowed))}"
                self.add(mapping.get(_LINE, 1), f"{where} tiene un campo desconocido «{name}»", remedy)

    def complete(self, entry: dict[str, Any], line: int, names: Iterable[str], letter: str) -> None:
        for name in names:
            if not entry.get(name):
                self.add(line, f"la entrada {entry.get('id', 'sin id')} no tiene «{name}»", "complétela")
        if not re.fullmatch(letter + r"-(ES|QU)-\d{3}", str(entry.get("id", ""))):
            self.add(line, f"el id «{entry.get('id')}» no tiene la forma {letter}-ES-012", "corríjalo")

    def one_of(self, value: str, allowed: tuple[str, ...], name: str, line: int) -> str:
        if value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1)
            remedy = f"¿quiso decir «{near[0]}»?" if near else f"use uno de: {', '.join(allowed)}"
            self.add(line, f"«{name}: {value}» no existe", remedy)
        return value

    def duplicates(self, rules: Iterable[Rule | Harmless]) -> None:
        seen: dict[str, int] = {}
        for rule in rules:
            if rule.id in seen:
                self.add(rule.line, f"el id {rule.id} ya se usa en la línea {seen[rule.id]}", "use el siguiente libre")
            seen[rule.id] = rule.line
