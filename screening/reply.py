"""What a reply says to the question that is open: an answer, a wish such as «paso», or nothing that is certain.

The order is fixed: a tapped button; the words of an answer; phrases that only this question gives a sense; whole
replies that always mean the same; the model's yes or no when it is sure and the reply is short; a number, telephone or
place.
Whatever is not certainly read is not read.
"""

from __future__ import annotations

import re

from screening.definitions import NO, YES, Library
from screening.fold import fold
from screening.gist import read_gist
from screening.keys import answers as key_answers
from screening.keys import parse_key
from screening.places import Gazetteer
from screening.question import ITEM, Question
from screening.question_words import Known, QuestionWords
from screening.question_words import Translate as Translate
from screening.reading import STALE
from screening.reading import Read as Read
from screening.spoken import Word
from screening.statement import (
    CONTRAST,
    OPPOSITE,
    UNCLEAR,
    Said,
    keeps_to_oneself,
    leaves_open,
    read_statement,
    sentence_of,
)
from screening.turn import Reply
from screening.typed import FREE as FREE
from screening.typed import TypedAnswers

SURE = 0.8
FEW_WORDS = 4
# More words than a few are a yes or no by the model only where all of them are such as mean the same everywhere.
MORE_WORDS = 10
MOST_OF_A_NAME = 2
MOST_BEFORE_THE_LAST = 7
# Wishes that the model is sure of: what costs nothing but a question more may be longer.
LONGEST_WISH = {"unsure": 8, "explain": 8, "skip": 7, "repeat": 6, "go_back": 6}
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
# «Me da vergüenza, pero sí»: what follows the last sign or «pero».
LAST = re.compile(
    r"^(.*?\S)(?:\s*[,.;!…]+\s*|\s+(?=(?:pero|ichaqa)\s))((?:pero|ichaqa)\s+)?([^,.;:!?¿…]{1,30})[\s.!…]*$",
    re.DOTALL | re.IGNORECASE,
)
BUTTON_WISHES = ("skip", "unsure", "explain")
# Answers that deny a danger.
NONE_AT_ALL = (NO, "not_at_all")
ASKING_ACCENT = re.compile(r"\W*(?:a |en |de |y )?(?:cómo|qué|cuál|cuáles)\W*$", re.IGNORECASE)
ACCENTED = re.compile(r"\W*sí\b", re.IGNORECASE)


class ReplyReader:
    """Reads replies with the words of the rules. translate: (context, Spanish text, language) -> text."""

    def __init__(self, library: Library, translate: Translate | None = None) -> None:
        self.places = Gazetteer(library.places)
        self._words = QuestionWords(library, translate)
        self._vocabulary = self._words.vocabulary
        self._meanings = self._words.meanings
        lists = library.replies.lists
        self._contrast = lists.get(CONTRAST, frozenset())
        self._hedges, self._asking = lists.get("hedge", frozenset()), lists.get("asking", frozenset())
        self._conditions = lists.get("condition", frozenset())
        self._typed = TypedAnswers(library.replies.numbers, self._meanings, self.places)

    def read(self, question: Question, reply: Reply, sid: str) -> Read | None:
        """The reading; None when nothing is certain."""
        if reply.choice is not None:
            return self._button(question, reply.choice, sid)
        folded = fold(reply.text)
        said = self._phrase(question, reply.text, folded) or self._always(question, folded)
        said = said or self._asked_back(question, reply.text, folded) or self._by_parts(question, reply)
        said = said or self._last_word(question, reply.text)
        said = said or self._model(question, reply, folded) or self._typed.read(question, reply)
        return None if said and self._by_halves(question, said, folded) else said

    def _by_halves(self, question: Question, said: Read, folded: str) -> bool:
        """«Casi nunca» to a question about danger is no «no», unless the question's own phrases say that it is."""
        if folded in self._words.of(question).phrases:
            return False
        return question.careful and said.code in NONE_AT_ALL and not self._hedges.isdisjoint(folded.split())

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
        led, lead = LED.match(text[:LONGEST_LED]), self._lead(text)
        if led is None or lead not in OPPOSITE or lead not in question.codes:
            code = self._words.of(question).phrases.get(folded)
            if code == UNCLEAR:
                return Read(wish=UNCLEAR)
            return Read(code=code) if code is not None else None
        return Read(code=lead) if self._agrees(question, lead, fold(led[2])) else None

    def _lead(self, text: str) -> str | None:
        """What the words before the first sign mean, where more follows."""
        led = LED.match(text[:LONGEST_LED])
        return self._meanings.get(fold(led[1])) if led else None

    def _agrees(self, question: Question, lead: str, rest: str) -> bool:
        """Whether what follows a yes or no says the same; after a yes to an item, whether it takes nothing back."""
        phrase = self._words.of(question).phrases.get(rest)
        code = (phrase if phrase != UNCLEAR else None) or self._meanings.get(rest) or self._repeated(rest)
        if code is not None:
            return code == lead
        words = rest.split()
        doubts = {self._meanings.get(word) for word in words} & {OPPOSITE[lead], "unsure"}
        plain = bool(self._contrast) and not doubts and self._contrast.isdisjoint(words)
        return lead == YES and question.type == ITEM and plain

    def _asked_back(self, question: Question, text: str, folded: str) -> Read | None:
        """«¿Cómo?», «¿interferencias?»: words of the question, or asking words, with the sign of a question."""
        words = folded.split()
        if not question.options or not words or len(words) > SHORT or not ("?" in text or ASKING_ACCENT.match(text)):
            return None
        asked = {*fold(question.text or "").split(), *self._asking}
        plain = all(word in asked and self._meanings.get(word) not in OPPOSITE for word in words)
        return Read(wish="explain") if plain else None

    def _by_parts(self, question: Question, reply: Reply) -> Read | None:
        """What courtesy, a yes or no, and phrases of the question say together."""
        text = reply.text
        if not question.options:
            return None
        known = self._words.of(question)
        words = self._vocabulary.words(text)
        said = read_statement(known.asked, words, bool(ACCENTED.match(text)))
        if said is None or said.wish == "unsure":
            said = self._by_gist(known, words) or said
        if said is None or (said.code is not None and "?" in text):
            return None
        wish = WISHES[said.wish] if said.wish else None
        # «Ahora no puedo, luego sigo» is a wish of its own, though a part of it would answer «¿Es incapaz de…?».
        sure = reply.confidence >= SURE and (reply.intent in WISH_INTENTS or reply.intent in OWN_WISHES)
        # Who begins with a yes or no and a comma, and goes on with the same, is in no doubt, whatever the model thinks.
        doubted = reply.intent == "unsure" and said.code is not None and self._lead(text) == said.code
        if sure and not doubted and (wish is None or WISH_INTENTS.get(reply.intent or "") != wish):
            return None
        return Read(code=said.code, wish=wish)

    def _by_gist(self, known: Known, words: list[Word]) -> Said | None:
        """What the stems of the reply answer, beside a yes or no that says the same."""
        sentence = sentence_of(known.asked, words) if known.gists else None
        if known.gists is None or sentence is None:
            return None
        code = read_gist(known.gists, sentence.words, self._vocabulary, self._words.small)
        if code is None or sentence.lead not in (None, code) or sentence.votes - {code}:
            return None
        return Said(code=code)

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
        if code in question.codes and not self._mixed(words) and self._is_direct(question, reply.text, words):
            return Read(code=code)
        wish = WISH_INTENTS.get(reply.intent)
        if not question.options and (wish == "unsure" or len(words) <= MOST_OF_A_NAME):
            return None  # A name or a place that sounds like a doubt or a wish is a name or a place.
        return Read(wish=wish) if wish and len(words) <= LONGEST_WISH[wish] else None

    def _is_direct(self, question: Question, text: str, folded: list[str]) -> bool:
        """A few words that speak of nobody else, or more that no question gives a sense: «no he tenido nada de eso»."""
        words = self._vocabulary.words(text)
        if not words or not keeps_to_oneself(self._words.of(question).asked, words):
            return False
        general = len(words) <= MORE_WORDS and "?" not in text and not question.careful
        return len(folded) <= FEW_WORDS or (general and all(word.said in self._words.everywhere for word in words))

    def _last_word(self, question: Question, text: str) -> Read | None:
        """«Me da vergüenza, pero sí». A «no» behind a sign may only ask for agreement, save in Quechua."""
        found = LAST.match(text[:LONGEST_LED])
        code = self._meanings.get(fold(found[3])) if found else None
        if found is None or code not in OPPOSITE or code not in question.codes or question.type != ITEM:
            return None
        before = self._vocabulary.words(found[1])
        if question.careful or not 0 < len(before) <= MOST_BEFORE_THE_LAST:
            return None
        if fold(found[1]).split()[0] in self._conditions:
            return None
        sure = code == YES or found[2] or fold(found[3]).startswith("mana")
        return Read(code=code) if sure and leaves_open(self._words.of(question).asked, before, code) else None

    def _mixed(self, words: list[str]) -> bool:
        return {YES, NO} <= {self._meanings.get(word) for word in words}
