"""Puts the rooms together: rules, engine, database, actions, agent and gateway."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.catalog import Catalog
from bot.fields import word_fields
from bot.gateway.asides.words import Phrases
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
from uyariq.gateway_words import read_gateway_words
from uyariq.ids import session_id
from uyariq.quiet import quiet_libraries, quiet_warnings
from uyariq.rules_in_use import Loaded, RulesInUse, folder_in_use
from uyariq.settings import Settings
from uyariq.staff_words import Rules, staff_words
from uyariq.training import MODEL, TrainingFailed
from uyariq.translations_live import LiveTranslations
from uyariq.words_in_use import WordsInUse, gateway_words, understanding_words

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
    rules: RulesInUse
    catalog: Catalog
    clock: Clock
    agent: DialogueAgent
    gateway: Gateway
    dialogue: Dialogue
    failed: Callable[[], list[Bubble]]
    say: Callable[[str, str], str]
    say_of_staff: Say
    run_id: str
    words_read: WordsInUse
    phrases: Mapping[str, Phrases]

    @property
    def library(self) -> Library:
        """The definitions that answer now."""
        return self.rules.library


def open_database(settings: Settings) -> Database:
    """The follow-up database of this installation."""
    return open_followup(settings.database_url, settings.key_ring, rules=RULES)


async def open_house(settings: Settings) -> House:
    """Load rules and model, bring the database up to date, and wire the parts. Raises DefinitionErrors."""
    quiet_libraries()
    database = open_database(settings)
    database.migrate()
    catalog = Catalog(LOCALE)
    clock = Clock()
    rules = rules_in_use(settings, database, catalog)
    run_actions = configure_actions(settings, rules, clock)
    failed = failure_words(rules, catalog)
    agent = load_agent(settings, catalog, run_actions, failed)
    heard = read_gateway_words(RULES)
    read = WordsInUse(rules, RULES, (*understanding_words(agent), gateway_words(heard)))
    read.begin()
    say_of_staff = staff_words(rules, catalog, clock)
    agent.desk = Desk(database, rules, agent.parse_message, say_of_staff, clock)
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
        rules,
        catalog,
        clock,
        agent,
        gateway,
        dialogue,
        failed,
        words(rules, catalog),
        say_of_staff,
        secrets.token_hex(4),
        read,
        heard,
    )


def read_rules(settings: Settings, database: Database) -> Library:
    """The rules with what is published, for a command; the database's settings are read from there, too."""
    database.use_rules(folder_in_use(RULES, settings.home, database))
    return load_library(database.rules)


def rules_in_use(settings: Settings, database: Database, catalog: Catalog) -> RulesInUse:
    """The files with what was published over them. Raises DefinitionErrors when the files are broken."""
    live_words(catalog, database).refresh()
    return RulesInUse(RULES, settings.home, database, catalog)


def live_words(catalog: Catalog, database: Database) -> LiveTranslations:
    """Keeps the catalog at what reviewers have saved."""
    return LiveTranslations(catalog, database, LOCALE)


def configure_actions(settings: Settings, rules: RulesInUse, clock: Clock) -> Any:
    """Give the actions their parts, now and whenever the rules change; what runs an action by Rasa's JSON call."""
    from rasa_sdk.executor import ActionExecutor

    import actions
    from actions.context import Context, configure
    from followup.spool import Spool

    spool = Spool(settings.home / "spool", rules.database.vault)

    def take(loaded: Loaded) -> None:
        parts: dict[str, Any] = {"database": rules.database, "spool": spool, "session_id": session_id, "now": clock}
        configure(Context(engine=loaded.engine, library=loaded.library, renew=rules.look, **parts))

    take(rules.loaded)
    rules.watch(take)
    executor = ActionExecutor()
    executor.register_package(actions)
    return executor.run


def load_understanding(model: Path | None = None) -> DialogueAgent:
    """The trained model, or another one, by itself: it understands, and has nobody to talk to."""
    from bot.lean import leave_out_tensorflow

    leave_out_tensorflow()
    quiet_warnings()
    from rasa.shared.core.domain import Domain

    from bot.agent import DialogueAgent
    from bot.nlg import Wording

    domain = Domain.load(str(DOMAIN))
    agent = DialogueAgent(domain=domain, generator=Wording(domain, catalog=Catalog(LOCALE)))
    agent.load_model(str(model or _model()))
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


def words(rules: Rules, catalog: Catalog) -> Callable[[str, str], str]:
    """(response of the domain, language) -> its words, with the numbers that answer now."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]

    def say(response: str, language: str) -> str:
        source = str(responses[response][0]["text"])
        fields = fill(source, rules.library, {}, language, datetime.now(timezone.utc)) or {}
        return word_fields(catalog.translate(response, source, language), fields, language, catalog)

    return say


def failure_words(rules: Rules, catalog: Catalog) -> Callable[[], list[dict[str, Any]]]:
    """What a person is told when the dialogue failed: in both languages, as nothing is known of the person then."""
    say = words(rules, catalog)
    return lambda: [{"text": say(FAILED, language), "buttons": []} for language in LANGUAGES]
