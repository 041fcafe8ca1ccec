"""The n-gram intent model, without Rasa."""

import numpy as np
import pytest

from bot.nlu.intent_features import message_features
from bot.nlu.intent_model import Calibration, IntentModel, evidence, shares
from bot.nlu.intent_training import Example, Settings, count, expected_calibration_error, fit, folds, judge, train


def words(text):
    """Tokens whose lemma is the word itself."""
    return [(word, word) for word in text.split()]


EXAMPLES = {
    "greet": ["hola", "buenas tardes", "hola que tal", "buenas"],
    "sad": ["estoy triste", "lloro mucho", "me siento triste", "no paro de llorar"],
    "phone": ["mi numero es 9", "anote mi celular", "llamen a mi celular 9", "este es mi numero"],
}


@pytest.fixture(scope="module")
def model():
    """A model of three intents."""
    return train([Example(words(t), intent) for intent, texts in EXAMPLES.items() for t in texts], Settings())


@pytest.mark.parametrize(
    ("text", "intent"), [("hola buenas", "greet"), ("muy triste estoy", "sad"), ("mi celular", "phone")]
)
def test_similar_sentence_gets_the_intent(model, text, intent):
    """Word order and company may change."""
    assert model.rank(words(text))[0][0] == intent


def test_misspelt_word_is_recognised_by_its_parts(model):
    """Character n-grams carry a slip of the finger."""
    assert model.rank(words("trsite estoi"))[0][0] == "sad"


def test_unknown_words_give_no_confidence(model):
    """Nothing known means nothing understood."""
    assert model.rank(words("xyzzy qwfpg"))[0][1] < 0.3
    assert model.rank([])[0][1] == 0.0


def test_probabilities_are_probabilities(model):
    """Between 0 and 1, highest first, together at most 1."""
    chances = [chance for _intent, chance in model.rank(words("hola estoy triste"))]
    assert chances == sorted(chances, reverse=True)
    assert 0 <= sum(chances) <= 1.000001


def test_saved_model_answers_the_same(model, tmp_path):
    """Stored as plain arrays; no pickle."""
    model.save(tmp_path)
    text = words("hola mi celular")
    again = IntentModel.read(tmp_path)
    assert [i for i, _c in again.rank(text)] == [i for i, _c in model.rank(text)]
    assert np.allclose([c for _i, c in again.rank(text)], [c for _i, c in model.rank(text)])


def test_numbers_are_one_feature():
    """No phone number is learnt."""
    assert "w#" in message_features([("987654321", "987654321")])
    assert not [name for name in message_features([("987654321", "987654321")]) if "987" in name]


def test_joined_words_are_recognised():
    """Characters across words read what the finger joined."""
    model = train([Example(words(t), intent) for intent, texts in EXAMPLES.items() for t in texts], Settings())
    assert model.rank(words("estoytriste"))[0][0] == "sad"


def test_two_intents_are_enough():
    """scikit-learn keeps a single row for two classes."""
    pairs = [("hola", "a"), ("adios", "b"), ("hola ya", "a"), ("adios ya", "b")]
    small = train([Example(words(t), intent) for t, intent in pairs], Settings())
    assert small.rank(words("hola"))[0][0] == "a"
    assert small.rank(words("adios"))[0][0] == "b"


def test_training_twice_gives_the_same_model():
    """Nothing in training is left to chance."""
    examples = [Example(words(t), intent) for intent, texts in EXAMPLES.items() for t in texts]
    first, second = train(examples, Settings()), train(examples, Settings())
    assert first.features == second.features
    assert np.array_equal(first.weights, second.weights)


def test_variant_counts_less_than_a_written_line():
    """When a spelling variant contradicts a written line, the line wins."""
    lines = [Example(words("hola amiga"), "greet"), Example(words("chau amiga"), "bye")]
    against = [Example(words("hola amiga"), "bye", variant=True)]
    model = fit(count([*lines, *against]), Settings(variant_weight=0.1))
    assert model.rank(words("hola amiga"))[0][0] == "greet"


def test_every_view_has_the_same_length(model):
    """A long message weighs no more than a short one, and no view drowns another."""
    rows, values = model.vector(words("estoy muy triste y lloro mucho"))
    for view in range(3):
        of_view = values[model.views[rows] == view]
        assert np.isclose(float((of_view * of_view).sum()), 1.0, atol=1e-5)


def test_model_alone_and_in_training_see_the_same_values(model):
    """Training computes all rows at once; answering, one at a time."""

    examples = [Example(words(t), intent) for intent, texts in EXAMPLES.items() for t in texts]
    for unseen, example in zip(judge(model, count(examples)), examples, strict=True):
        assert np.allclose(unseen.margins, model.margins(example.tokens), atol=1e-4)


def noisy_examples(number):
    """Two intents whose words tell them apart four times in five."""
    dice = np.random.default_rng(3)
    for _place in range(number):
        intent = str(dice.choice(["sun", "rain"]))
        told = intent if dice.random() < 0.8 else {"sun": "rain", "rain": "sun"}[intent]
        yield Example(words(f"{told} {dice.integers(10, 60)}x {dice.choice(list('abcdefgh'))}"), intent)


def test_confidence_means_how_often_it_is_right():
    """What is told right four times in five gets a confidence near 0.8, not near 1."""
    model = train(list(noisy_examples(900)), Settings())
    ranked = [(model.rank(e.tokens)[0], e.intent) for e in list(noisy_examples(4900))[900:]]
    chances, right = [c for (_i, c), _t in ranked], [i == t for (i, _c), t in ranked]
    assert expected_calibration_error(chances, right) < 0.08
    assert abs(np.mean(chances) - np.mean(right)) < 0.08


def test_calibration_error_is_the_distance_to_the_frequency():
    """Ten answers at 0.9 of which five were right are 0.4 away."""
    assert np.isclose(expected_calibration_error([0.9] * 10, [True] * 5 + [False] * 5), 0.4)
    assert np.isclose(expected_calibration_error([0.5, 0.5], [True, False]), 0.0)


def test_lines_that_begin_alike_stay_in_one_fold():
    """Otherwise a line would be judged by its twin."""
    alike = [Example(words(f"quiero hablar con {n}"), "human") for n in ("ana", "bea", "eva")]
    others = [Example(words(f"{n} llama"), "call") for n in ("ana", "bea", "eva", "ida", "lia", "mia")]
    found = folds([*others, *alike, *alike], 2)
    assert set(found) == {0, 1}
    assert len(set(found[len(others) :])) == 1


def test_chance_grows_with_the_margin():
    """A clear guess is never less sure than an unclear one."""
    calibration = Calibration(3.0, (0.0, 1.0, 0.0, 0.5, 0.0))
    clear, unclear = np.array([1.0, -1.0, -1.0], np.float32), np.array([0.1, 0.0, -1.0], np.float32)
    assert calibration.chance(clear, 1.0) > calibration.chance(unclear, 1.0)
    assert np.isclose(shares(clear, 3.0).sum(), 1.0)
    assert evidence(clear, 0.5, 3.0)[-1] == 0.5
