"""A model that is put in use reaches the running bot within seconds; conversations go on meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from bot.agent import DialogueAgent

log = structlog.get_logger("uyariq.model_reload")
EVERY_SECONDS = 2.0
Mark = tuple[int, int, int] | None


def mark_of(model: Path) -> Mark:
    """What changes when the file is another one; None when it is not there."""
    try:
        found = model.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


async def keep_model(agent: DialogueAgent, model: Path, every: float = EVERY_SECONDS) -> None:
    """Look again and again, until cancelled. Loading is done beside the conversations, the swap between two turns.

    A model that cannot be loaded is left alone: the one at hand goes on answering.
    """
    known = mark_of(model)
    while True:
        await asyncio.sleep(every)
        mark = mark_of(model)
        if mark is None or mark == known:
            continue
        known = mark
        try:
            agent.use(await asyncio.to_thread(agent.made_processor, str(model)))
            log.warning("model.loaded")
        except Exception as error:
            log.error("model.load_failed", error=type(error).__name__)
