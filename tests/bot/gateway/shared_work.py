"""One of several gateways on one PostgreSQL database: an echoing dialogue over Telegram.

`python shared_work.py URL ADDRESS TOKEN NAME`. Each message that the dialogue takes is written down with the gateway's
name, as often as it takes it; before that, that the gateway is ready. Messages are put into the inbox by the test.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import datetime, timezone
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[3]))

from bot.gateway.channels.telegram import Telegram
from bot.gateway.gateway import Bubble
from bot.gateway.holds import AdvisoryHolds
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import open_database

SECRET = bytes(range(32))


async def main(url: str, address: str, token: str, name: str) -> None:
    """Serve until killed."""
    database = open_database(url, SECRET)

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        await asyncio.sleep(random.uniform(0, 0.03))
        with database.writer.begin() as conn:
            conn.execute(sa.text("INSERT INTO taken VALUES (:id, :name)"), {"id": message_id, "name": name})
        return [{"text": f"oí {text}", "buttons": []}]

    office = PostOffice(
        Store(database.writer, Seal(SECRET)),
        dialogue,
        Identity(SECRET),
        list,
        lambda: datetime.now(timezone.utc),
        AdvisoryHolds(database.engine),
    )
    channel = Telegram(token, address)
    office.add(channel)
    await channel.start()
    with database.writer.begin() as conn:
        conn.execute(sa.text("INSERT INTO ready VALUES (:name)"), {"name": name})
    while True:
        # Both look at everything that waits, all the time: each person's messages are fought over.
        office.resume()
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
