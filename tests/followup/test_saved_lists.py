"""A view of the list is kept under a name, for oneself or for the team."""

from __future__ import annotations

import pytest

from followup import saved_lists
from followup.errors import StaffRefused


@pytest.fixture
def keep(database, now):
    """Keeps a view."""

    def do(owner: str, name: str, query: str = "idioma=qu", shared: bool = False) -> None:
        with database.begin() as conn:
            saved_lists.keep(conn, owner, name, query, shared, now)

    return do


@pytest.fixture
def seen(database):
    """Names that somebody is offered."""

    def read(viewer: str) -> list[str]:
        with database.read() as conn:
            return [one.name for one in saved_lists.offered(conn, viewer)]

    return read


def test_ones_own_come_first_and_those_of_others_only_when_shared(keep, seen, ana: str, benito: str) -> None:
    """By name."""
    keep(benito, "Ayacucho", shared=True)
    keep(benito, "solo mía")
    keep(ana, "quechua")
    assert seen(ana) == ["quechua", "Ayacucho"]
    assert seen(benito) == ["Ayacucho", "solo mía"]


def test_the_same_name_again_replaces_the_view(keep, database, ana: str) -> None:
    """As somebody who saves twice expects."""
    keep(ana, "  mi   lista ", "idioma=qu")
    keep(ana, "mi lista", "idioma=es")
    with database.read() as conn:
        assert [(one.name, one.query) for one in saved_lists.offered(conn, ana)] == [("mi lista", "idioma=es")]


def test_only_its_owner_takes_a_view_away_and_a_supervisor_a_shared_one(
    keep, seen, database, ana: str, benito: str, carmen: str
) -> None:
    """And nobody a private one of somebody else."""
    keep(ana, "privada")
    keep(ana, "de todos", shared=True)
    with database.begin() as conn:
        ids = {one.name: one.id for one in saved_lists.offered(conn, ana)}
        assert not saved_lists.drop(conn, ids["de todos"], benito, False)
        assert not saved_lists.drop(conn, ids["privada"], carmen, True)
        assert saved_lists.drop(conn, ids["de todos"], carmen, True)
        assert saved_lists.drop(conn, ids["privada"], ana, False)
    assert seen(ana) == []


def test_a_view_needs_a_name_and_there_is_an_end_to_them(keep, ana: str) -> None:
    """A page with hundreds of them helps nobody."""
    with pytest.raises(StaffRefused, match="name_empty"):
        keep(ana, "   ")
    for number in range(saved_lists.MOST):
        keep(ana, f"lista {number}")
    with pytest.raises(StaffRefused, match="too_many"):
        keep(ana, "una más")
