"""What could tell who somebody is does not reach the table of messages to learn from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.redaction import redact

TAKEN_OUT = {
    "phone with spaces": ("mi cel es 987 654 321", "mi cel es [número]"),
    "phone of another country": ("llame al +54 9 11 2345-6789 ya", "llame al [número] ya"),
    "identity card": ("mi dni 45678912", "mi dni [número]"),
    "six digits": ("el codigo 123456", "el codigo [número]"),
    "phone that is spelt out": ("nueve ocho siete seis cinco cuatro tres dos uno", "[número]"),
    "phone that is spelt out in Quechua": ("isqun pusaq qanchis suqta pichqa tawa kimsa", "[número]"),
    "mail": ("escribame a ana.q@mail.com", "escribame a [correo]"),
    "link": ("mire https://example.org/yo?x=1", "mire [enlace]"),
    "account": ("estoy como @rosita_q", "estoy como [enlace]"),
    "address": ("vivo en Jr. Los Pinos 345", "vivo en [dirección]"),
    "name with its capitals": ("Me llamo Juan Pérez y no duermo", "Me llamo [nombre] y no duermo"),
    "name without capitals": ("me llamo rosalinda ccori y no duermo", "me llamo [nombre] y no duermo"),
    "soy and a known name": ("soy rosa y no duermo", "soy [nombre] y no duermo"),
    "soy and a capital": ("soy Rosalinda", "soy [nombre]"),
    "se llama": ("mi esposo se llama fulgencio y toma", "mi esposo se llama [nombre] y toma"),
    "kin with a capital": ("mi hijo Yosimar ya no come", "mi hijo [nombre] ya no come"),
    "kin with a known name": ("mi hermana maria ya no come", "mi hermana [nombre] ya no come"),
    "somebody within a sentence": ("ayer el Fortunatito me gritó", "ayer el [nombre] me gritó"),
    "known name at the beginning": ("Juan me gritó", "[nombre] me gritó"),
    "Quechua name": ("sutiymi yosimar", "sutiymi [nombre]"),
    "Quechua name with an ending": ("juanwan rimani", "[nombre] rimani"),
    "district": ("vivo en carabayllo con mis hijos", "vivo en [lugar] con mis hijos"),
    "district of several words": ("soy de san juan de lurigancho", "soy de [lugar]"),
    "Quechua place": ("huantamanta kani", "[lugar] kani"),
    "Quechua locative": ("Andahuaylaspi kachkani", "[lugar] kachkani"),
}
LEFT = [
    "no puedo dormir en las noches",
    "tengo 34 años y 2 hijos",
    "mi mamá murió hace 3 años",
    "estoy muy triste por mi hijo",
    "NO PUEDO DORMIR EN LAS NOCHES",
    "manam puñuyta atinichu",
    "mamaymi wañukun, llakisqam kachkani",
    "rimayta munani",
    "soy una madre sola",
]


@pytest.mark.parametrize(("text", "bare"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_tells_who_somebody_is_becomes_a_mark(text: str, bare: str) -> None:
    """One mark in the place of each piece; the rest stays, for without it nobody could label the message."""
    assert redact(text) == bare


@pytest.mark.parametrize("text", LEFT)
def test_ordinary_words_stay(text: str) -> None:
    """Taking out too much would leave nothing to learn from."""
    assert redact(text) == text


def test_names_that_the_person_gave_are_taken_out_wherever_they_stand() -> None:
    """Also in small letters, without accents, with a Quechua ending, one part alone."""
    names = ["Yosimár Huatuco"]
    assert redact("ayer lloré con yosimar", names) == "ayer lloré con [nombre]"
    assert redact("huatucowan rimani", names) == "[nombre] rimani"


@given(st.text(max_size=80), st.integers(10**5, 10**12))
def test_no_long_number_survives_whatever_stands_around_it(around: str, number: int) -> None:
    """Six digits or more are a telephone, a document or an account."""
    assert str(number) not in redact(f"{around} {number} {around}")
