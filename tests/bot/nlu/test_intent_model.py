"""The n-gram intent model, without Rasa."""

import numpy as np
import pytest

from bot.nlu.intent_model import IntentModel, message_features, train


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
    pairs = [(words(t), intent) for intent, texts in EXAMPLES.items() for t in texts]
    return train([p[0] for p in pairs], [p[1] for p in pairs], inverse_penalty=30.0, tolerance=0.01)


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


def test_two_intents_are_enough():
    """scikit-learn keeps a single row for two classes."""
    small = train(
        [words("hola"), words("adios"), words("hola ya"), words("adios ya")], ["a", "b", "a", "b"], 30.0, 0.01
    )
    assert small.rank(words("hola"))[0][0] == "a"
    assert small.rank(words("adios"))[0][0] == "b"
