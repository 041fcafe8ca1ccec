"""What reading knows of a question: its labels and phrases, cut into words as they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from screening.answer_option import AnswerOption
from screening.definitions import NO, YES, Library
from screening.fold import fold
from screening.gist import Gists, gists_of, small_words
from screening.question import ITEM, Question
from screening.spoken import Vocabulary
from screening.statement import (
    OPPOSITE,
    UNCLEAR,
    WELL,
    WORDS_ASIDE,
    Asked,
    Entry,
    general_lexicon,
    is_sentence,
    lexicon_of,
)
from screening.statement import PHRASE as PHRASE_OF_QUESTION

Translate = Callable[[str, str, str], str]
GENERAL = (YES, NO, "filler")
LANGUAGES = ("qu", "quy", "quz")
NEGATIVE = ("ya no ", "casi no ", "casi nunca ", "nada ", "nadie ", "ni ", "manana ")

# Questions whose words are kept at hand: more than any set of rules asks.
MOST_KEPT = 2048


@dataclass(frozen=True)
class Known:
    """A question's words. phrases: folded -> answer; asked: pieces; gists: what remains of the phrases."""

    options: tuple[AnswerOption, ...]
    phrases: dict[str, str]
    asked: Asked
    gists: Gists | None


class QuestionWords:
    """The words of every question, worked out once for each. translate: (context, Spanish text, language) -> text."""

    def __init__(self, library: Library, translate: Translate | None = None) -> None:
        lists = library.replies.lists
        self._translate = translate
        self.meanings: dict[str, str] = {}
        for name, phrases in lists.items():
            self.meanings.update(dict.fromkeys(phrases, name) if name not in WORDS_ASIDE else {})
        self.vocabulary = Vocabulary(*_spoken(library), library.replies.spelling)
        self.small = small_words(lists, self.vocabulary)
        self._general = general_lexicon(lists, self.vocabulary)
        self.everywhere = _everywhere(lists, self.vocabulary)
        self._everywhere = lexicon_of(self._general)
        self._kept: dict[tuple[str, str], Known] = {}

    def of(self, question: Question) -> Known:
        """The question's words; another version of an instrument may ask the same question with other ones."""
        key = (question.context, question.type)
        known = self._kept.get(key)
        if known is None or known.options != question.options:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = self._known(question)
        return known

    def _known(self, question: Question) -> Known:
        phrases = self._phrases_of(question)
        plain = question.type == ITEM and not question.careful and question.codes == {YES, NO}
        gists = gists_of(phrases, self.vocabulary, self.small) if plain else None
        return Known(question.options, phrases, self._asked_of(question, phrases), gists)

    def _phrases_of(self, question: Question) -> dict[str, str]:
        """Labels in every language and phrases of the question; what fits two answers, or may, is unclear."""
        owner: dict[str, str] = {}
        twice = set()
        for option in question.options:
            labels = [option.label, *self._labels(question, option.code, option.label)]
            for spoken in {*map(fold, labels), *option.spoken} - {""}:
                if owner.setdefault(spoken, option.code) != option.code:
                    twice.add(spoken)
        return {
            spoken: UNCLEAR if spoken in twice or self._may_be_opposite(spoken, code, owner) else code
            for spoken, code in owner.items()
        }

    def _may_be_opposite(self, spoken: str, code: str, owner: dict[str, str]) -> bool:
        """«Sí duermo bien» contradicts itself; «no duermo bien» may have lost a comma, if «duermo bien» is a no."""
        first, _, rest = spoken.partition(" ")
        if not rest or code not in OPPOSITE or self.meanings.get(first) != OPPOSITE[code]:
            return False
        lead = self._general.get(self.vocabulary.canonical(first))
        if code == NO:
            return lead is None or not lead.weak
        return owner.get(rest) == OPPOSITE[code] and not is_sentence(rest.split())

    def _asked_of(self, question: Question, phrases: dict[str, str]) -> Asked:
        """The pieces of the question beside those that are the same everywhere."""
        own: dict[tuple[str, ...], Entry] = {}
        denied: dict[tuple[str, ...], Entry] = {}
        for spoken, code in phrases.items():
            if self.meanings.get(spoken) != code:
                own[self.vocabulary.canonical(spoken)] = self._entry(phrases, spoken, code)
        if question.type == ITEM and not question.careful and question.codes == {YES, NO}:
            denied = self._denied(question)
        return Asked(
            (lexicon_of(denied, own), self._everywhere),
            question.codes,
            free=question.type == ITEM,
            careful=question.careful,
        )

    def _entry(self, phrases: dict[str, str], spoken: str, code: str) -> Entry:
        first, _, rest = spoken.partition(" ")
        negative = self.meanings.get(first) == NO or spoken.startswith(NEGATIVE)
        if code != UNCLEAR:
            return Entry(PHRASE_OF_QUESTION, code, negative=negative)
        # «No duermo bien» says yes as a sentence; only the lost comma makes it unclear.
        lost_comma = negative and phrases.get(rest) == NO and not is_sentence(rest.split())
        return Entry(PHRASE_OF_QUESTION, YES, True, True) if lost_comma else Entry(UNCLEAR)

    def _denied(self, question: Question) -> dict[tuple[str, ...], Entry]:
        """Quechua denies with «mana» before and -chu behind: from «umay nanan», «mana umay nananchu»."""
        found: dict[tuple[str, ...], Entry] = {}
        for option in question.options:
            for phrase in option.phrases.get("qu", ()):
                words = self.vocabulary.canonical(fold(phrase))
                if words and not words[0].startswith("mana") and self.meanings.get(fold(phrase).split()[0]) != YES:
                    entry = Entry(PHRASE_OF_QUESTION, OPPOSITE[option.code], negative=True)
                    behind = (*words[:-1], words[-1] + "chu")
                    before = (words[0] + "chu", *words[1:])
                    found.update({("mana", *behind): entry, ("mana", *before): entry})
        return found

    def _labels(self, question: Question, code: str, label: str) -> list[str]:
        if self._translate is None:
            return []
        return [self._translate(f"{question.context}.{code}", label, language) for language in LANGUAGES]


def _everywhere(lists: Mapping[str, Iterable[str]], vocabulary: Vocabulary) -> frozenset[str]:
    """Single words of what means the same at every question, without those that say how somebody is."""
    found = {
        kind: {word for phrase in lists.get(kind, ()) for word in vocabulary.canonical(phrase)} for kind in GENERAL
    }
    own = {word for kind in (WELL, "ill") for phrase in lists.get(kind, ()) for word in vocabulary.canonical(phrase)}
    return frozenset().union(*found.values()) - own


def _spoken(library: Library) -> tuple[list[str], list[str]]:
    """Every phrase of the rules, Spanish and Quechua, folded."""
    found: dict[str, list[str]] = {"es": [], "qu": []}
    for listed in library.replies.languages.values():
        for language, phrases in listed.items():
            found[language] += phrases
    for options in _options(library):
        for option in options:
            found["es"].append(fold(option.label))
            for language, spoken in option.folded.items():
                found[language] += spoken
    return found["es"], found["qu"]


def _options(library: Library) -> Iterator[tuple[AnswerOption, ...]]:
    for instrument in library.newest_instruments():
        yield from (item.options for item in instrument.items)
    for flow in library.newest_flows():
        yield from (step.ask.options for step in flow.steps if step.ask)
