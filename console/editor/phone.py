"""How a channel shows a bubble: which options are buttons, which a list, and what it would cut or refuse."""

from __future__ import annotations

from dataclasses import dataclass

from console.editor.simulator import Bubble, Button
from console.staff_language import told
from screening.checks.names import BUTTON_LABEL, BUTTONS, LIST_LABEL, LIST_ROWS
from screening.checks.texts import BUBBLE

TELEGRAM, WHATSAPP = "telegram", "whatsapp"
CHANNELS = (TELEGRAM, WHATSAPP)


@dataclass(frozen=True)
class Look:
    """A bubble on a screen. as_list: the options stand behind a button; warnings: what does not fit, in words."""

    bubble: Bubble
    buttons: tuple[Button, ...]
    as_list: bool
    warnings: tuple[str, ...]


def look(bubble: Bubble, channel: str) -> Look:
    """The bubble as that channel shows it."""
    titles = [button.words.text for button in bubble.buttons]
    short = len(titles) <= BUTTONS and all(len(one) <= BUTTON_LABEL for one in titles)
    as_list = channel == WHATSAPP and bool(titles) and not short
    return Look(bubble, bubble.buttons, as_list, tuple(_warnings(bubble, titles, channel)))


def _warnings(bubble: Bubble, titles: list[str], channel: str) -> list[str]:
    found = []
    if not bubble.mine and len(bubble.words.text) > BUBBLE:
        found.append(
            told("El globo tiene {letters} letras; se pide {limit} o menos.").format(
                letters=len(bubble.words.text), limit=BUBBLE
            )
        )
    if bubble.words.missing:
        found.append(told("Sin quechua: se muestra en castellano."))
    if channel == WHATSAPP:
        found += _of_whatsapp(titles)
    return found


def _of_whatsapp(titles: list[str]) -> list[str]:
    limit = BUTTON_LABEL if len(titles) <= BUTTONS else LIST_LABEL
    too_long = told("«{title}» tiene {letters} letras; WhatsApp muestra {limit}.")
    found = [too_long.format(title=one, letters=len(one), limit=limit) for one in titles if len(one) > limit]
    if len(titles) > LIST_ROWS:
        found.append(
            told("Son {number} opciones; una lista de WhatsApp tiene {rows} filas.").format(
                number=len(titles), rows=LIST_ROWS
            )
        )
    return found
