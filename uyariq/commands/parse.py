"""`uyariq parse`: what the bot understands. JSON lines in, JSON lines out."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from bot.catalog import Catalog
from screening.answer_option import AnswerOption
from screening.definitions import NO, YES, Library
from screening.question import ITEM, Question, of_item
from screening.reader import load_library
from screening.reply import Read, ReplyReader
from screening.turn import Reply
from uyariq.errors import UsageError
from uyariq.quiet import quiet_libraries
from uyariq.rooms import LOCALE, RULES, load_understanding

SPOKEN = {"unsure", "skip", "explain"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: the messages come by standard input."""


def run(options: argparse.Namespace) -> int:
    """Read lines until the input ends."""
    quiet_libraries()
    asyncio.run(_parse_all())
    return 0


async def _parse_all() -> None:
    library = load_library(RULES)
    reader = ReplyReader(library, Catalog(LOCALE).translate)
    agent = load_understanding()
    from bot.nlu.parse import parse

    for number, text in enumerate(sys.stdin, 1):
        if text.strip():
            line = _line(text, number)
            found = await parse(agent, str(line["text"]))
            if line.get("expect"):
                found["answer"] = answer(library, reader, line, found)
            print(json.dumps(found, ensure_ascii=False), flush=True)


def answer(library: Library, reader: ReplyReader, line: dict[str, Any], found: dict[str, Any]) -> str | None:
    """How the running question would read the text: yes, no, unsure, skip, explain, or None (asked again)."""
    reply = Reply(str(line["text"]), intent=found["intent"], confidence=found["confidence"])
    return spoken(reader.read(question(library, line.get("question")), reply, ""))


def spoken(read: Read | None) -> str | None:
    """A reading as the interface names it."""
    if read is None:
        return None
    return read.code if read.code in (YES, NO) else read.wish if read.wish in SPOKEN else None


def question(library: Library, text: str | None) -> Question:
    """The yes/no item with that Spanish text; a yes/no question without phrases of its own where there is none."""
    for instrument in library.newest_instruments():
        for item in instrument.items:
            if item.text == text and {option.code for option in item.options} == {YES, NO}:
                return of_item(instrument, item)
    return Question("", "", text, None, ITEM, (AnswerOption(YES, "Sí", 1), AnswerOption(NO, "No", 0)), withhold=True)


def _line(text: str, number: int) -> dict[str, Any]:
    try:
        line = json.loads(text)
        return {"text": line["text"], **line}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"Línea {number}: hace falta un objeto JSON con «text».") from error
