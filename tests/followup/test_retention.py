"""Whoever asks to be forgotten is forgotten: in the rows, in the bytes of the file, and in what comes later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from followup import reports, retention, tasks, unknown_messages
from followup.database import Database
from followup.models import METADATA
from followup.tasks import CallResult
from screening import events as said
from tests.followup.every_table import fill
from tests.followup.people import Talk, add_staff, names, session_json

OF_STAFF = {"practitioner", "staff_session", "staff_contact", "staff_notice", "staff_recovery_code", "saved_list"}
OF_NOBODY = {"measure_report", "turn", "vault_check", "health_centre", "forgotten"}
# What staff and reviewers write of rules and texts: words for everybody, and nothing of anybody.
OF_RULES = {"rule_draft", "rule_publication", "rule_process", "translation", "translation_comment"}
KEPT = OF_STAFF | OF_NOBODY | OF_RULES | {"audit_event"}
ROSA = "00000000-0000-4000-8000-00000000000a"
NAME, PHONE = "Rosa Quispe Huamán", "+51999888777"


def lives(talk: Talk, practitioner_id: str) -> str:
    """A whole story: answers, risk, task, call, identity; the person's id."""
    talk.consents()
    talk.says(
        said.ConsentGiven(at=talk.now, kind="callback", version="1"),
        said.IdentityGiven(at=talk.now, kind="name", value=NAME),
        said.IdentityGiven(at=talk.now, kind="phone", value=PHONE),
        said.ContactPreferenceGiven(at=talk.now, field="word", value="maíz"),
        said.ContactPreferenceGiven(at=talk.now, field="voicemail", value="no"),
        said.ProfileAnswered(at=talk.now, field="burden", value="loss"),
    )
    talk.starts()
    talk.answers("srq_17")
    talk.finishes()
    talk.says(
        said.RiskIdentified(at=talk.now, code="suicide", level="high", rule="TR-1", source="item:srq_17"),
        said.ReferralAdvised(at=talk.now, kind="csmc", priority="urgent", rule="TR-1"),
        said.FirstAidStarted(at=talk.now, script="respiracion", version="1"),
        said.FirstAidCompleted(at=talk.now, script="respiracion", helped="yes"),
        said.RescreenScheduled(at=talk.now, due_at=talk.now + timedelta(days=90)),
    )
    talk.says(
        said.MessageNotUnderstood(at=talk.now, text="trozo verde de nube", language="es"),
    )
    patient_id = talk.needs("callback", "asap", 2)
    with talk.database.begin() as conn:
        ids = select(METADATA.tables["task"].c.id).where(METADATA.tables["task"].c.patient_id == patient_id)
        result = CallResult("no_answer", note=f"llamé a {NAME}")
        tasks.record_call(conn, conn.execute(ids).scalar_one(), practitioner_id, result, talk.now)
    return patient_id


def left(database: Database) -> dict[str, int]:
    """Tables that still have rows."""
    with database.read() as conn:
        counted = {
            name: conn.execute(select(func.count()).select_from(table)) for name, table in METADATA.tables.items()
        }
        found = {name: int(rows.scalar_one()) for name, rows in counted.items()}
    return {name: number for name, number in found.items() if number}


def test_nothing_of_a_person_is_left_in_any_table(database: Database, now) -> None:
    """Every table there is gets a row of Rosa's, also one that is added later: forgotten in `erase`, it fails here."""
    owner = database.vault.encrypt(ROSA, unknown_messages.OWNER)
    given = {"patient.id": ROSA, "unknown_message.owner": owner, "patient.consent_screening": "yes"}
    with database.begin() as conn:
        made = fill(conn, now, given | {"patient.language": "es", "questionnaire_response.status": "completed"})
        assert retention.erase(conn, ROSA, now)
    assert set(left(database)) <= KEPT, "say in erase what becomes of it, or here why it is no person's"
    ids = {str(made[name]["id"]) for name in ("conversation", "task", "referral", "service_request")} | {ROSA}
    with database.read() as conn:
        for name in set(left(database)) - {"audit_event"}:
            kept = str(conn.execute(select(METADATA.tables[name])).all())
            assert not [one for one in ids if f"'{one}'" in kept], name


def test_a_whole_story_is_gone_after_an_erasure(rosa: Talk, ana: str, rows) -> None:
    """Who did it is recorded, and how many tasks it took away."""
    patient_id = lives(rosa, ana)
    with rosa.database.begin() as conn:
        assert retention.erase(conn, patient_id, rosa.now, practitioner_id=ana)
    assert set(left(rosa.database)) <= KEPT
    done = rows("audit_event", subtype="patient.erased")
    assert [(row["object_id"], row["actor_id"], row["detail"]) for row in done] == [
        (patient_id, ana, {"cancelled_tasks": 1})
    ]


def test_another_person_keeps_everything(rosa: Talk, talk, ana: str) -> None:
    """Erasing one touches one."""
    julio = talk("conversation-julio")
    lives(julio, ana)
    before = left(rosa.database)
    patient_id = lives(rosa, ana)
    with rosa.database.begin() as conn:
        retention.erase(conn, patient_id, rosa.now)
    after = left(rosa.database)
    assert {name: count for name, count in after.items() if name not in KEPT} == {
        name: count for name, count in before.items() if name not in KEPT
    }


def test_the_counts_of_a_forgotten_person_stay_in_the_report(rosa: Talk, ana: str) -> None:
    """The programme's figures do not sink because somebody used a right."""
    patient_id = lives(rosa, ana)
    with rosa.database.begin() as conn:
        before = reports.funnel(conn, None, None)
        retention.erase(conn, patient_id, rosa.now)
        assert reports.funnel(conn, None, None) == before
    assert before["total"]["screened"] == 1


def test_a_person_may_ask_the_bot(rosa: Talk, rows) -> None:
    """The event at the end of the conversation erases in the same transaction."""
    rosa.consents()
    rosa.needs("crisis", "stat", 0.25)
    rosa.says(said.DataErasureRequested(at=rosa.now), session=session_json("stopped"))
    assert rows("patient") == []
    assert rows("conversation") == []
    assert names(rows("audit_event", subtype="patient.erased"), "actor_kind") == ["patient"]


def test_the_repeated_last_message_does_not_bring_the_person_back(rosa: Talk, rows) -> None:
    """The platform delivers "sí, borrar todo" twice: the second time finds that it was done."""
    rosa.consents()
    rosa.says(said.DataErasureRequested(at=rosa.now))
    with rosa.database.turn(rosa.conversation_id, f"m{rosa.messages}", rosa.now) as turn:
        assert turn.repeated
        assert turn.session is None
    assert rows("patient") == []
    assert rows("conversation") == []


def test_who_writes_again_is_a_new_person(rosa: Talk) -> None:
    """Nothing connects the two."""
    first = rosa.consents()
    rosa.says(said.DataErasureRequested(at=rosa.now))
    assert rosa.says() != first


def test_nobody_there_to_erase(database: Database, now) -> None:
    """Asking twice is no error."""
    with database.begin() as conn:
        assert not retention.erase(conn, "nobody", now)


def test_the_bytes_of_the_file_hold_nothing_of_a_forgotten_person(
    sqlite_database: Database, now, tmp_path: Path
) -> None:
    """After the night's compacting neither plain nor encrypted values, nor the conversation's id, are in the files."""
    rosa = Talk(sqlite_database, "conversation-of-rosa-0123456789", now)
    patient_id = lives(rosa, add_staff(sqlite_database, "ana"))
    vault = sqlite_database.vault
    traces = {
        "conversation": rosa.conversation_id.encode(),
        "encrypted phone": vault.encrypt(PHONE, "phone"),
        "encrypted name": vault.encrypt(NAME, "name"),
    }
    with sqlite_database.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    before = _bytes_of(tmp_path)
    assert all(trace in before for trace in traces.values()), "the test must be able to find them"
    with sqlite_database.begin() as conn:
        retention.erase(conn, patient_id, now)
    sqlite_database.compact()
    after = _bytes_of(tmp_path)
    for name, trace in {**traces, "name": NAME.encode(), "phone": PHONE[1:].encode(), "item": b"srq_17"}.items():
        assert trace not in after, name


def test_plain_names_and_phones_are_never_in_the_file(sqlite_database: Database, now, tmp_path: Path) -> None:
    """Not even while the person is with us."""
    rosa = Talk(sqlite_database, "conversation-rosa", now)
    lives(rosa, add_staff(sqlite_database, "ana"))
    written = _bytes_of(tmp_path)
    assert NAME.encode() not in written
    assert PHONE[1:].encode() not in written
    assert "maíz".encode() not in written


def test_old_message_ids_are_forgotten(rosa: Talk, count) -> None:
    """Nobody delivers a message again after a month."""
    rosa.says()
    with rosa.database.begin() as conn:
        assert retention.forget_old(conn, rosa.now + timedelta(days=29)) == 0
        assert retention.forget_old(conn, rosa.now + timedelta(days=31)) == 1
    assert count("turn") == 0


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("uyariq.db*"))


def test_a_yes_taken_back_cancels_what_was_owed_and_says_why(rosa: Talk, ana: str, rows) -> None:
    """Answers go at once, a referral is not pursued; a crisis stays open, with the phone to call."""
    patient_id = lives(rosa, ana)
    rosa.needs("referral")
    rosa.says(said.ConsentRefused(at=rosa.now, kind="callback", version="1"))
    rosa.needs("crisis", "stat", 0.25)
    rosa.says(said.ConsentRefused(at=rosa.now, kind="screening", version="1"))
    found = {row["kind"]: row for row in rows("task")}
    assert found["referral"]["status"] == "cancelled"
    reasons = [row["detail"].get("reason") for row in rows("task_event", task_id=found["referral"]["id"])]
    assert retention.CONSENT_WITHDRAWN in [found["referral"]["status_reason"], *reasons]
    assert found["callback"]["closed_at"] is not None
    assert found["crisis"]["closed_at"] is None
    assert rows("answer") == rows("observation") == rows("profile_answer") == rows("service_request") == []
    assert [row["kind"] for row in rows("identity", patient_id=patient_id)]
