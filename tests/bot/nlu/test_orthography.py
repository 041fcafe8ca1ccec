"""Cleaning and comparison keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.orthography import UNDERSTOOD_CHARACTERS, clean, fold, fold_loose, sound


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "`", "\u00b4", "\u02bc"])
def test_apostrophe_inside_a_word_is_kept_as_one_letter(apostrophe):
    """Rasa's tokenizers split at typed apostrophes; U+02BC keeps p'unchay whole."""
    assert clean(f"p{apostrophe}unchay") == "p\u02bcunchay"


def test_quotation_marks_around_a_phrase_become_spaces():
    """A quoted phrase is the phrase."""
    assert clean("dice 'quiero morir'") == "dice quiero morir"


def test_invisible_characters_are_dropped():
    """Zero-width, bidi and control characters must not hide a word."""
    assert clean("mo\u200brir\u202e \x07ya") == "morir ya"


def test_repeated_letters_collapse_but_digits_do_not():
    """holaaaa is hola; a phone number with 999 stays."""
    assert clean("holaaaa 999 999 999") == "hola 999 999 999"


def test_double_letters_of_the_language_stay():
    """ll and rr are letters of their own."""
    assert clean("llamar al perro") == "llamar al perro"


def test_understanding_reads_a_limited_number_of_characters():
    """A very long message is cut for the model; the risk phrases read all of it."""
    assert len(clean("ab " * 5000)) <= UNDERSTOOD_CHARACTERS


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("huañuyta", "wañuyta"),
        ("guañuyta", "wañuyta"),
        ("wañuita", "wañuyta"),
        ("noqa", "nuqa"),
        ("sonqo", "sunqu"),
        ("p'unchay", "punchay"),
        ("ppunchay", "punchay"),
        ("kausay", "kawsay"),
        ("causay", "kawsay"),
        ("qoyllur", "quyllur"),
        ("jatun", "hatun"),
        ("phiña", "piña"),
        ("WASI", "huasi"),
    ],
)
def test_quechua_spellings_share_a_key(left, right):
    """Five vowels, hu for w, c for k and apostrophes do not change the key."""
    assert fold(left, quechua=True) == fold(right, quechua=True)


def test_key_keeps_n_with_tilde():
    """-ña (already) and -na (to be done) differ."""
    assert fold("mikuña", quechua=True) != fold("mikuna", quechua=True)


def test_loose_key_gives_up_n_with_tilde():
    """The safety lexicon accepts phone keyboards without ñ."""
    assert fold_loose("wañuyta") == fold_loose("wanuyta")


def test_spanish_key_does_not_merge_vowels():
    """mesa and misa differ."""
    assert fold("mesa", quechua=False) != fold("misa", quechua=False)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("kiero", "quiero"), ("bibir", "vivir"), ("suisidio", "suicidio"), ("aorcarme", "ahorcarme"), ("boy", "voy")],
)
def test_misspelt_spanish_sounds_the_same(typed, word):
    """The lexicon compares Spanish by sound."""
    assert sound(typed) == sound(word)


def test_accent_matters_for_no_key():
    """golpeó and golpeo are the same word to the rules; golpe is another."""
    assert sound("golpeó") == sound("golpeo") != sound("golpe")


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text):
    """clean is idempotent and leaves composed text."""
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
