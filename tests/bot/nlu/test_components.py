"""The Rasa components together: a tiny model is trained with the project's own config.yml."""

import asyncio
import shutil
from pathlib import Path

import pytest
import yaml

from bot.nlu.language import identify
from bot.nlu.parse import parse, to_line

ROOT = Path(__file__).parents[3]
INTENTS = {
    "greet": ["hola", "buenas tardes", "allinllachu", "rimaykullayki", "buenos días"],
    "affirm": ["sí", "claro que sí", "arí", "así es", "awriki"],
    "deny": ["no", "nunca", "manam", "para nada", "manan"],
    "express_distress": [
        "estoy muy triste",
        "lloro todos los días",
        "llakisqam kachkani",
        "no puedo dormir",
        "puñuyta manam atinichu",
    ],
    "inform_contact": [
        "mi celular es 987 654 321",
        "este es mi número 912345678",
        "celularniyqa 987654321",
        "anote mi número",
    ],
    "out_of_scope": ["quién ganó el partido", "cuánto está el dólar", "va a llover mañana", "pasa el bus por aquí"],
}
DANGERS = ["crisis_suicide", "crisis_harm_others", "medical_emergency", "report_violence", "concern_for_other"]


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """An agent that understands six intents."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    folder = tmp_path_factory.mktemp("tiny")
    shutil.copy(ROOT / "config.yml", folder / "config.yml")
    examples = [{"intent": name, "examples": "".join(f"- {t}\n" for t in texts)} for name, texts in INTENTS.items()]
    (folder / "nlu.yml").write_text(
        yaml.safe_dump({"version": "3.1", "nlu": examples}, allow_unicode=True), encoding="utf-8"
    )
    domain = {"version": "3.1", "intents": [*INTENTS, *DANGERS], "entities": ["phone", "age", "time"]}
    (folder / "domain.yml").write_text(yaml.safe_dump(domain), encoding="utf-8")
    model = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), domain=str(folder / "domain.yml")
    )
    return Agent.load(model)


def line(agent, text):
    """The output line for a text."""
    return asyncio.run(parse(agent, text))


def raw(agent, text):
    """Rasa's whole parse of a text."""
    return asyncio.run(agent.parse_message(text))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hola buenas", "greet"),
        ("estoi triste", "express_distress"),
        ("llakisqan kashani", "express_distress"),
        ("Arí", "affirm"),
    ],
)
def test_trained_intents_are_understood(agent, text, intent):
    """In both languages, with chat spelling and the other variety of Quechua."""
    assert line(agent, text)["intent"] == intent


@pytest.mark.parametrize(
    ("text", "intent", "risk"),
    [
        ("quiero morir", "crisis_suicide", ["suicide"]),
        ("manañam kawsayta munaniñachu", "crisis_suicide", ["suicide"]),
        ("lo voy a matar", "crisis_harm_others", ["harm_others"]),
        ("me tomé todas mis pastillas", "medical_emergency", ["medical", "suicide"]),
        ("qusaymi maqawan", "report_violence", ["violence"]),
        ("mi hermano se quiere matar", "concern_for_other", []),
    ],
)
def test_danger_is_found_without_training(agent, text, intent, risk):
    """The model never saw these intents; the rules set them with confidence 1."""
    parsed = line(agent, text)
    assert (parsed["intent"], parsed["confidence"], parsed["risk"]) == (intent, 1.0, risk)


def test_doubtful_danger_breaks_out_too_and_is_told_as_such(agent):
    """Words that only may mean danger set the intent; level ask lets triage decide what follows."""
    parsed = raw(agent, "estoy muy triste, para qué vivo")
    assert [(row["code"], row["level"]) for row in parsed["risk"]] == [("suicide", "ask")]
    assert parsed["intent"]["name"] == "crisis_suicide"


def test_danger_beyond_the_understood_characters_is_found(agent):
    """The model reads two thousand characters, the rules all of them."""
    assert line(agent, "hoy fui al mercado. " * 200 + "ya no quiero vivir")["risk"] == ["suicide"]


def test_language_and_variety_are_in_the_output(agent):
    """For the slot that remembers the person's language."""
    parsed = raw(agent, "llakisqan kashani")
    assert (parsed["language"], parsed["variety"]) == ("qu", "quz")
    assert raw(agent, "no").get("language") is None


def test_fallback_keeps_the_ranking(agent):
    """What is not understood is nlu_fallback, with what came closest below it."""
    parsed = raw(agent, "zxcvb qwfpg")
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert len(parsed["intent_ranking"]) > 1


def test_phone_number_is_an_entity(agent):
    """Rules find it; training is not needed."""
    assert line(agent, "mi número es 987 654 321")["entities"] == [
        {"entity": "phone", "value": "+51987654321", "start": 13, "end": 24}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😭",
        "\u200b",
        "...",
        "/",
        "///",
        "/restart",
        " /affirm",
        "\u200b/affirm",
        "a" * 9000,
        "\ud83d",
        "{}",
        "[x](y)",
    ],
)
def test_strange_input_has_an_answer(agent, text):
    """No input fails."""
    assert line(agent, text)["intent"]


@pytest.mark.parametrize("text", ["\u200b/affirm", "\u00ad/affirm", "\x07 /affirm"])
def test_typed_slash_never_becomes_a_payload(agent, text):
    """Cleaning must not bring a slash to the front."""
    assert raw(agent, text)["intent"]["confidence"] < 1.0


def test_line_has_the_published_shape():
    """Programmes script against it."""
    parsed = {"intent": {"name": "greet", "confidence": 0.91239}, "language": None, "entities": [], "risk": []}
    assert to_line("hola", parsed) == {
        "text": "hola",
        "language": "es",
        "intent": "greet",
        "confidence": 0.9124,
        "entities": [],
        "risk": [],
    }


def test_pipeline_names_no_neural_component():
    """Serving without TensorFlow depends on it."""
    names = [part["name"] for part in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]]
    assert not [name for name in names if "DIET" in name or "LanguageModel" in name]
    assert names[-1].endswith("RiskDetector")


def test_language_does_not_need_rasa():
    """The pure parts work alone."""
    assert identify("manam atinichu").language == "qu"
