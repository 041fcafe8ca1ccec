"""A bubble -> bodies for WhatsApp's Cloud API, within its limits."""

from __future__ import annotations

from typing import Any

from bot.gateway.gateway import Bubble
from bot.gateway.prompts import OnDemand
from bot.gateway.split import split_text

LONGEST_TEXT = 4096
LONGEST_INTERACTIVE = 1024
MOST_BUTTONS = 3
LONGEST_TITLE = 20
MOST_ROWS = 10
OPEN = "…"
LONGEST_ROW = 24
LONGEST_DESCRIPTION = 72
LONGEST_FOOTER = 60


def bodies(bubble: Bubble, hear: OnDemand | None = None) -> list[dict[str, Any]]:
    """The messages to send, in order. The bubble's `choose` are the words on the button that opens a list.

    Up to three short options are buttons, up to ten a list; more are several lists. Words that are too long for the
    limit of what carries buttons go before it as plain text. A bubble with a template is sent as that. hear: one more
    button or row where there is room for it, else the word to write, below the question.
    """
    if bubble.get("template"):
        return [_template(bubble["template"])]
    text, buttons = bubble["text"], bubble.get("buttons") or []
    if hear is not None and _room(buttons):
        buttons, hear = [*buttons, hear.button], None
    if not buttons:
        return [_text(part) for part in split_text(text, LONGEST_TEXT)]
    shaped = _interactives(text, buttons, bubble)
    if hear is not None and hear.hint:
        shaped[-1]["interactive"]["footer"] = {"text": hear.hint[:LONGEST_FOOTER]}
    return shaped


def _few(buttons: list[dict[str, str]]) -> bool:
    return len(buttons) <= MOST_BUTTONS and all(len(one["title"]) <= LONGEST_TITLE for one in buttons)


def _room(buttons: list[dict[str, str]]) -> bool:
    """Whether one more makes neither a list of buttons nor another page of a list."""
    return len(buttons) < MOST_BUTTONS if _few(buttons) else len(buttons) % MOST_ROWS != 0


def _interactives(text: str, buttons: list[dict[str, str]], bubble: Bubble) -> list[dict[str, Any]]:
    before, last = _before_buttons(text)
    if _few(buttons):
        return [*map(_text, before), _buttons(last, buttons)]
    choose = str(bubble.get("choose") or OPEN)[:LONGEST_TITLE]
    pages = [buttons[start : start + MOST_ROWS] for start in range(0, len(buttons), MOST_ROWS)]
    lists = [_list(last if number == 0 else choose, page, choose) for number, page in enumerate(pages)]
    return [*map(_text, before), *lists]


def _template(template: dict[str, str]) -> dict[str, Any]:
    """The only thing that may be sent after 24 hours of silence: a text that Meta approved, by its name."""
    language = {"code": template["language"]}
    return {"type": "template", "template": {"name": template["name"], "language": language}}


def _before_buttons(text: str) -> tuple[list[str], str]:
    parts = split_text(text, LONGEST_INTERACTIVE)
    return parts[:-1], parts[-1]


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _buttons(text: str, buttons: list[dict[str, str]]) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": one["payload"], "title": one["title"]}} for one in buttons]
    return _interactive("button", text, {"buttons": replies})


def _list(text: str, buttons: list[dict[str, str]], choose: str) -> dict[str, Any]:
    rows = [_row(one) for one in buttons]
    return _interactive("list", text, {"button": choose, "sections": [{"rows": rows}]})


def _row(button: dict[str, str]) -> dict[str, str]:
    """A title that is too long for a row is cut there and stands whole in the row's description."""
    title = button["title"]
    if len(title) <= LONGEST_ROW:
        return {"id": button["payload"], "title": title}
    short = title[: LONGEST_ROW - 1].rstrip() + "…"
    return {"id": button["payload"], "title": short, "description": title[:LONGEST_DESCRIPTION]}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}
