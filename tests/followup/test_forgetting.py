"""What grew too old is forgotten by night, some at a time, and counted; who waits for somebody is never forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from followup import forgetting, tasks
from followup.database import Database
from followup.errors import RulesError
from followup.retention_rules import AUDIT, IDENTITIES, PEOPLE, retention_rules
from followup.ruleset import RULES_FOLDER
from followup.tasks import CallResult
from screening import events as said
from tests.followup.people import Talk

NIGHT = timedelta(hours=-8)
"""From ten in the morning, the time of these tests, to two at night."""
IDENTITY_DAYS, PEOPLE_DAYS = 730, 1825


def night(now: datetime, days: int) -> datetime:
    """Two at night, so many days later."""
    return now + NIGHT + timedelta(days=days)


def gives_phone(talk: Talk) -> str:
    """Somebody who left name and phone; their id."""
    return talk.says(
        said.IdentityGiven(at=talk.now, kind="name", value="Rosa Quispe"),
        said.IdentityGiven(at=talk.now, kind="phone", value="+51999888777"),
    )


def forget(database: Database, when: datetime) -> forgetting.Forgotten:
    """One look of the clock."""
    with database.begin() as conn:
        return forgetting.forget_by_age(conn, when)


def test_names_go_first_and_the_story_stays(rosa: Talk, rows) -> None:
    """After two years without contact nobody can be called by this row any more."""
    rosa.consents()
    patient = gives_phone(rosa)
    assert forget(rosa.database, night(rosa.now, IDENTITY_DAYS - 1)).counts[IDENTITIES] == 0
    assert forget(rosa.database, night(rosa.now, IDENTITY_DAYS + 2)).counts == {PEOPLE: 0, IDENTITIES: 1, AUDIT: 0}
    assert rows("identity") == rows("contact_preference") == []
    assert [(row["id"], row["has_phone"]) for row in rows("patient")] == [(patient, False)]
    assert len(rows("audit_event", subtype="identity.forgotten")) == 1


def test_the_whole_person_goes_later_and_the_counts_stay(rosa: Talk, rows) -> None:
    """What others keep of the conversation is named, so that it goes as well."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_17")
    rosa.finishes()
    found = forget(rosa.database, night(rosa.now, PEOPLE_DAYS + 2))
    assert found.counts[PEOPLE] == 1
    assert found.conversations == (rosa.conversation_id,)
    assert rows("patient") == []
    assert [row["count"] for row in rows("measure_report", measure="screened")] == [1]
    assert [(row["rule"], row["count"]) for row in rows("forgotten")] == [("checked", 0), (PEOPLE, 1)]


def test_by_day_nothing_is_forgotten(rosa: Talk, count) -> None:
    """People are at work then."""
    rosa.consents()
    assert forget(rosa.database, rosa.now + timedelta(days=PEOPLE_DAYS + 2)).counts == {}
    assert count("patient") == 1


def test_an_open_case_keeps_everything(rosa: Talk, count) -> None:
    """However old it is."""
    rosa.consents()
    gives_phone(rosa)
    rosa.needs("callback")
    assert forget(rosa.database, night(rosa.now, PEOPLE_DAYS + 2)).counts == {PEOPLE: 0, IDENTITIES: 0, AUDIT: 0}
    assert count("identity") == 2


def test_a_message_or_a_call_counts_as_contact(rosa: Talk, talk, ana: str, count) -> None:
    """The span begins anew with each."""
    julio = talk("conversation-julio")
    julio.consents()
    julio.needs("callback")
    rosa.consents()
    rosa.now = julio.now = rosa.now + timedelta(days=PEOPLE_DAYS - 10)
    rosa.says()
    with rosa.database.begin() as conn:
        task = conn.exec_driver_sql("SELECT id FROM task").scalar_one()
        tasks.claim(conn, task, ana, julio.now)
        tasks.record_call(conn, task, ana, CallResult("no_answer"), julio.now)
    assert forget(rosa.database, night(rosa.now, 20)).counts[PEOPLE] == 0
    assert count("patient") == 2


def test_many_are_forgotten_in_batches(rosa: Talk, talk, count, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look never holds up who writes meanwhile; once nothing is left, the night is over for it."""
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        talk(f"conversation-{number}").consents()
    when = night(rosa.now, PEOPLE_DAYS + 2)
    assert [forget(rosa.database, when).counts.get(PEOPLE) for _ in range(4)] == [2, 2, 1, None]
    assert count("patient") == 0


def test_the_report_says_what_is_too_old_and_what_was_forgotten(rosa: Talk) -> None:
    """Also for what is kept by rules in other files."""
    rosa.consents()
    gives_phone(rosa)
    later = rosa.now + timedelta(days=IDENTITY_DAYS + 2)
    with rosa.database.begin() as conn:
        before = {line.code: line for line in forgetting.report(conn, later)}
        forgetting.forget_by_age(conn, later + NIGHT)
        after = {line.code: line for line in forgetting.report(conn, later)}
    assert (before[IDENTITIES].due, before[IDENTITIES].forgotten) == (1, 0)
    assert (after[IDENTITIES].due, after[IDENTITIES].forgotten) == (0, 1)
    assert before["message_ids"].due == 2
    assert (before["unknown_messages"].days, before["unknown_messages"].file) == (90, "understanding.yml")
    assert before[PEOPLE].due == 0


def test_old_audit_rows_go_and_younger_ones_stay(rosa: Talk, ana: str, count) -> None:
    """Ten years."""
    before = count("audit_event")
    assert before
    forget(rosa.database, night(rosa.now, 3000))
    assert count("audit_event") >= before
    assert forget(rosa.database, night(rosa.now, 4000)).counts[AUDIT] >= before


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('identities: "730 d"', 'identities: "dos años"', "after_last_contact.identities"),
        ('identities: "730 d"', 'identities: "3 d"', "after_last_contact.identities"),
        ('identities: "730 d"', 'identities: "9999 d"', "after_last_contact.identities"),
        ('audit: "3650 d"', "", "after_writing.audit"),
        ('message_ids: "30 d"', 'message_ids: "80 wh"', "after_writing.message_ids"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(tmp_path: Path, old: str, new: str, place: str) -> None:
    """Deleting is no place for guessing."""
    for name in ("retention.yml", "understanding.yml", "staff_messages.yml"):
        text = (RULES_FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError) as error:
        retention_rules(tmp_path)
    assert error.value.place == place


def test_for_good_means_never(tmp_path: Path) -> None:
    """A programme whose law asks for it keeps everything."""
    for name in ("retention.yml", "understanding.yml", "staff_messages.yml"):
        text = (RULES_FOLDER / name).read_text(encoding="utf-8").replace('"1825 d"', "siempre")
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert retention_rules(tmp_path).days(PEOPLE) is None
