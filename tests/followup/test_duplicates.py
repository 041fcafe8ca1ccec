"""People who may be one are shown together; a decision is not asked for twice."""

from __future__ import annotations

from followup import duplicates
from followup.merge import merge
from screening import events as said
from tests.followup.people import Talk

SHARED = "+51999888777"


def gives(talk: Talk, name: str, phone: str, district: str | None = None) -> str:
    """Somebody with name and phone; their id."""
    talk.consents()
    here = [said.ProfileAnswered(at=talk.now, field="district", value=district)] if district else []
    return talk.says(
        said.IdentityGiven(at=talk.now, kind="name", value=name),
        said.IdentityGiven(at=talk.now, kind="phone", value=phone),
        *here,
    )


def shown(talk: Talk, viewer: str) -> list[tuple[set[str], tuple[str, ...]]]:
    """The pairs with why they are one."""
    with talk.database.begin() as conn:
        found = duplicates.pairs(conn, talk.now, viewer)
    return [({pair.first.patient_id, pair.second.patient_id}, pair.same) for pair in found]


def test_the_same_phone_or_the_same_name_in_a_district_is_shown(rosa: Talk, talk, carmen: str) -> None:
    """The same phone first; a name alone says nothing, neither does a phone that was replaced."""
    first = gives(rosa, "Rosa Quispe", SHARED, "050401")
    second = gives(talk("c-2"), "Rosa", SHARED)
    third = gives(talk("c-3"), "Rosa Quispe", "+51911111111", "050401")
    gives(talk("c-4"), "Rosa Quispe", "+51922222222", "150110")
    moved = talk("c-5")
    gives(moved, "Otra", SHARED)
    gives(moved, "Otra", "+51933333333")
    assert shown(rosa, carmen) == [({first, second}, ("phone",)), ({first, third}, ("name",))]


def test_looking_is_recorded_for_each_person(rosa: Talk, talk, carmen: str, rows) -> None:
    """Names and phones of both are on the page."""
    ids = {gives(rosa, "Rosa", SHARED), gives(talk("c-2"), "Ana", SHARED)}
    shown(rosa, carmen)
    looks = rows("audit_event", subtype="duplicates.read")
    assert {(row["object_id"], row["actor_id"]) for row in looks} == {(one, carmen) for one in ids}


def test_told_apart_they_are_not_shown_again(rosa: Talk, talk, carmen: str) -> None:
    """A mother and her daughter; a third with the same phone is asked about all the same."""
    mother, daughter = gives(rosa, "Rosa", SHARED), gives(talk("c-2"), "Ana", SHARED)
    with rosa.database.begin() as conn:
        duplicates.tell_apart(conn, daughter, mother, rosa.now, carmen)
        assert not duplicates.pair_of(conn, mother, daughter)
    assert shown(rosa, carmen) == []
    third = gives(talk("c-3"), "Rosita", SHARED)
    assert {frozenset(pair) for pair, _ in shown(rosa, carmen)} == {
        frozenset((mother, third)),
        frozenset((daughter, third)),
    }


def test_a_phone_of_a_whole_community_is_no_sign(rosa: Talk, talk, carmen: str) -> None:
    """The teacher's phone, of which many speak."""
    for number in range(6):
        gives(talk(f"c-{number}"), f"Persona {number}", SHARED)
    assert shown(rosa, carmen) == []


def test_joined_they_are_one_and_no_pair_any_more(rosa: Talk, talk, carmen: str, rows) -> None:
    """The one who was known for longer stays; it is recorded on both."""
    kept = gives(rosa, "Rosa", SHARED)
    gone = gives(talk("c-2"), "Rosa Q.", SHARED)
    with rosa.database.begin() as conn:
        assert duplicates.pair_of(conn, kept, gone)
        merge(conn, gone, kept, rosa.now, practitioner_id=carmen)
    assert shown(rosa, carmen) == []
    assert [row["id"] for row in rows("patient")] == [kept]
    assert {row["actor_id"] for row in rows("audit_event", subtype="patient.merged")} == {carmen}
