"""All people of a period as FHIR bundles, written resource by resource: people in files of some hundreds each."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from followup import context, models
from followup.exports.pseudonyms import Pseudonyms
from followup.exports.rows import Wanted, identities, people
from followup.fhir import answers, care
from followup.fhir import people as persons
from followup.fhir.parts import Resource
from followup.fhir.questionnaires import questionnaire
from screening.definitions import Library

PEOPLE_AT_ONCE = 200
PEOPLE_IN_A_FILE = 1000
_OF_PERSON = (
    models.consent,
    models.flag,
    models.questionnaire_response,
    models.answer,
    models.observation,
    models.first_aid_delivery,
    models.service_request,
    models.task,
    models.call_attempt,
    models.communication,
    models.referral,
    models.first_aid_session,
)


def write_fhir(conn: Connection, folder: Path, wanted: Wanted, library: Library) -> dict[str, int]:
    """bundle-questionnaires.json, then bundle-0001.json, …; resources written by type."""
    ids = Pseudonyms(context.of(conn).vault)
    written: Counter[str] = Counter()
    _write(folder / "bundle-questionnaires.json", _instruments(library, ids), written)
    everybody = select(people(wanted).subquery().c.id)
    patient_ids = list(conn.execute(everybody).scalars())
    for number, some in enumerate(_portions(patient_ids, PEOPLE_IN_A_FILE), 1):
        entries = (
            resource
            for few in _portions(some, PEOPLE_AT_ONCE)
            for resource in _resources(conn, few, wanted, library, ids)
        )
        _write(folder / f"bundle-{number:04}.json", entries, written)
    return dict(written)


def _write(path: Path, resources: Iterable[Resource], written: Counter[str]) -> None:
    """One resource a line between the brackets of the bundle, so that none of it has to be held."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"resourceType": "Bundle", "type": "collection"')
        before = ', "entry": [\n'
        for resource in resources:
            entry = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            file.write(before + json.dumps(entry, ensure_ascii=False))
            written[resource["resourceType"]] += 1
            before = ",\n"
        file.write("\n]}\n" if before == ",\n" else "}\n")


def _instruments(library: Library, ids: Pseudonyms) -> Iterator[Resource]:
    for name, versions in sorted(library.instruments.items()):
        for version, instrument in sorted(versions.items()):
            yield questionnaire(instrument, ids.of("questionnaire", name, version))


def _resources(
    conn: Connection, patient_ids: Sequence[str], wanted: Wanted, library: Library, ids: Pseudonyms
) -> Iterator[Resource]:
    """Everything of some people, one person after the other."""
    names = identities(conn, list(patient_ids)) if wanted.identity else {}
    rows = {table.name: _by_person(conn, table, patient_ids) for table in _OF_PERSON}
    found = conn.execute(
        select(models.patient).where(models.patient.c.id.in_(patient_ids)).order_by(models.patient.c.id)
    )
    for row in found.all():
        person = ids.of("person", row.id)
        theirs = {name: by_person.get(row.id, []) for name, by_person in rows.items()}
        yield persons.patient(row, person, names.get(row.id, {}))
        yield from _around(theirs, person, ids)
        yield from _screenings(theirs, person, library, ids)
        yield from _work(theirs, person, ids)


def _around(theirs: Mapping[str, list[Any]], person: str, ids: Pseudonyms) -> Iterator[Resource]:
    for row in theirs["consent"]:
        yield persons.consent(row, ids.of("consent", row.id), person)
    for row in theirs["flag"]:
        yield persons.flag(row, ids.of("flag", row.id), person)
    for row in theirs["first_aid_delivery"]:
        yield care.first_aid(row, ids.of("first_aid", row.id), person)
    for row in theirs["communication"]:
        yield care.message(row, ids.of("communication", row.id), person)


def _screenings(theirs: Mapping[str, list[Any]], person: str, library: Library, ids: Pseudonyms) -> Iterator[Resource]:
    said, scores = _by_response(theirs["answer"]), _by_response(theirs["observation"])
    for row in theirs["questionnaire_response"]:
        instrument = library.instrument(row.instrument, row.version)
        source = ids.of("screening", row.patient_id, row.response_id)
        yield answers.response(row, said[row.response_id], instrument, source, person)
        for score in scores[row.response_id]:
            score_id = ids.of("observation", score.id)
            yield answers.observation(score, row.instrument, instrument, score_id, person, source)


def _work(theirs: Mapping[str, list[Any]], person: str, ids: Pseudonyms) -> Iterator[Resource]:
    calls: dict[str, list[str]] = defaultdict(list)
    for row in theirs["call_attempt"]:
        call_id = ids.of("call", row.id)
        calls[row.task_id].append(call_id)
        yield care.encounter(row, call_id, person)
    for row in theirs["service_request"]:
        yield care.service_request(row, ids.of("referral", row.id), person)
    for row in theirs["referral"]:
        request = ids.of("referral", row.service_request_id)
        yield care.referral_task(row, ids.of("sent_referral", row.id), person, request)
    for row in theirs["first_aid_session"]:
        yield care.session(row, ids.of("session", row.id), person)
    for row in theirs["task"]:
        yield care.task(row, ids.of("task", row.id), person, calls[row.id])


def _by_person(conn: Connection, table: Any, patient_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Rows of some people; of answers and scores those that stand."""
    wanted = select(table).where(table.c.patient_id.in_(patient_ids)).order_by(*table.primary_key.columns)
    if table in (models.answer, models.observation):
        wanted = wanted.where(table.c.current)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(wanted):
        found[row.patient_id].append(row)
    return found


def _by_response(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.response_id].append(row)
    return found


def _portions(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[place : place + size] for place in range(0, len(ids), size))
