"""Hundreds of changed definitions: every broken one is refused with the right code, every sound one is accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from screening.checks import check_library
from screening.definitions import Library, ReplyWords
from screening.errors import ERROR, DefinitionError
from screening.read.flow import read_flow
from screening.read.positions import parse
from screening.read.questionnaire import read_questionnaire
from screening.read.section import Section, sections_of
from screening.read.services import read_service
from screening.read.triage import read_triage
from screening.reader import read_folder
from tests.screening.mutations import FLOW, INSTRUMENT, SERVICES, TRIAGE, Mutation

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
DAY = re.compile(r'"day:([0-9-]+)"')
SEED = 20261123
# How often each kind of change is tried, on another file each time.
TIMES = 2
FILES: dict[str, tuple[list[Mutation], tuple[str, ...]]] = {
    "instrument": (INSTRUMENT, ("gad7", "phq4", "phq9", "asq", "safety_questions")),
    "flow": (FLOW, ("callback", "crisis_suicide", "minor", "menu", "safety_plan", "violence_care", "stop", "help_now")),
    "first_aid": (FLOW[:12], ("respiracion", "anclaje", "duelo", "general", "sueno")),
    "triage": (TRIAGE, ("triage",)),
    "services": (SERVICES, ("services",)),
}
FOLDERS = {"instrument": "instruments/", "flow": "flows/", "first_aid": "first_aid/", "triage": "", "services": ""}


MUTATIONS = [(kind, number) for kind, (mutations, _) in FILES.items() for number in range(len(mutations))]


def data_of(file: str) -> Any:
    """The file's data as the program reads it, without the long lists of phrases that no change touches."""
    return _lean(parse((RULES / file).read_text(encoding="utf-8"), file, []))


def _lean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lean(one) for key, one in value.items() if key != "phrases"}
    return [_lean(one) for one in value] if isinstance(value, list) else value


def written(data: Any) -> str:
    """The data as a file: JSON is YAML in which every text has its quotes; days stand without."""
    return DAY.sub(r"\1", json.dumps(data, ensure_ascii=False, indent=1, default=lambda day: f"day:{day.isoformat()}"))


@dataclass
class Rules:
    """The programme's rules with one file put in another's place."""

    library: Library
    data: dict[str, Any]

    def problems(self, kind: str, file: str, data: Any) -> list[DefinitionError]:
        """What is wrong when the file holds this data."""
        found: list[DefinitionError] = []
        raw = parse(written(data), file, found)
        library = READERS[kind](self.library, raw, file, found)
        return [one for one in (*found, *check_library(library)) if one.severity == ERROR]


def _instrument(library: Library, raw: Any, file: str, found: list[DefinitionError]) -> Library:
    made = read_questionnaire(Section(raw, file, "archivo", found), sha256(file.encode()).hexdigest())
    return replace(library, instruments={**library.instruments, made.name: {made.version: made}})


def _flow(library: Library, raw: Any, file: str, found: list[DefinitionError]) -> Library:
    made = read_flow(Section(raw, file, "archivo", found), sha256(file.encode()).hexdigest())
    return replace(library, flows={**library.flows, made.name: {made.version: made}})


def _triage(library: Library, raw: Any, file: str, found: list[DefinitionError]) -> Library:
    return replace(library, triage=read_triage(Section(raw, file, "archivo", found)))


def _services(library: Library, raw: Any, file: str, found: list[DefinitionError]) -> Library:
    made = tuple(read_service(one) for one in sections_of(raw, file, "servicio", found))
    return replace(library, services=made)


READERS: dict[str, Callable[[Library, Any, str, list[DefinitionError]], Library]] = {
    "instrument": _instrument, "flow": _flow, "first_aid": _flow, "triage": _triage, "services": _services,
}  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The rules as published, without the phrases of their answers: no change touches those."""
    library, problems = read_folder(RULES)
    assert problems == []
    lean = replace(library, replies=replace(ReplyWords(), labels=library.replies.labels))
    for kind in ("instrument", "flow", "first_aid"):
        for name in sorted(library.instruments if kind == "instrument" else library.flows):
            path = f"{FOLDERS[kind]}{name}.yml"
            if (RULES / path).exists():
                lean = READERS[kind](lean, parse(written(data_of(path)), path, []), path, [])
    return Rules(lean, {})


def named(change: tuple[str, int]) -> str:
    """What the change is called in the report of the tests."""
    kind, number = change
    return f"{kind}: {FILES[kind][0][number].name}"


def changed(rules: Rules, kind: str, number: int) -> Iterator[tuple[str, Any]]:
    """Files with the change in them: as many as it is tried on, of those that have something of the kind."""
    mutations, names = FILES[kind]
    turned = [*names[number % len(names) :], *names[: number % len(names)]]
    for place, name in enumerate(turned if len(turned) >= TIMES else turned * TIMES):
        file = f"{FOLDERS[kind]}{name}.yml"
        data = deepcopy(rules.data.setdefault(file, data_of(file)))
        if mutations[number].change(data, Random(SEED + 100 * number + place)):
            yield file, data


@pytest.mark.parametrize("change", MUTATIONS, ids=named)
def test_a_changed_file_is_refused_with_its_code_or_accepted(rules: Rules, change: tuple[str, int]) -> None:
    """Nothing else is reported beside the mistake and what follows from it."""
    kind, number = change
    mutation = FILES[kind][0][number]
    tried = list(islice(changed(rules, kind, number), TIMES))
    assert len(tried) == TIMES, "too few files have something of the kind"
    for file, data in tried:
        problems = rules.problems(kind, file, data)
        found = {problem.code for problem in problems}
        wanted = {mutation.code} - {None}
        assert wanted <= found, f"{file}: accepted, or refused for another reason: {found}"
        assert found <= wanted | mutation.also, [str(problem) for problem in problems]


def test_there_are_more_than_two_hundred_changes() -> None:
    """Of both sorts and of most kinds of mistake; each is made in two files, or twice in the only one."""
    codes = [FILES[kind][0][number].code for kind, number in MUTATIONS]
    broken = [code for code in codes if code]
    assert TIMES * len(broken) >= 200
    assert TIMES * (len(codes) - len(broken)) >= 40
    assert len(set(broken)) >= 55


def test_the_unchanged_rules_are_accepted(rules: Rules) -> None:
    """Otherwise the changes would prove nothing."""
    for kind, (_, names) in FILES.items():
        file = f"{FOLDERS[kind]}{names[0]}.yml"
        assert rules.problems(kind, file, data_of(file)) == [], file
