"""Roots, suffixes and the spaCy languages."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.segmenter import loose_readings, segment
from bot.nlu.quechua.words import number_value
from bot.nlu.spacy_languages import quechua_pipeline, spanish_pipeline
from bot.nlu.spanish import spanish_lemma


@pytest.mark.parametrize(
    ("word", "segments"),
    [
        ("wañuytam", ("wañu", "y", "ta", "m")),
        ("munashani", ("muna", "chka", "ni")),
        ("munachkani", ("muna", "chka", "ni")),
        ("maqaruwan", ("maqa", "rqu", "wa", "n")),
        ("munanichu", ("muna", "ni", "chu")),
        ("qusaymi", ("qusa", "y", "m")),
        ("manañam", ("mana", "ña", "m")),
        ("hamuqtin", ("hamu", "pti", "n")),
        ("llank'ani", ("llanka", "ni")),
    ],
)
def test_word_is_split_into_root_and_suffixes(word, segments):
    """Both varieties give the same canonical suffix names."""
    assert segment(word).segments == segments


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("puñuyta", "puñu"),
        ("llakisqam", "llaki"),
        ("mikhuyta", "miku"),
        ("wasiykuman", "wasi"),
        ("yanapaykuway", "yanapa"),
        ("rikch'akuni", "rikcha"),
        ("qunqapuni", "qunqa"),
        ("manchakuni", "manchaku"),
        ("uyarinichu", "uyari"),
        ("qhawani", "qawa"),
    ],
)
def test_lemma_is_the_root(word, root):
    """The lemma joins the many forms of a word."""
    assert segment(word).root == root


def test_unknown_root_is_guessed():
    """celular is no Quechua root; its case suffix still comes off."""
    assert segment("computadorata").suffixes == ("ta",)


def test_readings_over_a_root_need_the_root():
    """A rule about wañu- never reads another word."""
    assert loose_readings("mikuyta", "wañu") == ()
    assert loose_readings("HUAÑUYTA", "wañu")


def test_root_list_is_large_enough():
    """The segmenter was measured with about 300 roots; fewer would lower it."""
    assert len(ROOTS) > 400


@pytest.mark.parametrize(
    ("words", "value"), [("chunka pusaqniyuq", 18), ("iskay chunka", 20), ("kimsa", 3), ("tawa chunka pichqayuq", 45)]
)
def test_numerals_have_a_value(words, value):
    """Ages are told in Quechua numerals."""
    assert number_value(words.split()) == value


def test_word_that_is_no_numeral_has_none():
    """None, not zero."""
    assert number_value(["wasi"]) is None


def test_tokenizer_keeps_ejectives_and_splits_commas():
    """p'unchay is one word; manam,wañuytam is two."""
    doc = quechua_pipeline()("p'unchay manam,wañuytam munani.")
    assert [t.text for t in doc] == ["p'unchay", "manam", ",", "wañuytam", "munani", "."]


def test_component_sets_lemma_key_and_segments():
    """What the Rasa tokenizer and developers read."""
    token = quechua_pipeline()("Llakisqan kashani")[1]
    assert (token.lemma_, token.norm_, token._.segments) == ("ka", "kashani", ("ka", "chka", "ni"))


@pytest.mark.parametrize("code", ["qu", "quy", "quz"])
def test_saved_pipeline_loads_again(code, tmp_path):
    """SpacyNLP of Rasa loads a folder."""
    quechua_pipeline(code).to_disk(tmp_path / code)
    assert spacy.load(tmp_path / code)("wañuytam")[0].lemma_ == "wañu"


def test_spanish_pipeline_takes_pronouns_off():
    """Lookup lemmatizers leave morirme as it is."""
    assert [t.lemma_ for t in spanish_pipeline()("quiero morirme")] == ["quiero", "morir"]


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("matarme", "matar"), ("decírselo", "decir"), ("llorándole", "llorando"), ("mesa", "mesa"), ("carlos", "carlos")],
)
def test_pronouns_come_off_verbs_only(word, lemma):
    """Infinitives and gerunds; nouns stay."""
    assert spanish_lemma(word) == lemma


@given(st.text(max_size=60))
def test_segmenter_takes_any_word(word):
    """Root and suffixes never fail; the root is never empty for a word with letters."""
    analysis = segment(word)
    assert analysis.root or not word.strip("'\u2019\u02bc`\u00b4 ") or not analysis.suffixes
