"""A model trained with what staff labelled, by Rasa itself, from the label to the answer of the running bot and back.

The training data is a part of the project's own, so that it takes a minute rather than several; all else is real.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from followup import unknown_messages
from followup.database import Database, open_database
from followup.understanding import understanding
from screening import events as said
from uyariq.model_reload import keep_model
from uyariq.model_shelf import READY, Shelf
from uyariq.settings import read_settings
from uyariq.training import MODEL

pytestmark = pytest.mark.model
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
# Words that nobody says, so that only the labels can teach them.
SAID = ("zumbarle el cacharro pe", "zumbenme el cacharro", "que me zumben al cacharro", "zumba mi cacharro porfa")
PATIENCE = 60
KEPT_OF_A_DANGER = 2
LINKED = ("domain.yml", "config.yml", "screening_rules", "locale", "requirements.lock", "followup", "console")


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder as an installation has it, with less to learn from and without the project's test messages."""
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    # Training writes the table of languages beside its code: into a copy, never into the project's own.
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted((ROOT / "nlu_data").glob("*/*.yml")):
        shortened(path, tmp_path / "nlu_data" / path.parent.name / path.name)
    (tmp_path / "models").mkdir()
    shutil.copy(ROOT / MODEL, tmp_path / MODEL)
    return tmp_path


def shortened(path: Path, target: Path) -> None:
    """All lines of each intent, and a few of each kind of danger. The rules of danger know words from the former."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for group in document.get("dangers") or ():
        group["lines"] = group["lines"][:KEPT_OF_A_DANGER]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def labelled(home: Path) -> Database:
    """A database in which staff have said what those messages mean."""
    settings = read_settings({"UYARIQ_HOME": str(home)})
    opened = open_database(settings.database_url, settings.key_ring, rules=ROOT / "screening_rules")
    opened.migrate()
    with opened.turn("web-julio", "m1", NOW, "web", "es") as turn:
        turn.record([said.ConsentGiven(at=NOW, kind="screening", version=understanding().consent_since)])
        for text in SAID:
            turn.record([said.MessageNotUnderstood(at=NOW, text=text, language="es", guesses=())])
    with opened.begin() as conn:
        known = {one.id: "request_callback" for one in unknown_messages.waiting(conn)}
        unknown_messages.label(conn, known, NOW, "somebody")
    return opened


def uyariq(workshop: Path, home: Path, *arguments: str) -> str:
    """The command, in that folder, as whoever maintains the programme types it."""
    values = {**os.environ, "PYTHONPATH": str(ROOT), "UYARIQ_HOME": str(home)}
    command = [sys.executable, "-m", "uyariq", "model", *arguments]
    done = subprocess.run(command, cwd=workshop, env=values, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout


async def test_labels_become_a_model_that_is_trained_published_heard_and_taken_back(
    workshop: Path, tmp_path: Path
) -> None:
    """By the command line; the running bot takes each model without a restart."""
    from uyariq.rooms import load_understanding

    home = tmp_path / "home"
    home.mkdir()
    labelled(home).close()
    told = uyariq(workshop, home, "train")
    shelf = Shelf(workshop / MODEL.parent)
    report = shelf.report()
    assert report is not None
    assert (report.state, len(report.learnt)) == (READY, len(SAID))
    assert "Sin comparación" in told
    assert {after for _, _, after in report.changed} == {"request_callback"}

    agent = load_understanding(shelf.in_use)
    watching = asyncio.create_task(keep_model(agent, shelf.in_use, every=0.1))
    try:
        first = await meaning(agent)
        assert first != "request_callback"
        await asyncio.sleep(0.2)
        await published(agent, lambda: uyariq(workshop, home, "publish"))
        assert await meaning(agent) == "request_callback"
        assert len(shelf.learnt()) == len(SAID)
        await published(agent, shelf.roll_back)
        assert await meaning(agent) == first
        assert shelf.learnt() == ()
    finally:
        watching.cancel()


async def meaning(agent: Any) -> str:
    """Of a message like the labelled ones."""
    return str((await agent.parse_message("zumben el cacharro"))["intent"]["name"])


async def published(agent: Any, do: Any) -> None:
    """Until the bot answers with the other model."""
    before = agent.processor
    await asyncio.to_thread(do)
    for _ in range(PATIENCE * 10):
        if agent.processor is not before:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the model did not reach the bot")
