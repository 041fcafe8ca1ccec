"""spaCy languages for Southern Quechua (qu, quy Chanka, quz Cuzco-Collao) and lemma components for Quechua and Spanish.

Registered through the entry points spacy_languages and spacy_factories, so that a saved pipeline loads by spacy.load().
"""

# No "from __future__ import annotations": spaCy reads the factories' annotations as types.
from collections.abc import Callable
from typing import Any

from spacy.attrs import LIKE_NUM
from spacy.lang.char_classes import ALPHA, CONCAT_ICONS, CURRENCY, LIST_ELLIPSES, LIST_PUNCT, LIST_QUOTES, UNITS
from spacy.language import BaseDefaults, Language
from spacy.tokens import Doc, Token
from spacy.util import registry

from bot.nlu.orthography import fold
from bot.nlu.quechua.segmenter import segment
from bot.nlu.quechua.words import NUMBERS, STOP_WORDS
from bot.nlu.spanish import spanish_lemma


def _like_num(text: str) -> bool:
    plain = text.replace(".", "").replace(",", "")
    return plain.isdigit() or fold(text, quechua=True) in _NUMBER_KEYS


_NUMBER_KEYS = frozenset(fold(word, quechua=True) for word in NUMBERS)


_PREFIXES = [*LIST_PUNCT, *LIST_ELLIPSES, *LIST_QUOTES, CONCAT_ICONS, "-", r"\+", "#"]
_SUFFIXES = [
    *LIST_PUNCT,
    *LIST_ELLIPSES,
    *LIST_QUOTES,
    CONCAT_ICONS,
    "-",
    "—",
    rf"(?<=[0-9])(?:{CURRENCY})",
    rf"(?<=[0-9])(?:{UNITS})",
    rf"(?<=[{ALPHA}])\.",
]
_INFIXES = [
    *LIST_ELLIPSES,
    CONCAT_ICONS,
    rf"(?<=[{ALPHA}0-9])[,;:!?/=<>()](?=[{ALPHA}])",
    rf"(?<=[{ALPHA}])\.(?=[{ALPHA}])",
    rf"(?<=[{ALPHA}])(?:-|–|—|--|---|~)(?=[{ALPHA}])",
]
_GETTERS: dict[int, Callable[[str], Any]] = {LIKE_NUM: _like_num}
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


if not Token.has_extension("segments"):
    Token.set_extension("segments", default=())


class QuechuaLemmatizer:
    """Sets token.lemma_ (root), token.norm_ (comparison key) and token._.segments (root and suffixes)."""

    def __call__(self, doc: Doc) -> Doc:
        """The document, with its word tokens filled in."""
        for token in doc:
            if not token.is_punct and not token.is_space:
                analysis = segment(token.text)
                token.lemma_ = analysis.root
                token.norm_ = fold(token.text, quechua=True)
                token._.segments = analysis.segments
        return doc

    def to_disk(self, path: object, exclude: object = ()) -> None:
        """Nothing to save: roots and suffixes are part of the code."""

    def from_disk(self, path: object, exclude: object = ()) -> "QuechuaLemmatizer":
        """Nothing to read."""
        return self


class SpanishLemmatizer(QuechuaLemmatizer):
    """Sets token.lemma_ without attached pronouns and token.norm_."""

    def __call__(self, doc: Doc) -> Doc:
        """The document, with its word tokens filled in."""
        for token in doc:
            if not token.is_punct and not token.is_space:
                token.lemma_ = spanish_lemma(token.text)
                token.norm_ = fold(token.text, quechua=False)
        return doc


@Language.factory("qu_lemmatizer")
def make_quechua_lemmatizer(nlp: Language, name: str) -> QuechuaLemmatizer:
    """The Quechua component; its name in a pipeline is qu_lemmatizer."""
    return QuechuaLemmatizer()


@Language.factory("es_pronoun_lemmatizer")
def make_spanish_lemmatizer(nlp: Language, name: str) -> SpanishLemmatizer:
    """The Spanish component; its name in a pipeline is es_pronoun_lemmatizer."""
    return SpanishLemmatizer()


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
