"""What can go wrong when a platform is asked to deliver, and how long to wait before it is asked again."""

from __future__ import annotations

import random

LONGEST_WAIT = 3600.0
LONGEST_NUMBER = 10
# After so many tries in vain a bubble is a dead letter that staff see: about a day of trying.
TRIES = 30


class NotSent(Exception):
    """A bubble was not delivered. reason: a code for staff, never the platform's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(NotSent):
    """The platform or the network is busy. seconds: as the platform said, or None to wait longer each time."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unreachable(NotSent):
    """This person can not be written to: the bot was blocked, or the account is gone."""


class Refused(NotSent):
    """This bubble will never be taken."""


class TokenRefused(NotSent):
    """The platform does not know us any more: nothing can be sent until somebody mends the token."""


def seconds_said(header: str | None) -> float | None:
    """Retry-After as a number of seconds, which is how both platforms of WhatsApp give it."""
    return float(header) if header and header.isdecimal() and len(header) < LONGEST_NUMBER else None


def wait_before(tries: int, said: float | None = None) -> float:
    """Seconds until the next try: what the platform said, else 4^n with jitter, at most an hour."""
    if said is not None:
        return float(min(said, LONGEST_WAIT)) + random.uniform(0, 0.5)  # noqa: S311
    return float(min(4.0 ** min(tries, 6), LONGEST_WAIT)) * random.uniform(0.75, 1.25)  # noqa: S311
