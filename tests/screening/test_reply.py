"""Reading a reply: in a fixed order, and never more than is certain."""

from __future__ import annotations

import pytest

from screening.definitions import Library
from screening.engine import Reply
from screening.question import Question, of_item, of_step
from screening.reply import Read, ReplyReader
from tests.screening.conftest import QUECHUA

SID = "t3st"


@pytest.fixture(scope="module")
def reader(library: Library) -> ReplyReader:
    """A reader that knows the Quechua labels of the buttons."""
    return ReplyReader(library, lambda context, text, language: QUECHUA.get(text, text))


def item(library: Library, link_id: str, instrument: str = "short") -> Question:
    """A question of an instrument."""
    found = library.instrument(instrument)
    assert found
    one = found.item(link_id)
    assert one
    return of_item(found, one)


def step(library: Library, flow: str, step_id: str) -> Question:
    """A question of a flow."""
    found = library.flow(flow)
    assert found
    one = found.step(step_id)
    assert one
    return of_step(found, one, library)


def code(reader: ReplyReader, question: Question, text: str, intent: str | None = None, sure: float = 1.0) -> object:
    """The answer's code, or the wish in brackets, or None."""
    read = reader.read(question, Reply(text, None, intent, sure), SID)
    if read is None:
        return None
    return f"[{read.wish}]" if read.wish else read.code if read.code is not None else read.value


@pytest.mark.parametrize("text", ["sí", "Si", "SÍ!!", "  sí. ", "siiii", "arí", "Arí", "claro que sí", "sí sí sí"])
def test_yes_in_its_many_shapes(reader: ReplyReader, library: Library, text: str) -> None:
    """Without accents, lengthened, repeated, in Quechua, with signs."""
    assert code(reader, item(library, "s2"), text) == "yes"


@pytest.mark.parametrize("text", ["no", "NO", "nooooo", "no, no", "manam", "Manapuni", "para nada"])
def test_no_in_its_many_shapes(reader: ReplyReader, library: Library, text: str) -> None:
    """The same for no; «Manapuni» is only a button's label elsewhere, so here it says nothing."""
    expected = None if text == "Manapuni" else "no"
    assert code(reader, item(library, "s2"), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "sí y no",
        "si no",
        "no sí",
        "claro, no",
        "sí pero no",
        "ok",
        "👍",
        "",
        "   ",
        "?",
        "jajaja",
        "x" * 10_000,
        "\x00",
    ],
)
def test_what_is_mixed_or_unclear_is_not_read(reader: ReplyReader, library: Library, text: str) -> None:
    """The question is asked again rather than an answer guessed."""
    assert code(reader, item(library, "s2"), text) is None


def test_a_phrase_of_the_question_is_an_answer_to_it_alone(reader: ReplyReader, library: Library) -> None:
    """«No puedo dormir» is a yes to «¿Duerme mal?» and nothing to the others."""
    assert code(reader, item(library, "s1"), "No puedo dormir") == "yes"
    assert code(reader, item(library, "s1"), "mana puñunichu") == "yes"
    assert code(reader, item(library, "s2"), "No puedo dormir") is None


def test_a_lost_comma_is_not_guessed_at(reader: ReplyReader, library: Library) -> None:
    """«No duermo bien» may be «No, duermo bien»: the one is a yes, the other a no. It is asked again, never scored."""
    question = item(library, "s1")
    assert code(reader, question, "no duermo bien") == "[unclear]"
    assert code(reader, question, "No, duermo bien") == "no"
    assert code(reader, question, "sí duermo bien") is None
    assert code(reader, question, "Sí, duermo bien") is None


def test_a_yes_with_its_reason_is_a_yes_unless_it_takes_something_back(reader: ReplyReader, library: Library) -> None:
    """Only for items, only for yes: a wrong yes leads to more care, a wrong no to less."""
    question = item(library, "s2")
    assert code(reader, question, "Sí, sobre todo en las noches") == "yes"
    assert code(reader, question, "Sí, pero ya casi se me fue") is None
    assert code(reader, question, "Sí... a veces") is None
    assert code(reader, question, "No, para nada") == "no"
    assert code(reader, question, "No, sobre todo en las noches") is None
    assert code(reader, step(library, "visit", "consent"), "Sí, después de que me explique") is None


@pytest.mark.parametrize(
    ("text", "intent", "sure", "expected"),
    [
        ("así es pues", "affirm", 0.9, "yes"),
        ("así es pues", "affirm", 0.7, None),
        ("eso me pasa casi todos los días", "affirm", 0.99, None),
        ("que va", "deny", 0.95, "no"),
        ("sí que no", "deny", 0.99, None),
        ("ni sé", "unsure", 0.9, "[unsure]"),
        ("mejor otra", "skip_question", 0.9, "[skip]"),
        ("cómo dice", "ask_repeat", 0.9, "[repeat]"),
        ("hola", "greet", 1.0, None),
    ],
)
def test_the_model_is_believed_only_when_sure_and_brief(
    reader: ReplyReader, library: Library, text: str, intent: str, sure: float, expected: str | None
) -> None:
    """From 0.8 on, at most four words, and never when yes and no stand side by side."""
    assert code(reader, item(library, "s2"), text, intent, sure) == expected


def test_yes_is_no_answer_to_a_question_of_degree(reader: ReplyReader, library: Library) -> None:
    """«Sí» does not say how often; «Siempre» is on a button there, and means that button."""
    question = item(library, "l1", "long")
    assert code(reader, question, "sí") is None
    assert code(reader, question, "sí", "affirm") is None
    assert code(reader, question, "2") is None
    assert code(reader, question, "siempre") == "always"
    assert code(reader, question, "Algunos dias") == "some"
    assert code(reader, question, "manapuni") == "never"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("paso", "skip"), ("no sé", "unsure"), ("no entiendo", "explain"), ("repita", "repeat"),
        ("me equivoqué", "go_back"), ("ya no quiero seguir", "stop"), ("después sigo", "pause"), ("sigamos", "repeat"),
    ],
)  # fmt: skip
def test_wishes_are_read_at_every_question(reader: ReplyReader, library: Library, text: str, wish: str) -> None:
    """Whole replies that never are an answer."""
    assert code(reader, item(library, "s2"), text) == f"[{wish}]"
    assert code(reader, step(library, "call", "name"), text) == f"[{wish}]"


@pytest.mark.parametrize(
    ("text", "number"),
    [("34", 34), ("tengo 34 años", 34), ("treinta y cuatro", 34), (" 5 ", 5), ("34 años tengo, señorita", 34)],
)
def test_an_age_is_read_from_a_sentence(reader: ReplyReader, library: Library, text: str, number: int) -> None:
    """One whole number, in figures or in words."""
    assert code(reader, step(library, "visit", "age"), text) == number


@pytest.mark.parametrize("text", ["34 o 35", "3.5", "-5", "muchos", "1" * 5000, "nací en los 80 y tengo 40"])
def test_what_is_not_one_whole_number_is_no_age(reader: ReplyReader, library: Library, text: str) -> None:
    """Two numbers are none."""
    assert code(reader, step(library, "visit", "age"), text) is None


def test_an_age_beyond_the_limits_is_told_so(reader: ReplyReader, library: Library) -> None:
    """Neither taken nor passed over in silence."""
    for text in ("4", "121", "1990"):
        assert reader.read(step(library, "visit", "age"), Reply(text), SID) == Read(out_of_range=True)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("987654321", "+51987654321"), ("es 987 654 321", "+51987654321"), ("+51 987-654-321", "+51987654321"),
        ("0051 987654321", "+51987654321"), ("(01) 444 5566", "+5114445566"), ("066 312345", "+5166312345"),
        ("+54 9 11 2345 6789", "+5491123456789"), ("987654321 o sea 987 654 321", "+51987654321"),
    ],
)  # fmt: skip
def test_a_telephone_number_as_people_write_it(reader: ReplyReader, library: Library, text: str, phone: str) -> None:
    """Mobile, landline with its 0, from abroad with its +."""
    assert code(reader, step(library, "call", "phone"), text) == phone


@pytest.mark.parametrize(
    "text", ["45678901", "98765432", "9876543210", "987654321 y 912345678", "no tengo", "hola", "1" * 40]
)
def test_what_is_no_telephone_number_is_not_taken_for_one(reader: ReplyReader, library: Library, text: str) -> None:
    """An identity card has eight digits; two numbers are a question, not an answer."""
    assert code(reader, step(library, "call", "phone"), text) is None


@pytest.mark.parametrize("text", ["Rosa", "señora Luz", "ñusta", "José María"])
def test_a_name_is_taken_as_it_is_written(reader: ReplyReader, library: Library, text: str) -> None:
    """Any name the person likes."""
    assert code(reader, step(library, "call", "name"), text) == text


@pytest.mark.parametrize("text", ["sí", "123", "¿para qué?", "R0sa", "x" * 61, "..."])
def test_what_is_no_name_is_not_taken_for_one(reader: ReplyReader, library: Library, text: str) -> None:
    """«Sí» is not somebody's name."""
    assert code(reader, step(library, "call", "name"), text) is None


def test_a_name_alone_is_a_name_whatever_the_model_makes_of_it(reader: ReplyReader, library: Library) -> None:
    """It never met most names; a wish of several words is a wish."""
    question = step(library, "call", "name")
    assert code(reader, question, "Rudy", "go_back", 0.85) == "Rudy"
    assert code(reader, question, "quiero corregir lo anterior", "go_back", 0.85) == "[go_back]"


def test_no_to_a_question_in_free_words_means_rather_not(reader: ReplyReader, library: Library) -> None:
    """Nobody has «no» as a password."""
    assert code(reader, step(library, "hello", "word"), "no") == "[skip]"
    assert code(reader, step(library, "hello", "word"), "maíz") == "maíz"


def test_a_district_is_read_by_name(reader: ReplyReader, library: Library) -> None:
    """Inside a sentence, without accents, slightly misspelt."""
    question = step(library, "visit", "district")
    for text in ("Carabayllo", "vivo en carabayllo, Lima", "Carabaylo", "San Juan de Lurigancho"):
        assert code(reader, question, text) in ("150106", "150132")


def test_a_district_of_many_provinces_is_asked_back_unless_the_province_is_named(
    reader: ReplyReader, library: Library
) -> None:
    """Santa Rosa exists three times here."""
    question = step(library, "visit", "district")
    read = reader.read(question, Reply("Santa Rosa"), SID)
    assert read
    assert len(read.places) == 3
    assert code(reader, question, "Santa Rosa de Melgar") == "211203"
    assert code(reader, question, "en Marte") is None


@pytest.mark.parametrize(
    "key",
    ["t3st:s2:yes:zz", "t3st:s1:yes", "0000:s2:yes", "t3st:s2:maybe", "t3st:s2", "", ":::", "yes", "t3st:s2:yes:a:b"],
)
def test_a_key_of_another_question_is_stale_and_a_forged_one_too(
    reader: ReplyReader, library: Library, key: str
) -> None:
    """Whatever a button sends, it never raises and never answers another question."""
    read = reader.read(item(library, "s2"), Reply(choice=key), SID)
    assert read
    assert read.stale


def test_a_key_of_this_question_is_its_answer(reader: ReplyReader, library: Library) -> None:
    """Typed words are not looked at when a button was tapped."""
    assert reader.read(item(library, "s2"), Reply("no", choice="t3st:s2:yes"), SID) == Read(code="yes")
