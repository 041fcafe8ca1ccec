"""The page on which staff say what a message meant that was not understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from console.labels import labels
from console.messages import PAGE_SIZE, training_data
from console.permissions import Permission, allows
from followup import unknown_messages
from followup.models import audit_event
from followup.understanding import understanding
from followup.unknown_messages import UnknownMessage
from screening import events as said
from tests.console.people import csrf_of


@pytest.fixture
def puzzles(database: Any, clock: Any) -> Callable[..., None]:
    """Somebody who agreed writes what nobody understands."""

    def write(*texts: str, language: str = "es") -> None:
        for number, text in enumerate(texts):
            with database.turn("web-julio", f"{language}-{number}-{text}", clock(), "web", language) as turn:
                version = understanding().consent_since
                turn.record([said.ConsentGiven(at=clock(), kind="screening", version=version)])
                guesses = (("go_back", 0.21), ("stop", 0.1))
                event = said.MessageNotUnderstood(at=clock(), text=text, language=language, guesses=guesses)
                turn.record([event])

    return write


@pytest.fixture
def editor(add_staff: Any, sign_in: Any) -> Any:
    """The browser of somebody of the programme's staff."""
    add_staff("editor", "staff", view_pii=False)
    return sign_in("editor")


def numbers(page: str) -> list[str]:
    """Ids of the messages on the page, in order."""
    return re.findall(r'name="que-(\d+)"', page)


def kept(database: Any, language: str = "es") -> list[tuple[str, str | None]]:
    """Labelled messages with their intent."""
    with database.read() as conn:
        return [(one.text, one.intent) for one in unknown_messages.labelled(conn, language)]


def audited(database: Any, subtype: str) -> list[dict[str, Any]]:
    """Details of the audit rows."""
    with database.read() as conn:
        wanted = select(audit_event.c.detail).where(audit_event.c.subtype == subtype).order_by(audit_event.c.id)
        return [row.detail for row in conn.execute(wanted)]


def test_list_shows_words_language_count_and_guesses(editor: Any, puzzles: Any, database: Any) -> None:
    """All that is known of a message, and nothing of who wrote it; the look is recorded."""
    puzzles("trozo verde", "trozo verde!")
    puzzles("imapas hukpas", language="qu")
    page = editor.get("/mensajes").text
    for words in (
        "trozo verde",
        "imapas hukpas",
        "llegó 2 veces",
        "Quiere corregir una respuesta",
        "21 %",
        "Castellano",
    ):
        assert words in page
    assert "web-julio" not in page
    assert audited(database, "messages.read") == [{"count": 2}]


def test_list_of_one_language(editor: Any, puzzles: Any) -> None:
    """Who does not speak Quechua labels Spanish."""
    puzzles("trozo verde")
    puzzles("imapas hukpas", language="qu")
    page = editor.get("/mensajes?idioma=qu").text
    assert "imapas hukpas" in page
    assert "trozo verde" not in page


def test_markup_in_a_message_is_shown_and_not_obeyed(editor: Any, puzzles: Any) -> None:
    """What people write is never part of the page."""
    puzzles("<script>uno</script>")
    page = editor.get("/mensajes").text
    assert "<script>uno" not in page
    assert "&lt;script&gt;uno" in page


def test_each_message_gets_its_meaning_and_leaves_the_list(editor: Any, puzzles: Any, database: Any) -> None:
    """One form for the whole page; what was not chosen stays."""
    puzzles("trozo", "nube", "plim")
    page = editor.get("/mensajes").text
    first, second, _ = numbers(page)
    form = {"csrf": csrf_of(page), f"que-{first}": "stop", f"que-{second}": "descartar"}
    answer = editor.post("/mensajes", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mensajes?aviso=labelled")
    assert kept(database) == [("trozo", "stop")]
    after = editor.get("/mensajes?aviso=labelled").text
    assert "Guardado." in after
    assert len(numbers(after)) == 1
    assert "nube" not in after
    assert audited(database, "message.labelled") == [{"intent": "stop"}, {"intent": "discarded"}]


def test_marked_messages_get_one_meaning_together_and_an_own_choice_goes_first(
    editor: Any, puzzles: Any, database: Any
) -> None:
    """Twenty times the same greeting is one choice."""
    puzzles("trozo", "nube", "plim")
    page = editor.get("/mensajes").text
    first, second, third = numbers(page)
    form = {"csrf": csrf_of(page), "marcadas": "greet", f"marca-{first}": "1", f"marca-{second}": "1"}
    editor.post("/mensajes", data=form | {f"que-{first}": "", f"que-{second}": "thank", f"que-{third}": ""})
    assert sorted(kept(database)) == [("nube", "thank"), ("trozo", "greet")]


@pytest.mark.parametrize("choice", ["no_such_intent", "nlu_fallback", "", "EXTERNAL_rescreen"])
def test_what_is_no_meaning_changes_nothing(editor: Any, puzzles: Any, database: Any, choice: str) -> None:
    """The list is closed, whatever the form holds."""
    puzzles("trozo")
    page = editor.get("/mensajes").text
    form = {"csrf": csrf_of(page), f"que-{numbers(page)[0]}": choice, "que-x": "stop", "que-" + "9" * 30: "stop"}
    answer = editor.post("/mensajes", data=form)
    assert answer.headers["location"] == "/mensajes?aviso=labelled_none"
    assert kept(database) == []


def test_a_full_page_fits_into_one_form(editor: Any, puzzles: Any, database: Any) -> None:
    """The form has a limit of fields; a page never reaches it."""
    puzzles(*(f"trozo {'abcdefghijklmnopqrstuvwxyz'[number]}" for number in range(PAGE_SIZE + 3)))
    page = editor.get("/mensajes?idioma=es").text
    assert len(numbers(page)) == PAGE_SIZE
    form = {"csrf": csrf_of(page), "idioma": "es", "marcadas": "greet"}
    for number in numbers(page):
        form |= {f"que-{number}": "stop", f"marca-{number}": "1"}
    assert editor.post("/mensajes", data=form).status_code == 303
    assert len(kept(database)) == PAGE_SIZE


def test_examples_are_training_data_by_language(editor: Any, puzzles: Any, database: Any) -> None:
    """As a file that a maintainer can put beside the others; taking it away is recorded."""
    puzzles("trozo", "nube")
    puzzles("imapas", language="qu")
    page = editor.get("/mensajes").text
    editor.post("/mensajes", data={"csrf": csrf_of(page)} | {f"que-{number}": "stop" for number in numbers(page)})
    answer = editor.get("/mensajes/ejemplos?idioma=qu")
    assert answer.headers["content-disposition"] == 'attachment; filename="mensajes_qu.yml"'
    assert yaml.safe_load(answer.text) == {"version": "3.1", "nlu": [{"intent": "stop", "examples": "- imapas\n"}]}
    spanish = yaml.safe_load(editor.get("/mensajes/ejemplos").text)
    assert [row["examples"] for row in spanish["nlu"]] == ["- trozo\n- nube\n"]
    assert audited(database, "messages.exported") == [{"count": 1}, {"count": 2}]


def test_examples_of_a_language_without_any_are_an_empty_file() -> None:
    """Still one that can be read."""
    assert yaml.safe_load(training_data([])) == {"version": "3.1", "nlu": []}


def test_examples_are_read_by_rasa_as_they_are(clock: Any) -> None:
    """Brackets, quotes, colons and signs of our own marks are text, never an entity."""
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    texts = ["lo de [nombre](x) en [lugar]{y}", "- con guion: y «comillas» # y más", "[lugar][nombre]"]
    rows = [UnknownMessage(number, clock(), "es", text, (), 1, "labelled", "stop") for number, text in enumerate(texts)]
    read = RasaYAMLReader().reads(training_data(rows))
    assert [message.get("intent") for message in read.intent_examples] == ["stop"] * len(texts)
    assert all(not message.get("entities") for message in read.intent_examples)


def test_every_intent_that_people_may_mean_can_be_chosen() -> None:
    """A new intent without its words here could never be a label."""
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    intents = {one for one in domain["intents"] if isinstance(one, str) and not one.startswith("EXTERNAL_")}
    assert set(labels()["intent"]) == intents


@pytest.mark.parametrize(
    ("role", "may"), [("staff", True), ("supervisor", True), ("admin", True), ("counselor", False), (None, False)]
)
def test_who_may_read_kept_messages(role: str | None, may: bool) -> None:
    """Counselors read what their own people tell; this is another work."""
    assert allows(Permission.LABEL_MESSAGES, role, view_pii=True) is may
