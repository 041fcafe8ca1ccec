"""The list stays fast with a million people because its questions are answered from indexes; this proves the plans.

Times depend on the machine, plans do not: no question of the list may sort all open tasks or read closed ones.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from followup import clocks, worklist
from followup.database import Database
from followup.worklist import Filters

QUESTIONS = [
    {},
    {"section": "crisis"},
    {"section": "due"},
    {"section": "later"},
    {"section": "agreed"},
    {"section": "closed"},
    {"language": "qu"},
    {"district": "050401"},
    {"free_only": True, "callable_now": True},
    {"awaiting_supervisor": True},
    {"alerted": True},
]


def plans(database: Database, ask) -> list[str]:
    """The steps of SQLite's plans for what is asked of the task table."""
    steps: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            cursor = conn.connection.cursor()
            steps.extend(row[-1] for row in cursor.execute("EXPLAIN QUERY PLAN " + statement, values))

    event.listen(database.engine, "before_cursor_execute", explain)
    try:
        ask()
    finally:
        event.remove(database.engine, "before_cursor_execute", explain)
    return steps


@pytest.mark.parametrize("filters", QUESTIONS, ids=str)
def test_a_page_of_the_list_comes_out_of_an_index_in_order(sqlite_database: Database, now, filters: dict) -> None:
    """No sorting, no reading of the whole table."""

    def ask() -> None:
        with sqlite_database.read() as conn:
            worklist.open_tasks(conn, now, Filters(**filters))

    steps = plans(sqlite_database, ask)
    of_tasks = [step for step in steps if " task " in f"{step} "]
    assert of_tasks
    assert all("USING" in step and "INDEX ix_task_" in step for step in of_tasks)
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_the_clock_asks_indexes_only(sqlite_database: Database, now) -> None:
    """It asks every minute."""

    def ask() -> None:
        with sqlite_database.begin() as conn:
            clocks.tick(conn, now)
            clocks.due_messages(conn, now)

    steps = plans(sqlite_database, ask)
    assert len(steps) >= 5
    assert not [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
