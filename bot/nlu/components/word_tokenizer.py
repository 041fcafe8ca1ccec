"""Rasa tokenizer: words by the spaCy pipelines for Spanish and Quechua, each token with its folded lemma."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.tokens import Token as SpacyToken

from bot.nlu.components.language_detector import LANGUAGE
from bot.nlu.language import word_is_quechua
from bot.nlu.orthography import fold_loose, sound
from bot.nlu.quechua.segmenter import segment
from bot.nlu.spacy_languages import quechua_pipeline
from bot.nlu.spanish import spanish_lemma

NOTHING = "\u2205"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class WordTokenizer(Tokenizer):
    """Splits on Quechua rules, which keep p'unchay whole; a token's text is its key, its lemma the key of its root.

    Keys stand in for the typed forms, so that kiero and quiero, huañuy and wañuy are the same word to the featurizers.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Options every Rasa tokenizer has."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of a message; a message without words has one token that means nothing."""
        text = message.get(attribute) or ""
        tokens = words_of(text, message.get(LANGUAGE))
        found: list[Token] = self._apply_token_pattern(tokens or [Token(NOTHING, 0, max(len(text), 1))])
        return found


def words_of(text: str, language: str | None) -> list[Token]:
    """The words of a cleaned text; language: of the whole message, es, qu or None."""
    return [_token(t, language) for t in _splitter().make_doc(text) if not t.is_space and not t.is_punct]


@lru_cache(maxsize=1)
def _splitter() -> Language:
    return quechua_pipeline()


def _token(token: SpacyToken, language: str | None) -> Token:
    key, lemma = _keys(token.text, language)
    return Token(key, token.idx, token.idx + len(token.text), lemma=lemma)


@lru_cache(maxsize=20_000)
def _keys(word: str, language: str | None) -> tuple[str, str]:
    if _is_quechua(word, language):
        return fold_loose(word), fold_loose(segment(word).root)
    return sound(word), sound(spanish_lemma(word))


def _is_quechua(word: str, language: str | None) -> bool:
    """A word of a Quechua message unless it is plainly Spanish; in other messages only a word on a listed root."""
    if not word.replace("ʼ", "").isalpha():
        return False
    if language == "qu":
        return word_is_quechua(word) or segment(word).known
    return word_is_quechua(word) and segment(word).known
