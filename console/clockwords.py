"""Times as people say them, in Peru's time: "vence en 12 min", "venció hace 2 h", "hoy 19:00"."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
SOON = timedelta(hours=2)
"""Below this a remaining time is told as a span; above it as the hour of the clock."""

_WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic")


def due_words(due: datetime, now: datetime) -> str:
    """How a due time is read on a card."""
    if due < now:
        return f"venció hace {span_words(now - due)}"
    if due - now < SOON:
        return f"vence en {span_words(due - now)}"
    return f"vence {moment_words(due, now)}"


def span_words(span: timedelta) -> str:
    """A span in its largest sensible unit, rounded down: "menos de 1 min", "12 min", "2 h", "3 días"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "menos de 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return "1 día" if days == 1 else f"{days} días"


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment near now: "hoy 19:00", "ayer 08:15", "mañana 10:00"; else "vie 27 nov 10:00", or with its year."""
    local, today = moment.astimezone(LIMA), now.astimezone(LIMA).date()
    hour = f"{local:%H:%M}"
    near = {0: "hoy", -1: "ayer", 1: "mañana"}.get((local.date() - today).days)
    return f"{near} {hour}" if near else f"{day_words(moment, now)} {hour}"


def day_words(moment: datetime, now: datetime) -> str:
    """The day: "vie 27 nov", with the year when it is not this year's."""
    local = moment.astimezone(LIMA)
    words = f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return words if local.year == now.astimezone(LIMA).year else f"{words} {local.year}"
