"""What a person answered, and what it adds up to, as QuestionnaireResponse and Observation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from followup.fhir.parts import OURS, Resource, coded, concept, moment, reference, with_known
from followup.fhir.questionnaires import LOINC, coding, url_of, url_of_name
from screening.definitions import Questionnaire

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
UCUM = "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def response(
    row: Any, answers: Sequence[Any], instrument: Questionnaire | None, resource_id: str, person: str
) -> Resource:
    """One time that a person answered an instrument; only the last answer to each question."""
    url = url_of(instrument) if instrument else url_of_name(row.instrument)
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": resource_id,
        "questionnaire": f"{url}|{row.version}",
        "status": row.status,
        "subject": reference(person),
        "language": row.language,
        "authored": moment(row.ended_at or row.started_at),
    }
    return with_known(made, item=[_item(answer, instrument) for answer in answers])


def observation(
    row: Any, name: str, instrument: Questionnaire | None, resource_id: str, person: str, source: str
) -> Resource:
    """One computed score of the instrument of that name."""
    score = next((one for one in instrument.scores if one.name == row.name), None) if instrument else None
    own = {"system": f"{OURS}:score", "code": f"{name}.{row.name}"}
    loinc = [{"system": LOINC, "code": score.loinc}] if score and score.loinc else []
    made = {
        "resourceType": "Observation",
        "id": resource_id,
        "status": row.status,
        "category": [concept(CATEGORY, "survey")],
        "code": {"coding": [*loinc, own]},
        "subject": reference(person),
        "effectiveDateTime": moment(row.at),
        "valueQuantity": {"value": row.value, "unit": "{score}", "system": UCUM, "code": "{score}"},
        "derivedFrom": [reference(source)],
    }
    above = None if row.positive is None else [concept(INTERPRETATION, "POS" if row.positive else "NEG")]
    band = [coded("band", row.band)] if row.band else []
    return with_known(made, interpretation=[*(above or []), *band], referenceRange=_cutoff(row.cutoff))


def _item(answer: Any, instrument: Questionnaire | None) -> Resource:
    item = instrument.item(answer.link_id) if instrument else None
    made = with_known({"linkId": answer.link_id}, text=item.text if item else None)
    if answer.absent_reason:
        return made | {"extension": [{"url": ABSENT, "valueCode": answer.absent_reason}]}
    if answer.code:
        return made | {"answer": [{"valueCoding": coding(item, answer.code)}]}
    return made | {"answer": [{"valueDecimal": answer.value}]} if answer.value is not None else made


def _cutoff(cutoff: Any) -> list[Resource] | None:
    if not cutoff or cutoff.get("positive_at") is None:
        return None
    return [with_known({"low": {"value": cutoff["positive_at"]}}, text=cutoff.get("source"))]
