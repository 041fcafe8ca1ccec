"""Telegram and WhatsApp as staff see them: what waits, what could not be sent (never its words), what to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.labels import labels
from console.permissions import Permission
from console.visit import StaffRoute, Visit, go
from followup import audit

LETTER, ALL = "carta", "todas"
_KIND = "DeadLetter"


class Figures(Protocol):
    """Counts of now; keys of the mappings: channel, or (channel, reason); of sources the campaign."""

    @property
    def waiting(self) -> dict[str, int]: ...

    @property
    def oldest_seconds(self) -> float: ...

    @property
    def to_send(self) -> dict[str, int]: ...

    @property
    def dead(self) -> dict[tuple[str, str], int]: ...

    @property
    def failed(self) -> dict[str, int]: ...

    @property
    def unreachable(self) -> dict[str, int]: ...

    @property
    def refused(self) -> dict[str, tuple[str, datetime]]: ...

    @property
    def sources(self) -> dict[str, int]: ...


class Letter(Protocol):
    """Something that could not be sent."""

    @property
    def number(self) -> int: ...

    @property
    def channel(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def reason(self) -> str: ...

    @property
    def can_retry(self) -> bool: ...


class Gateway(Protocol):
    """Inbox and outbox of the platforms, as far as staff may look."""

    def figures(self, now: datetime) -> Figures: ...

    def dead_letters(self) -> Sequence[Letter]: ...

    def retry(self, number: int) -> bool: ...

    def put_away(self, number: int) -> bool: ...


@dataclass(frozen=True)
class Template:
    """A text that WhatsApp lets be sent after a day of silence. kind: of the message; status: as Meta decided."""

    kind: str
    language: str
    name: str
    status: str


@dataclass(frozen=True)
class Channels:
    """What the page shows."""

    gateway: Gateway
    templates: Sequence[Template] = ()


def routes() -> list[BaseRoute]:
    """The page and its two buttons, for those who supervise."""
    needs = Permission.SUPERVISE
    return [
        StaffRoute("/canales", channels_page, needs),
        StaffRoute("/canales/reintentar", retry, needs, "POST"),
        StaffRoute("/canales/quitar", put_away, needs, "POST"),
    ]


def channels_page(visit: Visit) -> Response:
    """How each platform is doing."""
    channels = visit.site.channels
    return visit.page(
        "channels.html",
        here="canales",
        notice=labels()["notice"].get(visit.query.get("aviso", "")),
        figures=channels.gateway.figures(visit.now) if channels else None,
        letters=channels.gateway.dead_letters() if channels else (),
        templates=channels.templates if channels else (),
    )


def retry(visit: Visit) -> Response:
    """Send one once more, or all that can be."""
    channels = visit.site.channels
    if channels is None:
        return go("/canales")
    gateway = channels.gateway
    numbers = [one.number for one in gateway.dead_letters() if one.can_retry] if visit.form.get(ALL) else _one(visit)
    done = sum([gateway.retry(number) for number in numbers])
    _note(visit, "dead_letter.retried", done)
    return go(f"/canales?aviso={'letters_retried' if done else 'letters_gone'}")


def put_away(visit: Visit) -> Response:
    """Somebody has seen it."""
    channels = visit.site.channels
    done = sum([channels.gateway.put_away(number) for number in _one(visit)]) if channels else 0
    _note(visit, "dead_letter.put_away", done)
    return go(f"/canales?aviso={'letters_put_away' if done else 'letters_gone'}")


def _one(visit: Visit) -> list[int]:
    text = visit.form.get(LETTER, "")
    return [int(text)] if text.isdecimal() and len(text) < 16 else []


def _note(visit: Visit, subtype: str, count: int) -> None:
    if not count:
        return
    with visit.site.database.begin() as conn:
        audit.record(
            conn,
            visit.now,
            audit.EXECUTE,
            subtype,
            _KIND,
            None,
            practitioner_id=visit.staff.id,
            detail={"count": count},
        )


Family = tuple[str, str, Mapping[str, float]]


def metric_families(channels: Channels | None, now: datetime) -> Iterator[Family]:
    """(name, words, values by labels) for machines: counts by platform, nothing about a person."""
    if channels is None:
        return
    found = channels.gateway.figures(now)
    yield "uyariq_inbox_waiting", "Messages that wait for an answer.", _by_channel(found.waiting)
    yield "uyariq_inbox_oldest_seconds", "Age of the oldest message that waits.", {"": round(found.oldest_seconds, 1)}
    yield "uyariq_inbox_failed", "Messages that could not be answered.", _by_channel(found.failed)
    yield "uyariq_outbox_waiting", "Answers that wait to be sent.", _by_channel(found.to_send)
    dead = {f'{{channel="{channel}",reason="{reason}"}}': count for (channel, reason), count in found.dead.items()}
    yield "uyariq_dead_letters", "Answers that could not be sent.", dead
    yield "uyariq_unreachable", "People who can not be written to.", _by_channel(found.unreachable)
    refused = {
        f'{{channel="{channel}",reason="{reason}"}}': 1 for channel, (reason, _since) in sorted(found.refused.items())
    }
    yield "uyariq_platform_refused", "1 while a platform lets us in no more.", refused


def _by_channel(counts: Mapping[str, int]) -> dict[str, float]:
    return {f'{{channel="{channel}"}}': count for channel, count in sorted(counts.items())}
