"""The page on which staff have a model trained, look at what changes, and publish or drop it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from followup.models import audit_event
from tests.console.model_desk import Desk, Waiting
from tests.console.people import PASSWORD, csrf_of


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def enter(make_client: Any, add_staff: Any, desk: Desk) -> Any:
    """Signs somebody of a role in, in a console with models."""

    def sign(name: str, role: str) -> Any:
        who = add_staff(name, role, view_pii=False)
        visitor = make_client(models=desk)
        token = csrf_of(visitor.get("/login").text)
        visitor.post("/login", data={"csrf": token, "usuario": name, "clave": PASSWORD})
        return visitor, who

    return sign


def press(visitor: Any, button: str) -> str:
    """Press a button of the page; what the page says then."""
    token = csrf_of(visitor.get("/modelos").text)
    answer = visitor.post(f"/modelos/{button}", data={"csrf": token})
    return visitor.get(answer.headers["location"]).text if answer.status_code == 303 else str(answer.status_code)


def test_a_training_is_started_followed_and_published(enter: Any, desk: Desk, database: Any) -> None:
    """The whole way of a programme's psychologist; every step stands in the audit."""
    staff, _ = enter("eva", "staff")
    assert "12 mensajes" in staff.get("/modelos").text
    assert "El entrenamiento empezó" in press(staff, "entrenar")
    desk.waiting = Waiting("training")
    page = staff.get("/modelos").text
    assert "Entrenando" in page
    assert "/modelos/entrenar" not in page
    assert "ya hay un entrenamiento" in press(staff, "descartar").lower()
    desk.waiting = Waiting()
    page = staff.get("/modelos").text
    assert "93.0 %" in page
    assert "94.0 %" in page
    assert "mejor" in page
    assert "Otra cifra no cambió" in page
    assert "Publicado" in press(staff, "publicar")
    assert desk.told == ["begin", "publish"]
    with database.read() as conn:
        kinds = conn.execute(select(audit_event.c.subtype).where(audit_event.c.subtype.like("model.%"))).scalars().all()
    assert kinds == ["model.training", "model.published"]


def test_where_a_figure_fell_a_second_person_publishes(enter: Any, desk: Desk) -> None:
    """Whoever had it trained sees why not, and cannot do it by a forged form either."""
    eva, who = enter("eva", "staff")
    desk.waiting = replace(Waiting(), worse=("messages.es.macro_f1",), by=who.id)
    page = eva.get("/modelos").text
    assert "1 cifra bajó" in page
    assert "/modelos/publicar" not in page
    assert "lo tiene que publicar otra persona" in press(eva, "publicar")
    ruth, _ = enter("ruth", "staff")
    assert "/modelos/publicar" in ruth.get("/modelos").text
    assert "Publicado" in press(ruth, "publicar")
    assert desk.told == ["publish"]


def test_who_may_only_label_trains_and_does_not_publish(enter: Any, desk: Desk) -> None:
    """A supervisor knows the messages; what the bot uses is for those who edit it."""
    supervisor, _ = enter("sara", "supervisor")
    desk.waiting, desk.before = Waiting(), True
    page = supervisor.get("/modelos").text
    assert "/modelos/publicar" not in page
    assert "/modelos/volver" not in page
    assert press(supervisor, "publicar") == "404"
    counselor, _ = enter("ana", "counselor")
    assert counselor.get("/modelos").status_code == 404
    assert desk.told == []


def test_what_is_gone_is_said_and_the_one_before_can_come_back(enter: Any, desk: Desk) -> None:
    """Two people at once: the second is told that somebody else was quicker."""
    staff, _ = enter("eva", "staff")
    assert "Ya no hay un modelo listo" in press(staff, "publicar")
    assert "Ya no hay un modelo listo" in press(staff, "volver")
    desk.before = True
    assert "Se volvió al modelo anterior" in press(staff, "volver")
    assert desk.told == ["roll_back"]


def test_a_training_that_failed_says_whom_to_ask_and_without_test_messages_nothing_is_claimed(
    enter: Any, desk: Desk
) -> None:
    """No figures of nothing."""
    staff, _ = enter("eva", "staff")
    desk.waiting = Waiting("failed")
    assert "uyariq model train" in staff.get("/modelos").text
    desk.waiting = Waiting(figures={}, changed=())
    page = staff.get("/modelos").text
    assert "no se pueden comparar cifras" in page
    assert "Ninguno" in page


def test_a_console_without_models_has_no_such_page(add_staff: Any, sign_in: Any) -> None:
    """And no link to it."""
    add_staff("eva", "staff", view_pii=False)
    staff = sign_in("eva")
    assert staff.get("/modelos").status_code == 404
    assert "/modelos" not in staff.get("/mensajes").text
