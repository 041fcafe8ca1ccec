"""While somebody of the team has the word the bot is silent, on every channel; danger and erasing still reach it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catalog import Catalog
from bot.gateway.channels.web import WebChat
from bot.gateway.gateway import Gateway
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.pulled import PulledMessages
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup import handovers, staff_messages
from followup.database import Database
from followup.handovers import Handover
from followup.staff_texts import staff_texts
from screening.definitions import Library
from screening.reader import read_folder
from tests.followup.people import add_staff, session_json
from uyariq.desk import Desk
from uyariq.staff_talk import look
from uyariq.staff_words import staff_words

ROOT = Path(__file__).parents[2]
RULES = ROOT / "screening_rules"
SECRET = bytes(range(32))
PERSON = "p" * 32


@pytest.fixture(scope="session")
def library() -> Library:
    """The rules of the repository."""
    return read_folder(RULES)[0]


@dataclass(frozen=True)
class FixedRules:
    """Rules that nobody changes."""

    library: Library
    folder: Path


class Clock:
    """The time, as the test sets it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Meaning:
    """What the bot understands of a text: a word of danger by rule, or an intent."""

    def __init__(self) -> None:
        self.intent = "out_of_scope"

    async def __call__(self, text: str) -> dict[str, Any]:
        risk = [{"code": "suicide", "level": "crisis", "id": "R-1"}] if "morir" in text else []
        return {"intent": {"name": self.intent}, "risk": risk}


@pytest.fixture
def clock(now: datetime) -> Clock:
    """Monday morning."""
    return Clock(now)


@pytest.fixture
def meaning() -> Meaning:
    """Nothing in particular, until a test says otherwise."""
    return Meaning()


@pytest.fixture
def say(library: Library, clock: Clock) -> staff_messages.Say:
    """The real words."""
    return staff_words(FixedRules(library, RULES), Catalog(ROOT / "locale"), clock)


@pytest.fixture
def desk(sqlite_database: Database, library: Library, meaning: Meaning, say: staff_messages.Say, clock: Clock) -> Desk:
    """Over an empty database."""
    return Desk(sqlite_database, FixedRules(library, RULES), meaning, say, clock)


@pytest.fixture
def conversation(sqlite_database: Database, clock: Clock) -> str:
    """Rosa writes by the web chat."""
    name = Identity(SECRET).conversation("web", PERSON)
    with sqlite_database.turn(name, "m1", clock(), channel="web"):
        return name


@pytest.fixture
def held(sqlite_database: Database, conversation: str, say: staff_messages.Say, clock: Clock) -> Handover:
    """Ana has written to her."""
    ana = add_staff(sqlite_database, "ana")
    with sqlite_database.begin() as conn:
        person = conn.exec_driver_sql("SELECT patient_id FROM conversation").scalar()
        return staff_messages.write(conn, str(person), ana, "¿Cómo está?", say, clock())


def lines(database: Database, held: Handover, now: datetime) -> list[tuple[str, str, bool]]:
    """What the page would show of Rosa."""
    with database.begin() as conn:
        found = staff_messages.talk(conn, held.patient_id, held.practitioner_id, now)
    return [(line.text, line.kind or "", line.shows_risk) for line in found if line.direction == "in"]


async def test_without_somebody_of_the_team_the_bot_answers(desk: Desk, conversation: str) -> None:
    """As always."""
    assert await desk(conversation, "hola", "m2") is None
    assert await desk("web-nobody", "hola", "m2") is None


async def test_words_go_to_the_team_and_the_bot_is_silent(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """Also when the platform delivers them twice."""
    assert await desk(conversation, "un poco mejor", "m2") == []
    assert await desk(conversation, "un poco mejor", "m2") == []
    assert lines(sqlite_database, held, clock()) == [("un poco mejor", "", False)]


async def test_a_word_of_danger_reaches_the_bot_at_once_and_the_team_sees_it(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """The help goes out whoever has the word, and the team keeps it."""
    assert await desk(conversation, "quiero morir", "m2") is None
    assert lines(sqlite_database, held, clock()) == [("quiero morir", "", True)]
    with sqlite_database.read() as conn:
        assert handovers.of_conversation(conn, conversation) is not None


async def test_what_only_the_model_takes_for_danger_reaches_the_bot_too(
    desk: Desk, conversation: str, held: Handover, meaning: Meaning
) -> None:
    """The intents that the rules name."""
    meaning.intent = "crisis_suicide"
    assert await desk(conversation, "algo", "m2") is None


async def test_a_button_of_a_running_help_in_danger_works(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """Any other old button does not let the bot begin to talk again."""
    tap = '/answer{"k":"ab12:alone:yes"}'
    words = await desk(conversation, tap, "m2")
    assert words is not None
    assert "botones" in words[0]["text"]
    session = session_json() | {"frames": [{"definition": "flow:crisis_suicide", "version": "1"}]}
    with sqlite_database.turn(conversation, "m3", clock()) as turn:
        turn.save(session)
    assert await desk(conversation, tap, "m4") is None


async def test_who_wants_to_be_forgotten_gets_the_bot_back(
    desk: Desk, conversation: str, held: Handover, meaning: Meaning, sqlite_database: Database
) -> None:
    """Erasing is the bot's work, and the answers to its question as well."""
    meaning.intent = "delete_my_data"
    assert await desk(conversation, "borrar mis datos", "m2") is None
    meaning.intent = "affirm"
    assert await desk(conversation, "sí", "m3") is None


async def test_an_audio_is_named_and_the_person_told_that_nobody_can_hear_it(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """Nothing of it is kept."""
    words = await desk(conversation, '/received{"kind":"voice"}', "m2")
    assert words is not None
    assert "audios" in words[0]["text"]
    assert lines(sqlite_database, held, clock()) == [("", "voice", False)]


async def test_what_the_clock_begins_is_not_taken_for_the_persons_words(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """It was held back before; what comes all the same is the bot's."""
    assert await desk(conversation, '/external{"event":"rescreen"}', "m2") is None
    assert lines(sqlite_database, held, clock()) == []


async def test_after_the_time_of_the_rules_the_bot_answers_and_says_so(
    desk: Desk, conversation: str, held: Handover, sqlite_database: Database, clock: Clock
) -> None:
    """Also when the process that looks at the clock was down."""
    clock.now += staff_texts(RULES).hands_back_after + timedelta(seconds=1)
    assert await desk(conversation, "hola", "m2") is None
    with sqlite_database.begin() as conn:
        out = [one.text for one in staff_messages.take_waiting(conn, clock())]
    assert "programa automático" in out[-1]


async def test_the_web_page_gets_what_was_written_until_it_has_shown_it(
    sqlite_database: Database, held: Handover, say: staff_messages.Say, clock: Clock
) -> None:
    """A page that lost the answer on a bad network asks again and gets it again."""
    office, pulled = _office(sqlite_database, clock), _pulled(sqlite_database)
    assert look(office, sqlite_database, say, clock()) == 2
    await office.idle()
    chat = WebChat(Gateway(_nobody, Identity(SECRET), list), pulled)
    first = chat.waiting(PERSON, 0)
    assert [bubble["text"] for _, bubble in first][1] == "¿Cómo está?"
    assert "Ana" in first[0][1]["text"]
    assert chat.waiting(PERSON, 0) == first
    assert chat.waiting(PERSON, first[-1][0]) == []
    assert chat.waiting(PERSON, 0) == []
    assert chat.waiting("q" * 32, 0) == []


async def test_outside_whatsapps_window_the_team_reads_that_it_was_not_sent(
    sqlite_database: Database, say: staff_messages.Say, clock: Clock
) -> None:
    """The gateway knows better than the console when the person last wrote there."""
    name = Identity(SECRET).conversation("whatsapp", "51987654321")
    with sqlite_database.turn(name, "m1", clock(), channel="whatsapp") as turn:
        person = turn.patient_id
    ana = add_staff(sqlite_database, "ana")
    with sqlite_database.begin() as conn:
        staff_messages.write(conn, person, ana, "¿Cómo está?", say, clock())
    assert look(_office(sqlite_database, clock), sqlite_database, say, clock()) == 0
    with sqlite_database.begin() as conn:
        found = staff_messages.talk(conn, person, ana, clock())
    assert {line.status_reason for line in found} == {"window_closed"}


def _office(database: Database, clock: Clock) -> PostOffice:
    return PostOffice(Store(database.writer, Seal(SECRET)), _nobody, Identity(SECRET), list, clock)


def _pulled(database: Database) -> PulledMessages:
    return PulledMessages(database.writer, Seal(SECRET), Identity(SECRET))


async def _nobody(conversation: str, text: str, message_id: str, channel: str) -> list[dict[str, Any]]:
    raise AssertionError("nobody is asked")


def test_the_words_are_the_persons_language_and_name_a_number_that_answers(
    library: Library, say: staff_messages.Say
) -> None:
    """Both languages, with the line for danger."""
    assert "113" in say("left", "es", "Ana")
    assert "113" in say("left", "qu", "Ana")
    assert say("left", "es", "Ana") != say("left", "qu", "Ana")
