"""Answers that are typed: a number, a telephone, a place, a name or free words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from screening.fold import fold
from screening.phones import read_phone
from screening.places import Gazetteer
from screening.question import Question
from screening.reading import Read
from screening.turn import Reply

FREE = ("text", "name", "hours")
# To a question in free words anything can be the answer; not when it is more likely a question or a wish.
NO_ANSWER = frozenset(
    {
        "ask_explain", "ask_repeat", "ask_identity", "ask_privacy", "ask_cost", "ask_services", "ask_result", "stop",
        "pause", "restart", "resume", "delete_my_data", "change_language", "request_human", "go_back", "skip_question",
        "goodbye",
    }
)  # fmt: skip
LIKELY = 0.6
# A name or two by themselves look like anything to a model that never met them.
WORDS_OF_A_NAME, SURE_ALONE = 2, 0.9
NUMBERS = re.compile(r"-?\d+(?:[.,]\d+)?")
LONGEST = {"text": 300, "name": 60, "hours": 200}


class TypedAnswers:
    """Reads what is typed. numbers: number words; meanings: replies that always mean the same, and so are no name."""

    def __init__(self, numbers: Mapping[str, int], meanings: Mapping[str, str], places: Gazetteer) -> None:
        self._numbers = numbers
        self._meanings = meanings
        self._places = places

    def read(self, question: Question, reply: Reply) -> Read | None:
        """The value that the reply gives to a question of its type; None when there is none."""
        if question.type == "integer":
            return self._integer(question, reply)
        if question.type == "phone":
            phone = read_phone(reply.text) or _only(reply, "phone")
            return Read(value=phone) if phone else None
        if question.type == "place":
            return self._place(reply.text) or self._place(_only(reply, "district") or "")
        if question.type in FREE:
            return self._free(question, reply)
        return None

    def _integer(self, question: Question, reply: Reply) -> Read | None:
        age = _only(reply, "age")
        found = [age] if age else NUMBERS.findall(reply.text[:200])
        if not found:
            number = self._numbers.get(fold(reply.text))
            found = [] if number is None else [str(number)]
        if len(found) != 1 or not found[0].isdecimal() or len(found[0]) > 9:
            return None
        number = int(found[0])
        low, high = question.min, question.max
        if (low is not None and number < low) or (high is not None and number > high):
            return Read(out_of_range=True)
        return Read(value=number)

    def _place(self, text: str) -> Read | None:
        found = self._places.find(text)
        if len(found) == 1:
            return Read(value=found[0].ubigeo)
        return Read(places=tuple(found)) if found else None

    def _free(self, question: Question, reply: Reply) -> Read | None:
        text = " ".join(reply.text.split())
        if question.type == "name":
            text = _only(reply, "name") or text
            if not any(sign.isalpha() for sign in text) or any(sign.isdigit() for sign in text) or "?" in text:
                return None
        alone = question.type == "name" and len(text.split()) <= WORDS_OF_A_NAME
        if reply.intent in NO_ANSWER and reply.confidence >= (SURE_ALONE if alone else LIKELY):
            return None
        if not text or self._meanings.get(fold(text)) or (question.type == "name" and len(text) > LONGEST["name"]):
            return None
        return Read(value=text[: LONGEST[question.type]])


def _only(reply: Reply, kind: str) -> str | None:
    """The one entity of a kind that the message holds."""
    found = [str(one[1]) for one in reply.entities if len(one) == 2 and one[0] == kind]
    return found[0] if len(found) == 1 else None
