"""Events as platforms send them, and the same with something broken in them."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

PERSON = {"id": 55, "is_bot": False, "first_name": "P", "language_code": "es"}
CHAT = {"id": 55, "type": "private", "first_name": "P"}
BASE = {"message_id": 5, "date": 1795363200, "chat": CHAT, "from": PERSON}
VOICE = {"file_id": "v", "file_unique_id": "u", "duration": 3, "mime_type": "audio/ogg", "file_size": 1000}
TELEGRAM: list[dict[str, Any]] = [
    {"message": {**BASE, "text": "hola"}},
    {"message": {**BASE, "text": "/start ayacucho-radio"}},
    {"message": {**BASE, "text": "/ayuda"}},
    {"message": {**BASE, "voice": VOICE}},
    {"message": {**BASE, "location": {"latitude": -12.0, "longitude": -77.0}}},
    {"message": {**BASE, "contact": {"phone_number": "+51987654321", "first_name": "P", "user_id": 55}}},
    {"message": {**BASE, "sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                                     "is_animated": False, "is_video": False}}},
    {"message": {**BASE, "chat": {"id": -7, "type": "group", "title": "F"}, "text": "hola"}},
    {"edited_message": {**BASE, "edit_date": 1795363300, "text": "siempre"}},
    {"callback_query": {"id": "9", "from": PERSON, "chat_instance": "1", "data": "ab12:item:yes",
                        "message": {**BASE, "text": "¿Sí o no?"}}},
    {"my_chat_member": {"chat": CHAT, "from": PERSON, "date": 1795363200,
                        "old_chat_member": {"status": "member", "user": PERSON},
                        "new_chat_member": {"status": "kicked", "user": PERSON, "until_date": 0}}},
]  # fmt: skip
WHATSAPP: list[dict[str, Any]] = [
    {"type": "text", "text": {"body": "hola"}},
    {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "x", "title": "Sí"}}},
    {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "x", "title": "Sí"}}},
    {"type": "button", "button": {"payload": "x", "text": "Sí"}},
    {"type": "audio", "audio": {"id": "m", "voice": True, "mime_type": "audio/ogg"}},
    {"type": "location", "location": {"latitude": -12.0, "longitude": -77.0}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Q"}, "phones": [{"phone": "1"}]}]},
    {"type": "reaction", "reaction": {"message_id": "w", "emoji": "👍"}},
    {"type": "system", "system": {"type": "user_changed_number", "wa_id": "51999000333"}},
    {"type": "unsupported", "errors": [{"code": 131051, "title": "unsupported"}]},
]
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**70, 1.5, float("inf"), "", "x" * 20_000, "\x00", "\ud800", "{}", [], {}, [[]], [None],
    {"a": {"b": []}}, "💥", "/start", '/answer{"k":"x"}', "' OR 1=1", {"id": None}, [{"id": 1}],
)  # fmt: skip


def broken(chance: Random, whole: dict[str, Any]) -> dict[str, Any]:
    """The event with one to three things in it changed, taken away, put twice or put elsewhere."""
    made = deepcopy(whole)
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(_places(made))
        do = chance.random()
        if do < 0.25 and isinstance(holder, dict):
            del holder[key]
        elif do < 0.4 and isinstance(holder, dict):
            holder[f"{key}_2"] = holder[key]
        elif do < 0.5:
            other, name = chance.choice(_places(made))
            holder[key] = deepcopy(other[name])
        else:
            holder[key] = deepcopy(chance.choice(JUNK))
        if not made:
            return made
    return made


def _places(whole: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) in the tree."""
    keys = list(whole) if isinstance(whole, dict) else range(len(whole)) if isinstance(whole, list) else []
    found = [(whole, key) for key in keys]
    for key in keys:
        found += _places(whole[key])
    return found
