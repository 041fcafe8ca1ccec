"""A raw update of Telegram -> what it means for the gateway. Nothing here talks to Telegram."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Message, Update

from bot.gateway.incoming import HELP, LINK, LISTEN, LOCATION, TAP, TEXT, VOICE, Incoming
from bot.gateway.place import rounded_place
from bot.payloads import own_payload

NAME = "telegram"
# The kinds of update that are asked for; a bot hears of nothing else.
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
# Attribute of a message -> kind; the first that is there counts.
_KINDS = {
    "voice": VOICE,
    "audio": VOICE,
    "video_note": VOICE,
    "sticker": "sticker",
    "animation": "sticker",
    "photo": "photo",
    "video": "video",
    "document": "document",
    "location": LOCATION,
    "contact": "contact",
    "poll": "poll",
}
PRIVATE = "private"
# What Telegram's "start" button means; what follows it in a link is the campaign that brought the person.
OPENING = "hola"
_LONGEST_DATA = 64
# Ten minutes of speech are about this many bytes.
MOST_SOUND = 2 * 1024 * 1024
# A command of the menu -> what it is (a kind of message), or what somebody would write instead; its description is in
# the catalogs. Help needs no understanding: it leads to a number at once.
COMMAND_KINDS = {"ayuda": HELP, "escuchar": LISTEN, "vincular": LINK}
COMMAND_WORDS = {
    "llamada": "quiero que me llamen",
    "servicios": "¿dónde me pueden atender?",
    "idioma": "cambiar de idioma",
    "parar": "parar",
    "borrar": "borrar mis datos",
}
COMMANDS = ("ayuda", "escuchar", *COMMAND_WORDS, "vincular")


def read_update(raw: dict[str, Any]) -> Incoming | None:
    """The message of a raw update, or None when there is nothing to answer. Raises when it is no update at all."""
    update = Update.de_json(raw, None)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    if update.edited_message is not None:
        return _made(update.update_id, update.edited_message, "edited")
    if update.message is not None:
        return _message(update.update_id, update.message)
    return None


def blocked_by(raw: dict[str, Any]) -> tuple[int, bool] | None:
    """(person, whether they blocked the bot) when the update says so."""
    update = Update.de_json(raw, None)
    change = update.my_chat_member
    if change is None or change.chat.type != PRIVATE or not isinstance(change.chat.id, int):
        return None
    return change.chat.id, change.new_chat_member.status in ("kicked", "left")


def group_of(raw: dict[str, Any]) -> int | None:
    """The group chat in which somebody wrote to the bot: a screening never happens there."""
    update = Update.de_json(raw, None)
    chat = update.effective_chat
    if chat is None or update.message is None or chat.type == PRIVATE or not isinstance(chat.id, int):
        return None
    return chat.id


def data_of(payload: str) -> str:
    """A payload of ours as the data of a button, at most 64 bytes. Raises ValueError when it does not fit."""
    found = own_payload(payload)
    if found is None:
        raise ValueError("not a payload of ours")
    intent, values = found
    data = values["k"] if intent == "answer" else payload
    if len(data.encode()) > _LONGEST_DATA:
        raise ValueError("the button's data is longer than 64 bytes")
    return data


def payload_of(data: str) -> str:
    """The payload again."""
    return data if data.startswith("/") else "/answer" + json.dumps({"k": data}, separators=(",", ":"))


def _tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    if query.message is None or query.message.chat.type != PRIVATE:
        return None
    return Incoming(
        channel=NAME,
        event_id=str(update_id),
        person=str(query.from_user.id),
        kind=TAP,
        text=payload_of(query.data or ""),
        tapped=f"{query.id}:{query.message.message_id}",
    )


def _message(update_id: int, message: Message) -> Incoming | None:
    if message.text is None:
        kind = _kind(message)
        made = _made(update_id, message, kind, text=_own_phone(message), media=_sound(message))
        return replace(made, text=_place(message)) if made is not None and kind == LOCATION else made
    if message.text.startswith("/start"):
        return _made(update_id, message, TEXT, text=OPENING, source=message.text.partition(" ")[2][:64] or None)
    command = message.text[1:].partition("@")[0].strip() if message.text.startswith("/") else ""
    if command in COMMAND_KINDS:
        return _made(update_id, message, COMMAND_KINDS[command])
    return _made(update_id, message, TEXT, text=COMMAND_WORDS.get(command, message.text))


def _made(
    update_id: int,
    message: Message,
    kind: str,
    *,
    text: str | None = None,
    source: str | None = None,
    media: str | None = None,
) -> Incoming | None:
    if message.chat.type != PRIVATE or message.from_user is None:
        return None
    kind = TEXT if text else kind
    return Incoming(NAME, str(update_id), str(message.chat.id), kind, text or "", source=source, media=media)


def _sound(message: Message) -> str | None:
    """Telegram's id of a voice note that is short enough to be listened to."""
    voice = message.voice
    small = voice is not None and (voice.file_size or 0) <= MOST_SOUND
    return voice.file_id if voice is not None and small else None


def _place(message: Message) -> str:
    where = message.location
    return rounded_place(where.latitude, where.longitude) if where is not None else ""


def _own_phone(message: Message) -> str | None:
    """The phone of a contact card, when it is the person's own and not somebody else's."""
    contact, sender = message.contact, message.from_user
    own = contact is not None and sender is not None and contact.user_id == sender.id
    return contact.phone_number if own and contact is not None else None


def _kind(message: Message) -> str:
    return next((kind for name, kind in _KINDS.items() if getattr(message, name, None)), "other")
