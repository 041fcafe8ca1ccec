"""Language, Quechua roots, and the details in a message."""

from __future__ import annotations

from tests.evaluation.bars import Speeds
from tests.evaluation.fast import Fast
from tests.evaluation.table import NOT_THERE, percent, table


def language(fast: Fast, speeds: Speeds) -> str:
    """Spanish or Quechua."""
    scores = fast.language_scores()
    rows = [
        (name, one.count, percent(one.right), percent(one.wrong), percent(one.abstained))
        for name, one in scores.items()
    ]
    return f"""## Language

Short texts; *undecidable* ones (names, digits, other languages, words of both) must be left to the conversation's
language. Median {speeds.language_us:.0f} µs a text.

{table(("texts", "n", "right", "wrong language", "abstained wrongly"), rows)}"""


def roots(fast: Fast, speeds: Speeds) -> str:
    """Roots of Quechua words."""
    scores = fast.root_scores()
    rows = [(name, one.count, percent(one.right)) for name, one in scores.items()]
    figures = table(("words", "n", "root right"), rows) if scores else NOT_THERE.format("roots")
    return f"""## Roots of Quechua words

Equality after folding the spelling. The spaCy pipeline handles {speeds.tokens:,.0f} tokens/s of the held-out Quechua
messages when it sees their words for the first time, {speeds.tokens_again:,.0f} the second time.

{figures}"""


def entities(fast: Fast) -> str:
    """Phones, ages, names, places, hours."""
    scores = fast.entity_scores()
    rows = [
        (kind, one.expected, one.found, percent(one.precision), percent(one.recall), percent(one.presence))
        for kind, one in scores.items()
    ]
    head = ("detail", "expected", "found", "precision", "recall", "kind found")
    figures = table(head, rows) if scores else NOT_THERE.format("entities")
    return f"""## Details: phone, age, name, place, hours

Precision and recall ask for the right value (phone digits without the country; a time window by window; names and
places folded); *kind found* only that some detail of the kind was found.

{figures}"""
