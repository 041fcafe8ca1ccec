"""spaCy languages for Southern Quechua (qu, quy Chanka, quz Cuzco-Collao) and lemma components for Quechua and Spanish.

Registered through the entry points spacy_languages and spacy_factories, so that spacy.blank("qu") works and a saved
pipeline loads by spacy.load(). docs/spacy.md tells others how to use it.
"""

# No "from __future__ import annotations": spaCy reads the factories' annotations as types.
from collections.abc import Callable
from typing import Any

from spacy.attrs import LIKE_NUM, NORM
from spacy.lang.char_classes import ALPHA, CURRENCY, LIST_ELLIPSES, LIST_ICONS, LIST_PUNCT, LIST_QUOTES, UNITS
from spacy.language import BaseDefaults, Language
from spacy.tokens import Doc, Token
from spacy.util import registry

from bot.nlu.orthography import fold
from bot.nlu.quechua.polarity import polarity_at
from bot.nlu.quechua.segmenter import segment
from bot.nlu.quechua.words import STOP_WORDS, is_number
from bot.nlu.spanish import dictionary_form


def _like_num(text: str) -> bool:
    plain = text.replace(".", "").replace(",", "")
    return plain.isdigit() or is_number(text)


def _norm(text: str) -> str:
    """The comparison key, for matching only; signs stay as they are."""
    return fold(text, quechua=True) or text


_ICONS = [*LIST_ICONS, "[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?"]
_PREFIXES = [*LIST_PUNCT, *LIST_ELLIPSES, *LIST_QUOTES, *_ICONS, "-", r"\+", "#"]
_SUFFIXES = [
    *LIST_PUNCT,
    *LIST_ELLIPSES,
    *LIST_QUOTES,
    *_ICONS,
    "-",
    "—",
    rf"(?<=[0-9])(?:{CURRENCY})",
    rf"(?<=[0-9])(?:{UNITS})",
    rf"(?<=[{ALPHA}])\.",
]
_INFIXES = [
    *LIST_ELLIPSES,
    *_ICONS,
    rf"(?<=[{ALPHA}0-9])[,;:!?/=<>()](?=[{ALPHA}])",
    rf"(?<=[{ALPHA}])\.(?=[{ALPHA}])",
    rf"(?<=[{ALPHA}])(?:-|–|—|--|---|~)(?=[{ALPHA}])",
]
_GETTERS: dict[int, Callable[[str], Any]] = {LIKE_NUM: _like_num, NORM: _norm}
_STOP_WORDS = set(STOP_WORDS)


class QuechuaDefaults(BaseDefaults):
    """Keeps p'unchay whole with any apostrophe; splits manam,wañuytam and signs that stand at a word's edge."""

    prefixes = _PREFIXES
    suffixes = _SUFFIXES
    infixes = _INFIXES
    stop_words = _STOP_WORDS
    lex_attr_getters = _GETTERS


@registry.languages("qu")
class Quechua(Language):  # type: ignore[no-untyped-call]
    """Southern Quechua, both varieties at once."""

    lang = "qu"
    Defaults = QuechuaDefaults


@registry.languages("quy")
class Chanka(Quechua):  # type: ignore[no-untyped-call]
    """Ayacucho Quechua."""

    lang = "quy"


@registry.languages("quz")
class Collao(Quechua):  # type: ignore[no-untyped-call]
    """Cuzco-Collao Quechua."""

    lang = "quz"


QUECHUA_CODES = frozenset({"qu", "quy", "quz"})
_LEMMAS_KEPT = 50_000


def _is_quechua_word(token: Token) -> bool:
    return token.lang_ in QUECHUA_CODES and not token.is_punct and not token.is_space


def _segments(token: Token) -> tuple[str, ...]:
    """Root and suffixes under their canonical names."""
    return segment(token.text).segments if _is_quechua_word(token) else ()


def _person(token: Token) -> str | None:
    """Who acts, for a finite verb."""
    return segment(token.text).person if _is_quechua_word(token) else None


def _polarity(token: Token) -> str | None:
    """affirmative, negative or question, in its clause."""
    if not _is_quechua_word(token):
        return None
    return polarity_at([None if t.is_punct or t.is_space else t.text for t in token.doc], token.i)


for _name, _getter in (("segments", _segments), ("person", _person), ("polarity", _polarity)):
    if not Token.has_extension(_name):
        Token.set_extension(_name, getter=_getter)


class QuechuaLemmatizer:
    """Sets token.lemma_: the root."""

    def __init__(self, lemma_of: Callable[[str], str]) -> None:
        self._lemma_of = lemma_of
        self._known: dict[int, int] = {}

    def __call__(self, doc: Doc) -> Doc:
        """The document, with the lemmas of its words filled in."""
        known = self._known
        for token in doc:
            lemma = known.get(token.orth)
            if lemma is None:
                lemma = self._remember(token)
            if lemma:
                token.lemma = lemma
        return doc

    def to_disk(self, path: object, exclude: object = ()) -> None:
        """Nothing to save: roots and suffixes are part of the code."""

    def from_disk(self, path: object, exclude: object = ()) -> "QuechuaLemmatizer":
        """Nothing to read."""
        return self

    def _remember(self, token: Token) -> int:
        if len(self._known) >= _LEMMAS_KEPT:
            self._known.clear()
        lemma = "" if token.is_punct or token.is_space else self._lemma_of(token.text)
        self._known[token.orth] = token.vocab.strings.add(lemma) if lemma else 0
        return self._known[token.orth]


class SpanishLemmatizer(QuechuaLemmatizer):
    """Sets token.lemma_ (infinitive or singular, pronouns taken off) and token.norm_."""

    def __call__(self, doc: Doc) -> Doc:
        """The document, with its word tokens filled in."""
        for token in doc:
            if not token.is_punct and not token.is_space:
                token.norm_ = fold(token.text, quechua=False)
        return super().__call__(doc)


def _root(word: str) -> str:
    return segment(word).root


@Language.factory("qu_lemmatizer")
def make_quechua_lemmatizer(nlp: Language, name: str) -> QuechuaLemmatizer:
    """The Quechua component; its name in a pipeline is qu_lemmatizer."""
    return QuechuaLemmatizer(_root)


@Language.factory("es_pronoun_lemmatizer")
def make_spanish_lemmatizer(nlp: Language, name: str) -> SpanishLemmatizer:
    """The Spanish component; its name in a pipeline is es_pronoun_lemmatizer."""
    return SpanishLemmatizer(dictionary_form)


def quechua_pipeline(variety: str = "qu") -> Language:
    """Tokenizer and lemma component for qu, quy or quz."""
    nlp = {"qu": Quechua, "quy": Chanka, "quz": Collao}[variety]()
    nlp.add_pipe("qu_lemmatizer")
    return nlp


def spanish_pipeline() -> Language:
    """spaCy's Spanish tokenizer with the pronoun lemmatizer."""
    from spacy.lang.es import Spanish

    nlp = Spanish()
    nlp.add_pipe("es_pronoun_lemmatizer")
    return nlp
