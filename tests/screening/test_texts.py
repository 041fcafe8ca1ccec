"""Texts for people: their contexts, and the values of their fields."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from screening.definitions import Library, Service
from screening.fields import choose_service, fill
from screening.texts import fields_of, service_text, texts

DAY = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
NIGHT = datetime(2026, 11, 24, 4, 0, tzinfo=timezone.utc)
SUNDAY = datetime(2026, 11, 22, 15, 0, tzinfo=timezone.utc)


def service(name: str, kind: str, **more: object) -> Service:
    """A service of that kind."""
    return Service(id=name, kind=kind, name=name, number="1", **{"status": "SEEN", **more})  # type: ignore[arg-type]


def test_every_kind_of_text_has_its_context(library: Library) -> None:
    """Definition, step or linkId, then what it is of it."""
    found = {text.context: text for text in texts(library)}
    for context, kind in {
        "short.recall": "recall",
        "short.s1": "item",
        "short.s1.explain": "explain",
        "short.s1.yes": "label",
        "short.common.positive": "meaning",
        "visit.hello.0": "bubble",
        "visit.consent": "question",
        "visit.consent.yes": "label",
        "breathe.offer": "label",
        "services.line_113": "service",
        "replies.skip": "button",
    }.items():
        assert found[context].kind == kind
    assert found["short.s1"].published
    assert not found["short.s1.explain"].published
    assert found["visit.hello.0"].file == "flows/visit.yml"


def test_a_date_is_left_for_the_host_to_word(library: Library) -> None:
    """A value that is not known leaves the whole text unsaid."""
    facts = {"callback_due": "2026-11-24T15:00:00+00:00"}
    assert fill("Hasta {callback_due}.", library, facts, "es", DAY) == {
        "callback_due": {"datetime": facts["callback_due"]}
    }
    assert fill("Hasta {callback_due}.", library, {}, "es", DAY) is None
    assert fill("Sin datos.", library, {}, "es", DAY) == {}


def test_the_names_of_fields_are_found() -> None:
    """In order; a brace left open is an error for the author."""
    assert fields_of("A {one} y {two}") == ("one", "two")
    with pytest.raises(ValueError, match="expected"):
        fields_of("A {one")


def test_a_closed_line_is_never_given(library: Library) -> None:
    """At night another line stands in, which answers."""
    by_day = choose_service(library.services, "child", "es", DAY)
    at_night = choose_service(library.services, "child", "es", NIGHT)
    on_sunday = choose_service(library.services, "child", "es", SUNDAY)
    assert by_day
    assert at_night
    assert on_sunday
    assert (by_day.id, at_night.id, on_sunday.id) == ("day_line", "line_100", "line_100")


def test_a_kind_that_is_not_listed_falls_back_on_the_crisis_line(library: Library) -> None:
    """There is always somebody to call."""
    for kind in ("medical", "police", "fire"):
        found = choose_service(library.services, kind, "es", NIGHT)
        assert found
        assert found.id == "line_113"


def test_an_unverified_service_is_used_only_where_there_is_no_other() -> None:
    """Even where the verified one is closed."""
    known, seen = service("a", "violence", status="KNOWN"), service("b", "violence")
    assert choose_service((known, seen), "violence", "es", DAY) is seen
    assert choose_service((known,), "violence", "es", DAY) is known


def test_a_place_to_write_to_in_a_crisis_is_given_only_when_it_is_verified(library: Library) -> None:
    """Nothing stands in for it: the bubble is left out instead."""
    known, seen = service("a", "crisis_write", status="KNOWN"), service("b", "crisis_write")
    assert choose_service((*library.services, known), "crisis_write", "es", DAY) is None
    assert choose_service((known, seen), "crisis_write", "es", DAY) is seen


def test_a_line_that_speaks_the_language_is_preferred() -> None:
    """Among those that are verified."""
    spanish, quechua = service("a", "violence", languages=("es",)), service("b", "violence", languages=("es", "qu"))
    assert choose_service((spanish, quechua), "violence", "qu", DAY) is quechua
    assert choose_service((spanish, quechua), "violence", "es", DAY) is spanish


def test_without_any_service_there_is_none() -> None:
    """The checks forbid such rules; the engine leaves the bubble out."""
    assert choose_service((), "child", "es", DAY) is None


def test_a_service_is_named_with_how_to_reach_it_unless_its_name_says_so() -> None:
    """Its own text goes first."""
    assert service_text(Service("a", "medical", "SAMU", "106", steps="marque 106")) == "SAMU (marque 106)"
    assert service_text(Service("a", "crisis_call", "Línea 113", "113", steps="marque 113")) == "Línea 113"
    assert service_text(Service("a", "medical", "SAMU", "106", text="el 106")) == "el 106"
