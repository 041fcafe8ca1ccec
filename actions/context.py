"""What the actions work with, put together once by whoever starts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol

from followup.database import Database
from followup.spool import Spool
from followup.understanding import Understanding, understanding
from screening.definitions import Library
from screening.engine import Engine
from screening.session import Session


class Now(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime: ...


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(timezone.utc)


@dataclass
class Context:
    """The parts: rules and engine, database, spool for what could not be recorded, clock.

    session_id: (conversation id, message id) -> id of the session that this message begins. renew: takes newer rules
    at once if there are any; then another context is in use.
    """

    engine: Engine
    library: Library
    database: Database
    spool: Spool
    session_id: Callable[[str, str], str]
    now: Now = utc_now
    renew: Callable[[], bool] | None = None

    def understanding(self) -> Understanding:
        """The rules for what was not understood, as they stand now."""
        return understanding(self.database.rules)

    def in_crisis(self, session: Session) -> bool:
        """Whether a crisis flow is under way, itself or further down."""
        flows = [self.library.flow(frame.name) for frame in session.frames]
        return any(flow is not None and flow.kind == "crisis" for flow in flows)


def known(session: Session) -> Session:
    """The session without what the rules no longer hold, so that nobody is stuck in a version that is gone.

    Before anything is left aside, newer rules are looked for: another process may have begun it with these.
    """
    context = current()
    mended = context.engine.mend(session)
    if mended is session or context.renew is None or not context.renew():
        return mended
    return current().engine.mend(session)


class NotConfigured(RuntimeError):
    """The action server was started without its parts; `uyariq serve actions` starts it with them."""


_current: Context | None = None


def configure(context: Context) -> None:
    """Use these parts from now on."""
    global _current
    _current = context


def current() -> Context:
    """The parts in use. Raises NotConfigured."""
    if _current is None:
        raise NotConfigured("start the actions with `uyariq serve actions`")
    return _current
