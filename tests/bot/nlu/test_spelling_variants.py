"""Spelling variants of training sentences."""

import random

import pytest

from bot.nlu.spelling_variants import variant


def many(text, quechua, number=400):
    """The different variants that come up."""
    dice = random.Random(5)
    return {variant(text, quechua, dice) for _time in range(number)}


def test_same_seed_gives_the_same_variants():
    """Training twice teaches the same."""
    lines = ["no puedo dormir en las noches", "quiero hablar con alguien"]
    first, second = random.Random(7), random.Random(7)
    assert [variant(t, False, first) for t in lines] == [variant(t, False, second) for t in lines]


@pytest.mark.parametrize(
    "written",
    [
        "kiero hablar con alguien ahora",
        "quiero ablar con alguien ahora",
        "quierohablar con alguien ahora",
        "quiero hablar con alguien aora",
        "quiero havlar con alguien ahora",
    ],
)
def test_spanish_slips_come_up(written):
    """Sound, finger and joined words."""
    assert written in many("quiero hablar con alguien ahora", quechua=False, number=4000)


@pytest.mark.parametrize(
    "written", ["manam puñuyta atinisu", "mana puñuyta atinichu", "manam punuyta atinichu", "manam puñuyta atinicho"]
)
def test_quechua_slips_come_up(written):
    """Endings lost, ñ as n, five vowels; never a Spanish s for ch."""
    found = many("manam puñuyta atinichu", quechua=True, number=4000)
    assert (written in found) == (written != "manam puñuyta atinisu")


def test_both_varieties_come_up():
    """-chka and -sha stand for each other."""
    assert "llakisqam kashani" in many("llakisqam kachkani", quechua=True, number=2000)


def test_accents_may_be_lost():
    """Most people type none."""
    assert "me senti mal despues" in many("me sentí mal después", quechua=False, number=2000)


@pytest.mark.parametrize("text", ["sí", "no", "ok ya", "5", "", "987"])
def test_short_text_stays(text):
    """In a word of few letters a slip makes another word."""
    assert many(text, quechua=False) == {text}


def test_words_stay_recognisable():
    """At most two slips, so no sentence loses more than a few letters."""
    text = "necesito que me llamen por telefono"
    assert all(len(text) - 8 <= len(made) <= len(text) + 3 for made in many(text, quechua=False))
