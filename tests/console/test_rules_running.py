"""Staff see when a running process does not answer with what was published last."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from console.health import rule_metrics
from console.rules_running import Behind, left_behind
from console.site import load_templates
from followup import rule_drafts, rule_processes, rule_publications
from followup.database import Database
from tests.followup.people import add_staff

PATH = "first_aid/inventada.yml"
NOW = datetime.fromisoformat("2026-11-23T10:00:00-05:00")


@pytest.fixture
def published(sqlite_database: Database) -> Database:
    """One publication, made at ten."""
    ana = add_staff(sqlite_database, "ana")
    with sqlite_database.begin() as conn:
        begun = rule_drafts.open_draft(conn, PATH, 'version: "2026112201"\ntitle: uno\n', ana, NOW)
        text = 'version: "2026112201"\ntitle: dos\n'
        saved = rule_drafts.save_draft(conn, begun.id, begun.revision, text, {}, ana, NOW)
        rule_publications.publish(conn, saved.id, saved.revision, "nota", ana, NOW, lambda *_: [])
    return sqlite_database


def behind(database: Database, revision: int, failed: int | None, problem: str, after: timedelta) -> tuple[Behind, ...]:
    """What staff see of a bot with these rules, some time after the publication."""
    with database.begin() as conn:
        rule_processes.note(conn, "one", "bot", revision, failed, problem, NOW + after)
        return left_behind(conn, NOW + after)


def test_a_process_with_the_newest_rules_is_not_named(published: Database) -> None:
    """Nothing is shown while all is well."""
    assert behind(published, 1, None, "", timedelta(hours=1)) == ()


def test_a_process_that_could_not_take_the_rules_is_named_at_once_with_the_reason(published: Database) -> None:
    """The first lines of what the check says."""
    found = behind(published, 0, 1, "a.yml:3: key_missing: Falta algo.\ndos\ntres\ncuatro", timedelta(seconds=5))
    assert found == (Behind("bot", 0, ("a.yml:3: key_missing: Falta algo.", "dos", "tres")),)


def test_a_process_has_two_minutes_to_come_after(published: Database) -> None:
    """Then it is named, though it does not say why."""
    assert behind(published, 0, None, "", timedelta(minutes=1)) == ()
    assert behind(published, 0, None, "", timedelta(minutes=3)) == (Behind("bot", 0, ()),)


def test_a_process_that_no_longer_runs_is_not_named(published: Database) -> None:
    """It was stopped, or its machine was."""
    with published.begin() as conn:
        rule_processes.note(conn, "one", "bot", 0, 1, "algo", NOW)
        assert left_behind(conn, NOW + timedelta(minutes=10)) == ()


def test_the_notice_says_that_the_old_rules_hold() -> None:
    """And escapes what the check says."""
    page = load_templates().get_template("_rules_running.html")
    shown = page.render(behind=(Behind("bot", 4, ("a.yml: <b>",)),))
    assert "reglas anteriores" in shown
    assert "bot: usa la publicación 4." in shown
    assert "&lt;b&gt;" in shown
    assert page.render(behind=()).strip() == ""


def test_machines_read_the_oldest_rules_of_each_part(published: Database) -> None:
    """And how many processes could not take newer ones."""
    with published.begin() as conn:
        rule_processes.note(conn, "one", "bot", 1, None, "", NOW)
        rule_processes.note(conn, "two", "bot", 0, 1, "algo", NOW)
        lines = list(rule_metrics(rule_processes.running(conn, NOW)))
    assert 'uyariq_rules_revision{part="bot"} 0' in lines
    assert "uyariq_rules_failed 1" in lines
