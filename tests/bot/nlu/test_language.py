"""Telling Spanish from Quechua in short messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.language import TABLE_FILE, _heard, identify, tag_words, word_is_quechua
from bot.nlu.language_table import (
    build_table,
    old_spelling,
    other_counts,
    quechua_seed,
    spanish_seed,
    training_lines,
    with_old_spelling,
    write_table,
)


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


@pytest.mark.parametrize(
    "text",
    [
        "i want to speak with somebody",
        "are you a robot",
        "eu não consigo dormir",
        "você pode me ajudar",
        "janiwa yatkti",
    ],
)
def test_other_languages_leave_the_conversation_as_it_is(text):
    """English, Portuguese and Aymara are neither Spanish nor Quechua."""
    assert identify(text).language is None


@pytest.mark.parametrize(
    "text", ["Rosa Elena Condori", "San Juan de Lurigancho", "Yuddy Tolentino Huarhuachi", "María de los Ángeles"]
)
def test_names_of_people_and_places_decide_nothing(text):
    """A name that is told tells no language; nor do the little words inside it."""
    assert identify(text).language is None


@pytest.mark.parametrize("text", ["de la casa", "a la casa", "y el doctor no vino"])
def test_little_words_tell_spanish_in_a_sentence(text):
    """They are passed over only between names."""
    assert identify(text).language == "es"


@pytest.mark.parametrize("text", ["porq", "kiero", "tmb", "jamás", "depende", "tristeza"])
def test_spanish_words_alone_are_known(text):
    """Also as they are shortened in chat."""
    assert identify(text).language == "es"


def test_a_noun_of_the_other_language_does_not_decide():
    """A mixed message has the language of its grammar."""
    assert identify("mi wawa está enferma").language == "es"
    assert identify("doctorawan hospitalpi rimayta munani").language == "qu"


def test_words_of_a_mixed_message_are_tagged_one_by_one():
    """A Spanish root with Quechua suffixes is Quechua; names and words of both say nothing."""
    tags = {tag.word: tag.language for tag in tag_words("Mana puñuyta atinichu, porque estoy preocupado, Rosa")}
    assert tags == {
        "Mana": "qu",
        "puñuyta": "qu",
        "atinichu": "qu",
        "porque": "es",
        "estoy": "es",
        "preocupado": "es",
        "Rosa": None,
    }
    assert [tag.language for tag in tag_words("celularniyta apamuy")] == ["qu", "qu"]


def test_an_undecided_word_follows_its_neighbours():
    """Letters without a language, between two words of one language, are taken for that one; never across two."""
    assert tag_words("") == []
    assert [tag.language for tag in tag_words("quiero xkqzt ayuda")] == ["es", "es", "es"]
    assert [tag.language for tag in tag_words("munani xkqzt ayuda")] == ["qu", None, "es"]
    assert [tag.language for tag in tag_words("quiero ok")] == ["es", None]


def test_old_spelling_is_learnt_by_rule():
    """Speakers who learnt to write in Spanish use five vowels, hu, c and j."""
    assert old_spelling("wañuy kani hatun unquy qari") == "huañuy cani jatun onqoy ccari"


def test_table_is_the_one_that_its_sources_give(tmp_path):
    """The file in the repository can be made again from files of the repository, byte for byte twice."""
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    write_table(first)
    write_table(second)
    assert first.read_bytes() == second.read_bytes()
    assert TABLE_FILE.stat().st_size < 800_000


@pytest.fixture
def fresh_words():
    """What is remembered of words belongs to one table."""
    _heard.cache_clear()
    word_is_quechua.cache_clear()
    yield
    _heard.cache_clear()
    word_is_quechua.cache_clear()


def test_unseen_training_sentences_are_told_apart(monkeypatch, fresh_words):
    """A table built from four fifths of the sentences is right on at least 98.5 % of the rest that it decides."""
    lines = {language: training_lines(language) for language in ("es", "qu")}
    spanish, quechua = ([line for n, line in enumerate(lines[x]) if n % 5] for x in ("es", "qu"))
    table = build_table(spanish + spanish_seed(), with_old_spelling(quechua + quechua_seed()), other_counts())
    monkeypatch.setattr("bot.nlu.language._table", lambda: table)
    decided = [
        (language, identify(line).language)
        for language, rows in lines.items()
        for n, line in enumerate(rows)
        if n % 5 == 0
    ]
    opinions = [pair for pair in decided if pair[1]]
    assert sum(a == b for a, b in opinions) / len(opinions) >= 0.985
    assert len(opinions) / len(decided) >= 0.9


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text):
    """Confidence is a probability and no input fails."""
    guess = identify(text)
    assert guess.language in (None, "es", "qu")
    assert 0 <= guess.confidence <= 1
