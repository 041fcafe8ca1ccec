"""The question that is open: an item of an instrument or an asking step of a flow, in one shape."""

from __future__ import annotations

from dataclasses import dataclass

from screening.answer_option import AnswerOption
from screening.definitions import Ask, Flow, Item, Library, Questionnaire, Step
from screening.programme import is_on
from screening.responses import CHOOSE_FIRST_AID

ITEM = "item"
CHOOSE = "choose"


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked and how it may be answered. step: the step's id or the linkId; type: as in flows, or "item".

    withhold: whether it may be skipped; consent: whether it is a permission; response: who words the text, if not
    the text itself; careful: an item about danger, whose «no» must be certain.
    """

    step: str
    context: str
    text: str | None
    explain: str | None
    type: str
    options: tuple[AnswerOption, ...]
    withhold: bool
    consent: bool = False
    min: int | None = None
    max: int | None = None
    response: str | None = None
    careful: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the answers that are offered."""
        return frozenset(option.code for option in self.options)


def of_item(questionnaire: Questionnaire, item: Item) -> Question:
    """An item as a question; every item may be left out."""
    context = f"{questionnaire.name}.{item.link_id}"
    careful = item.risk is not None
    return Question(item.link_id, context, item.text, item.explain, ITEM, item.options, withhold=True, careful=careful)


def of_step(flow: Flow, step: Step, library: Library) -> Question:
    """An asking step as a question."""
    if step.kind == "first_aid":
        return _choosing(flow, step, library)
    ask = step.ask or Ask("", None, "choice")
    return Question(
        step.id, f"{flow.name}.{step.id}", ask.text, ask.explain, ask.type, _on(ask.options, library),
        withhold=ask.optional, consent=ask.consent is not None, min=ask.min, max=ask.max,
    )  # fmt: skip


def _on(options: tuple[AnswerOption, ...], library: Library) -> tuple[AnswerOption, ...]:
    """The answers without those that lead to something that the programme has switched off."""
    return tuple(option for option in options if option.flow is None or is_on(library, option.flow))


def _choosing(flow: Flow, step: Step, library: Library) -> Question:
    """Which first aid would be welcome: its answers are what the scripts offer."""
    text = step.ask.text if step.ask else None
    return Question(
        step.id, f"{flow.name}.{step.id}", text, step.ask.explain if step.ask else None, CHOOSE, offers(library),
        withhold=True, response=None if text else CHOOSE_FIRST_AID,
    )  # fmt: skip


def offers(library: Library) -> tuple[AnswerOption, ...]:
    """First-aid scripts that a person can choose, the most fitting kind first."""
    return tuple(AnswerOption(script.name, script.offer) for script in library.first_aid() if script.offer)
