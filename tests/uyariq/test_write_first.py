"""What the bot writes first: due messages get their words from the dialogue and go to the outbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup import messages
from followup.database import Database, open_database
from followup.models import communication
from uyariq.message_templates import TemplatesBroken, read_templates
from uyariq.rooms import RULES
from uyariq.write_first import look

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
PERSON = Identity(KEY).conversation("whatsapp", "51999000111")


class Platform:
    """A channel that keeps what it is given."""

    name = "whatsapp"
    window: timedelta | None = timedelta(hours=24)

    def __init__(self) -> None:
        self.sent: list[Bubble] = []

    async def send(self, person: str, bubble: Bubble) -> str:
        self.sent.append(bubble)
        return f"w{len(self.sent)}"

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Nothing to show."""

    def weight(self, bubble: Bubble) -> int:
        """Each bubble is one message."""
        return 1

    def pace(self) -> Any:
        from aiolimiter import AsyncLimiter

        return AsyncLimiter(100, 1)


class House:
    """Database, post office and a dialogue that repeats what it hears."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.heard: list[tuple[str, str]] = []
        self.wrote = 0
        self.database: Database = open_database(f"sqlite:///{folder}/uyariq.db", KEY)
        self.database.migrate()
        self.store = Store(self.database.writer, Seal(KEY))
        self.office = PostOffice(self.store, self.say, Identity(KEY), list, lambda: self.now)
        self.platform = Platform()

    async def say(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.heard.append((text, message_id))
        return [{"text": "¿Cómo está?", "buttons": []}]

    def due(self, kind: str, wrote: datetime = NOW, channel: str = "whatsapp") -> None:
        """Somebody wrote at a moment, and a message of this kind is due now."""
        self.wrote += 1
        self.store.keep([(PERSON, Incoming("whatsapp", f"e{self.wrote}", "51999000111", "text", "hola"))], wrote)
        received = self.store.next_received(PERSON)
        assert received is not None
        self.store.answered(received, [], wrote)
        with self.database.turn(PERSON, f"m{self.wrote}", wrote, channel=channel) as turn:
            turn.record([])
            patient = turn.patient_id
        with self.database.begin() as conn:
            messages.schedule(conn, patient, kind, NOW, NOW)

    async def look(self, templates: Any = None) -> int:
        sent = await look(self.office, self.database, lambda: self.now, templates or {})
        await self.office.idle()
        return sent

    def state(self) -> list[tuple[str, str | None]]:
        with self.database.read() as conn:
            return [tuple(row) for row in conn.execute(select(communication.c.status, communication.c.status_reason))]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """One house for a test."""
    made = House(tmp_path)
    yield made
    made.database.close()


@pytest.mark.parametrize(
    ("kind", "event"),
    [(messages.UNFINISHED, "reminder"), (messages.RESCREEN, "rescreen"), (messages.CALLBACK_MISSED, "callback_missed"),
     (messages.ASK_NUMBER, "ask_number")],
)  # fmt: skip
async def test_a_due_message_is_worded_sent_and_reported(house: House, kind: str, event: str) -> None:
    """The dialogue hears what the clock begins, once; the platform gets its words; the record says it was sent."""
    house.office.add(house.platform)
    house.due(kind)
    assert await house.look() == 1
    assert house.heard[0][0] == f'/external{{"event":"{event}"}}'
    assert house.heard[0][1].startswith("due:")
    assert [one["text"] for one in house.platform.sent] == ["¿Cómo está?"]
    assert ("completed", None) in house.state()
    assert await house.look() == 0


async def test_after_24_hours_only_an_approved_template_goes_out(house: House) -> None:
    """Without one the platform is not even asked, and staff see the dead letter."""
    house.office.add(house.platform)
    house.due(messages.RESCREEN, wrote=NOW - timedelta(days=90))
    await house.look()
    assert house.platform.sent == []
    assert house.store.counts()["dead"] == 1
    house.due(messages.RESCREEN, wrote=NOW - timedelta(days=90))
    await house.look({(messages.RESCREEN, "es"): {"name": "uyariq_rescreen_es", "language": "es"}})
    assert house.platform.sent[0]["template"]["name"] == "uyariq_rescreen_es"


async def test_within_the_window_words_are_sent_and_not_the_template(house: House) -> None:
    """The person's own language and buttons are better than a form."""
    house.office.add(house.platform)
    house.due(messages.CALLBACK_MISSED)
    await house.look({(messages.CALLBACK_MISSED, "es"): {"name": "x", "language": "es"}})
    assert "template" not in house.platform.sent[0]


async def test_a_channel_that_is_not_served_is_said_so(house: House) -> None:
    """A person of the web chat can not be written to first; the record says why."""
    house.due(messages.CALLBACK_MISSED)
    assert await house.look() == 0
    assert house.state() == [("not-done", "no_channel")]


def test_the_registry_uses_only_what_is_approved(tmp_path: Path) -> None:
    """As it stands nothing is approved; an approved one is used; a broken file says where and what to do."""
    shutil.copy(RULES / "message_templates.yml", tmp_path)
    assert read_templates(tmp_path) == {}
    file = tmp_path / "message_templates.yml"
    words = file.read_text(encoding="utf-8")
    file.write_text(words.replace("language: es, status: none", "language: es, status: approved", 1), encoding="utf-8")
    assert read_templates(tmp_path) == {("rescreen", "es"): {"name": "uyariq_rescreen_es", "language": "es"}}
    file.write_text(words.replace("language: es, status: none", "language: es, status: quizas", 1), encoding="utf-8")
    with pytest.raises(TemplatesBroken, match="rescreen / es"):
        read_templates(tmp_path)
    file.write_text(words + "\n  : [", encoding="utf-8")
    with pytest.raises(TemplatesBroken, match=r"message_templates.yml:\d+"):
        read_templates(tmp_path)
