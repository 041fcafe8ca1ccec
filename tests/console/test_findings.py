"""What the checks found is told in the language of whoever looks, by the shape of its Spanish sentence."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from console.findings import finding_markup, told_finding
from console.staff_language import SPANISH, speaking, words_in
from screening.reader import read_folder
from uyariq.finding_texts import finding_texts, is_for_staff
from uyariq.rooms import RULES

QUECHUA = "qu"
FIELD = re.compile(r"\{(\d+)\}")


def filled(text: str) -> str:
    """The shape with something in its fields that no catalog holds."""
    return text.format(*(f"zq{number}" for number in range(9))) if FIELD.search(text) else text


def test_every_sentence_of_the_catalog_is_found_again() -> None:
    """With whatever the check has put in; the same comes out at the right place of the translation."""
    sentences = words_in(QUECHUA).of_checks
    assert len(sentences) > 250
    with speaking(QUECHUA):
        other = {text: told_finding(filled(text)) for text in sentences}
    assert {text: words for text, words in other.items() if words != filled(sentences[text])} == {}


def test_what_real_rules_are_told_is_in_quechua(tmp_path: Path) -> None:
    """A mistyped key, a missing step, a word in place of a number, and YAML that cannot be read."""
    folder = Path(copytree(RULES, tmp_path / "rules"))
    flow = folder / "flows" / "callback.yml"
    flow.write_text(flow.read_text("utf-8").replace("steps:", "stepz:", 1), encoding="utf-8")
    triage = folder / "triage.yml"
    triage.write_text(triage.read_text("utf-8") + "\n  - [", encoding="utf-8")
    problems = read_folder(folder)[1]
    assert len(problems) >= 2
    with speaking(QUECHUA):
        told = {one.message_es: told_finding(one.message_es) for one in problems}
        hints = {one.hint: told_finding(one.hint) for one in problems if one.hint}
    assert {said for said, words in told.items() if said == words} == set()
    assert any(said != words for said, words in hints.items())


def test_what_is_put_into_a_sentence_may_be_a_part_with_words_of_its_own() -> None:
    """«… tiene que ser un número …»: the number as well."""
    with speaking(QUECHUA):
        words = told_finding("«min» tiene que ser un número (srq_1).")
    assert words == "«min» huk numero kananmi (srq_1)."


def test_a_sentence_that_nobody_translated_is_marked_as_spanish_and_never_markup() -> None:
    """Read aloud with the right voice; a cell of a file is text."""
    with speaking(QUECHUA):
        assert (
            finding_markup("Algo <b>nuevo</b> falta.") == '<span lang="es">Algo &lt;b&gt;nuevo&lt;/b&gt; falta.</span>'
        )
        assert "<b>" not in finding_markup("No hay un paso «<b>x</b>».")
    with speaking(SPANISH):
        assert finding_markup("No hay un paso «<b>x</b>».") == "No hay un paso «&lt;b&gt;x&lt;/b&gt;»."
    assert finding_markup("") == ""


@pytest.mark.parametrize("text", ["flow", "%Y-%m-%d", "instruments/*.yml", r"^\d{4} [a-z]+$", "«"])
def test_names_and_patterns_are_no_sentences(text: str) -> None:
    """They would only fill the catalog."""
    assert not is_for_staff(text)


def test_the_sentences_come_from_where_they_stand() -> None:
    """Constants and those with fields, each with its file."""
    found: dict[str, Any] = dict(finding_texts())
    assert found["No hay un paso «{1}»."] == "screening/checks/flows.py"
    assert found["Revise el nombre."].startswith("screening/")
