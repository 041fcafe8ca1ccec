"""Roots, suffixes and the spaCy languages."""

import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.orthography import fold
from bot.nlu.quechua import roots
from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.segmenter import loose_readings, segment
from bot.nlu.quechua.words import number_value
from bot.nlu.spacy_languages import quechua_pipeline, spanish_pipeline
from bot.nlu.spanish import dictionary_form, spanish_lemma


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
        ("purirqaku", ("puri", "rqa", "ku")),
        ("tukuspankuraq", ("tuku", "spa", "nku", "raq")),
        ("mikhuqtiykiqa", ("miku", "pti", "yki", "qa")),
        ("tupanakapusunchis", ("tupa", "naku", "pu", "sun")),
        ("llaqtanchiskunamanta", ("llaqta", "nchik", "kuna", "manta")),
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
        ("manchakuni", "mancha"),
        ("uyarinichu", "uyari"),
        ("qhawani", "qawa"),
        ("noqayku", "nuqa"),
        ("onqosqañan", "unqu"),
        ("jamunki", "hamu"),
        ("huaccani", "waqa"),
        ("sumaj", "sumaq"),
        ("kausayniy", "kawsa"),
        ("qallarisaq", "qallari"),
        ("waqaychani", "waqaycha"),
        ("mañakuyki", "mañaku"),
    ],
)
def test_lemma_is_the_root(word, root):
    """The lemma joins the many forms of a word."""
    assert segment(word).root == root


@pytest.mark.parametrize(
    ("word", "segments"),
    [
        ("preocupashani", ("priukupa", "chka", "ni")),
        ("profesorniymanmi", ("prufisur", "y", "man", "m")),
        ("entiendenichu", ("intiindi", "ni", "chu")),
        ("celularniyta", ("cilular", "y", "ta")),
    ],
)
def test_spanish_root_takes_quechua_suffixes(word, segments):
    """Bilingual people speak so every day; the root comes from the project's list of Spanish words."""
    assert segment(word).segments == segments
    assert segment(word).loan


def test_spanish_word_alone_is_no_quechua_word():
    """hospital in a Quechua sentence is Spanish; hospitalpi is Quechua on a Spanish root."""
    assert not segment("hospital").known
    assert segment("hospitalpi").known


def test_unknown_root_is_guessed():
    """A name that no list holds still loses its case suffix."""
    analysis = segment("carabayllomanta")
    assert analysis.suffixes == ("manta",)
    assert not analysis.known


@pytest.mark.parametrize(
    ("word", "person"),
    [
        ("munani", "1"), ("munanki", "2"), ("munarqa", "3"), ("munanchis", "1+2"), ("munanku", "3pl"), ("wañusaq", "1"),
        ("willasqayki", "1>2"), ("maqawan", "3"), ("yanapasunki", "3>2"), ("puñuyta", None), ("wasi", None),
    ],
)  # fmt: skip
def test_person_is_who_acts(word, person):
    """maqawan is another person's act on me; an infinitive has no person."""
    assert segment(word).person == person


def test_readings_over_a_root_need_the_root():
    """A rule about wañu- never reads another word."""
    assert loose_readings("mikuyta", "wañu") == ()
    assert loose_readings("HUAÑUYTA", "wañu")


def test_root_list_is_broad_and_every_row_says_where_it_comes_from():
    """Five fields: root, kind, gloss, variety, source; no root twice in one kind."""
    text = (Path(roots.__file__).with_name("roots.tsv")).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert len(rows) >= 1_500
    assert all(len(row) == 5 and all(row) for row in rows)
    assert {row[1] for row in rows} == {"v", "n", "p"}
    assert {row[3] for row in rows} == {"quy", "quz", "both"}
    assert {row[4] for row in rows} <= set("FCQPK")
    keys = [(fold(row[0], quechua=True), row[1]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_listed_roots_are_found_in_themselves():
    """Every root, typed alone, is known, and no shorter root is taken for it."""
    lost = [root for root, kind in ROOTS.items() if kind != "v" and segment(root).root != fold(root, quechua=True)]
    assert not lost


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


def test_picture_glued_to_a_word_is_a_token_of_its_own():
    """Young people end a word in a picture."""
    assert [t.text for t in spacy.blank("qu")("llakisqam😭 kani❤️ 😊qam")] == [
        "llakisqam",
        "😭",
        "kani",
        "❤️",
        "😊",
        "qam",
    ]


def test_component_sets_lemma_key_and_segments():
    """What the Rasa tokenizer and developers read."""
    token = quechua_pipeline()("Llakisqan kashani")[1]
    assert (token.lemma_, token.norm_, token._.segments) == ("ka", "kashani", ("ka", "chka", "ni"))


@pytest.mark.parametrize("code", ["qu", "quy", "quz"])
def test_blank_language_has_everything_but_lemmas(code):
    """spacy.blank(code) works by entry point; lemmas need the component."""
    token = spacy.blank(code)("noqayku")[0]
    assert (token.norm_, token._.segments, token.lemma_) == ("nuqayku", ("nuqa", "yku"), "")


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u02bc", "`", "\u00b4"])
def test_every_apostrophe_keeps_the_word_whole(apostrophe):
    """People type whichever their keyboard has."""
    word = f"p{apostrophe}unchay"
    assert [(t.text, t.norm_) for t in spacy.blank("quz")(f"sapa {word}.")][1] == (word, "punchay")


@pytest.mark.parametrize(
    ("word", "is_number"), [("kimsa", 1), ("pusaqniyuq", 1), ("phisqata", 1), ("15", 1), ("wasi", 0)]
)
def test_number_words_are_like_numbers(word, is_number):
    """Also with -yuq, as in twelve, and with a case."""
    assert spacy.blank("qu")(word)[0].like_num == bool(is_number)


@pytest.mark.parametrize(
    ("text", "polarities"),
    [
        ("manam wañuyta munanichu", "nnn"),
        ("wañuyta munani", "aa"),
        ("puñunkichu", "q"),
        ("manam puñuni, waqani", "nnsa"),
        ("mana puñuyta atinichu sapallay kani", "nnnaa"),
        ("ama waqaychu", "nn"),
    ],
)
def test_polarity_follows_mana_and_chu(text, polarities):
    """A negation ends at -chu, at the first finite verb if -chu was dropped, or with its clause."""
    letters = {"negative": "n", "affirmative": "a", "question": "q", None: "s"}
    assert "".join(letters[token._.polarity] for token in spacy.blank("qu")(text)) == polarities


def test_example_in_the_guide_prints_what_it_says(capsys):
    """docs/spacy.md is what others try first."""
    guide = (Path(__file__).parents[3] / "docs/spacy.md").read_text(encoding="utf-8").split("```")
    exec(guide[1].removeprefix("python"), {})
    assert capsys.readouterr().out.strip() == guide[3].strip()


def test_other_languages_have_no_quechua_analysis():
    """The attributes are spaCy-wide; a Spanish document leaves them empty."""
    token = spanish_pipeline()("quiero")[0]
    assert (token._.segments, token._.person, token._.polarity) == ((), None, None)


def test_twenty_thousand_tokens_a_second():
    """Running text with the words already met, on processor time; some ten times as many were measured."""
    pipeline, texts = quechua_pipeline(), ["manam p'unchaypas tutapas puñuyta atinichu, sapallaymi kachkani."] * 1_000
    list(pipeline.pipe(texts[:10]))
    started = time.process_time()
    tokens = sum(len(doc) for doc in pipeline.pipe(texts))
    assert tokens / (time.process_time() - started) > 20_000


@pytest.mark.parametrize("code", ["qu", "quy", "quz"])
def test_saved_pipeline_loads_again(code, tmp_path):
    """SpacyNLP of Rasa loads a folder."""
    quechua_pipeline(code).to_disk(tmp_path / code)
    assert spacy.load(tmp_path / code)("wañuytam")[0].lemma_ == "wañu"


def test_spanish_pipeline_takes_pronouns_off():
    """Lookup lemmatizers leave morirme as it is."""
    assert [t.lemma_ for t in spanish_pipeline()("quiero morirme")] == ["querer", "morir"]


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("puedo", "poder"), ("pude", "poder"), ("duermo", "dormir"), ("durmió", "dormir"), ("llegué", "llegar"),
        ("busquen", "buscar"), ("conozco", "conocer"), ("conocen", "conocer"), ("matarme", "matar"), ("dándome", "dar"),
        ("levantarme", "levantar"), ("llevándosela", "llevar"),
        ("déjame", "dejar"), ("niños", "niño"), ("veces", "vez"),
        ("problema", "problema"), ("carlos", "carlos"), ("como", "como"), ("lloraba", "llorar"), ("pegarían", "pegar"),
        ("muerto", "muerto"), ("desconocidísimo", "desconocidisimo"),
    ],
)  # fmt: skip
def test_everyday_spanish_forms_have_a_lemma(form, lemma):
    """Listed verbs in their common forms, plurals, pronouns; a word that stands in no list stays as it is."""
    assert dictionary_form(form) == lemma


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
