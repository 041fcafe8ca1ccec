"""A model that learnt from labelled messages: made apart, put in use whole, taken back whole, never half."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from followup import unknown_messages
from followup.database import Database, open_database
from followup.understanding import understanding
from screening import events as said
from uyariq import model_candidate, model_shelf, training
from uyariq.labelled_examples import as_training_files, labelled_messages
from uyariq.model_candidate import TrainingUnderWay, make_candidate
from uyariq.model_desk import ModelShelfDesk
from uyariq.model_reload import keep_model
from uyariq.model_shelf import COMPARING, FAILED, READY, TRAINING, NoSuchModel, Report, Shelf
from uyariq.training import MODEL

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
SAID = "quisiera que la señorita me timbre"
BEGUN = "2026-11-23T15:00:00+00:00"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database in which one message was labelled and one was not."""
    opened = open_database(f"sqlite:///{tmp_path}/uyariq.db", bytes(range(32)), rules=Path("screening_rules"))
    opened.migrate()
    with opened.turn("web-julio", "m1", NOW, "web", "es") as turn:
        turn.record([said.ConsentGiven(at=NOW, kind="screening", version=understanding().consent_since)])
        for text in (SAID, "otra cosa que nadie entiende"):
            turn.record([said.MessageNotUnderstood(at=NOW, text=text, language="es", guesses=())])
    with opened.begin() as conn:
        (first,) = (one.id for one in unknown_messages.waiting(conn) if one.text == SAID)
        unknown_messages.label(conn, {first: "request_callback"}, NOW, "somebody")
    yield opened
    opened.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf with a model in use that has learnt from no message."""
    made = Shelf(tmp_path / "models")
    made.folder.mkdir()
    made.in_use.write_bytes(b"first")
    return made


def ready(shelf: Shelf, content: bytes = b"second", learnt: tuple[int, ...] = (1,)) -> None:
    """A candidate that may be published."""
    shelf.write(Report(READY, BEGUN, "ana", learnt))
    shelf.candidate.write_bytes(content)
    shelf.candidate.with_name("uyariq.inputs").write_text("inputs of the second")


def test_labelled_messages_are_training_files_only_while_a_training_lasts(database: Database) -> None:
    """They are people's words: nothing of them stays on the disk."""
    messages = labelled_messages(database)
    with as_training_files(messages) as files:
        (path,) = map(Path, files)
        (block,) = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        assert block == {"intent": "request_callback", "examples": f"- {SAID}\n"}
    assert not path.exists()
    with as_training_files([]) as files:
        assert files == []


def test_a_message_that_was_erased_is_learnt_no_more(database: Database) -> None:
    """The list of what was learnt holds numbers; the words come from the database each time."""
    (message,) = labelled_messages(database)
    assert labelled_messages(database, [message.id]) == [message]
    with database.begin() as conn:
        conn.exec_driver_sql("DELETE FROM unknown_message")
    assert labelled_messages(database, [message.id]) == []


def test_publishing_puts_model_and_what_it_learnt_in_use_and_keeps_the_one_before(shelf: Shelf) -> None:
    """And going back brings both back, as often as one likes."""
    ready(shelf)
    shelf.publish()
    assert (shelf.in_use.read_bytes(), shelf.learnt(), shelf.report()) == (b"second", (1,), None)
    assert (shelf.folder / "uyariq.inputs").read_text() == "inputs of the second"
    shelf.roll_back()
    assert (shelf.in_use.read_bytes(), shelf.learnt()) == (b"first", ())
    assert not (shelf.folder / "uyariq.inputs").exists()
    shelf.roll_back()
    assert (shelf.in_use.read_bytes(), shelf.learnt()) == (b"second", (1,))


def test_nothing_is_published_that_is_not_ready_and_nothing_dropped_comes_back(shelf: Shelf) -> None:
    """Each refusal says what to do, and the model in use stays."""
    with pytest.raises(NoSuchModel, match="model train"):
        shelf.publish()
    with pytest.raises(NoSuchModel):
        shelf.roll_back()
    ready(shelf)
    shelf.drop()
    with pytest.raises(NoSuchModel):
        shelf.publish()
    assert shelf.in_use.read_bytes() == b"first"


@pytest.mark.parametrize("state", [TRAINING, COMPARING])
def test_a_training_that_gives_no_sign_of_life_has_failed(shelf: Shelf, state: str) -> None:
    """The machine was switched off, or the container begun anew: nobody waits for ever, whoever has its number now."""
    shelf.write(Report(state, BEGUN))
    assert state_of(shelf) == FAILED
    sign = shelf.candidate.with_name("alive")
    sign.touch()
    assert state_of(shelf) == state
    long_ago = time.time() - model_shelf.SILENT_SECONDS - 1
    os.utime(sign, (long_ago, long_ago))
    assert state_of(shelf) == FAILED


def state_of(shelf: Shelf) -> str:
    """As the page would say it."""
    report = shelf.report()
    assert report is not None
    return report.state


def test_a_training_gives_signs_of_life_until_it_ends(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes."""
    monkeypatch.setattr(model_shelf, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(model_shelf, "SILENT_SECONDS", 0.5)
    with shelf.alive():
        shelf.write(Report(TRAINING, BEGUN))
        time.sleep(0.8)
        assert state_of(shelf) == TRAINING
    time.sleep(0.6)
    assert state_of(shelf) == FAILED


def test_a_report_of_the_release_before_is_read(shelf: Shelf) -> None:
    """It named a process."""
    path = shelf.candidate.with_name("report.json")
    path.parent.mkdir()
    path.write_text(json.dumps({"state": READY, "begun_at": BEGUN, "process": 7}), encoding="utf-8")
    assert state_of(shelf) == READY


def test_there_is_one_training_at_a_time_whoever_begins_it(shelf: Shelf, database: Database) -> None:
    """Two consoles, or a console and the command line, on the same folder."""
    with shelf.alive():
        shelf.write(Report(TRAINING, BEGUN))
        with pytest.raises(TrainingUnderWay, match="en marcha"):
            make_candidate(shelf, database, None)
        assert state_of(shelf) == TRAINING


def test_a_candidate_is_trained_with_the_labelled_messages_and_compared(
    shelf: Shelf, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it learnt from, the figures of both, and which messages are read otherwise, stand in its report."""
    given: list[Any] = []

    def train(more: list[str], model: Path) -> float:
        given.append(Path(more[0]).read_text(encoding="utf-8"))
        model.parent.mkdir(parents=True, exist_ok=True)
        model.write_bytes(b"second")
        return 1.0

    figures = {"messages.es.macro_f1": (0.9, 0.8)}
    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(model_candidate, "compare", lambda *_: (figures, ("messages.es.macro_f1",)))
    readings = {shelf.in_use: "nlu_fallback", shelf.candidate: "request_callback"}
    monkeypatch.setattr(model_candidate, "_intents", lambda texts, model: [readings[model]] * len(texts))
    report = make_candidate(shelf, database, "ana")
    (message,) = labelled_messages(database)
    assert SAID in given[0]
    assert report == shelf.report()
    assert (report.state, report.learnt, report.worse) == (READY, (message.id,), ("messages.es.macro_f1",))
    assert report.changed == ((message.id, "nlu_fallback", "request_callback"),)
    assert SAID not in (shelf.candidate.parent / "report.json").read_text(encoding="utf-8")


def test_a_training_that_fails_is_left_as_failed(
    shelf: Shelf, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model in use is untouched."""

    def train(more: list[str], model: Path) -> float:
        raise training.TrainingFailed("no")

    monkeypatch.setattr(training, "train", train)
    with pytest.raises(training.TrainingFailed):
        make_candidate(shelf, database, None)
    report = shelf.report()
    assert report is not None
    assert report.state == FAILED
    assert shelf.in_use.read_bytes() == b"first"


def test_where_there_are_no_test_messages_nothing_is_compared(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without the project's tests says so rather than showing figures of nothing."""
    monkeypatch.setattr(model_candidate, "EVALUATION", tmp_path / "nowhere")
    assert model_candidate.compare(shelf.in_use, shelf.candidate) == ({}, ())


def test_the_desk_counts_what_was_not_learnt_yet_and_starts_one_training_at_a_time(
    shelf: Shelf, database: Database
) -> None:
    """Another training would take the first one's place on the shelf."""
    desk = ModelShelfDesk(shelf, database)
    assert desk.labelled() == (1, 1)
    (message,) = labelled_messages(database)
    (shelf.folder / "labelled.json").write_text(json.dumps([message.id]))
    assert desk.labelled() == (1, 0)
    shelf.write(Report(TRAINING, BEGUN))
    shelf.candidate.with_name("alive").touch()
    assert desk.begin("ana") is False


@pytest.mark.model
async def test_another_model_reaches_the_running_bot_and_a_broken_one_does_not(tmp_path: Path) -> None:
    """Messages are answered before, while it loads, and after; what is no model changes nothing."""
    from uyariq.rooms import load_understanding

    model = tmp_path / "uyariq.tar.gz"
    shutil.copy(MODEL, model)
    agent = load_understanding(model)
    before = agent.processor
    watching = asyncio.create_task(keep_model(agent, model, every=0.05))
    try:
        await asyncio.sleep(0.1)
        model.with_name("broken").write_bytes(b"no model")
        model.with_name("broken").replace(model)
        await asyncio.sleep(0.5)
        assert agent.processor is before
        shutil.copy(MODEL, model.with_name("new"))
        model.with_name("new").replace(model)
        heard = 0
        while agent.processor is before and heard < 3000:
            assert (await agent.parse_message("buenos días"))["intent"]["name"] == "greet"
            heard += 1
            await asyncio.sleep(0.02)
        assert agent.processor is not before
        assert (await agent.parse_message("buenos días"))["intent"]["name"] == "greet"
    finally:
        watching.cancel()
