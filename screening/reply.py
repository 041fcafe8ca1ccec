"""What a reply says to the question that is open: an answer, a wish such as «paso», or nothing that is certain.

The order is fixed: a tapped button; the words of an answer; phrases that only this question gives a sense; whole
replies that always mean the same; the model's yes or no when it is sure and the reply is short; a number, telephone or
place.
Whatever is not certainly read is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from screening.definitions import NO, YES, Library, Place
from screening.fold import fold
from screening.keys import answers as key_answers
from screening.keys import parse_key
from screening.phones import read_phone
from screening.places import Gazetteer
from screening.question import ITEM, Question
from screening.turn import Reply

Translate = Callable[[str, str, str], str]
LANGUAGES = ("qu", "quy", "quz")
SURE = 0.8
UNCLEAR = "unclear"
FEW_WORDS = 4
SHORT = 6
INTENTS = {"affirm": YES, "deny": NO}
WISHES = {
    "unsure": "unsure",
    "skip": "skip",
    "explain": "explain",
    "repeat": "repeat",
    "back": "go_back",
    "stop": "stop",
    "pause": "pause",
    "resume": "repeat",
    UNCLEAR: UNCLEAR,
}
WISH_INTENTS = {
    "unsure": "unsure",
    "skip_question": "skip",
    "ask_explain": "explain",
    "ask_repeat": "repeat",
    "go_back": "go_back",
}
CONTRAST = "contrast"
OPPOSITE = {YES: NO, NO: YES}
# A yes or no, a sign, and what follows.
LED = re.compile(r"^\s*([^,.;:!?…]{1,30})[,.;:!…]+\s*(\S.*)$", re.DOTALL)
LONGEST_LED = 500
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
NUMBERS = re.compile(r"-?\d+(?:[.,]\d+)?")
LONGEST = {"text": 300, "name": 60, "hours": 200}
BUTTON_WISHES = ("skip", "unsure", "explain")


@dataclass(frozen=True)
class Read:
    """What was read. code: an answer's code; value: what was typed; wish: a command; places: which of these?"""

    code: str | None = None
    value: str | int | None = None
    wish: str | None = None
    places: tuple[Place, ...] = ()
    out_of_range: bool = False
    stale: bool = False


STALE = Read(stale=True)


class ReplyReader:
    """Reads replies with the words of the rules. translate: (context, Spanish text, language) -> text."""

    def __init__(self, library: Library, translate: Translate | None = None) -> None:
        self._words = library.replies
        self._translate = translate
        self.places = Gazetteer(library.places)
        self._meanings: dict[str, str] = {}
        self._contrast = self._words.lists.get(CONTRAST, frozenset())
        for name, phrases in self._words.lists.items():
            self._meanings.update(dict.fromkeys(phrases, name) if name != CONTRAST else {})
        self._phrases = lru_cache(maxsize=4096)(self._phrases_of)

    def read(self, question: Question, reply: Reply, sid: str) -> Read | None:
        """The reading; None when nothing is certain."""
        if reply.choice is not None:
            return self._button(question, reply.choice, sid)
        folded = fold(reply.text)
        said = self._phrase(question, reply.text, folded) or self._always(question, folded)
        return said or self._model(question, reply, folded) or self._typed(question, reply)

    def _button(self, question: Question, choice: str, sid: str) -> Read:
        key = parse_key(choice)
        if key is None or not key_answers(key, sid, question.step, question.context):
            return STALE
        if key.code in question.codes:
            return Read(code=key.code)
        if key.code in BUTTON_WISHES:
            return Read(wish=key.code)
        if question.type == "place" and key.code in self.places.by_code:
            return Read(value=key.code)
        return STALE

    def _phrase(self, question: Question, text: str, folded: str) -> Read | None:
        """The answer whose words these are. «No, duermo bien» is a no, and not the phrase «no duermo bien»."""
        led = LED.match(text[:LONGEST_LED])
        lead = self._meanings.get(fold(led[1])) if led else None
        if led is None or lead not in OPPOSITE or lead not in question.codes:
            code = self._phrases(question).get(folded)
            if code == UNCLEAR:
                return Read(wish=UNCLEAR)
            return Read(code=code) if code is not None else None
        return Read(code=lead) if self._agrees(question, lead, fold(led[2])) else None

    def _agrees(self, question: Question, lead: str, rest: str) -> bool:
        """Whether what follows a yes or no says the same; after a yes to an item, whether it takes nothing back."""
        phrase = self._phrases(question).get(rest)
        code = (phrase if phrase != UNCLEAR else None) or self._meanings.get(rest) or self._repeated(rest)
        if code is not None:
            return code == lead
        words = rest.split()
        doubts = {self._meanings.get(word) for word in words} & {OPPOSITE[lead], "unsure"}
        plain = bool(self._contrast) and not doubts and self._contrast.isdisjoint(words)
        return lead == YES and question.type == ITEM and plain

    def _phrases_of(self, question: Question) -> dict[str, str]:
        """Labels in every language and phrases of the question; what fits two answers, or may, is unclear."""
        owner: dict[str, str] = {}
        twice = set()
        for option in question.options:
            labels = [option.label, *self._labels(question, option.code, option.label)]
            phrases = [phrase for listed in option.phrases.values() for phrase in listed]
            for spoken in {fold(text) for text in (*labels, *phrases)} - {""}:
                if owner.setdefault(spoken, option.code) != option.code:
                    twice.add(spoken)
        return {
            spoken: UNCLEAR if spoken in twice or self._may_be_opposite(spoken, code, owner) else code
            for spoken, code in owner.items()
        }

    def _may_be_opposite(self, spoken: str, code: str, owner: dict[str, str]) -> bool:
        """«Sí duermo bien» contradicts itself; «no duermo bien» may have lost a comma, if «duermo bien» is a no."""
        first, _, rest = spoken.partition(" ")
        if not rest or code not in OPPOSITE or self._meanings.get(first) != OPPOSITE[code]:
            return False
        return code == NO or owner.get(rest) == OPPOSITE[code]

    def _labels(self, question: Question, code: str, label: str) -> list[str]:
        if self._translate is None:
            return []
        return [self._translate(f"{question.context}.{code}", label, language) for language in LANGUAGES]

    def _always(self, question: Question, folded: str) -> Read | None:
        """Whole replies with one meaning. A bare «no» to a question in free words means: rather not."""
        meaning = self._meanings.get(folded) or self._repeated(folded)
        if meaning in (YES, NO):
            if meaning in question.codes:
                return Read(code=meaning)
            return Read(wish="skip") if meaning == NO and question.type in FREE and question.withhold else None
        return Read(wish=WISHES[meaning]) if meaning in WISHES else None

    def _repeated(self, folded: str) -> str | None:
        """«no no no» is «no»."""
        words = set(folded.split())
        return self._meanings.get(words.pop()) if len(words) == 1 else None

    def _model(self, question: Question, reply: Reply, folded: str) -> Read | None:
        words = folded.split()
        if reply.confidence < SURE or reply.intent is None:
            return None
        code = INTENTS.get(reply.intent)
        if code in question.codes and 0 < len(words) <= FEW_WORDS and not self._mixed(words):
            return Read(code=code)
        wish = WISH_INTENTS.get(reply.intent)
        return Read(wish=wish) if wish and len(words) <= SHORT else None

    def _mixed(self, words: list[str]) -> bool:
        return {YES, NO} <= {self._meanings.get(word) for word in words}

    def _typed(self, question: Question, reply: Reply) -> Read | None:
        if question.type == "integer":
            return self._integer(question, reply)
        if question.type == "phone":
            phone = read_phone(reply.text)
            return Read(value=phone) if phone else None
        if question.type == "place":
            return self._place(reply.text)
        if question.type in FREE:
            return self._free(question, reply)
        return None

    def _integer(self, question: Question, reply: Reply) -> Read | None:
        found = NUMBERS.findall(reply.text[:200])
        if not found:
            number = self._words.numbers.get(fold(reply.text))
            found = [str(one[1]) for one in reply.entities if one[0] == "age"] if number is None else [str(number)]
        if len(found) != 1 or not found[0].isdecimal() or len(found[0]) > 9:
            return None
        number = int(found[0])
        low, high = question.min, question.max
        if (low is not None and number < low) or (high is not None and number > high):
            return Read(out_of_range=True)
        return Read(value=number)

    def _place(self, text: str) -> Read | None:
        found = self.places.find(text)
        if len(found) == 1:
            return Read(value=found[0].ubigeo)
        return Read(places=tuple(found)) if found else None

    def _free(self, question: Question, reply: Reply) -> Read | None:
        text = " ".join(reply.text.split())
        if question.type == "name":
            named = [str(one[1]) for one in reply.entities if len(one) == 2 and one[0] == "name"]
            text = named[0] if len(named) == 1 else text
            if not any(sign.isalpha() for sign in text) or any(sign.isdigit() for sign in text) or "?" in text:
                return None
        if reply.intent in NO_ANSWER and reply.confidence >= LIKELY:
            return None
        if not text or self._meanings.get(fold(text)) or (question.type == "name" and len(text) > LONGEST["name"]):
            return None
        return Read(value=text[: LONGEST[question.type]])
