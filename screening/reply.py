"""What a reply says to the question that is open: an answer, a wish such as «paso», or nothing that is certain.

The order is fixed: a tapped button; the words of an answer; phrases that only this question gives a sense; whole
replies that always mean the same; the model's yes or no when it is sure and the reply is short; a number, telephone or
place.
Whatever is not certainly read is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from screening.definitions import NO, YES, AnswerOption, Library, Place
from screening.fold import fold
from screening.keys import answers as key_answers
from screening.keys import parse_key
from screening.phones import read_phone
from screening.places import Gazetteer
from screening.question import ITEM, Question
from screening.spoken import Vocabulary
from screening.statement import (
    CONTRAST,
    OPPOSITE,
    ROLES,
    UNCLEAR,
    Asked,
    Entry,
    general_lexicon,
    lexicon_of,
    read_statement,
)
from screening.statement import PHRASE as PHRASE_OF_QUESTION
from screening.turn import Reply

Translate = Callable[[str, str, str], str]
LANGUAGES = ("qu", "quy", "quz")
SURE = 0.8
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
# Intents that mean something else than the question, however alike their words are.
OWN_WISHES = (
    "ask_result", "ask_identity", "ask_privacy", "ask_cost", "ask_services", "request_human", "pause", "stop",
    "restart", "change_language", "delete_my_data",
)  # fmt: skip
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


ACCENTED = re.compile(r"\W*sí\b", re.IGNORECASE)
NEGATIVE = ("ya no ", "casi no ", "casi nunca ", "nada ", "nadie ", "ni ", "manana ")


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
            self._meanings.update(dict.fromkeys(phrases, name) if name not in ROLES else {})
        self._phrases = lru_cache(maxsize=4096)(self._phrases_of)
        self._asked = lru_cache(maxsize=4096)(self._asked_of)
        self._vocabulary = Vocabulary(*_spoken(library), self._words.spelling)
        self._general = general_lexicon(self._words.lists, self._vocabulary)

    def read(self, question: Question, reply: Reply, sid: str) -> Read | None:
        """The reading; None when nothing is certain."""
        if reply.choice is not None:
            return self._button(question, reply.choice, sid)
        folded = fold(reply.text)
        said = self._phrase(question, reply.text, folded) or self._always(question, folded)
        said = said or self._by_parts(question, reply)
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

    def _by_parts(self, question: Question, reply: Reply) -> Read | None:
        """What courtesy, a yes or no, and phrases of the question say together."""
        text = reply.text
        if not question.options:
            return None
        said = read_statement(self._asked(question), self._vocabulary.words(text), bool(ACCENTED.match(text)))
        if said is None or (said.code is not None and "?" in text):
            return None
        wish = WISHES[said.wish] if said.wish else None
        # «Ahora no puedo, luego sigo» is a wish of its own, though a part of it would answer «¿Es incapaz de…?».
        sure = reply.confidence >= SURE and (reply.intent in WISH_INTENTS or reply.intent in OWN_WISHES)
        if sure and (wish is None or WISH_INTENTS.get(reply.intent or "") != wish):
            return None
        return Read(code=said.code, wish=wish)

    def _asked_of(self, question: Question) -> Asked:
        """The pieces of the question beside those that are the same everywhere."""
        own: dict[tuple[str, ...], Entry] = {}
        denied: dict[tuple[str, ...], Entry] = {}
        for spoken, code in self._phrases(question).items():
            if self._meanings.get(spoken) != code:
                own[self._vocabulary.canonical(spoken)] = self._entry(question, spoken, code)
        if question.type == ITEM and not question.careful and question.codes == {YES, NO}:
            denied = self._denied(question)
        return Asked(
            lexicon_of(self._general, denied, own), question.codes, free=question.type == ITEM, careful=question.careful
        )

    def _entry(self, question: Question, spoken: str, code: str) -> Entry:
        first, _, rest = spoken.partition(" ")
        negative = self._meanings.get(first) == NO or spoken.startswith(NEGATIVE)
        if code != UNCLEAR:
            return Entry(PHRASE_OF_QUESTION, code, negative=negative)
        # «No duermo bien» says yes as a sentence; only the lost comma makes it unclear.
        lost_comma = negative and self._phrases(question).get(rest) == NO
        return Entry(PHRASE_OF_QUESTION, YES, True, True) if lost_comma else Entry(UNCLEAR)

    def _denied(self, question: Question) -> dict[tuple[str, ...], Entry]:
        """Quechua denies with «mana» before and -chu behind: from «umay nanan», «mana umay nananchu»."""
        found: dict[tuple[str, ...], Entry] = {}
        for option in question.options:
            for phrase in option.phrases.get("qu", ()):
                words = self._vocabulary.canonical(fold(phrase))
                if words and not words[0].startswith("mana") and self._meanings.get(fold(phrase).split()[0]) != YES:
                    entry = Entry(PHRASE_OF_QUESTION, OPPOSITE[option.code], negative=True)
                    behind = (*words[:-1], words[-1] + "chu")
                    before = (words[0] + "chu", *words[1:])
                    found.update({("mana", *behind): entry, ("mana", *before): entry})
        return found

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
        if reply.confidence < SURE or reply.intent is None or self._mixed(words):
            return None
        code = INTENTS.get(reply.intent)
        if code in question.codes and 0 < len(words) <= FEW_WORDS:
            return Read(code=code)
        wish = WISH_INTENTS.get(reply.intent)
        if wish == "unsure" and not question.options:
            return None  # A name or a place that sounds like a doubt is a name or a place.
        return Read(wish=wish) if wish and len(words) <= SHORT else None

    def _mixed(self, words: list[str]) -> bool:
        return {YES, NO} <= {self._meanings.get(word) for word in words}

    def _typed(self, question: Question, reply: Reply) -> Read | None:
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
            number = self._words.numbers.get(fold(reply.text))
            found = [] if number is None else [str(number)]
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
            text = _only(reply, "name") or text
            if not any(sign.isalpha() for sign in text) or any(sign.isdigit() for sign in text) or "?" in text:
                return None
        if reply.intent in NO_ANSWER and reply.confidence >= LIKELY:
            return None
        if not text or self._meanings.get(fold(text)) or (question.type == "name" and len(text) > LONGEST["name"]):
            return None
        return Read(value=text[: LONGEST[question.type]])


def _only(reply: Reply, kind: str) -> str | None:
    """The one entity of a kind that the message holds."""
    found = [str(one[1]) for one in reply.entities if len(one) == 2 and one[0] == kind]
    return found[0] if len(found) == 1 else None


def _spoken(library: Library) -> tuple[list[str], list[str]]:
    """Every phrase of the rules, Spanish and Quechua, folded."""
    found: dict[str, list[str]] = {"es": [], "qu": []}
    for listed in library.replies.languages.values():
        for language, phrases in listed.items():
            found[language] += phrases
    for options in _options(library):
        for option in options:
            found["es"].append(fold(option.label))
            for language, spoken in option.phrases.items():
                found[language] += [fold(phrase) for phrase in spoken]
    return found["es"], found["qu"]


def _options(library: Library) -> Iterator[tuple[AnswerOption, ...]]:
    for instrument in library.newest_instruments():
        yield from (item.options for item in instrument.items)
    for flow in library.newest_flows():
        yield from (step.ask.options for step in flow.steps if step.ask)
