"""The ways by which a notice leaves the house: anything with `send`; the clock is given those that are set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from followup import notices
from followup.database import Database


class Notifier(Protocol):
    """One way: e-mail, Telegram, or another that a programme adds. Raises whatever went wrong."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Hand over one notice; returning means that the other side took it."""
        ...


def send_due(
    database: Database,
    ways: Mapping[str, Notifier],
    now: Callable[[], datetime],
    tell: notices.Tell = notices.in_spanish,
) -> tuple[int, int]:
    """How many waiting notices went out and how many did not; the latter are tried again.

    Sending is slow and stands outside any transaction: a mail server that does not answer holds nobody up.
    """
    if not ways:
        return 0, 0
    with database.begin() as conn:
        due = notices.due_notices(conn, now(), tuple(ways), tell=tell)
    sent = [_one(database, ways[notice.channel], notice, now) for notice in due]
    return sent.count(True), sent.count(False)


def _one(database: Database, way: Notifier, notice: notices.DueNotice, now: Callable[[], datetime]) -> bool:
    try:
        way.send(notice.address, notice.subject, notice.text)
        reason = None
    except Exception as error:  # whatever a way may raise; its message may quote an address
        reason = type(error).__name__
    with database.begin() as conn:
        if reason is None:
            notices.mark_sent(conn, notice.id, now())
        else:
            notices.mark_failed(conn, notice.id, reason[:40], now())
    return reason is None
