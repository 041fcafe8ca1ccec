"""Paths for rehearsals hold codes of answers and nothing by which anybody could be found."""

from __future__ import annotations

from collections.abc import Callable

from followup.database import Database
from followup.recorded_paths import recorded_paths
from screening.rehearsal import RecordedPath
from tests.followup.people import Talk


def test_a_finished_questionnaire_is_a_path_of_codes(database: Database, rosa: Talk) -> None:
    """Corrected answers count as corrected."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_1", 1)
    rosa.answers("srq_2", 0)
    rosa.answers("srq_1", 0, replaces=True)
    rosa.finishes()
    with database.read() as conn:
        assert recorded_paths(conn) == [RecordedPath("srq_minsa", "1", {"srq_1": "no", "srq_2": "no"})]


def test_what_is_still_under_way_is_no_path(database: Database, rosa: Talk) -> None:
    """Its end is not known."""
    rosa.consents()
    rosa.starts()
    rosa.answers("srq_1", 1)
    with database.read() as conn:
        assert recorded_paths(conn) == []


def test_only_so_many_of_a_version_are_taken_the_newest(database: Database, talk: Callable[[str], Talk]) -> None:
    """Who answered is not told by their order either."""
    for number in range(4):
        somebody = talk(f"conversation-{number}")
        somebody.consents()
        somebody.starts()
        somebody.answers("srq_1", number % 2)
        somebody.finishes()
    with database.read() as conn:
        paths = recorded_paths(conn, most=3)
        assert recorded_paths(conn, ["phq9"]) == []
    assert len(paths) == 3
    assert [path.answers for path in paths] == sorted((path.answers for path in paths), key=str)
