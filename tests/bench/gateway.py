"""`python -m tests.bench.gateway`: what the gateway costs and what it survives. Writes its part of docs/benchmarks.md.

Latency: the same answers through inbox, dialogue and outbox on one side, and straight from the dialogue on the other,
asked in turns; SQLite with synchronous=FULL, a platform that takes messages at once. A dialogue of a known length
stands in for Rasa, so that only the gateway is measured.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiolimiter import AsyncLimiter

from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.sending import TryLater
from bot.gateway.store import Store
from bot.gateway.voice import VoiceFolder
from followup.database import open_database
from tests.bot.gateway.killing import kill_again_and_again

ROOT = Path(__file__).resolve().parents[2]
SECRET = bytes(range(32))
DIALOGUE_MS = 3.0
ONE_BY_ONE, PEOPLE, EACH = 300, 50, 8
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- gateway -->", "<!-- /gateway -->"


class Platform:
    """Takes messages at once, and remembers when; refuses one person when told to."""

    name = "bench"
    window: timedelta | None = None

    def __init__(self, voice: VoiceFolder | None) -> None:
        self.sent: dict[str, list[tuple[str, float]]] = {}
        self.refuses: str | None = None
        self._voice = voice

    async def send(self, person: str, bubble: Bubble) -> str:
        """As a platform that is never slow."""
        if self._voice is not None:
            self._voice.find(bubble)
        if person == self.refuses:
            raise TryLater("429", 5)
        self.sent.setdefault(person, []).append((bubble["text"], time.perf_counter()))
        return "1"

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Nothing to show."""

    def pace(self) -> AsyncLimiter:
        """Nobody waits for the pace here."""
        return AsyncLimiter(10_000, 1)

    def weight(self, bubble: Bubble) -> int:
        """One."""
        return 1


class Bench:
    """A post office over a file of its own."""

    def __init__(self, folder: Path, voice: VoiceFolder | None = None) -> None:
        self._database = open_database(f"sqlite:///{folder}/gateway.db", SECRET)
        store = Store(self._database.writer, Seal(SECRET))
        self.office = PostOffice(store, answer, Identity(SECRET), list, lambda: datetime.now(timezone.utc))
        self.platform = Platform(voice)
        self.office.add(self.platform)
        self._number = 0

    def write(self, person: str, text: str) -> None:
        """Somebody writes."""
        self._number += 1
        self.office.receive([Incoming("bench", str(self._number), person, "text", text)])

    async def round_trip(self, person: str) -> float:
        """Milliseconds from a message's arrival to its answer on the platform."""
        started = time.perf_counter()
        self.write(person, "hola")
        await self.office.idle()
        return (self.platform.sent[person][-1][1] - started) * 1000


async def answer(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
    """A dialogue that takes its time and asks something with buttons, as the real one does."""
    await asyncio.sleep(DIALOGUE_MS / 1000)
    voice = {"context": "srq_minsa.srq_3", "language": "es", "question": True}
    buttons = [{"title": title, "payload": f'/answer{{"k":"a:b:{title}"}}'} for title in ("Sí", "No")]
    return [{"text": f"oí {text}", "buttons": buttons, "voice": voice}]


async def beyond_the_dialogue(voiced: bool) -> list[float]:
    """Milliseconds that the gateway adds, message by message."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), VoiceFolder(Path(folder) / "voice") if voiced else None)
        for number in range(ONE_BY_ONE):
            started = time.perf_counter()
            await answer("", "hola", "", "")
            alone = (time.perf_counter() - started) * 1000
            times.append(await bench.round_trip(f"p{number % PEOPLE}") - alone)
    return times


async def at_once(refused: str | None = None) -> tuple[float, int, float]:
    """So many people at once: messages a second, people answered out of order, seconds until all others had theirs."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.platform.refuses = refused
        others = [f"p{number}" for number in range(PEOPLE) if f"p{number}" != refused]
        started = time.perf_counter()
        for number in range(EACH):
            for person in range(PEOPLE):
                bench.write(f"p{person}", str(number))
        while any(len(bench.platform.sent.get(person, ())) < EACH for person in others):
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - started
        await bench.office.close()
        wanted = [f"oí {number}" for number in range(EACH)]
        wrong = sum([text for text, _ in bench.platform.sent[person]] != wanted for person in others)
    return len(others) * EACH / seconds, wrong, seconds


def report() -> str:
    """The part of the page."""
    plain = asyncio.run(beyond_the_dialogue(voiced=False))
    voiced = asyncio.run(beyond_the_dialogue(voiced=True))
    rate, wrong, alone = asyncio.run(at_once())
    _, wrong_too, beside = asyncio.run(at_once("p7"))
    with tempfile.TemporaryDirectory() as folder:
        killed = kill_again_and_again(Path(folder), people=20, each=15, kills=20)
    rows = [
        ("Beyond the dialogue's own time, one message after the other, median", f"{statistics.median(plain):.1f} ms"),
        ("the same, 95 of 100 messages within", f"{statistics.quantiles(plain, n=20)[-1]:.1f} ms"),
        ("the same, looking for a recording of each answer, median", f"{statistics.median(voiced):.1f} ms"),
        (f"{PEOPLE} people at once, {EACH} messages each", f"{rate:.0f} messages/s, {wrong + wrong_too} out of order"),
        (
            "all others answered while one person's platform says 429",
            f"{beside:.2f} s ({alone:.2f} s without)",
        ),
        (
            f"`kill -9`, {killed.kills} times over {killed.messages} messages of 20 people",
            f"{killed.messages - killed.handled} not handled, {killed.lost} answers lost, "
            f"{killed.out_of_order} people out of order",
        ),
        ("handed to the dialogue again, which takes a message id once", f"{killed.again}"),
        ("answers that came twice: on their way at the moment of a kill", f"{killed.doubled}"),
    ]
    table = "\n".join(f"| {what} | {found} |" for what, found in rows)
    return f"""{BEGIN}
## Gateway

Measured by `python -m tests.bench.gateway` on {time.strftime("%Y-%m-%d")}: SQLite (WAL, synchronous=FULL), a dialogue
of {DIALOGUE_MS:.0f} ms, a platform that answers at once; the kills against the Telegram emulator.

| | |
|---|---|
{table}
{END}
"""


def main() -> None:
    """Measure, and put the part into the page."""
    part = report()
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN in page:
        before, _, rest = page.partition(BEGIN)
        page = before + part + rest.partition(f"{END}\n")[2]
    else:
        page = f"{page.rstrip()}\n\n{part}"
    PAGE.write_text(page, encoding="utf-8")
    print(part)


if __name__ == "__main__":
    main()
