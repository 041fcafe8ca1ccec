"""An instrument as a FHIR R4 Questionnaire: valid for others, without loss for us, foreign ones as drafts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import given, settings

from tests.uyariq.exchange.instruments import REAL, document, documents, read
from uyariq.exchange.fhir_codes import ORDINAL
from uyariq.exchange.questionnaire_in import NoQuestionnaire, document_of
from uyariq.exchange.questionnaire_out import questionnaire_of
from uyariq.exchange.tables import Words

VERSION = "2026010101"
PHQ9 = next(path for path in REAL if path.stem == "phq9")


class Shouted(Words):
    """Stands in for a translation that every text has."""

    def quechua(self, context: str, text: str) -> str | None:
        """The text in capitals."""
        return text.upper()


def sent(made: dict[str, Any], words: Words | None = None) -> dict[str, Any]:
    """The resource as it travels."""
    resource: dict[str, Any] = json.loads(json.dumps(questionnaire_of(made, words)))
    return resource


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_instrument_is_valid_fhir_and_comes_back_the_same(path: Path) -> None:
    """With its Quechua as translations."""
    made = document(path)
    resource = sent(made, Shouted())
    Questionnaire.parse_obj(resource)
    found = document_of(resource, VERSION)
    assert read(found.document) == read(made)
    assert found.notes == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(documents())
def test_any_instrument_is_valid_fhir_and_comes_back_the_same(made: dict[str, Any]) -> None:
    """Whatever the format knows."""
    resource = sent(made)
    Questionnaire.parse_obj(resource)
    assert read(document_of(resource, VERSION).document) == read(made)


def test_points_codes_and_quechua_stand_where_others_look_for_them() -> None:
    """ordinalValue on each answer, LOINC where the file has it, the translation extension on each text."""
    item = next(one for one in sent(document(PHQ9), Shouted())["item"] if one["linkId"] == "phq9_1")
    coding = item["answerOption"][1]["valueCoding"]
    assert {"url": ORDINAL, "valueDecimal": 1} in coding["extension"]
    assert (coding["system"], coding["code"]) == ("http://loinc.org", "LA6569-3")
    assert item["code"] == [{"system": "http://loinc.org", "code": "44250-9"}]
    assert item["_text"]["extension"][0]["extension"][1]["valueString"] == item["text"].upper()


def test_an_answer_changed_in_another_program_is_taken_over_for_that_question_only() -> None:
    """The shared list of the others stays."""
    resource = sent(document(PHQ9))
    item = next(one for one in resource["item"] if one["linkId"] == "phq9_2")
    item["answerOption"][0]["valueCoding"]["display"] = "Nunca"
    read_back = read(document_of(resource, VERSION).document)
    assert read_back.items[1].options[0].label == "Nunca"
    assert read_back.items[0].options[0].label == "Ningún día"


FOREIGN: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "name": "MoodCheck",
    "item": [
        {
            "linkId": "/1.2",
            "type": "group",
            "text": "Sueño",
            "item": [
                {
                    "linkId": "/1.2/44",
                    "type": "choice",
                    "text": "¿Le costó dormir?",
                    "answerOption": [
                        {"valueCoding": {"display": "Nunca", "extension": [{"url": ORDINAL, "valueDecimal": 0}]}},
                        {"valueCoding": {"display": "Siempre", "extension": [{"url": ORDINAL, "valueDecimal": 3}]}},
                    ],
                }
            ],
        },
        {"linkId": "note", "type": "text", "text": "Comentario"},
        {"linkId": "x", "type": "choice", "text": "¿Come bien?", "answerOption": [{"valueString": "Sí"}]},
    ],
}


def test_a_foreign_questionnaire_becomes_a_draft_whose_gaps_are_named() -> None:
    """Never active, never with points or cut-offs that nobody stated without saying so."""
    found = document_of(FOREIGN, VERSION)
    made = read(found.document)
    assert (made.status, made.version) == ("draft", VERSION)
    assert [item.text for item in made.items] == ["¿Le costó dormir?", "¿Come bien?"]
    assert [option.value for option in made.items[0].options] == [0, 3]
    assert made.scores[0].cutoff is None
    told = "\n".join(found.notes)
    for gap in ("«note» no es de elegir", "no traía puntos", "fuente", "punto de corte", "licencia"):
        assert gap in told


def test_something_else_is_refused() -> None:
    """A Patient is no questionnaire."""
    with pytest.raises(NoQuestionnaire):
        document_of({"resourceType": "Patient"}, VERSION)
