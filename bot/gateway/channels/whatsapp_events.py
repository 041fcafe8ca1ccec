"""An event of WhatsApp's Cloud API -> messages and delivery reports. Nothing here talks to WhatsApp.

Deliveries come at least once, in any order and in batches; what is not known is passed over, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.gateway.incoming import TAP, TEXT, Incoming
from bot.payloads import button_payload

NAME = "whatsapp"
_KINDS = {
    "audio": "voice",
    "voice": "voice",
    "sticker": "sticker",
    "image": "photo",
    "video": "video",
    "document": "document",
    "location": "location",
    "contacts": "contact",
}
# A reaction needs no answer, a system note is about the account.
_SILENT = ("reaction", "system")


@dataclass(frozen=True)
class Report:
    """What became of a message of ours. status: sent, delivered, read, played or failed; code: why it failed."""

    platform_id: str
    status: str
    code: int | None = None


@dataclass(frozen=True)
class NumberChanged:
    """Somebody writes from another number now. Both are platform ids."""

    old: str
    new: str


def messages_of(event: Any) -> list[Incoming]:
    """Every message of an event that needs an answer, in the order in which it stands there."""
    found = []
    for value in _values(event):
        people = _people(value)
        for message in _dicts(value.get("messages")):
            made = _message(message, people)
            if made is not None:
                found.append(made)
    return found


def reports_of(event: Any) -> list[Report]:
    """Every delivery report. A failed one may name nobody: our message's id is what it is known by."""
    return [
        Report(str(one.get("id")), str(one.get("status")), _code(one))
        for value in _values(event)
        for one in _dicts(value.get("statuses"))
        if one.get("id") and one.get("status")
    ]


def number_changes_of(event: Any) -> list[NumberChanged]:
    """Every change of number that WhatsApp tells of."""
    found = []
    for value in _values(event):
        for message in _dicts(value.get("messages")):
            system = message.get("system")
            if message.get("type") == "system" and isinstance(system, dict) and system.get("wa_id"):
                found.append(NumberChanged(str(message.get("from")), str(system["wa_id"])))
    return found


def _values(event: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(event, dict) or event.get("object") != "whatsapp_business_account":
        return
    for entry in _dicts(event.get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages" and isinstance(change.get("value"), dict):
                yield change["value"]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _people(value: dict[str, Any]) -> dict[str, str]:
    """Phone or business-scoped id of a writer -> what the person is known by: the scoped id, else the phone."""
    known: dict[str, str] = {}
    for one in _dicts(value.get("contacts")):
        scoped, phone = one.get("user_id"), one.get("wa_id")
        for name in (scoped, phone):
            if name:
                known[str(name)] = str(scoped or phone)
    return known


def _message(message: dict[str, Any], people: dict[str, str]) -> Incoming | None:
    kind, event_id = str(message.get("type")), message.get("id")
    writer = message.get("from") or message.get("from_user_id") or next(iter(people), None)
    if not event_id or not writer or kind in _SILENT:
        return None
    person = people.get(str(writer), str(writer))
    said, kind = _content(message, kind)
    return Incoming(NAME, str(event_id), person, kind, said)


def _content(message: dict[str, Any], kind: str) -> tuple[str, str]:
    """(text or payload, kind)."""
    part = message.get(kind)
    part = part if isinstance(part, dict) else {}
    if kind == "text":
        return str(part.get("body") or ""), TEXT
    if kind == "button":
        return _tapped(part.get("payload"), part.get("text"))
    if kind == "interactive":
        reply = part.get(str(part.get("type")))
        reply = reply if isinstance(reply, dict) else {}
        return _tapped(reply.get("id"), reply.get("title"))
    return "", _KINDS.get(kind, "other")


def _tapped(payload: Any, title: Any) -> tuple[str, str]:
    """A payload of ours, else the words on the button as if they had been typed."""
    return (str(payload), TAP) if button_payload(payload) else (str(title or ""), TEXT)


def _code(status: dict[str, Any]) -> int | None:
    errors = _dicts(status.get("errors"))
    return int(errors[0]["code"]) if errors and str(errors[0].get("code", "")).isdigit() else None
