"""A merge of two people can be taken back whole, for some time, while nothing happened that nobody could divide."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import insert, select

from followup import audit, forgetting, messages, retention, tasks, unmerge
from followup.database import Database
from followup.errors import MergeStands
from followup.merge import merge
from followup.models import METADATA, break_glass, first_aid_session, patient_merge, unknown_message
from followup.retention_rules import MERGES, retention_rules
from followup.ruleset import RULES_FOLDER
from followup.tasks import CallResult
from followup.unknown_messages import OWNER
from screening import events as said
from tests.followup.every_table import fill
from tests.followup.people import Talk, names

DAY = timedelta(days=1)
GROWING = {"audit_event", "task_event", "turn"}
"""What only grows: that a merge was made and taken back stays on record."""
ROSA, AGAIN = "00000000-0000-4000-8000-00000000rosa", "00000000-0000-4000-8000-0000000again"


def dump(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that can change, in an order of its own; whose a message is, is read with the key."""
    found = {}
    with database.read() as conn:
        for name, table in METADATA.tables.items():
            if name not in GROWING:
                rows = [dict(row) for row in conn.execute(select(table)).mappings()]
                for row in rows if name == unknown_message.name else ():
                    row["owner"] = database.vault.decrypt(row["owner"], OWNER)
                found[name] = sorted(rows, key=repr)
    return found


@pytest.fixture
def two(rosa: Talk, talk: Callable[[str], Talk], ana: str, database: Database) -> tuple[str, str]:
    """Rosa, and Rosa once more: both with answers, an open call, a number, consents and a session of first aid."""
    ids = []
    for one, priority, phone in ((rosa, "routine", "+51911111111"), (talk("again"), "asap", "+51922222222")):
        one.consents()
        one.starts(f"{one.conversation_id[:4]}-srq-1")
        one.answers("srq_1", response_id=f"{one.conversation_id[:4]}-srq-1")
        one.finishes(response_id=f"{one.conversation_id[:4]}-srq-1")
        one.says(
            said.ProfileAnswered(at=one.now, field="district", value="150110" if one is rosa else "050401"),
            said.IdentityGiven(at=one.now, kind="phone", value=phone),
            said.ConsentGiven(at=one.now, kind="callback", version="1"),
        )
        if one is not rosa:
            risk = said.RiskIdentified(at=one.now, code="suicide", level="high", rule="TR-001", source="item")
            one.says(said.ProfileAnswered(at=one.now, field="age", value=30), risk)
        person = one.needs("callback", priority, 9, (f"reason-{priority}",))
        ids.append(person)
        with database.begin() as conn:
            row = {"id": f"session-{priority}", "patient_id": person, "practitioner_id": ana, "number": 1}
            conn.execute(insert(first_aid_session), row | {"at": one.now, "topics": []})
    return ids[0], ids[1]


@pytest.fixture
def joined(two: tuple[str, str], database: Database, now: datetime, carmen: str) -> str:
    """The id of the merge of the two."""
    with database.begin() as conn:
        merge(conn, two[1], two[0], now, practitioner_id=carmen)
        return str(conn.execute(select(patient_merge.c.id)).scalar_one())


def refusal(database: Database, merge_id: str, now: datetime, by: str) -> str:
    """Why the merge stands."""
    with pytest.raises(MergeStands) as stands, database.begin() as conn:
        unmerge.undo(conn, merge_id, now, by)
    return stands.value.reason


def test_everything_is_as_it_was_before(
    two: tuple[str, str], database: Database, now: datetime, carmen: str, rows: Any
) -> None:
    """Each row of each table, of both; that it was done and undone is on record, and the cases say so."""
    before = dump(database)
    with database.begin() as conn:
        merge(conn, two[1], two[0], now, practitioner_id=carmen)
        (found,) = unmerge.recent(conn, now)
    assert dump(database) != before
    assert (found.kept_id, found.refused, found.by) == (two[0], None, "Carmen")
    with database.begin() as conn:
        assert unmerge.undo(conn, found.id, now + DAY, carmen) == two
    assert dump(database) == before
    undone = rows("audit_event", subtype="patient.unmerged")
    assert {(row["object_id"], row["detail"]["other"], row["actor_id"], row["action"]) for row in undone} == {
        (two[0], two[1], carmen, audit.UPDATE),
        (two[1], two[0], carmen, audit.UPDATE),
    }
    assert names(rows("task_event", event=unmerge.UNDONE), "actor_id") == [carmen, carmen]


def test_rows_of_every_table_find_their_way_back(database: Database, now: datetime) -> None:
    """Whatever tables there are, also one that is added later: who had the row has it again."""
    with database.begin() as conn:
        made = {one: fill(conn, now, given(database, one)) for one in (ROSA, AGAIN)}
    before = dump(database)
    by = made[ROSA]["practitioner"]["id"]
    with database.begin() as conn:
        merge(conn, AGAIN, ROSA, now, practitioner_id=by)
        found = conn.execute(select(patient_merge.c.id).where(patient_merge.c.at == now)).scalars().all()
        new = set(found) - {made[one]["patient_merge"]["id"] for one in made}
        unmerge.undo(conn, new.pop(), now, by)
    assert dump(database) == before


def given(database: Database, patient_id: str) -> dict[str, Any]:
    """Values that cannot be anything: whose, and lists of a vault that can be read."""
    owner = database.vault.encrypt(patient_id, OWNER)
    return {"patient.id": patient_id, "unknown_message.owner": owner, "task.priority": "routine"}


def test_nothing_of_the_journal_tells_who_somebody_is(joined: str, rows: Any) -> None:
    """Ids, codes and what stands open in the row of the person anyway."""
    (kept,) = rows("patient_merge")
    assert "+519" not in str(kept["before"])
    assert not [value for value in kept.values() if isinstance(value, bytes)]


def test_after_its_time_a_merge_stands_and_its_journal_is_forgotten(
    joined: str, database: Database, now: datetime, carmen: str, rows: Any
) -> None:
    """The rules say how long; the clock forgets what was kept for it."""
    allowed = retention_rules().days(MERGES)
    assert allowed is not None
    with database.begin() as conn:
        assert [one.id for one in unmerge.recent(conn, now + allowed)] == [joined]
        assert unmerge.recent(conn, now + allowed + DAY) == []
    assert refusal(database, joined, now + allowed + DAY, carmen) == "merge_too_old"
    with database.begin() as conn:
        assert retention.forget_old(conn, now + allowed - DAY) == 0
        due = {line.code: line.due for line in forgetting.report(conn, now + allowed + DAY)}
        assert due[MERGES] == 1
        retention.forget_old(conn, now + allowed + DAY)
    assert rows("patient_merge") == []
    assert refusal(database, joined, now, carmen) == "merge_too_old"


def test_what_happened_since_is_the_reason_why_it_stands(
    joined: str, two: tuple[str, str], database: Database, talk: Any, now: datetime, ana: str, carmen: str, rows: Any
) -> None:
    """The strongest first; a case that was taken and given back is none."""

    def why() -> str | None:
        with database.read() as conn:
            (found,) = unmerge.recent(conn, now)
        return found.refused

    (open_call,) = [row["id"] for row in rows("task") if row["closed_at"] is None]
    with database.begin() as conn:
        assert tasks.claim(conn, open_call, ana, now)
    assert why() == "case_changed_since"
    assert refusal(database, joined, now, carmen) == "case_changed_since"
    with database.begin() as conn:
        assert tasks.release(conn, open_call, ana, now)
    assert why() is None
    again = talk("again")
    again.now += timedelta(minutes=1)
    again.messages = 90
    again.says()
    assert why() == "wrote_since"
    with database.begin() as conn:
        assert messages.schedule(conn, two[0], messages.UNFINISHED, now, now)
    assert why() == "written_to_since"
    with database.begin() as conn:
        tasks.claim(conn, open_call, ana, now)
        tasks.record_call(conn, open_call, ana, CallResult("no_answer"), now)
    assert why() == "called_since"
    assert refusal(database, joined, now, carmen) == "called_since"
    assert [row["id"] for row in rows("patient")] == [two[0]]


def test_a_look_in_an_emergency_counts_as_something_that_happened(
    joined: str, two: tuple[str, str], database: Database, now: datetime, ana: str, carmen: str
) -> None:
    """Nobody could say whose name was opened."""
    with database.begin() as conn:
        row = {"id": "opened", "patient_id": two[0], "practitioner_id": ana, "reason": b"x", "at": now, "until": now}
        conn.execute(insert(break_glass), row)
    assert refusal(database, joined, now, carmen) == "changed_since"


def test_marks_of_the_clock_do_not_stand_in_the_way(
    joined: str, database: Database, now: datetime, carmen: str, rows: Any
) -> None:
    """That a supervisor was told of a late case says nothing about whose it is."""
    from followup.clocks import tick

    with database.begin() as conn:
        assert tick(conn, now + timedelta(hours=20)).alerted
        unmerge.undo(conn, joined, now + timedelta(hours=20), carmen)
    assert len(rows("patient")) == 2


def test_merged_once_more_it_is_undone_step_by_step(
    joined: str, two: tuple[str, str], talk: Any, database: Database, now: datetime, carmen: str, rows: Any
) -> None:
    """The last merge first; then the one before can be undone as well."""
    older = talk("older")
    older.now = now - DAY
    third = older.consents()
    with database.begin() as conn:
        merge(conn, two[0], third, now, practitioner_id=carmen)
        last = next(one.id for one in unmerge.recent(conn, now) if one.id != joined)
    assert refusal(database, joined, now, carmen) == "merged_since"
    with database.begin() as conn:
        unmerge.undo(conn, last, now, carmen)
        unmerge.undo(conn, joined, now, carmen)
    assert {row["id"] for row in rows("patient")} == {*two, third}


def test_forgetting_the_person_forgets_the_journal(
    joined: str, two: tuple[str, str], database: Database, now: datetime, rows: Any
) -> None:
    """It holds what somebody said of themselves: it goes with their refusal, and with everything."""
    with database.begin() as conn:
        retention.forget_screening(conn, two[0], now)
    assert rows("patient_merge") == []


def test_who_joined_their_own_conversations_leaves_no_journal(
    two: tuple[str, str], database: Database, now: datetime, rows: Any
) -> None:
    """The person said that they are one: there is nothing for a supervisor to take back."""
    with database.begin() as conn:
        merge(conn, two[1], two[0], now, by_patient=True)
    assert rows("patient_merge") == []


def test_how_long_is_a_rule_and_without_it_nothing_can_be_undone(tmp_path: Path) -> None:
    """In days; a file from before the rule still works."""
    for name in ("retention.yml", "understanding.yml", "staff_messages.yml"):
        shutil.copy(RULES_FOLDER / name, tmp_path)
    path = tmp_path / "retention.yml"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.strip().startswith("merges:"))
    path.write_text(text.replace(line, '  merges: "2 d"'), encoding="utf-8")
    assert retention_rules(tmp_path).days(MERGES) == timedelta(days=2)
    path.write_text(text.replace(line, ""), encoding="utf-8")
    assert retention_rules(tmp_path).days(MERGES) == timedelta(0)


def test_two_who_undo_at_once_do_it_once(
    joined: str, database: Database, now: datetime, carmen: str, rows: Any
) -> None:
    """The slower one is told that there is nothing to undo any more."""

    def undo(_: int) -> str:
        try:
            with database.begin() as conn:
                unmerge.undo(conn, joined, now, carmen)
        except MergeStands as stands:
            return stands.reason
        return "undone"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(undo, range(2))) == ["merge_too_old", "undone"]
    assert len(rows("patient")) == 2


@pytest.mark.parametrize("attempt", range(3))
def test_what_somebody_writes_at_that_moment_is_theirs(
    joined: str, talk: Any, database: Database, now: datetime, carmen: str, rows: Any, attempt: int
) -> None:
    """Either it came before, and the merge stands, or after: then it belongs to whose conversation it is."""
    again = talk("again")
    again.messages = 90
    again.now += timedelta(minutes=1)
    ready = Barrier(2)

    def write() -> str:
        ready.wait()
        again.says(said.ProfileAnswered(at=again.now, field="children", value="now"))
        return "written"

    def undo() -> str:
        ready.wait()
        try:
            with database.begin() as conn:
                unmerge.undo(conn, joined, now, carmen)
        except MergeStands as stands:
            return stands.reason
        return "undone"

    with ThreadPoolExecutor(2) as pool:
        both = [one.result() for one in (pool.submit(write), pool.submit(undo))]
    assert both in (["written", "undone"], ["written", "wrote_since"])
    (conversation,) = rows("conversation", id="again")
    (answer,) = rows("profile_answer", field="children")
    assert answer["patient_id"] == conversation["patient_id"]
    assert len(rows("patient")) == (2 if both[1] == "undone" else 1)
