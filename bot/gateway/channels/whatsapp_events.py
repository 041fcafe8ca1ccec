"""An event of WhatsApp's Cloud API -> messages and delivery reports. Nothing here talks to WhatsApp.

Deliveries come at least once, in any order and in batches; what is not known is passed over, never guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.gateway.incoming import LOCATION, LONGEST, TAP, TEXT, VOICE, Incoming, clean
from bot.gateway.place import rounded_place
from bot.payloads import button_payload

logger = logging.getLogger(__name__)
NAME = "whatsapp"
_KINDS = {
    "audio": VOICE,
    "voice": VOICE,
    "sticker": "sticker",
    "image": "photo",
    "video": "video",
    "document": "document",
    LOCATION: LOCATION,
    "contacts": "contact",
}
LONGEST_CODE = 10
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
            made = _readable(message, people)
            if made is not None:
                found.append(made)
    return found


def reports_of(event: Any) -> list[Report]:
    """Every delivery report. A failed one may name nobody: our message's id is what it is known by."""
    return [
        Report(_id(one.get("id")), _id(one.get("status")), _code(one))
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
                found.append(NumberChanged(_id(message.get("from")), _id(system["wa_id"])))
    return found


def both_ids_of(event: Any) -> list[NumberChanged]:
    """Writers whom an event names by phone and by scoped id: both are the same account, says WhatsApp."""
    return [
        NumberChanged(_id(one["wa_id"]), _id(one["user_id"]))
        for value in _values(event)
        if value.get("messages")
        for one in _dicts(value.get("contacts"))
        if one.get("wa_id") and one.get("user_id")
    ]


def _id(value: Any) -> str:
    return clean(str(value))[: LONGEST["event_id"]]


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


def _readable(message: dict[str, Any], people: dict[str, str]) -> Incoming | None:
    """One that can not be read does not hold up the rest."""
    try:
        return _message(message, people)
    except Exception as error:
        logger.error("whatsapp.unreadable_message %s", type(error).__name__)
        return None


def _message(message: dict[str, Any], people: dict[str, str]) -> Incoming | None:
    kind, event_id = str(message.get("type")), message.get("id")
    writer = message.get("from") or message.get("from_user_id") or next(iter(people), None)
    if not event_id or not writer or kind in _SILENT:
        return None
    person = people.get(str(writer), str(writer))
    said, kind = _content(message, kind)
    return Incoming(NAME, str(event_id), person, kind, said, media=_sound(message) if kind == VOICE else None)


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
    where = rounded_place(part.get("latitude"), part.get("longitude")) if kind == LOCATION else ""
    return where, _KINDS.get(kind, "other")


def _sound(message: dict[str, Any]) -> str | None:
    """Meta's id of a voice note; music and other sound files are not listened to."""
    audio = message.get("audio")
    return str(audio["id"]) if isinstance(audio, dict) and audio.get("voice") and audio.get("id") else None


def _tapped(payload: Any, title: Any) -> tuple[str, str]:
    """A payload of ours, else the words on the button as if they had been typed."""
    ours = isinstance(payload, str) and button_payload(payload)
    return (payload, TAP) if ours else (str(title or ""), TEXT)


def _code(status: dict[str, Any]) -> int | None:
    errors = _dicts(status.get("errors"))
    code = str(errors[0].get("code", "")) if errors else ""
    return int(code) if code.isdecimal() and len(code) < LONGEST_CODE else None
