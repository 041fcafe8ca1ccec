"""What the follow-up database holds of one conversation, for tests to compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from followup import models
from uyariq.rooms import House

if TYPE_CHECKING:
    from tests.e2e.talk import Talk

LEVELS = ("none", "moderate", "high", "imminent")


@dataclass
class Kept:
    """Everything a test may ask about.

    answers: linkId -> code, as they stand now; all_answers: corrected ones too, in the order given. tasks: open ones,
    kind -> priority. contact: how the person wants to be reached, field -> code. positive: score -> above its cut-off.
    helped: first-aid script -> whether it did. messages: what is to be written to the person later, kind -> status.
    """

    patient: dict[str, Any]
    answers: dict[str, str]
    all_answers: list[tuple[str, str]]
    scores: dict[str, Any]
    tasks: dict[str, str]
    reasons: dict[str, list[str]]
    flags: dict[str, str]
    referrals: dict[str, str]
    consents: dict[str, str]
    first_aid: list[str]
    identities: list[str]
    responses: dict[str, str]
    contact: dict[str, str]
    positive: dict[str, bool | None]
    helped: dict[str, str | None]
    messages: dict[str, str]
    status: str | None


def conversation_id(house: House, talk: Talk) -> str:
    """The opaque id under which the person is known behind the gateway."""
    from bot.gateway.identity import Identity

    return Identity(house.settings.secret).conversation(talk.channel, talk.person)


def of_person(house: House, talk: Talk) -> Kept:
    """What is kept of the person who talks."""
    with house.database.read() as conn:
        patient_id = conn.execute(
            select(models.conversation.c.patient_id).where(models.conversation.c.id == conversation_id(house, talk))
        ).scalar()

        def rows(table: Any) -> list[Any]:
            return list(conn.execute(select(table).where(table.c.patient_id == patient_id)).mappings())

        responses = rows(models.questionnaire_response)
        answers = sorted(rows(models.answer), key=lambda row: row["id"])
        observations = [row for row in rows(models.observation) if row["current"]]
        people = list(conn.execute(select(models.patient).where(models.patient.c.id == patient_id)).mappings())
        tasks = rows(models.task)
        talks = rows(models.conversation)
        return Kept(
            patient=dict(people[0]) if people else {},
            answers={row["link_id"]: row["code"] or row["absent_reason"] for row in answers if row["current"]},
            all_answers=[(row["link_id"], row["code"] or row["absent_reason"]) for row in answers],
            scores={row["name"]: row["value"] for row in observations},
            tasks={row["kind"]: row["priority"] for row in tasks if row["closed_at"] is None},
            reasons={row["kind"]: list(row["reasons"]) for row in tasks},
            flags=_strongest(rows(models.flag)),
            referrals={row["kind"]: row["priority"] for row in rows(models.service_request)},
            consents={row["kind"]: row["status"] for row in rows(models.consent)},
            first_aid=[row["script"] for row in rows(models.first_aid_delivery)],
            identities=[row["kind"] for row in rows(models.identity)],
            responses={row["instrument"]: row["status"] for row in responses},
            contact={row["field"]: row["value"] for row in rows(models.contact_preference) if row["current"]},
            positive={row["name"]: row["positive"] for row in observations},
            helped={row["script"]: row["helped"] for row in rows(models.first_aid_delivery)},
            messages={row["kind"]: row["status"] for row in rows(models.communication)},
            status=talks[0]["status"] if talks else None,
        )


def _strongest(flags: list[Any]) -> dict[str, str]:
    """The highest level of each risk; every rule that fires leaves a flag of its own."""
    ranked = sorted(flags, key=lambda row: LEVELS.index(row["level"]))
    return {row["code"]: row["level"] for row in ranked}


def tables_that_know(house: House, patient_id: str) -> set[str]:
    """Tables in which anything leads to that person; the audit of what was done to them aside."""
    known = set()
    with house.database.read() as conn:
        for table in models.METADATA.sorted_tables:
            column = {"patient": "id"}.get(table.name, "patient_id")
            if column in table.c and conn.execute(select(table).where(table.c[column] == patient_id)).first():
                known.add(table.name)
    return known
