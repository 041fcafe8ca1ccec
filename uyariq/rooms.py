"""Puts the rooms together: rules, engine, database, actions, agent and gateway."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.catalog import Catalog
from bot.fields import word_fields
from bot.gateway.gateway import Bubble, Dialogue, Gateway
from bot.gateway.identity import Identity
from followup.database import Database
from followup.database import open_database as open_followup
from followup.staff_messages import Say
from screening.definitions import Library
from screening.fields import fill
from screening.reader import load_library
from uyariq.clock import Clock
from uyariq.desk import Desk
from uyariq.ids import session_id
from uyariq.quiet import quiet_libraries, quiet_warnings
from uyariq.settings import Settings
from uyariq.staff_words import staff_words
from uyariq.training import MODEL, TrainingFailed

if TYPE_CHECKING:
    from bot.agent import DialogueAgent

RULES = Path("screening_rules")
LOCALE = Path("locale")
DOMAIN = Path("domain.yml")
FAILED = "utter_something_failed"
LANGUAGES = ("es", "qu")


@dataclass
class House:
    """Everything that answers people, in one process."""

    settings: Settings
    database: Database
    library: Library
    catalog: Catalog
    clock: Clock
    agent: DialogueAgent
    gateway: Gateway
    dialogue: Dialogue
    failed: Callable[[], list[Bubble]]
    say: Callable[[str, str], str]
    say_of_staff: Say
    run_id: str


def open_database(settings: Settings) -> Database:
    """The follow-up database of this installation."""
    return open_followup(settings.database_url, settings.key_ring, rules=RULES)


async def open_house(settings: Settings) -> House:
    """Load rules and model, bring the database up to date, and wire the parts. Raises DefinitionErrors."""
    quiet_libraries()
    library = load_library(RULES)
    database = open_database(settings)
    database.migrate()
    catalog = Catalog(LOCALE)
    clock = Clock()
    run_actions = configure_actions(settings, database, library, catalog, clock)
    failed = failure_words(library, catalog)
    agent = load_agent(settings, catalog, run_actions, failed)
    say_of_staff = staff_words(library, catalog, RULES, clock)
    agent.desk = Desk(database, library, agent.parse_message, say_of_staff, clock)
    dialogue = _dialogue(agent)
    gateway = Gateway(dialogue, Identity(settings.secret), failed)
    # What is built on first use is built before somebody waits for it.
    await agent.parse_message("hola")
    # Model, rules and libraries stay for good: the garbage collector need not walk through them at every turn.
    gc.collect()
    gc.freeze()
    return House(
        settings,
        database,
        library,
        catalog,
        clock,
        agent,
        gateway,
        dialogue,
        failed,
        words(library, catalog),
        say_of_staff,
        secrets.token_hex(4),
    )


def configure_actions(settings: Settings, database: Database, library: Library, catalog: Catalog, clock: Clock) -> Any:
    """Give the actions their parts; the function that runs an action by Rasa's JSON call."""
    from rasa_sdk.executor import ActionExecutor

    import actions
    from actions.context import Context, configure
    from followup.spool import Spool
    from followup.working_hours import working_calendar
    from screening.engine import Engine

    engine = Engine(library, working_calendar(RULES), translate=catalog.translate)
    configure(
        Context(
            engine=engine,
            library=library,
            database=database,
            spool=Spool(settings.home / "spool", database.vault),
            session_id=session_id,
            now=clock,
        )
    )
    executor = ActionExecutor()
    executor.register_package(actions)
    return executor.run


def load_understanding() -> DialogueAgent:
    """The trained model by itself: it understands, and has nobody to talk to."""
    from bot.lean import leave_out_tensorflow

    leave_out_tensorflow()
    quiet_warnings()
    from rasa.shared.core.domain import Domain

    from bot.agent import DialogueAgent
    from bot.nlg import Wording

    domain = Domain.load(str(DOMAIN))
    agent = DialogueAgent(domain=domain, generator=Wording(domain, catalog=Catalog(LOCALE)))
    agent.load_model(str(_model()))
    return agent


def _model() -> Path:
    if not MODEL.exists():
        raise TrainingFailed("Falta el modelo. Entrénelo con `make train`.")
    return MODEL


def load_agent(
    settings: Settings, catalog: Catalog, run_actions: Any, failed: Callable[[], list[dict[str, Any]]]
) -> DialogueAgent:
    """The trained agent with our wording, short trackers and actions in this process."""
    from bot.lean import leave_out_tensorflow

    leave_out_tensorflow()
    quiet_warnings()
    from rasa.shared.core.domain import Domain

    from bot.action_endpoint import InProcessActions
    from bot.agent import DialogueAgent
    from bot.nlg import Wording
    from bot.savings import save_time
    from bot.tracker_store import ShortTrackerStore
    from uyariq.locks import lock_store

    save_time()
    domain = Domain.load(str(DOMAIN))
    agent = DialogueAgent(
        failed=failed,
        domain=domain,
        generator=Wording(domain, catalog=catalog),
        tracker_store=ShortTrackerStore(domain, url=settings.database_url, shared=bool(settings.redis_url)),
        lock_store=lock_store(settings.redis_url),
        action_endpoint=InProcessActions(run_actions),
    )
    agent.load_model(str(_model()))
    return agent


def _dialogue(agent: DialogueAgent) -> Any:
    from bot.dialogue_channel import InProcessDialogue

    return InProcessDialogue(agent)


def words(library: Library, catalog: Catalog) -> Callable[[str, str], str]:
    """(response of the domain, language) -> its words."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]

    def say(response: str, language: str) -> str:
        source = str(responses[response][0]["text"])
        fields = fill(source, library, {}, language, datetime.now(timezone.utc)) or {}
        return word_fields(catalog.translate(response, source, language), fields, language, catalog)

    return say


def failure_words(library: Library, catalog: Catalog) -> Callable[[], list[dict[str, Any]]]:
    """What a person is told when the dialogue failed: in both languages, as nothing is known of the person then."""
    say = words(library, catalog)
    return lambda: [{"text": say(FAILED, language), "buttons": []} for language in LANGUAGES]
