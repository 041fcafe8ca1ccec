"""What the screening rules say, once read: instruments, flows, triage, services and the words that answer a question.

Names follow FHIR R4 (Questionnaire, item, linkId). Everything here is frozen and shared between all conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from screening.answer_option import AnswerOption
from screening.conditions import Condition
from screening.programme import Programme

NOTHING: Mapping[str, Any] = {}
SKIPPED = "skipped"
UNSURE = "unsure"
YES = "yes"
NO = "no"
LEVELS = ("none", "moderate", "high", "imminent")
PRIORITIES = ("routine", "urgent", "asap", "stat")
RISK_CODES = ("suicide", "harm_others", "medical", "violence", "concern_for_other")


@dataclass(frozen=True)
class ItemRisk:
    """The answer to an item that shows a risk, whatever the score. when: over the fact `value`."""

    code: str
    when: Condition


@dataclass(frozen=True)
class Item:
    """A question of an instrument, worded as published."""

    link_id: str
    text: str
    options: tuple[AnswerOption, ...]
    explain: str | None = None
    enable_when: Condition | None = None
    scored: bool = True
    risk: ItemRisk | None = None
    block: str | None = None
    loinc: str | None = None
    note: str | None = None
    line: int = 0

    def option(self, code: str) -> AnswerOption | None:
        """The answer of that code, or None."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Cutoff:
    """From how many points a score counts as positive, and who says so."""

    positive_at: float
    source: str | None
    status: str | None
    line: int = 0

    def to_dict(self) -> dict[str, object]:
        """The cut-off as it is stored with every result."""
        return {"positive_at": self.positive_at, "source": self.source, "status": self.status}


@dataclass(frozen=True)
class Band:
    """A named stretch of a score, both ends included."""

    min: float
    max: float
    code: str
    label: str
    line: int = 0


@dataclass(frozen=True)
class Score:
    """How a score is made of items. range: lowest and highest possible; meaning: plain words for the person."""

    name: str
    items: tuple[str, ...]
    method: str = "sum"
    range: tuple[float, float] | None = None
    cutoff: Cutoff | None = None
    other_cutoffs: tuple[Mapping[str, Any], ...] = ()
    skipped_counts_as: float | int | None = None
    bands: tuple[Band, ...] = ()
    meaning: Mapping[str, str] = field(default_factory=dict)
    loinc: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Translation:
    """How far an instrument exists in a language: draft, validated, adapted or none (not offered)."""

    state: str
    note: str | None = None


@dataclass(frozen=True)
class Questionnaire:
    """An instrument in one published version.

    Worked out once: places: linkId -> index; scores_of: linkId -> scores it counts in; points: linkId -> code -> value;
    branches: whether some items depend on others.
    """

    name: str
    version: str
    status: str
    title: str
    items: tuple[Item, ...]
    scores: tuple[Score, ...]
    url: str = ""
    language: str = "es"
    variety: str | None = None
    source: tuple[Mapping[str, Any], ...] = ()
    copyright: str | None = None
    redistribution: str | None = None
    recall: str | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)
    loinc: str | None = None
    sha256: str = ""
    file: str = ""
    places: Mapping[str, int] = field(init=False, repr=False, compare=False)
    scores_of: Mapping[str, tuple[Score, ...]] = field(init=False, repr=False, compare=False)
    points: Mapping[str, Mapping[str, float | int | None]] = field(init=False, repr=False, compare=False)
    branches: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = {
            "places": {item.link_id: index for index, item in enumerate(self.items)},
            "scores_of": {
                item.link_id: tuple(score for score in self.scores if item.link_id in score.items)
                for item in self.items
            },
            "points": {item.link_id: {one.code: one.value for one in item.options} for item in self.items},
            "branches": any(item.enable_when for item in self.items),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def item(self, link_id: str) -> Item | None:
        """The item of that linkId, or None."""
        index = self.places.get(link_id)
        return None if index is None else self.items[index]

    def state_in(self, language: str) -> str:
        """draft, validated, adapted, none; an instrument's own language is "published"."""
        if language == self.language:
            return "published"
        translation = self.translations.get(language)
        return translation.state if translation else "none"


@dataclass(frozen=True)
class Ask:
    """A question of a flow. saves: the fact that gets the answer; optional: whether it may be skipped."""

    text: str
    explain: str | None
    type: str
    options: tuple[AnswerOption, ...] = ()
    min: int | None = None
    max: int | None = None
    saves: str | None = None
    sensitive: str | None = None
    contact: str | None = None
    consent: str | None = None
    optional: bool = True

    def option(self, code: str) -> AnswerOption | None:
        """The answer of that code, or None."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Advice:
    """A task and a referral that a step advises."""

    task: str | None
    priority: str
    due: str | None
    reasons: tuple[str, ...]
    referral: str | None = None


@dataclass(frozen=True)
class Schedule:
    """Something to come back to. after: a due string."""

    kind: str
    after: str


@dataclass(frozen=True)
class Step:
    """One step of a flow: first its bubbles (`say`), then the one thing named by `kind`.

    kind: say, ask, instrument, first_aid, run, advise, schedule, goto, end or end_session. target: the name that
    instrument, first_aid, run, goto, end and end_session carry.
    """

    id: str
    kind: str
    when: Condition | None = None
    say: tuple[str, ...] = ()
    delay: tuple[float, ...] = ()
    ask: Ask | None = None
    target: str | None = None
    advice: Advice | None = None
    schedule: Schedule | None = None
    line: int = 0
    say_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A conversation in steps: the screening, a crisis protocol, a first-aid script, a menu."""

    name: str
    kind: str
    version: str
    title: str
    steps: tuple[Step, ...]
    source: str | None = None
    proposal: bool = False
    opens_on: tuple[str, ...] = ()
    profile: Condition | None = None
    priority: int = 0
    offer: str | None = None
    sha256: str = ""
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    places: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {step.id: index for index, step in enumerate(self.steps)})

    def step(self, step_id: str) -> Step | None:
        """The step of that id, or None."""
        index = self.places.get(step_id)
        return None if index is None else self.steps[index]


@dataclass(frozen=True)
class TriageRule:
    """What has to follow from some facts: a level, a task, a referral, a crisis flow."""

    id: str
    when: Condition
    level: str
    task: str | None = None
    priority: str | None = None
    due: str | None = None
    referral: str | None = None
    flag: str | None = None
    opens: str | None = None
    reasons: tuple[str, ...] = ()
    source: str | None = None
    proposal: bool = False
    explain: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Triage:
    """All triage rules, with the words that counselors read for each reason."""

    version: str
    rules: tuple[TriageRule, ...]
    reasons: Mapping[str, str]
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Hours:
    """A stretch of opening hours. days: 0 is Monday."""

    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True)
class Service:
    """A telephone or place where people find help. hours: empty means at any time."""

    id: str
    kind: str
    name: str
    number: str
    country: str = "PE"
    steps: str | None = None
    languages: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    free: bool = False
    note: str | None = None
    text: str | None = None
    source: str | None = None
    seen: date | None = None
    status: str = "KNOWN"
    review_by: date | None = None
    line: int = 0
    file: str = ""


@dataclass(frozen=True)
class ForbiddenPhrase:
    """Words that no text for people may contain, and why."""

    phrase: str
    why: str
    source: str | None
    language: str = "es"
    line: int = 0


@dataclass(frozen=True)
class Place:
    """A district with its place-name code."""

    ubigeo: str
    district: str
    province: str
    department: str


@dataclass(frozen=True)
class ReplyWords:
    """Whole replies that always mean the same. lists: yes, no, unsure, skip, explain, … -> folded phrases.

    numbers: number words, folded; labels: texts of the engine's own buttons (skip, explain); languages: the lists
    parted by language; spelling: words written in a hurry -> the words meant.
    """

    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    languages: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    spelling: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Library:
    """Everything in a folder of rules. instruments and flows: name -> version -> definition; the newest is in use."""

    instruments: Mapping[str, Mapping[str, Questionnaire]] = field(default_factory=dict)
    flows: Mapping[str, Mapping[str, Flow]] = field(default_factory=dict)
    triage: Triage = Triage("", (), {})
    services: tuple[Service, ...] = ()
    forbidden: tuple[ForbiddenPhrase, ...] = ()
    places: tuple[Place, ...] = ()
    replies: ReplyWords = ReplyWords()
    folder: str = ""
    programme: Programme = field(default_factory=Programme)

    def instrument(self, name: str, version: str | None = None) -> Questionnaire | None:
        """That version of the instrument; without a version, the newest that is active, else the newest."""
        versions = self.instruments.get(name, NOTHING)
        if version is not None:
            return versions.get(version)
        active = [one for one in versions.values() if one.status == "active"]
        return max(active or versions.values(), key=lambda one: one.version, default=None)

    def flow(self, name: str, version: str | None = None) -> Flow | None:
        """That version of the flow; without a version, the newest."""
        versions = self.flows.get(name, NOTHING)
        if version is not None:
            return versions.get(version)
        return max(versions.values(), key=lambda one: one.version, default=None)

    def newest_flows(self) -> list[Flow]:
        """Every flow in the version in use, by name."""
        return [flow for name in sorted(self.flows) if (flow := self.flow(name))]

    def newest_instruments(self) -> list[Questionnaire]:
        """Every instrument in the version in use, by name."""
        return [one for name in sorted(self.instruments) if (one := self.instrument(name))]

    def flow_for(self, intent: str) -> Flow | None:
        """The flow that an intent opens, or None."""
        return next((flow for flow in self.newest_flows() if intent in flow.opens_on), None)

    def first_aid(self) -> list[Flow]:
        """First-aid scripts, the one with the highest priority first."""
        scripts = [flow for flow in self.newest_flows() if flow.kind == "first_aid"]
        return sorted(scripts, key=lambda flow: (-flow.priority, flow.name))
