"""A bot process without understanding: takes turns on a shared database, and new rules as they are published.

Arguments: the folder of rules, the home, the database's address. Lines of JSON in: {"person", "message", "text"?}; each
is one turn (without a text, the questionnaire begins). Lines out: where the person stands then.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from actions.context import Context, configure, current
from actions.turn import take
from bot.catalog import Catalog
from followup.database import open_database
from followup.spool import Spool
from screening.session import Session
from screening.turn import Reply, Turn
from uyariq.hot_reload import keep_rules
from uyariq.rules_in_use import Loaded, RulesInUse

KEY = bytes(range(32))
INSTRUMENT = "instrument:long"
LOOK_EVERY = 0.2
# What is logged must not come between the answers.
OUT, sys.stdout = sys.stdout, sys.stderr


class Heard:
    """As much of Rasa's tracker as a turn needs."""

    def __init__(self, person: str, message: str) -> None:
        self.sender_id = person
        self.latest_message = {"message_id": message, "metadata": {"message_id": message, "channel": "web"}}
        self.events: list[Any] = [{"event": "user", "message_id": message, "metadata": {"channel": "web"}}]

    def get_slot(self, _name: str) -> None:
        """No slots here."""


def now() -> datetime:
    """The time."""
    return datetime.now(timezone.utc)


def answer(line: dict[str, str]) -> dict[str, Any]:
    """One turn."""

    def step(session: Session, at: datetime) -> Turn:
        engine = current().engine
        return (
            engine.reply(session, Reply(line["text"]), at) if "text" in line else engine.open(session, INSTRUMENT, at)
        )

    taken = take(Heard(line["person"], line["message"]), step)
    frame = taken.session.frames[-1] if taken.session.frames else None
    asked = taken.turn.say[-1].text if taken.turn and taken.turn.say else ""
    return {
        "understood": taken.turn.understood if taken.turn else None,
        "version": frame.version if frame else None,
        "step": frame.step if frame else None,
        "asked": asked,
        "revision": RULES.revision,
    }


async def serve() -> None:
    """Until the input ends."""
    looking = asyncio.create_task(keep_rules(RULES, "bot", now, LOOK_EVERY))
    print("ready", file=OUT, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            print(json.dumps(answer(json.loads(line))), file=OUT, flush=True)
        except Exception as error:  # the test sees it as an answer that is wrong
            print(json.dumps({"error": repr(error)}), file=OUT, flush=True)
    looking.cancel()


def configured(folder: Path, home: Path, address: str) -> RulesInUse:
    """The parts of the actions over these rules."""
    database = open_database(address, KEY)
    rules = RulesInUse(folder, home, database, Catalog(home / "no-locale"))
    spool = Spool(home / "spool", database.vault)

    def use(loaded: Loaded) -> None:
        session_id = lambda person, _message: person[-4:]  # noqa: E731
        parts = {"engine": loaded.engine, "library": loaded.library, "database": database, "spool": spool}
        configure(Context(**parts, session_id=session_id, now=now, renew=rules.look))

    use(rules.loaded)
    rules.watch(use)
    return rules


if __name__ == "__main__":
    RULES = configured(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    asyncio.run(serve())
