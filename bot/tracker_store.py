"""Keeps of a conversation what Rasa needs to go on: slots and the running form, and nothing that was said.

Rasa reads and replays every event at every message, so a long questionnaire becomes slow; and a tracker is a copy of
what a person wrote. The follow-up database is the record; here a conversation is one small row that changes only when a
slot or the form changes.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

metadata = sa.MetaData()
trackers = sa.Table(
    "bot_tracker",
    metadata,
    sa.Column("conversation_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
)
REMEMBERED = 10_000


class ShortTrackerStore(TrackerStore):
    """A tracker store whose cost does not grow with the conversation.

    url: SQLAlchemy address; without one, conversations are kept in memory only. shared: other processes write the same
    rows, so that nothing is remembered here.
    """

    def __init__(
        self,
        domain: Domain,
        host: Any = None,
        event_broker: EventBroker | None = None,
        url: str = "",
        shared: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._shared = shared
        self._engine = _engine(url or getattr(host, "url", None) or "")
        self._states: OrderedDict[str, str] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker's slots and form, if they have changed."""
        await self.stream_events(tracker)
        state = _state(tracker)
        if state == NOTHING:
            await self.delete(tracker.sender_id)
        elif self._states.get(tracker.sender_id) != state:
            self._write(tracker.sender_id, state)
            self._remember(tracker.sender_id, state)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker, as if it had just begun to listen."""
        state = self._states.get(sender_id) or self._read(sender_id)
        if state is None:
            return None
        self._remember(sender_id, state)
        return DialogueStateTracker.from_events(sender_id, _events(json.loads(state)), self.domain.slots)

    async def keys(self) -> list[str]:
        """Ids of all conversations that were kept."""
        with self._engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(trackers.c.conversation_id))]

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        self._states.pop(sender_id, None)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(trackers).where(trackers.c.conversation_id == sender_id))

    def _remember(self, sender_id: str, state: str) -> None:
        if self._shared:
            return
        self._states[sender_id] = state
        self._states.move_to_end(sender_id)
        if len(self._states) > REMEMBERED:
            self._states.popitem(last=False)

    def _read(self, sender_id: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(
                sa.select(trackers.c.state).where(trackers.c.conversation_id == sender_id)
            ).scalar()

    def _write(self, sender_id: str, state: str) -> None:
        with self._engine.begin() as connection:
            changed = connection.execute(
                sa.update(trackers).where(trackers.c.conversation_id == sender_id).values(state=state)
            )
            if not changed.rowcount:
                connection.execute(sa.insert(trackers).values(conversation_id=sender_id, state=state))


def _engine(url: str) -> sa.engine.Engine:
    if not url or url in ("sqlite://", "sqlite:///:memory:"):
        engine = sa.create_engine(
            "sqlite://", hide_parameters=True, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    metadata.create_all(engine)
    return engine


def _state(tracker: DialogueStateTracker) -> str:
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value and name != REQUESTED_SLOT
    }
    return json.dumps({"slots": slots, "loop": tracker.active_loop_name, "asks": tracker.get_slot(REQUESTED_SLOT)})


NOTHING = json.dumps({"slots": {}, "loop": None, "asks": None})


def _events(state: dict[str, Any]) -> list[Event]:
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in state["slots"].items()]
    if state["loop"]:
        events += [
            ActionExecuted(state["loop"]),
            ActiveLoop(state["loop"]),
            SlotSet(REQUESTED_SLOT, state["asks"]),
        ]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]
