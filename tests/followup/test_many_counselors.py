"""A full house: everybody takes cases from one list at once. Nobody shares a case, and no case is lost."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from followup import tasks
from followup.database import Database
from followup.models import call_attempt, patient, task, task_event
from followup.tasks import CallResult
from followup.worklist import Filters, open_tasks
from tests.followup.people import add_staff

SIZES = {"sqlite": (8, 60), "postgresql": (50, 1000)}
"""Counselors and cases; SQLite has one writer at a time, and a small programme."""
SEEN_AT_ONCE = 60
TRIED_PER_LOOK = 5
GIVEN_BACK = 0.1


def fill(database: Database, cases: int, now: datetime) -> None:
    """So many people, each with one open call."""
    people, work = [], []
    for number in range(cases):
        person = f"00000000-0000-4000-8000-{number:012}"
        people.append(_person(person, now))
        work.append(_case(person, number, now))
    with database.begin() as conn:
        conn.execute(insert(patient), people)
        conn.execute(insert(task), work)


def _person(person: str, now: datetime) -> dict[str, Any]:
    return {"id": person, "created_at": now, "language": "es", "has_phone": True, "risk_order": 3}


def _case(person: str, number: int, now: datetime) -> dict[str, Any]:
    due = now + timedelta(minutes=number)
    shown = {"language": "es", "has_phone": True, "reasons": [], "rule": "TR-1", "attempts": 0}
    place = {"kind": "callback", "status": "requested", "priority": "routine", "risk_order": 3}
    return (
        {"id": person.replace("0000-4", "0001-4"), "patient_id": person, "created_at": now, "due_at": due}
        | shown
        | place
    )


class Shift:
    """All counselors at work, and what they hold as they believe."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self.lock = threading.Lock()
        # As many at once as the database has connections for us; the others stand in line.
        self.door = threading.BoundedSemaphore(25)
        self.held: dict[str, str] = {}
        self.closed: Counter[str] = Counter()
        self.problems: list[str] = []

    def work(self, counselor: str, chance: random.Random, start: threading.Barrier) -> None:
        """Take a case near the top, now and then give it back, else talk and close it; until none is free."""
        start.wait()
        try:
            while self._one(counselor, chance):
                pass
        except Exception as error:  # a thread's error would go unseen
            self.problems.append(f"{type(error).__name__}: {error}")

    def _one(self, counselor: str, chance: random.Random) -> bool:
        with self.door, self.database.read() as conn:
            free = open_tasks(conn, self.now, Filters(free_only=True, limit=SEEN_AT_ONCE))
        for card in chance.sample(free, min(len(free), TRIED_PER_LOOK)):
            with self.door, self.database.begin() as conn:
                taken = tasks.claim(conn, card.id, counselor, self.now)
            if taken:
                self._hold(card.id, counselor)
                self._leave(card.id, counselor, chance.random() < GIVEN_BACK)
        return bool(free)

    def _hold(self, case: str, counselor: str) -> None:
        with self.lock:
            if case in self.held:
                self.problems.append(f"{case} was held already")
            self.held[case] = counselor

    def _leave(self, case: str, counselor: str, gives_back: bool) -> None:
        with self.lock:
            del self.held[case]
        with self.door, self.database.begin() as conn:
            if gives_back:
                assert tasks.release(conn, case, counselor, self.now)
                return
            outcome = tasks.record_call(conn, case, counselor, CallResult("reached", "pfa_given"), self.now)
        with self.lock:
            self.closed[case] += outcome.closed


def test_a_full_house_shares_no_case_and_loses_none(database: Database, now: datetime) -> None:
    """Every case is closed once, by the one who held it, and its history tells each step."""
    counselors, cases = SIZES[database.engine.dialect.name]
    fill(database, cases, now)
    people = [add_staff(database, f"counselor{number}") for number in range(counselors)]
    shift, start = Shift(database, now), threading.Barrier(counselors)
    threads = [
        threading.Thread(target=shift.work, args=(person, random.Random(number), start))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shift.problems == []
    assert set(shift.closed.values()) == {1}
    assert len(shift.closed) == cases
    with database.read() as conn:
        assert conn.execute(select(func.count()).select_from(task).where(task.c.closed_at.is_(None))).scalar() == 0
        assert conn.execute(select(func.count()).select_from(call_attempt)).scalar() == cases
        steps = Counter(conn.execute(select(task_event.c.event)).scalars())
    assert steps["claimed"] == cases + steps["released"]


def test_everybody_clicking_on_everything_leaves_one_holder_each(database: Database, now: datetime) -> None:
    """All counselors try to take every case in the same order, in the same moment."""
    counselors, cases = SIZES[database.engine.dialect.name]
    counselors, cases = min(counselors, 10), min(cases, 40)
    fill(database, cases, now)
    people = [add_staff(database, f"counselor{number}") for number in range(counselors)]
    with database.read() as conn:
        ids = [card.id for card in open_tasks(conn, now, Filters(limit=None))]
    start, won, lock = threading.Barrier(counselors), list[tuple[str, str]](), threading.Lock()

    def click(person: str) -> None:
        start.wait()
        for case in ids:
            with database.begin() as conn:
                taken = tasks.claim(conn, case, person, now)
            if taken:
                with lock:
                    won.append((case, person))

    threads = [threading.Thread(target=click, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(case for case, _ in won) == sorted(ids)
    with database.read() as conn:
        assert dict(conn.execute(select(task.c.id, task.c.owner_id)).all()) == dict(won)
