"""Times as people say them, in Peru's time: "vence en 12 min", "venció hace 2 h", "hoy 19:00"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.labels import label
from console.staff_language import told

LIMA = ZoneInfo("America/Lima")
SOON = timedelta(hours=2)
"""Below this a remaining time is told as a span; above it as the hour of the clock."""


def due_words(due: datetime, now: datetime) -> str:
    """How a due time is read on a card."""
    if due < now:
        return told("venció hace {span}", span=span_words(now - due))
    if due - now < SOON:
        return told("vence en {span}", span=span_words(due - now))
    return told("vence {moment}", moment=moment_words(due, now))


def span_words(span: timedelta) -> str:
    """A span in its largest sensible unit, rounded down: "menos de 1 min", "12 min", "2 h", "3 días"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return told("menos de 1 min")
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return told("1 día") if days == 1 else told("{days} días", days=days)


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment near now: "hoy 19:00", "ayer 08:15", "mañana 10:00"; else "vie 27 nov 10:00", or with its year."""
    local, today = moment.astimezone(LIMA), now.astimezone(LIMA).date()
    hour = f"{local:%H:%M}"
    near = {0: told("hoy"), -1: told("ayer"), 1: told("mañana")}.get((local.date() - today).days)
    return f"{near} {hour}" if near else f"{day_words(moment, now)} {hour}"


def day_words(moment: datetime, now: datetime) -> str:
    """The day: "vie 27 nov", with the year when it is not this year's."""
    local = moment.astimezone(LIMA)
    words = f"{label(str(local.weekday()), 'weekday_short')} {month_day(local)}"
    return words if local.year == now.astimezone(LIMA).year else f"{words} {local.year}"


def month_day(day: date) -> str:
    """The day of the month: "27 nov". Babel's names are longer in Spanish, and in Quechua they are Spanish names."""
    return f"{day.day} {label(str(day.month), 'month_short')}"
