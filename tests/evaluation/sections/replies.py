"""Replies to yes/no questions."""

from __future__ import annotations

from tests.evaluation.fast import LANGUAGES, REPLY_FILES, Fast
from tests.evaluation.replies import by_answer
from tests.evaluation.table import NOT_THERE, percent, table


def replies(fast: Fast) -> str:
    """Replies to yes/no questions."""
    parts = [
        """## Replies to yes/no questions

Read with the reader of the questionnaire and the intent of the model. *Direct*: what answers by its own words, as
`replies_4` and `replies_5` mark it; in the older files, which do not, up to three words that a careful person can
read, statements too. *Opposite*: a yes recorded for a no, or the reverse. *Guessed*: yes or no recorded
where a careful person reads neither. *Asked again*: readable but asked again with buttons. *Broke out*: replies with
words of danger, which the crisis help takes before the question does."""
    ]
    for name, scores in fast.reply_scores().items():
        rows = [
            (
                language, one.count, f"{percent(one.direct)} of {one.direct_count}", percent(one.right),
                percent(one.opposite), percent(one.guessed), percent(one.asked_again), percent(one.broke_out),
            )
            for language, one in scores.items()
        ]  # fmt: skip
        head = ("replies", "n", "direct right", "all right", "opposite", "guessed", "asked again", "broke out")
        parts.append(f"### {name}\n\n{table(head, rows)}")
        parts.append(f"By what a careful person reads:\n\n{_by_answer(fast, name)}")
    missing = [name for name in REPLY_FILES[1:] if name not in fast.answered]
    return "\n\n".join([*parts, *(NOT_THERE.format(name) for name in missing)])


def _by_answer(fast: Fast, name: str) -> str:
    figures = by_answer(fast.answered[name])
    rows = []
    for answer in dict.fromkeys(answer for answer, _ in figures):
        cells = (figures[answer, language] for language in LANGUAGES)
        rows.append((answer, *(f"{percent(right)} of {count}" if count else "-" for count, right in cells)))
    return table(("expected", *LANGUAGES), rows)
