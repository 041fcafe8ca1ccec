"""One worker a person: answers what they wrote in order, then sends them the answers in order; nothing is lost.

A message is in the inbox before the platform hears that it arrived. Its answers and the word that it is done are
written together. A process that dies in between finds everything waiting when it starts again; the dialogue itself
takes a message id only once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiolimiter import AsyncLimiter

from bot.gateway.alerts import Alerts
from bot.gateway.gateway import Bubble, Dialogue, spoken
from bot.gateway.holds import Alone, Holds
from bot.gateway.identity import Identity
from bot.gateway.incoming import TAP, TEXT, Incoming
from bot.gateway.prompts import to_hear
from bot.gateway.sending import TRIES, NotSent, Refused, TokenRefused, TryLater, Unreachable, wait_before
from bot.gateway.store import FAILED, Outgoing, Received, Store
from bot.payloads import EXTERNAL, KINDS, RECEIVED

logger = logging.getLogger(__name__)
# What a dialogue may fail at before the person is told so: about ten seconds.
ANSWER_TRIES = 3
# How soon somebody whose answer has to wait is looked at again, in seconds.
LOOK_AGAIN = 1.0
FIRST_WAIT = 0.02
# People whose pace is remembered.
PACES = 10_000
GREETING_SECONDS = 5.0
WINDOW_CLOSED = "window_closed"
OTHER_KIND = "other"


class Channel(Protocol):
    """A platform. send raises a NotSent; it gives the platform's id of what was sent."""

    name: str

    async def send(self, person: str, bubble: Bubble) -> str | None: ...

    # How long after a person's last message they may be written to freely; None: always.
    window: timedelta | None

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Somebody wrote or tapped: show that it arrived, and take old buttons away. May fail without harm."""

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""

    def weight(self, bubble: Bubble) -> int:
        """As how many messages a bubble counts for the pace."""


@dataclass(frozen=True)
class Beside:
    """What the dialogue hears, and what is said after its answer."""

    message: Incoming
    after: tuple[Bubble, ...]


Took = list[Bubble] | Incoming | Beside | None


class Aside(Protocol):
    """Looks at messages before the dialogue does: to listen again, to join two conversations, to keep a voice note.

    A list of bubbles is the answer; a message is what the dialogue hears instead; None: the message is not for it.
    """

    async def __call__(self, conversation: str, message: Incoming) -> Took: ...


class PostOffice:
    """Inbox -> dialogue -> outbox -> platform.

    failed: what to say when the dialogue could not answer. now: aware. holds: where several share a database. refused:
    platform -> why it lets us in no more.
    """

    def __init__(
        self,
        store: Store,
        dialogue: Dialogue,
        identity: Identity,
        failed: Callable[[], list[Bubble]],
        now: Callable[[], datetime],
        holds: Holds | None = None,
    ) -> None:
        self.store = store
        self.notes = store.notes
        self.refused = Alerts(store.engine, now)
        self._dialogue = dialogue
        self.identity = identity
        self._failed = failed
        self._now = now
        self._channels: dict[str, Channel] = {}
        self._asides: list[Aside] = []
        self._holds = holds or Alone()
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._paces: OrderedDict[str, AsyncLimiter] = OrderedDict()
        self._wake: set[str] = set()
        # (conversation, event) -> what the asides made of a message that the dialogue has to be asked of again.
        self._took: dict[tuple[str, str], Beside] = {}

    def add(self, channel: Channel) -> None:
        """Serve this platform too."""
        self._channels[channel.name] = channel
        self.refused.recall(channel.name)

    def add_aside(self, aside: Aside) -> None:
        """Let it look at messages before the dialogue, after those that were added before it."""
        self._asides.append(aside)

    def receive(self, messages: Iterable[Incoming], position: tuple[str, int] | None = None) -> int:
        """Keep messages durably and see to them; how many were new. The platform may be told when this returns."""
        kept = [(self.identity.conversation(one.channel, one.person), one) for one in messages]
        new = self.store.keep(kept, self._now(), position)
        for conversation, _message in kept:
            self.see_to(conversation)
        return new

    async def begin(self, conversation: str, channel: str, event: str, message_id: str, template: Any = None) -> bool:
        """Write first, as the clock asks; whether there was anything to say and somebody to carry it.

        event: of bot.payloads.EVENTS; message_id: taken by the dialogue only once; template: for a platform that lets
        nobody be written to freely after a while.
        """
        if channel not in self._channels:
            return False
        text = f'/{EXTERNAL}{{"event":"{event}"}}'
        bubbles = await self._dialogue(conversation, text, message_id, channel)
        if template and bubbles:
            bubbles[0] = {**bubbles[0], "template": template}
        self.write(conversation, bubbles)
        return bool(bubbles)

    def write(self, conversation: str, bubbles: list[Bubble]) -> None:
        """Send somebody what no message of theirs asked for."""
        self.store.put(conversation, bubbles, self._now())
        self.see_to(conversation)

    def blocked(self, channel: str, person: str, is_blocked: bool) -> None:
        """Somebody blocked the bot, or let it in again."""
        conversation = self.identity.conversation(channel, person)
        if is_blocked:
            self.store.unreachable(conversation, "blocked")
        else:
            self.store.reachable(conversation)

    def resume(self) -> int:
        """See to everything that waits, as after a crash; how many conversations."""
        waiting = [one for one in self.store.waiting() if one.partition("-")[0] in self._channels]
        for conversation in waiting:
            self.see_to(conversation)
        return len(waiting)

    def see_to(self, conversation: str) -> None:
        """Make sure that somebody works on a conversation."""
        self._wake.add(conversation)
        if conversation not in self._workers:
            self._workers[conversation] = asyncio.create_task(self._work(conversation))

    async def close(self) -> None:
        """Stop working; what waits stays in the store."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def idle(self) -> None:
        """Return when nothing is being worked on."""
        while self._workers:
            await asyncio.wait(list(self._workers.values()))

    async def _work(self, conversation: str) -> None:
        try:
            while conversation in self._wake:
                await self._until_ours(conversation)
                try:
                    self._wake.discard(conversation)
                    while await self._one_step(conversation):
                        pass
                finally:
                    self._holds.give_back(conversation)
        except Exception as error:  # the next message, or the next look at what waits, tries again
            logger.error("gateway.worker_failed %s", type(error).__name__)
        finally:
            self._workers.pop(conversation, None)

    async def _until_ours(self, conversation: str) -> None:
        """Another gateway on the same database may be at work on it; what came here meanwhile may be left to do."""
        wait = FIRST_WAIT
        while not self._holds.take(conversation):
            await asyncio.sleep(wait)
            wait = min(wait * 2, LOOK_AGAIN)

    async def _one_step(self, conversation: str) -> bool:
        """Send what may go, else answer what came, else wait a moment; False when there is nothing to do.

        An answer that has to wait never keeps somebody's next message waiting: it may say that they are in danger.
        """
        outgoing = self.store.next_outgoing(conversation)
        wait = self._seconds_to(outgoing)
        if outgoing is not None and wait <= 0:
            return await self._send(outgoing)
        received = self.store.next_received(conversation)
        if received is not None:
            await self._answer(received)
        elif outgoing is not None:
            await asyncio.sleep(min(wait, LOOK_AGAIN))
        return received is not None or outgoing is not None

    def _seconds_to(self, outgoing: Outgoing | None) -> float:
        if outgoing is None or outgoing.not_before is None:
            return 0
        return (outgoing.not_before - self._now()).total_seconds()

    async def _answer(self, received: Received) -> None:
        message = received.message
        # Who only wants to hear something answers nothing by it: the buttons of the question stay.
        listens = message.kind == TAP and to_hear(message.text) is not None
        buttons_on = None if listens else self.store.buttons_on(received.conversation)
        # Beside the dialogue, not before it: a slow platform must not keep words of danger from being heard.
        greeting = asyncio.create_task(self._greet(message, buttons_on))
        try:
            bubbles = await self._bubbles(received.conversation, message)
        except Exception as error:  # whatever fails, a person gets an answer
            logger.error("gateway.dialogue_failed %s", type(error).__name__)
            await self._failed_once_more(received)
        else:
            keep = self.store.listened if listens else self.store.answered
            keep(received, bubbles, self._now())
        finally:
            await greeting

    async def _bubbles(self, conversation: str, message: Incoming) -> list[Bubble]:
        """Asides are asked once of a message, also when the dialogue fails and is asked again: they act on it."""
        key = conversation, message.event_id
        took = self._took.pop(key, None) or await self._ask_asides(conversation, message)
        if isinstance(took, list):
            return took
        heard = took.message
        try:
            said = await self._dialogue(conversation, _said(heard), heard.event_id, heard.channel)
        except Exception:
            self._took[key] = took
            raise
        return [*said, *took.after]

    async def _ask_asides(self, conversation: str, message: Incoming) -> list[Bubble] | Beside:
        after: list[Bubble] = []
        for aside in self._asides:
            took = await _ask(aside, conversation, message)
            if isinstance(took, list):
                return took
            if isinstance(took, Beside):
                after += took.after
                took = took.message
            message = took or message
        return Beside(message, tuple(after))

    async def _greet(self, message: Incoming, buttons_on: str | None) -> None:
        try:
            await asyncio.wait_for(self._channels[message.channel].heard(message, buttons_on), GREETING_SECONDS)
        except Exception as error:  # a typing sign or an old keyboard is not worth an answer
            logger.info("gateway.greeting_failed %s", type(error).__name__)

    async def _failed_once_more(self, received: Received) -> None:
        if received.tries + 1 >= ANSWER_TRIES:
            self._took.pop((received.conversation, received.message.event_id), None)
            self.store.answered(received, self._failed(), self._now(), FAILED)
            return
        self.store.tried(received)
        await asyncio.sleep(2.0**received.tries)

    async def _send(self, outgoing: Outgoing) -> bool:
        """Whether to go on at once."""
        channel_name, person = self.identity.platform_id(outgoing.conversation)
        channel = self._channels.get(channel_name)
        if channel is None:
            return False
        bubble = self._allowed(channel, outgoing)
        if bubble is None:
            self.store.dead(outgoing, WINDOW_CLOSED)
            return True
        pace = self._pace(channel, outgoing.conversation)
        bubble = _within(pace, channel, bubble)
        try:
            await pace.acquire(channel.weight(bubble))
            sent = await channel.send(person, bubble)
        except NotSent as problem:
            return self._not_sent(outgoing, channel_name, problem)
        self.refused.settled(channel_name)
        self.store.sent(outgoing, sent)
        if outgoing.bubble.get("forget"):
            self.store.leave()
        return True

    def _allowed(self, channel: Channel, outgoing: Outgoing) -> Bubble | None:
        """The bubble without its template while the person may be written to freely; afterwards only with one."""
        bubble = outgoing.bubble
        closed = channel.window and self._now() > self.store.heard_at(outgoing.conversation) + channel.window
        if closed:
            return bubble if bubble.get("template") else None
        return {name: value for name, value in bubble.items() if name != "template"}

    def _pace(self, channel: Channel, conversation: str) -> AsyncLimiter:
        pace = self._paces.setdefault(conversation, channel.pace())
        self._paces.move_to_end(conversation)
        if len(self._paces) > PACES:
            self._paces.popitem(last=False)
        return pace

    def _not_sent(self, outgoing: Outgoing, channel: str, problem: NotSent) -> bool:
        logger.warning("gateway.not_sent %s %s", type(problem).__name__, problem.reason)
        if isinstance(problem, Unreachable):
            self.store.unreachable(outgoing.conversation, problem.reason)
            return True
        if isinstance(problem, Refused) or outgoing.tries + 1 >= TRIES:
            self.store.dead(outgoing, problem.reason)
            return True
        if isinstance(problem, TokenRefused):
            self.refused[channel] = problem.reason
        said = problem.seconds if isinstance(problem, TryLater) else None
        self.store.later(outgoing, problem.reason, self._now(), wait_before(outgoing.tries, said))
        return True


def _within(pace: AsyncLimiter, channel: Channel, bubble: Bubble) -> Bubble:
    """The bubble without its sound where the person would have to wait for the two of them: it is there for a tap."""
    weight, quiet = channel.weight(bubble), {**bubble, "quiet": True}
    return bubble if pace.has_capacity(weight) or channel.weight(quiet) == weight else quiet


async def _ask(aside: Aside, conversation: str, message: Incoming) -> Took:
    """What an aside makes of a message. One that fails is passed over: the words may tell of danger."""
    try:
        return await aside(conversation, message)
    except Exception as error:
        logger.error("gateway.aside_failed %s", type(error).__name__)
        return None


def _said(message: Incoming) -> str:
    """What the dialogue gets: the payload of a tap, typed words, or the kind of what came without words."""
    if message.kind == TAP:
        return spoken(None, message.text)
    if message.kind == TEXT:
        return spoken(message.text, None)
    kind = message.kind if message.kind in KINDS else OTHER_KIND
    return f'/{RECEIVED}{{"kind":"{kind}"}}'
