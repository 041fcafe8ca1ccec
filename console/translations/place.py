"""Where in the talk a text is said, in words: which topic or questionnaire, which question, which bubble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.translations.words import words
from screening.definitions import Flow, Library, Questionnaire
from screening.texts import Text

SHORT = "utter"
"""The group of the bot's short phrases, whose names have no dot."""
CRISIS = ("crisis_", "safety_", "services", "help_now", "utter_something_failed")


def group_of(context: str) -> str:
    """The part of the talk to which a text belongs."""
    return context.split(".")[0] if "." in context else SHORT


def urgent(text: Text) -> bool:
    """Whether people in danger read it: it is reviewed before everything else."""
    return text.context.startswith(CRISIS)


def group_title(group: str, library: Library) -> str:
    """How staff know the part."""
    known: Mapping[str, str] = words()["group"]
    if group in known:
        return known[group]
    definition = library.instrument(group) or library.flow(group)
    return definition.title if definition else group


def groups(texts: Sequence[Text], library: Library) -> list[tuple[str, str]]:
    """All parts in the order of the talk, with their titles."""
    seen = dict.fromkeys(group_of(text.context) for text in texts)
    return [(group, group_title(group, library)) for group in seen]


def place_of(text: Text, library: Library) -> str:
    """«Pregunta 4 de 28», «mensaje 2 de 3 del paso "help"»."""
    group, _, rest = text.context.partition(".")
    instrument, flow = library.instrument(group), library.flow(group)
    if instrument is not None:
        return _in_instrument(instrument, rest, text.kind)
    if flow is not None:
        return _in_flow(flow, rest, text.kind)
    return _kind(text.kind)


def _in_instrument(instrument: Questionnaire, rest: str, kind: str) -> str:
    index = instrument.places.get(rest.split(".")[0])
    if index is None:
        return _kind(kind)
    number = words()["place"]["item"].format(number=index + 1, total=len(instrument.items))
    return str(number) if kind == "item" else f"{_kind(kind)} · {number}"


def _in_flow(flow: Flow, rest: str, kind: str) -> str:
    step = flow.step(rest.split(".")[0])
    if step is None:
        return _kind(kind)
    of = words()["place"]["step"].format(number=flow.places[step.id] + 1, total=len(flow.steps), step=step.id)
    bubble = rest.partition(".")[2]
    if kind == "bubble" and bubble.isdecimal() and len(step.say) > 1:
        said = words()["place"]["bubble"].format(number=int(bubble) + 1, total=len(step.say))
        return f"{said} · {of}"
    return f"{_kind(kind)} · {of}"


def _kind(kind: str) -> str:
    return str(words()["kind"].get(kind, kind))
