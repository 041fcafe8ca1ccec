"""What happened in a turn, as past facts for the host to record: the only thing that leaves the engine beside words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as spec  # two events have a field of that name
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, and when (aware)."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    """A person began to talk with us."""


@dataclass(frozen=True, kw_only=True)
class LanguageChosen(Event):
    """The language, and the Quechua variety where it is known."""

    language: str
    variety: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    """Yes to screening, callback or guardian, in the wording of that version."""

    kind: str
    version: str


@dataclass(frozen=True, kw_only=True)
class ConsentRefused(Event):
    """No to screening, callback or guardian; later in a conversation it is a withdrawal."""

    kind: str
    version: str


@dataclass(frozen=True, kw_only=True)
class ProfileAnswered(Event):
    """Age, sex or district, or what a flow asked about the person's situation. The value is never printed."""

    field: str
    value: str | int = spec(repr=False)


@dataclass(frozen=True, kw_only=True)
class IdentityGiven(Event):
    """A name or phone, of the person or of the guardian; never printed."""

    kind: str
    value: str = spec(repr=False)


@dataclass(frozen=True, kw_only=True)
class ContactPreferenceGiven(Event):
    """How it is safe to reach the person; a code, or the person's own words. Never printed."""

    field: str
    value: str = spec(repr=False)


@dataclass(frozen=True, kw_only=True)
class QuestionnaireStarted(Event):
    """A questionnaire began, in exactly this wording."""

    response_id: str
    instrument: str
    version: str
    sha256: str
    language: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ItemAnswered(Event):
    """An item was answered; replaces says that an earlier answer stands corrected."""

    response_id: str
    link_id: str
    value: float | int | str = spec(repr=False)
    code: str = spec(repr=False)
    replaces: bool = False


@dataclass(frozen=True, kw_only=True)
class ItemSkipped(Event):
    """An item was left out: skipped or unsure; replaces says that an earlier answer no longer holds."""

    response_id: str
    link_id: str
    why: str
    replaces: bool = False


@dataclass(frozen=True, kw_only=True)
class ScoreComputed(Event):
    """A score with what it rests on; positive is None when undetermined."""

    response_id: str
    name: str
    value: float | int = spec(repr=False)
    answered: int
    expected: int
    complete: bool
    positive: bool | None = spec(repr=False)
    band: str | None = spec(repr=False)
    cutoff: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class ScreeningCompleted(Event):
    """A questionnaire came to its end."""

    response_id: str


@dataclass(frozen=True, kw_only=True)
class ScreeningStopped(Event):
    """A questionnaire was left before its end."""

    response_id: str


@dataclass(frozen=True, kw_only=True)
class RiskIdentified(Event):
    """A risk and the rule that found it; source is "item:<linkId>", "phrase:<id>", "intent" or "rule".

    level: none, moderate, high or imminent.
    """

    code: str
    level: str
    rule: str
    source: str


@dataclass(frozen=True, kw_only=True)
class TaskAdvised(Event):
    """Somebody has something to do for this person until then."""

    kind: str
    priority: str
    due_at: datetime
    reasons: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferralAdvised(Event):
    """The person needs care of that kind."""

    kind: str
    priority: str
    reasons: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class FirstAidStarted(Event):
    """A first-aid script began."""

    script: str
    version: str


@dataclass(frozen=True, kw_only=True)
class FirstAidCompleted(Event):
    """A first-aid script came to its end; helped is yes, no, some or None."""

    script: str
    helped: str | None = None


@dataclass(frozen=True, kw_only=True)
class RescreenScheduled(Event):
    """The person will be asked again then; kind is rescreen or what the flow's schedule says."""

    due_at: datetime
    kind: str = "rescreen"


@dataclass(frozen=True, kw_only=True)
class MessageNotUnderstood(Event):
    """Words that nobody made sense of, with what they might have meant, best first. Never printed.

    The recorder keeps them only with consent, and without what could tell who the person is.
    """

    text: str = spec(repr=False)
    language: str
    guesses: tuple[tuple[str, float], ...] = spec(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class SessionPaused(Event):
    """The person will go on later."""


@dataclass(frozen=True, kw_only=True)
class SessionResumed(Event):
    """The person went on."""


@dataclass(frozen=True, kw_only=True)
class SessionStopped(Event):
    """The person ended the conversation before its end."""


@dataclass(frozen=True, kw_only=True)
class SessionCompleted(Event):
    """The conversation came to its end."""


@dataclass(frozen=True, kw_only=True)
class DataErasureRequested(Event):
    """The person asked us to forget them."""
