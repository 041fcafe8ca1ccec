"""Rasa's agent as this bot runs it: one message a person at a time, safe payloads, no growing cost."""

from __future__ import annotations

import logging
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.exceptions import AgentNotReady
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.exceptions import ModelNotFound
from rasa.model import get_latest_model

from bot.graph import SequentialGraphRunner
from bot.model_storage import ServedModelStorage
from bot.payloads import EXTERNAL, RECEIVED, guessed_intent, looks_like_one, own_payload
from bot.turns import Turns

logger = logging.getLogger(__name__)

# Nothing a person needs to say is longer; the rest would only cost time. Risk phrases are looked for in all of it.
MAX_TEXT = 10_000
HELD_DOWN = 4
GUESSES = "guesses"
NOT_UNDERSTOOD = "nlu_fallback"
# Messages up to this length are understood once and remembered in memory, so many of them.
SHORT = 12
REMEMBERED = 2_000
# Seconds between two looks at a lock that another bot holds; Rasa's own second is long for a chat.
LOCK_LOOK = 0.05
# (conversation id, text or payload, message id) -> what is said instead of the bot's answer; None: the bot answers.
Desk = Callable[[str, str, str], Awaitable["list[dict[str, Any]] | None"]]


class DialogueProcessor(MessageProcessor):
    """Rasa's message processor with our graph runner, and with payloads that only our buttons can make."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, Any, SequentialGraphRunner]:
        archive = model_path if Path(model_path).is_file() else get_latest_model(model_path)
        if not archive:
            raise ModelNotFound(f"No model found at path '{model_path}'.")
        with TemporaryDirectory() as folder:
            try:
                metadata, runner = loader.load_predict_graph_runner(
                    Path(folder), Path(archive), ServedModelStorage, SequentialGraphRunner
                )
            except tarfile.ReadError as error:
                raise ModelNotFound(f"Model {archive} can not be loaded.") from error
        return Path(archive).name, metadata, runner

    async def parse_message(
        self, message: UserMessage, tracker: Any = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        """What a person means. A payload of our own is taken as it is; a typed "/restart" is the word "restart"."""
        payload = own_payload(message.text)
        if payload is not None:
            intent, values = payload
            guessed = guessed_intent(values, tracker.get_slot(GUESSES)) if tracker is not None else None
            if guessed is not None:
                return _parsed("", guessed)
            if intent == EXTERNAL:
                return _parsed("", f"EXTERNAL_{values['event']}")
            if intent == RECEIVED:
                return _parsed("", NOT_UNDERSTOOD, [{"entity": name, "value": one} for name, one in values.items()])
            return _parsed(message.text, intent, [{"entity": name, "value": one} for name, one in values.items()])
        typed = (message.text or "").lstrip("/")[:MAX_TEXT]
        if looks_like_one(message.text or "") or not _says_something(typed):
            return _parsed("", NOT_UNDERSTOOD)
        understood = self._understood
        if only_output_properties and typed in understood:
            return deepcopy(understood[typed])
        shown = message.text
        message.text = typed
        try:
            parsed = await super().parse_message(message, tracker, only_output_properties)
        finally:
            message.text = shown
        if only_output_properties and len(typed) <= SHORT and not any(letter.isdigit() for letter in typed):
            self._remember(understood, typed, parsed)
        return parsed

    def forget_texts(self) -> None:
        """Understand short messages anew; one that is being understood just now is not remembered any more."""
        self.__dict__["_understood_texts"] = {}

    @property
    def _understood(self) -> dict[str, dict[str, Any]]:
        """What short messages mean: "sí" and "no" are most of what people write, and always mean the same."""
        understood: dict[str, dict[str, Any]] = self.__dict__.setdefault("_understood_texts", {})
        return understood

    @staticmethod
    def _remember(understood: dict[str, dict[str, Any]], text: str, parsed: dict[str, Any]) -> None:
        if len(understood) >= REMEMBERED:
            understood.clear()
        understood[text] = deepcopy(parsed)


def _says_something(text: str) -> bool:
    """Whether there is anything to understand: blanks say nothing, nor does one letter held down."""
    letters = {letter for letter in text.lower() if letter.isalnum()}
    return bool(text.strip()) and (len(letters) > 1 or len(text.strip()) < HELD_DOWN)


def _parsed(text: str, intent: str, entities: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    found = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": found, "intent_ranking": [found], "entities": entities or []}


class DialogueAgent(Agent):
    """Rasa's agent, one turn of a person after the other, in the order in which they came; never silent.

    failed: the bubbles to say when a turn came to nothing, because the database was away or something else failed.
    desk: asked first, whether a person of the team has the word in this conversation.
    """

    desk: Desk | None = None

    def __init__(self, failed: Callable[[], list[dict[str, Any]]] = list, **parts: Any) -> None:
        super().__init__(**parts)
        self._turns = Turns()
        self._failed = failed

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the newest model of a folder, or the model of a file."""
        self.use(self.made_processor(model_path))
        self._set_fingerprint(fingerprint)

    def made_processor(self, model_path: str | Path) -> DialogueProcessor:
        """Another model, ready to be used; nothing changes yet."""
        return DialogueProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            http_interpreter=self.http_interpreter,
        )

    def use(self, processor: DialogueProcessor) -> None:
        """Answer with it from now on; turns that are under way end with the one they began with."""
        self.processor = processor
        self.domain = processor.domain
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses

    def forget_texts(self) -> None:
        """Words that messages are read by have changed: what was understood before may mean something else."""
        if self.processor is not None:
            self.processor.forget_texts()

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Answer one message. Two at once from one person wait for each other (Rasa's own lock waits whole seconds)."""
        if self.processor is None:
            raise AgentNotReady("The model has not been loaded.")
        async with self._turns.of(message.sender_id), self._among_bots(message.sender_id):
            if await self._taken_by_desk(message):
                return _said(message.output_channel)
            try:
                await self.processor.handle_message(message)
            except Exception as error:  # whatever fails, a person gets an answer
                logger.error("agent.turn_failed %s", type(error).__name__)
            if not _said(message.output_channel):
                await self._say_failed(message)
        return _said(message.output_channel)

    @asynccontextmanager
    async def _among_bots(self, person: str) -> AsyncIterator[None]:
        """Where several bots share the work, one of them at a time. Without the locks' server everybody is answered."""
        async with AsyncExitStack() as held:
            if not isinstance(self.lock_store, InMemoryLockStore):
                try:
                    await held.enter_async_context(self.lock_store.lock(person, wait_time_in_seconds=LOCK_LOOK))
                except Exception as error:
                    logger.error("agent.lock_failed %s", type(error).__name__)
            yield

    async def _taken_by_desk(self, message: UserMessage) -> bool:
        """Whether somebody else has the word; what they have the person told is said."""
        if self.desk is None:
            return False
        try:
            bubbles = await self.desk(message.sender_id, message.text or "", str(message.message_id))
        except Exception as error:  # rather two answers than none
            logger.error("agent.desk_failed %s", type(error).__name__)
            return False
        for bubble in bubbles or ():
            await message.output_channel.send_response(message.sender_id, bubble)
        return bubbles is not None

    async def _say_failed(self, message: UserMessage) -> None:
        message.output_channel.failed = True
        for bubble in self._failed():
            await message.output_channel.send_response(message.sender_id, bubble)


def _said(channel: OutputChannel) -> list[dict[str, Any]]:
    """What a collecting channel has collected in this turn."""
    return list(getattr(channel, "messages", None) or getattr(channel, "bubbles", None) or [])
