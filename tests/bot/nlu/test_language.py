"""Telling Spanish from Quechua in short messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.language import identify
from bot.nlu.language_table import build_table, training_lines


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "ok",
        "Ya",
        "hola",
        "gracias",
        "chau",
        "sí",
        "123",
        "987 654 321",
        "😭😭",
        "Rosa Quispe",
        "jajaja",
        "",
        "  ",
        "mamá",
    ],
)
def test_words_of_both_languages_decide_nothing(text):
    """The conversation's language stays."""
    assert identify(text).language is None


@pytest.mark.parametrize("text", ["arí", "manam", "mana", "awriki", "añay", "rimaykullayki", "manan", "Sulpayki!"])
def test_quechua_short_replies_are_known(text):
    """One-word answers are where general identifiers fail."""
    assert identify(text).language == "qu"


@pytest.mark.parametrize(
    "text",
    ["no entiendo la pregunta", "quiero hablar con alguien", "no puedo dormir", "estoy muy triste", "kiero ayuda xfa"],
)
def test_spanish_sentences(text):
    """With chat spelling, too."""
    assert identify(text).language == "es"


@pytest.mark.parametrize(
    "text",
    [
        "manam puñuyta atinichu",
        "llakisqa kashani",
        "celularniyta apamuy",
        "huañuyta munani",
        "doctorata munani",
        "noqa onqosqa kani",
    ],
)
def test_quechua_sentences(text):
    """With five vowels, Spanish roots and old spellings."""
    assert identify(text).language == "qu"


@pytest.mark.parametrize(
    ("text", "variety"),
    [
        ("llakisqam kachkani", "quy"),
        ("llakisqan kashani", "quz"),
        ("manan p'unchaypi", "quz"),
        ("ñuqanchik", "quy"),
        ("munani", None),
    ],
)
def test_variety_by_telling_forms(text, variety):
    """-chka- and -m are Chanka, -sha-, -n and ejectives Collao; without them there is no opinion."""
    assert identify(text).variety == variety


def test_letters_without_sense_decide_nothing():
    """A cat on the keyboard has no language."""
    assert identify("xkqzt wpfg").language is None


def test_unseen_training_sentences_are_told_apart(monkeypatch):
    """A table built from four fifths of the sentences is right on at least 97 % of the rest that it decides."""
    lines = {language: training_lines(language) for language in ("es", "qu")}
    table = build_table(*([line for n, line in enumerate(lines[x]) if n % 5] for x in ("es", "qu")))
    monkeypatch.setattr("bot.nlu.language._table", lambda: table)
    decided = [
        (language, identify(line).language)
        for language, rows in lines.items()
        for n, line in enumerate(rows)
        if n % 5 == 0
    ]
    opinions = [pair for pair in decided if pair[1]]
    assert sum(a == b for a, b in opinions) / len(opinions) >= 0.97
    assert len(opinions) / len(decided) >= 0.9


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text):
    """Confidence is a probability and no input fails."""
    guess = identify(text)
    assert guess.language in (None, "es", "qu")
    assert 0 <= guess.confidence <= 1
