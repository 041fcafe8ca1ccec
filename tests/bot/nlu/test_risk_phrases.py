"""The safety lexicons: every example fires, no counter-example does, however the phrase is typed."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.orthography import fold_loose, sound
from bot.nlu.risk_file import CODES, RiskFileError
from bot.nlu.risk_phrases import IDIOM, RISK_PHRASES, explanations, find, load_lexicons, read_lexicons

LEXICONS = load_lexicons()
RULES = [(language, rule) for language, lexicon in LEXICONS.items() for rule in lexicon.file.rules]
EXAMPLES = [pytest.param(r.id, t, id=f"{r.id}-{n}") for _l, r in RULES for n, t in enumerate(r.examples)]
COUNTERS = [pytest.param(r.id, t, id=f"{r.id}-{n}") for _l, r in RULES for n, t in enumerate(r.counter_examples)]
CRISIS = [t for _l, r in RULES if r.level == "crisis" for t in r.examples]


def ids(text):
    """Rules that fire."""
    return {finding.id for finding in find(text)}


def codes(text, level="crisis"):
    """Codes found at a level."""
    return {finding.code for finding in find(text) if finding.level == level}


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_example_fires_its_rule(rule, text):
    """What the file promises to find is found."""
    assert rule in ids(text)


@pytest.mark.parametrize(("rule", "text"), COUNTERS)
def test_counter_example_does_not_fire_its_rule(rule, text):
    """What the file promises to leave alone is left alone."""
    assert rule not in ids(text)


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for _l, r in RULES])
def test_every_rule_has_both_kinds_of_examples_and_a_source(rule):
    """A rule nobody can check is no rule."""
    assert len(rule.examples) >= 2
    assert rule.counter_examples
    assert rule.source


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["es", "qu"])
def test_every_danger_has_crisis_rules_in_both_languages(code, language):
    """Quechua is no smaller than Spanish in this."""
    assert any(r.code == code and r.level == "crisis" for lang, r in RULES if lang == language)


PERTURBATIONS = {
    "upper case": str.upper,
    "no accents": lambda t: t.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")),
    "letters repeated": lambda t: t[:-1] + t[-1] * 4 if t[-1].isalpha() else t,
    "many signs": lambda t: f"...{t}!!! 😭",
    "greeting before": lambda t: f"hola buenas noches. {t}",
    "line break after": lambda t: f"{t}\nayuda por favor",
    "double spaces": lambda t: t.replace(" ", "   "),
    "zero width": lambda t: t[:1] + "\u200b" + t[1:],
    "stars": lambda t: f"*{t}*",
}


@pytest.mark.parametrize("change", PERTURBATIONS)
def test_typing_it_otherwise_changes_nothing(change):
    """Every crisis example keeps its codes under each change."""
    lost = [t for t in CRISIS if not codes(t) <= codes(PERTURBATIONS[change](t))]
    assert lost == []


SPANISH_PIECES = ("quiero", "qué ", "quita")
QUECHUA_CRISIS = [
    t
    for lang, r in RULES
    if lang == "qu" and r.level == "crisis"
    for t in r.examples
    if not any(piece in t for piece in SPANISH_PIECES)
]
QUECHUA_SPELLINGS = {
    "hu for w": lambda t: t.replace("wa", "hua").replace("wi", "hui"),
    "five vowels": lambda t: t.replace("qu", "qo").replace("uq", "oq").replace("qi", "qe").replace("iq", "eq"),
    "n for ñ": lambda t: t.replace("ñ", "n"),
    "no apostrophes": lambda t: t.replace("'", ""),
    "curly apostrophes": lambda t: t.replace("'", "\u2019"),
}


@pytest.mark.parametrize("spelling", QUECHUA_SPELLINGS)
def test_quechua_spellings_change_nothing(spelling):
    """Chat spelling of every Quechua crisis example keeps its codes."""
    lost = [t for t in QUECHUA_CRISIS if not codes(t) <= codes(QUECHUA_SPELLINGS[spelling](t))]
    assert lost == []


@pytest.mark.parametrize(
    "text",
    ["quieromorir", "noquierovivir", "yanoquierovivirmas", "mequieromatar", "wañuytamunani", "manakawsaytamunanichu"],
)
def test_words_run_together_are_found(text):
    """Spaces are dropped on small keyboards."""
    assert "suicide" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "q u i e r o   m o r i r",
        "m.o.r.i.r quiero",
        "quiero-morir",
        "quiero_morir",
        "qu1er0 m0r1r",
        "su1c1darme quiero",
    ],
)
def test_disguised_words_are_found(text):
    """Young people disguise words from filters."""
    assert "suicide" in codes(text)


@pytest.mark.parametrize(("slip"), ["quireo morir", "quiero mroir", "quiero suicdarme", "quiero matrame"])
def test_slips_of_the_finger_are_forgiven(slip):
    """Two letters swapped or one left out in an important word."""
    assert "suicide" in codes(slip)


@pytest.mark.parametrize(
    "text",
    [
        "no quiero morir",
        "ya no quiero morirme",
        "nunca he pensado en suicidarme",
        "no voy a hacerme daño",
        "manam wañuyta munanichu",
        "manan wañuchikuyta munashanichu",
        "mi esposo no me pega",
        "manam maqawanchu",
        "no lo voy a matar",
    ],
)
def test_denied_danger_is_no_danger(text):
    """Negation on the wish to die or on the blow."""
    assert find(text) == []


@pytest.mark.parametrize("text", ["ya no quiero vivir", "manañam kawsayta munaniñachu", "kawsayta manaña atinichu"])
def test_denied_life_is_danger(text):
    """Negation on the wish to live."""
    assert codes(text) == {"suicide"}


@pytest.mark.parametrize(
    "text",
    [
        "me muero de risa",
        "me muero de hambre",
        "me muero de sueño",
        "me quiero morir de vergüenza",
        "estoy muerto de cansancio",
        "mátame esa curiosidad",
        "voy a matar el tiempo",
        "me pega el sol",
        "la soledad me pega duro",
        "yarqaymanta wañuchkani",
        "killa wañuchkan",
    ],
)
def test_idioms_are_no_danger(text):
    """Dying of laughter is not dying."""
    assert find(text) == []


def test_idiom_hides_nothing_else():
    """Only the idiom's own words are left out."""
    assert "suicide" in codes("me muero de hambre y ya no quiero vivir")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("me quiero matar", "suicide"),
        ("mi esposo me quiere matar", "violence"),
        ("me va a matar", "violence"),
        ("lo voy a matar", "harm_others"),
        ("mi hermano se quiere matar", "concern_for_other"),
        ("wañuchikusaqmi", "suicide"),
        ("wañuchisaqmi", "harm_others"),
        ("wañuchiyta munawan", "violence"),
        ("wawqiy wañuchikuyta munan", "concern_for_other"),
        ("me tomé todas las pastillas", "medical"),
        ("achka pastillata upyaruni", "medical"),
    ],
)
def test_person_decides_the_danger(text, code):
    """Who does what to whom: reflexive, object and subject."""
    assert codes(text) == {code}


@pytest.mark.parametrize(
    "text",
    ["mi hermano se suicidó", "se murió mi mamá", "mamay wañurqa", "tiuy wañuchikurqa", "mi tío se mató hace años"],
)
def test_bereavement_is_no_crisis_of_suicide(text):
    """A death told is grief, also by suicide."""
    assert "suicide" not in codes(text)


def test_harm_already_done_comes_first():
    """An overdose taken in order to die is an emergency before all else."""
    found = find("me tomé 30 pastillas porque quiero morir")
    assert [f.code for f in found if f.level == "crisis"][:2] == ["medical", "suicide"]


def test_both_lexicons_run_on_every_message():
    """Languages mix inside one message."""
    assert {f.language for f in find("hola doctora wañuyta munani, mi esposo me pega")} == {"es", "qu"}


SEED = 20261122
NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "i", "u": "y", "r": "t", "t": "r", "s": "a", "n": "m", "m": "n"}


def joined(text, chance):
    """Two neighbouring words written as one."""
    words = text.split()
    if len(words) < 2:
        return text
    places = [n for n in range(len(words) - 1) if len(words[n]) + len(words[n + 1]) > 3]
    if not places:
        return text
    place = chance.choice(places)
    return " ".join([*words[:place], words[place] + words[place + 1], *words[place + 2 :]])


DECISIVE = {language: lexicon.file.spelling.slips.keys for language, lexicon in LEXICONS.items()}


def wrong_key(text, chance):
    """One letter of the longest decisive word, in which the file forgives slips, is the one beside it."""
    decisive = [
        w for w in text.split() if len(w) > 5 and (sound(w) in DECISIVE["es"] or fold_loose(w) in DECISIVE["qu"])
    ]
    if not decisive:
        return text
    word = max(decisive, key=len)
    place = chance.choice([n for n, letter in enumerate(word) if letter.lower() in NEIGHBOURS])
    return text.replace(word, word[:place] + NEIGHBOURS[word[place].lower()] + word[place + 1 :], 1)


def repeated(text, chance):
    """One letter held down."""
    places = [n for n, letter in enumerate(text) if letter.isalpha()]
    place = chance.choice(places)
    return text[:place] + text[place] * 4 + text[place + 1 :]


def without_evidential(text, _chance):
    """Quechua words lose a final -m or -n after which nothing changes: wañuytam, wañuytan."""
    return " ".join(w[:-1] if w.endswith(("tam", "tan", "ñam", "ñan", "sqam")) else w for w in text.split())


BOTH = {
    "accents off": lambda t, _c: t.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")),
    "upper case": lambda t, _c: t.upper(),
    "words joined": joined,
    "letters repeated": repeated,
    "n for ñ": lambda t, _c: t.replace("ñ", "n"),
    "wrong key": wrong_key,
    "emoji between words": lambda t, _c: t.replace(" ", " 😭 ", 1),
}
QUECHUA_ONLY = {
    "five vowels": lambda t, _c: t.replace("qu", "qo").replace("uq", "oq").replace("qi", "qe").replace("iq", "eq"),
    "hu for w": lambda t, _c: t.replace("wa", "hua").replace("wi", "hui"),
    "gu for w": lambda t, _c: t.replace("wa", "gua"),
    "evidential dropped": without_evidential,
}
CRISIS_OF = {
    language: [(r.code, t) for lang, r in RULES if lang == language and r.level == "crisis" for t in r.examples]
    for language in ("es", "qu")
}


@pytest.mark.parametrize(
    ("language", "change"),
    [(language, name) for language in ("es", "qu") for name in BOTH] + [("qu", name) for name in QUECHUA_ONLY],
)
def test_no_way_of_typing_costs_more_than_three_points_of_recall(language, change):
    """Every crisis example of a language under one change, drawn with a fixed seed."""
    chance = random.Random(SEED)
    typed = (BOTH | QUECHUA_ONLY)[change]
    examples = [(code, typed(text, chance)) for code, text in CRISIS_OF[language]]
    lost = [text for code, text in examples if code not in {finding.code for finding in find(text)}]
    assert len(lost) / len(examples) <= 0.03, lost


@pytest.mark.parametrize("text", ["me quiero 🔪", "🔫 yo", "voy a tomar 💊💊💊💊", "quiero ⚰️", "adiós 😔🔪"])
def test_drawn_weapon_beside_own_words_is_asked_about(text):
    """Young people draw what they do not dare to write."""
    assert "suicide" in codes(text, "ask")


@pytest.mark.parametrize("text", ["tomo mis 💊 para la presión", "compré 🔪 para la cocina", "hola 😊", "jajaja 😂😂"])
def test_drawing_alone_is_no_danger(text):
    """A knife belongs to the kitchen as well."""
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "no quiero morir pero a veces pienso en matarme",
        "no quería matarme pero ahora sí",
        "no aguanto más, me mato",
        "no dejo de pensar en morir",
        "nadie me entiende, quiero morirme",
        "no me mato solo por mis hijos",
        "mana pipas kuyawaptin wañuyta munani",
        "manaña atispay wañukuyta munani",
    ],
)
def test_denial_of_something_else_hides_no_danger(text):
    """The scope of a no ends where its clause ends."""
    assert "suicide" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "nadie me pega",
        "mi esposo ya no me pega",
        "esa canción me pega fuerte",
        "se me pegó el arroz",
        "voy a fumigar la papa con veneno",
        "me desmayé hace cinco años",
        "nos dieron una charla sobre el suicidio",
        "se me murió la batería",
        "te quiero a morir",
    ],
)
def test_everyday_words_of_death_and_blows_are_no_danger(text):
    """Songs, work on the farm, old illness, lessons, and what is denied."""
    assert find(text) == []


@pytest.mark.parametrize("text", ["mi hija se cortó las venas", "mi hijo se tragó pilas"])
def test_child_hurt_now_is_a_medical_emergency(text):
    """What happens now comes before the worry."""
    assert find(text)[0].code == "medical"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("me muero de risa", IDIOM),
        ("no quiero morir", "R-ES-001"),
        ("mi papá murió hace un mes", "H-ES-001"),
        ("wañuyta manchakuni", "H-QU-002"),
    ],
)
def test_what_explains_words_of_danger_is_named(text, reason):
    """An idiom, a denied phrase or a harmless way of speaking: it quiets the model, never a rule."""
    assert reason in explanations(text)


def test_harmless_way_of_speaking_removes_no_finding():
    """Grief and a wish to die in one message: the wish counts."""
    assert explanations("mi papá murió y quiero morir")
    assert "suicide" in codes("mi papá murió y quiero morir")


def test_whole_message_is_searched():
    """Danger at the end of ten thousand characters is found."""
    assert "suicide" in codes("hoy fui al mercado y compré papas. " * 290 + "ya no quiero vivir")


@pytest.mark.parametrize(
    "piece", ["a", "quiero ", "no quiero ", "wañuyta ", "wañuyta", "mi hijo ", "m ", "9 ", "me ", "ta ", ".,"]
)
def test_long_repetitive_input_is_not_slow(piece):
    """Ten thousand characters of anything take at most three seconds, even on a busy machine."""
    text = (piece * 10_000)[:10_000]
    start = time.process_time()
    find(text)
    assert time.process_time() - start < 3


def test_ordinary_message_takes_about_a_millisecond():
    """Median of the counter-examples, which are ordinary sentences."""
    texts = [t for _l, r in RULES for t in r.counter_examples]
    times = []
    for text in texts:
        start = time.process_time()
        find(text)
        times.append(time.process_time() - start)
    assert sorted(times)[len(times) // 2] < 0.003


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_it_fail(text):
    """Any characters at all."""
    assert isinstance(find(text), list)


PIECES = ["quiero", "morir", "no", "wañuyta", "munani", "mana", "me", "matar", ",", ".", "ya", "kawsayta", "ta", "20"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_order_of_words_is_taken(words):
    """Rules meet every combination of their own words."""
    assert isinstance(find(" ".join(words)), list)


def test_random_letters_fire_nothing():
    """No rule is met by accident."""
    chance = random.Random(7)
    for _ in range(300):
        text = " ".join("".join(chance.choices("bcdfgjklmnpqrstvxyz", k=6)) for _ in range(5))
        assert find(text) == []


GOOD = """format: 1
language: {language}
phrases:
  - id: {id}
    code: suicide
    level: crisis
    source: prueba
    phrases: ["quiero morir"]
    examples: ["quiero morir"]
    counter_examples: ["hola"]
"""


HARMLESS = """harmless:
  - id: H-ES-001
    meaning: duelo
    phrases: ["murió"]
    examples: [mi tío murió]
    counter_examples: [hola]
"""


def folder_with(tmp_path, spanish):
    """A folder of two files, the Spanish one as given."""
    (tmp_path / "es.yml").write_text(spanish, encoding="utf-8")
    (tmp_path / "qu.yml").write_text(GOOD.format(language="qu", id="R-QU-001"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("level: crisis", "level: crisi"), "es.yml, línea 4: «level: crisi» no existe; ¿quiso decir «crisis»?"),
        (("code: suicide", "code: suicidio"), "¿quiso decir «suicide»?"),
        (("    source: prueba\n", ""), "no tiene «source»"),
        (('examples: ["quiero morir"]', 'examples: ["adiós"]'), "el ejemplo «adiós» no coincide"),
        (('["hola"]', '["quiero morir ya"]'), "el contraejemplo «quiero morir ya» coincide"),
        (('["quiero morir"]\n    examples', '["<nada> morir"]\n    examples'), "No existe el conjunto <nada>"),
        (('["quiero morir"]\n    examples', '["(quiero)"]\n    examples'), "podría coincidir con cualquier mensaje"),
        (("    source", "   source"), "no es YAML válido"),
        (("R-ES-001", "ES1"), "no tiene la forma R-ES-012"),
        (("phrases: [", "frases: ["), "campo desconocido «frases»"),
        (("language: es", "language: fr"), "falta «language: es»"),
        (("format: 1\n", ""), "falta «format: 1»"),
        (("format: 1", "format: 2"), "este programa lee el formato 1"),
        (("phrases:\n", HARMLESS.replace("H-ES-001", "R-ES-900") + "phrases:\n"), "no tiene la forma H-ES-012"),
        (
            ("phrases:\n", HARMLESS.replace('murió"]', 'nació"]') + "phrases:\n"),
            "el ejemplo «mi tío murió» no coincide",
        ),
        (("phrases:\n", HARMLESS.replace("[hola]", "[murió]") + "phrases:\n"), "el contraejemplo «murió» coincide"),
        (("phrases:\n", "harmless: [murió]\nphrases:\n"), "copie la forma de otra entrada"),
    ],
)
def test_broken_file_is_explained(tmp_path, change, expected):
    """File, line and what to do, in the words of those who edit it."""
    text = GOOD.format(language="es", id="R-ES-001").replace(*change)
    with pytest.raises(RiskFileError) as caught:
        read_lexicons(folder_with(tmp_path, text))
    assert expected in str(caught.value)
    assert "es.yml" in str(caught.value)


def test_missing_file_is_named(tmp_path):
    """Nothing starts without its lexicon."""
    with pytest.raises(RiskFileError, match=r"es\.yml: no se encuentra"):
        read_lexicons(tmp_path)


def test_files_in_use_have_no_problem():
    """What is shipped is sound."""
    assert set(read_lexicons(RISK_PHRASES)) == {"es", "qu"}
