"""A gateway that tests kill: an echoing dialogue over Telegram, in a process of its own.

`python short_lived.py FOLDER ADDRESS TOKEN`. The dialogue keeps each message id once, as the real one does, and what it
answered with it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import open_database

SECRET = bytes(range(32))


async def main(folder: str, address: str, token: str) -> None:
    """Serve until killed."""
    answers = sqlite3.connect(f"{folder}/answers.db", isolation_level=None, timeout=10)
    answers.execute("CREATE TABLE IF NOT EXISTS answer (id TEXT PRIMARY KEY, text TEXT, times INT)")

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        await asyncio.sleep(0.02)
        answers.execute(
            "INSERT INTO answer VALUES (?, ?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1", (message_id, text)
        )
        await asyncio.sleep(0.02)
        return [{"text": f"oí {text}", "buttons": []}]

    store = Store(open_database(f"sqlite:///{folder}/gateway.db", SECRET).writer, Seal(SECRET))
    office = PostOffice(store, dialogue, Identity(SECRET), list, lambda: datetime.now(timezone.utc))
    channel = Telegram(token, address)
    office.add(channel)
    await channel.start()
    office.resume()
    await TelegramPolling(channel.address, TelegramIntake(office, channel.number), long_poll=2).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
