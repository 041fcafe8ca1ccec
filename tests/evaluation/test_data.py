"""The held-out files are read whole, and none of their sentences stands in the training data."""

from __future__ import annotations

import pytest

from tests.evaluation import data
from tests.evaluation.crossval import sentences
from tests.evaluation.perturb import NAMES, kinds_for, perturb


@pytest.mark.parametrize("source", data.MESSAGE_FILES)
def test_messages_are_read_as_rasa_reads_them(source):
    """Same sentences, same intents; Rasa drops what stands twice."""
    from rasa.shared.nlu.training_data.loading import load_data

    theirs = {(m.get("text"), m.get("intent")) for m in load_data(str(data.path_of(source))).intent_examples}
    ours = {(one.text, one.intent) for one in data.messages(source)}
    different = len(ours ^ theirs)
    assert different == 0


@pytest.mark.parametrize("source", ["es", "qu"])
def test_every_message_is_easy_typical_or_hard(source):
    """The comments of es.yml and qu.yml cover their lists from the first line to the last."""
    assert {one.level for one in data.messages(source)} == set(data.LEVELS)


@pytest.mark.parametrize(
    ("line", "same"),
    [("Ya no puedo, señorita!", "ya no puedo senorita"), ("¿qué es eso?", "que es eso"), ("hola", "holaa")],
)
def test_sentences_are_the_same_whatever_accents_and_signs(line, same):
    """By this a held-out sentence is recognised that stands in the training data too."""
    assert (data.key(line) == data.key(same)) is (line != "hola")


def test_training_sentences_are_read_as_rasa_reads_them():
    """Marks of entities taken off."""
    theirs = {data.key(text) for text, _intent, _language in sentences()}
    unknown = len(theirs - data.training_sentences())
    assert unknown == 0


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("accents off", "¿Qué pasó, señorita?", "¿Que paso, señorita?"),
        ("n for ñ", "señorita", "senorita"),
        ("capitals", "así es", "ASÍ ES"),
        ("five vowels", "qusaymi ñuqaykuta", "qosaymi ñoqaykuta"),
        ("five vowels", "quiero que aquí", "quiero que aquí"),
        ("five vowels", "purinqa urqu", "purenqa orqo"),
        ("-m, -n dropped", "manam wañuytan munanichu", "mana wañuyta munanichu"),
        ("-m, -n dropped", "hamunqan wasin", "hamunqan wasin"),
    ],
)
def test_a_perturbation_does_what_it_says(name, text, expected):
    """And nothing else: ñ stays, Spanish qu stays, a third person's -n stays."""
    assert perturb(name, text) == expected


def test_a_typo_changes_one_letter_to_its_neighbour():
    """Length stays; short words stay; it is the same every time."""
    typo = perturb("keyboard neighbour", "me siento muy triste")
    assert typo == perturb("keyboard neighbour", "me siento muy triste")
    assert len(typo) == len("me siento muy triste")
    assert sum(a != b for a, b in zip(typo, "me siento muy triste", strict=True)) == 1
    assert perturb("keyboard neighbour", "no sé") == "no sé"


def test_joining_takes_one_space_and_repeating_adds_letters():
    """One slip in a short message, two in one of nine words."""
    assert perturb("joined words", "ya no puedo").count(" ") == 1
    assert perturb("joined words", "a b c d e f g h i").count(" ") == 6
    assert len(perturb("repeated letters", "triste")) > len("triste")


def test_quechua_habits_are_not_tried_on_spanish():
    """Mixed messages meet both."""
    assert set(NAMES) - set(kinds_for("es")) == {"five vowels", "-m, -n dropped"}
    assert set(kinds_for("mixed")) == set(kinds_for("qu")) == set(NAMES)
