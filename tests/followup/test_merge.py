"""Two conversations of one person become one person, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from followup import retention
from followup.database import Database
from followup.merge import merge, merge_conversations
from followup.models import METADATA, first_aid_session
from screening import events as said

HOUR = timedelta(hours=1)


@pytest.fixture
def two(database: Database, now: datetime) -> tuple[str, str]:
    """Somebody who was screened on Telegram, and who asked for a call on WhatsApp an hour later."""
    return (
        _talk(
            database,
            "telegram-a",
            now,
            said.ConsentGiven(at=now, kind="screening", version="1"),
            said.ProfileAnswered(at=now, field="district", value="150110"),
            said.ProfileAnswered(at=now, field="age", value=30),
            said.QuestionnaireStarted(
                at=now, response_id="aa:1", instrument="srq_minsa", version="1", sha256="0" * 64, language="es",
                state="source",
            ),
            said.ItemAnswered(at=now, response_id="aa:1", link_id="srq_1", value=1, code="yes"),
            _call(now, "routine", now + 9 * HOUR, "asked_for_call"),
            said.IdentityGiven(at=now, kind="phone", value="+51911111111"),
        ),
        _talk(
            database,
            "whatsapp-b",
            now + HOUR,
            said.ConsentGiven(at=now + HOUR, kind="screening", version="1"),
            said.ConsentGiven(at=now + HOUR, kind="callback", version="1"),
            said.ProfileAnswered(at=now + HOUR, field="district", value="150101"),
            said.ProfileAnswered(at=now + HOUR, field="sex", value="female"),
            said.RiskIdentified(at=now + HOUR, code="suicide", level="high", rule="TR-001", source="item"),
            _call(now + HOUR, "asap", now + 2 * HOUR, "suicide_item"),
            said.IdentityGiven(at=now + HOUR, kind="phone", value="+51922222222"),
        ),
    )  # fmt: skip


def _call(at: datetime, priority: str, due: datetime, reason: str) -> said.Event:
    return said.TaskAdvised(at=at, kind="callback", priority=priority, due_at=due, reasons=(reason,), rule="TR")


def _talk(database: Database, conversation: str, now: datetime, *events: said.Event) -> str:
    with database.turn(conversation, "m1", now, conversation.partition("-")[0], "es") as turn:
        turn.record(events)
        return turn.patient_id


def test_everything_moves_to_the_one_we_have_known_for_longer(
    database: Database, two: tuple[str, str], now: datetime, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    """No table keeps a row of the other, both conversations lead to the same person, and the audit says so."""
    first, second = two
    with database.begin() as conn:
        assert merge_conversations(conn, "whatsapp-b", "telegram-a", now + 2 * HOUR)
    left = [
        name for name, table in METADATA.tables.items() if "patient_id" in table.c and rows(name, patient_id=second)
    ]
    assert left == []
    assert [row["id"] for row in rows("patient")] == [first]
    assert {row["patient_id"] for row in rows("conversation")} == {first}
    assert [row["value"] for row in rows("answer", patient_id=first)] == [1]
    merged = [row for row in rows("audit_event") if row["subtype"] == "patient.merged"]
    assert {row["object_id"] for row in merged} == {first, second}


def test_the_stronger_task_and_the_newer_words_count(
    database: Database, two: tuple[str, str], now: datetime, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    """One open call with the urgency of the more urgent; the last number and district are the current ones."""
    first, _ = two
    with database.begin() as conn:
        merge_conversations(conn, "telegram-a", "whatsapp-b", now + 2 * HOUR)
    open_calls = [row for row in rows("task") if row["closed_at"] is None and row["kind"] == "callback"]
    assert [(row["priority"], row["risk_order"]) for row in open_calls] == [("asap", 1)]
    assert set(open_calls[0]["reasons"]) == {"asked_for_call", "suicide_item"}
    phones = [row for row in rows("identity", patient_id=first) if row["kind"] == "phone" and row["current"]]
    assert [database.vault.decrypt(row["ciphertext"], "phone") for row in phones] == ["+51922222222"]
    (person,) = rows("patient")
    assert (person["age"], person["sex"], person["risk_order"]) == (30, "female", 1)
    assert (person["consent_screening"], person["consent_callback"]) == ("yes", "yes")
    standing = [row["kind"] for row in rows("consent", patient_id=first) if row["ended_at"] is None]
    assert sorted(standing) == ["callback", "screening"]


def test_sessions_by_phone_are_counted_on(
    database: Database, two: tuple[str, str], ana: str, now: datetime, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    """The moved sessions of first aid come after those that are there."""
    first, second = two
    with database.begin() as conn:
        for patient_id, number in ((first, 1), (second, 1), (second, 2)):
            conn.execute(insert(first_aid_session), _session(patient_id, number, ana, now))
        merge(conn, second, first, now)
    assert sorted(row["number"] for row in rows("first_aid_session")) == [1, 2, 3]


def _session(patient_id: str, number: int, practitioner: str, now: datetime) -> dict[str, Any]:
    names = {"id": f"{patient_id[:20]}-{number}", "patient_id": patient_id, "practitioner_id": practitioner}
    return {**names, "number": number, "at": now, "topics": []}


def test_joined_people_are_erased_together(
    database: Database, two: tuple[str, str], now: datetime, count: Callable[[str], int]
) -> None:
    """Who is forgotten on one channel is forgotten on the other."""
    first, _ = two
    with database.begin() as conn:
        merge_conversations(conn, "telegram-a", "whatsapp-b", now)
        assert retention.erase(conn, first, now)
    assert count("conversation") == count("patient") == count("answer") == 0


def test_an_unknown_conversation_joins_nobody(database: Database, two: tuple[str, str], now: datetime) -> None:
    """Somebody who has not talked yet has nothing to join; the same person twice is nothing to do."""
    with database.begin() as conn:
        assert not merge_conversations(conn, "telegram-a", "whatsapp-nobody", now)
        assert merge_conversations(conn, "telegram-a", "telegram-a", now)
        with pytest.raises(LookupError):
            merge(conn, "nobody", two[0], now)
