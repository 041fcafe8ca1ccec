"""A console whose rules are the files and what was published over them, as in the running programme."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.catalog import Catalog
from console.app import create_app
from console.site import use_rules
from followup.database import Database
from followup.models import conversation
from screening.engine import Engine, Turn
from tests.console.people import csrf_of
from uyariq.rules_in_use import Loaded, RulesInUse
from uyariq.words_desk import RulesWordsDesk

ROOT = Path(__file__).parents[3]
ASQ = "instruments/safety_questions.yml"
QUESTION = "En estos días, ¿ha deseado morir o ha pensado en quitarse la vida?"


@dataclass
class Programme:
    """Rules, console and conversations of one installation."""

    rules: RulesInUse
    app: Any
    database: Database

    @property
    def engine(self) -> Engine:
        """What answers people at this moment."""
        return self.rules.engine

    def begin(self, who: str, name: str, now: datetime) -> Turn:
        """Somebody begins that instrument in the chat; where they stand is kept."""
        turn = self.engine.start(f"instrument:{name}", "demo", "es", now)
        with self.database.turn(who, f"{who}-1", now, "telegram", "es") as kept:
            kept.record(list(turn.events))
        stored = json.dumps(turn.session.to_json())
        with self.database.begin() as conn:
            conn.execute(update(conversation).where(conversation.c.id == who).values(session=stored))
        return turn


def programme(database: Database, home: Path, bot: Any, now: Callable[[], datetime]) -> Programme:
    """The programme over that database; its console follows the rules as the real one does."""
    catalog = Catalog(ROOT / "locale")
    rules = RulesInUse(ROOT / "screening_rules", home, database, catalog)
    app = create_app(
        database,
        bot,
        library=rules.library,
        now=now,
        translate=catalog.translate,
        engine=rules.engine,
        words=RulesWordsDesk(lambda: rules.folder),
    )

    def take(loaded: Loaded) -> None:
        use_rules(app, loaded.library, loaded.engine, None)

    rules.watch(take)
    return Programme(rules, app, database)


def said(turn: Turn) -> str:
    """What the bot says, in Spanish."""
    return "\n".join(say.text or "" for say in turn.say)


def open_draft(browser: Any, path: str = ASQ) -> str:
    """The address of the draft of that file."""
    token = csrf_of(browser.get("/clave").text)
    answer = browser.post("/editor/borradores", data={"csrf": token, "archivo": path})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def send(browser: Any, address: str, page: str | None = None, **fields: str) -> Any:
    """A form of the draft with its token and the newest revision, unless another one is given."""
    import re

    shown = browser.get(page or address).text
    revision = re.search(r'name="revision" value="(\d+)"', shown)
    form = {"csrf": csrf_of(shown), "revision": revision.group(1) if revision else "0"}
    return browser.post(address, data={**form, **fields})
