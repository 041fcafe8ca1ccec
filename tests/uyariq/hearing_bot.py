"""A process that looks for words of danger in what it is given, with whatever is published, as a bot does.

Arguments: the folder of rules, the home, the database's address. Lines in: messages. Lines out: the ids of what fired.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.catalog import Catalog
from bot.nlu.risk_phrases import find, load_lexicons
from followup.database import open_database
from uyariq.hot_reload import keep_rules
from uyariq.rules_in_use import RulesInUse
from uyariq.words_in_use import WordsInUse, keep_words, understanding_words

KEY = bytes(range(32))
LOOK_EVERY = 0.2
# What is logged must not come between the answers.
OUT, sys.stdout = sys.stdout, sys.stderr


class Forgetful:
    """As much of the agent as the words need."""

    def forget_texts(self) -> None:
        """Nothing is remembered here."""


async def serve() -> None:
    """Until the input ends."""
    agent: Any = Forgetful()
    words = WordsInUse(RULES, BASE, understanding_words(agent))
    words.begin()
    tasks = [
        asyncio.create_task(keep_rules(RULES, "bot", lambda: datetime.now(timezone.utc), LOOK_EVERY)),
        asyncio.create_task(keep_words(words, LOOK_EVERY)),
    ]
    print("ready", file=OUT, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps([one.id for one in find(line.strip())]), file=OUT, flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    BASE = Path(sys.argv[1])
    load_lexicons()
    home = Path(sys.argv[2])
    RULES = RulesInUse(BASE, home, open_database(sys.argv[3], KEY), Catalog(home / "no-locale"))
    asyncio.run(serve())
