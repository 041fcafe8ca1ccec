"""Names opened in an emergency: for one person and some hours, with a reason, and somebody else looks at it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followup import break_glass as glass
from followup.database import Database
from followup.errors import StaffRefused
from tests.followup.people import Talk

REASON = "Pidió que la llamen hoy y no hay nadie más de turno."


@pytest.fixture
def opened(rosa: Talk, benito: str) -> str:
    """Benito, who may not see names, opened Rosa's."""
    patient = rosa.consents()
    with rosa.database.begin() as conn:
        assert glass.open_names(conn, patient, benito, REASON, rosa.now) == rosa.now + timedelta(hours=3)
    return patient


def test_it_is_open_for_three_hours_to_whoever_opened_it(opened: str, rosa: Talk, benito: str, ana: str) -> None:
    """To nobody else, and not a minute longer."""
    with rosa.database.read() as conn:
        assert glass.open_until(conn, opened, benito, rosa.now + timedelta(hours=2, minutes=59)) is not None
        assert glass.open_until(conn, opened, benito, rosa.now + timedelta(hours=3)) is None
        assert glass.open_until(conn, opened, ana, rosa.now) is None
        assert glass.open_until(conn, "somebody else", benito, rosa.now) is None


@pytest.mark.parametrize("reason", ["", "urgente", " " * 40, "a b  c      d\n\n\ne"])
def test_a_reason_that_nobody_could_judge_opens_nothing(rosa: Talk, benito: str, reason: str, count) -> None:
    """White space is no reason."""
    patient = rosa.consents()
    with rosa.database.begin() as conn, pytest.raises(StaffRefused, match="reason_short"):
        glass.open_names(conn, patient, benito, reason, rosa.now)
    assert count("break_glass") == 0


def test_nobody_there_to_open(database: Database, benito: str, now) -> None:
    """An id of nobody."""
    with database.begin() as conn:
        assert glass.open_names(conn, "nobody", benito, REASON, now) is None


def test_the_reason_is_sealed_and_the_opening_recorded(opened: str, benito: str, rows) -> None:
    """The audit holds no words."""
    assert REASON.encode() not in bytes(rows("break_glass")[0]["reason"])
    (event,) = rows("audit_event", subtype="break_glass")
    assert (event["actor_id"], event["object_id"]) == (benito, opened)
    assert REASON not in str(event["detail"])


def test_a_supervisor_reviews_it_once(opened: str, rosa: Talk, carmen: str, rows) -> None:
    """Afterwards it is among the reviewed, with who and why."""
    with rosa.database.begin() as conn:
        (waiting,) = glass.openings(conn, reviewed=False)
        assert (waiting.reason, waiting.name) == (REASON, "Benito")
        assert glass.review(conn, waiting.id, "not_justified", "Había alguien.", rosa.now, carmen)
        assert not glass.review(conn, waiting.id, "justified", "", rosa.now, carmen)
        assert glass.count_waiting(conn) == 0
        (done,) = glass.openings(conn, reviewed=True)
    assert (done.verdict, done.note, done.reviewer) == ("not_justified", "Había alguien.", "Carmen")
    assert len(rows("audit_event", subtype="break_glass.reviewed")) == 1


def test_nobody_reviews_their_own_and_a_no_says_why(opened: str, rosa: Talk, benito: str, carmen: str) -> None:
    """Also a supervisor who may not see names opens sometimes."""
    with rosa.database.begin() as conn:
        (waiting,) = glass.openings(conn, reviewed=False)
        with pytest.raises(StaffRefused, match="own_opening"):
            glass.review(conn, waiting.id, "justified", "", rosa.now, benito)
        with pytest.raises(StaffRefused, match="note_missing"):
            glass.review(conn, waiting.id, "not_justified", " ", rosa.now, carmen)
        with pytest.raises(StaffRefused, match="unknown_verdict"):
            glass.review(conn, waiting.id, "perhaps", "", rosa.now, carmen)
        assert glass.count_waiting(conn) == 1
