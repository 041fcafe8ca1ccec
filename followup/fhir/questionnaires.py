"""Instruments as FHIR Questionnaires: the questions as published, with points and LOINC codes where they are known."""

from __future__ import annotations

from followup.fhir.parts import OURS, Resource, with_known
from screening.answer_option import AnswerOption
from screening.definitions import Item, Questionnaire

LOINC = "http://loinc.org"
ORDINAL_VALUE = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
STATUSES = ("draft", "active", "retired")


def questionnaire(instrument: Questionnaire, resource_id: str) -> Resource:
    """The Questionnaire of one version. Its items are flat, as the questions are asked one by one."""
    made = {
        "resourceType": "Questionnaire",
        "id": resource_id,
        "url": url_of(instrument),
        "version": instrument.version,
        "name": instrument.name,
        "title": instrument.title,
        "status": instrument.status if instrument.status in STATUSES else "unknown",
        "subjectType": ["Patient"],
        "language": instrument.variety or instrument.language,
    }
    code = [{"system": LOINC, "code": instrument.loinc}] if instrument.loinc else None
    items = [_item(item) for item in instrument.items]
    return with_known(made, code=code, copyright=instrument.copyright, item=items)


def url_of(instrument: Questionnaire) -> str:
    """Its canonical address."""
    return instrument.url or url_of_name(instrument.name)


def url_of_name(name: str) -> str:
    """The canonical address of an instrument whose rules are gone."""
    return f"{OURS}:questionnaire:{name}"


def coding(item: Item | None, code: str) -> Resource:
    """An answer's code: LOINC's when it has one, else the instrument's own."""
    option = item.option(code) if item else None
    if option is None or option.loinc is None:
        return with_known({"system": f"{OURS}:answers", "code": code}, display=option.label if option else None)
    return {"system": LOINC, "code": option.loinc, "display": option.label}


def _item(item: Item) -> Resource:
    made = {"linkId": item.link_id, "text": item.text, "type": "choice"}
    code = [{"system": LOINC, "code": item.loinc}] if item.loinc else None
    return with_known(made, code=code, answerOption=[_option(option, item) for option in item.options])


def _option(option: AnswerOption, item: Item) -> Resource:
    made = {"valueCoding": coding(item, option.code)}
    if option.value is None:
        return made
    points = {"url": ORDINAL_VALUE, "valueDecimal": option.value}
    made["valueCoding"]["extension"] = [points]
    return made
