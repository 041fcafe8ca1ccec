"""A filled instrument as a plain value: which items are asked, what was answered, how far the person is.

Answers are kept as codes (an option's code, "skipped" or "unsure"); points come from the instrument. An answer to an
item that a later correction has switched off is kept, but neither shown nor counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screening.definitions import SKIPPED, UNSURE, Item, Questionnaire

Answers = Mapping[str, str]
WITHHELD = (SKIPPED, UNSURE)


def value_of(item: Item, code: str | None) -> float | int | str | None:
    """Points of an answer; "skipped" or "unsure" as such; None when there is no answer."""
    if code is None or code in WITHHELD:
        return code
    option = item.option(code)
    return option.value if option else None


def values(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    """Every answer by linkId, as conditions see it."""
    return {link_id: value_of(item, code) for link_id, code in answers.items() if (item := questionnaire.item(link_id))}


def enabled_items(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """Items that are asked, given these answers, in order. An item switched off does not switch on others."""
    if not questionnaire.branches:
        return questionnaire.items
    seen: dict[str, Any] = {}
    enabled = []
    for item in questionnaire.items:
        if item.enable_when is None or item.enable_when(seen):
            enabled.append(item)
            seen[item.link_id] = value_of(item, answers.get(item.link_id))
    return tuple(enabled)


def next_item(questionnaire: Questionnaire, answers: Answers) -> Item | None:
    """The first item that is asked and not yet answered; None when the instrument is done."""
    return next((item for item in enabled_items(questionnaire, answers) if item.link_id not in answers), None)


def previous_item(questionnaire: Questionnaire, answers: Answers, link_id: str | None) -> Item | None:
    """The last answered item before this one (before the end when None), or None."""
    before = None
    for item in enabled_items(questionnaire, answers):
        if item.link_id == link_id:
            break
        if item.link_id in answers:
            before = item
    return before


def progress(questionnaire: Questionnaire, answers: Answers, link_id: str) -> tuple[int, int]:
    """Which question this is, counted from 1, of how many that are asked."""
    items = enabled_items(questionnaire, answers)
    place = next((number for number, item in enumerate(items, start=1) if item.link_id == link_id), 1)
    return place, len(items)


def answered_count(questionnaire: Questionnaire, answers: Answers) -> int:
    """How many of the items that are asked have an answer, withheld ones included."""
    if not questionnaire.branches:
        return len(answers)
    return sum(item.link_id in answers for item in enabled_items(questionnaire, answers))
