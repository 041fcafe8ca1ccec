"""A person's WhatsApp in front of the gateway, and how a screening is answered on it.

A module of its own, so that all tests of a process count its numbers and events together.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.incoming import HELP, Incoming
from bot.gateway.post_office import PostOffice
from tests.emulators.graph import Graph, event

NO = {"es": "No", "qu": "Mana"}
OWN_LANGUAGE = ("Castellano", "Español", "Runasimi", "Qhichwa", "Runasimi (quechua)")
ASKED = {"años": "34", "distrito": "Comas", "wata": "34", "distritu": "Comas", "llaqta": "Comas"}
GREETING = {"es": "hola", "qu": "allinllachu, runasimipi rimasun"}
MOST_STEPS = 60
_phones = count(51_900_000_001)
EVENTS = count(1)


class Phone:
    """Somebody's WhatsApp."""

    def __init__(self, office: PostOffice, graph: Graph) -> None:
        self.number = str(next(_phones))
        self._office = office
        self._graph = graph
        self._intake = WhatsAppIntake(office)
        self.conversation = office.identity.conversation("whatsapp", self.number)

    def said(self) -> list[dict[str, Any]]:
        """What the bot sent here so far."""
        return [one for one in self._graph.sent if one.get("to") == self.number]

    async def write(self, text: str) -> dict[str, Any]:
        """Type something; the bot's last message."""
        return await self._send("text", text={"body": text})

    async def tap(self, option: dict[str, str]) -> dict[str, Any]:
        """Tap a button or a row of a list."""
        reply = {"type": "list_reply", "list_reply": option}
        return await self._send("interactive", interactive=reply)

    async def help(self) -> dict[str, Any]:
        """Choose help in a menu of commands."""
        self._office.receive([Incoming("whatsapp", f"e{next(EVENTS)}", self.number, HELP)])
        await self._office.idle()
        return self.said()[-1]

    async def _send(self, kind: str, **part: Any) -> dict[str, Any]:
        made = {"from": self.number, "id": f"wamid.{next(EVENTS)}", "timestamp": "1", "type": kind, **part}
        await self._intake.take(event(made, contacts=[{"profile": {"name": "Rosa"}, "wa_id": self.number}]))
        await self._office.idle()
        return self.said()[-1]


def options(sent: dict[str, Any]) -> list[dict[str, str]]:
    """Buttons or rows of a message: id and title; the whole words of a row that was cut."""
    action = (sent.get("interactive") or {}).get("action") or {}
    found = [one["reply"] for one in action.get("buttons", [])]
    return found + [row for section in action.get("sections", []) for row in section["rows"]]


def words(sent: dict[str, Any]) -> str:
    """The text of a message."""
    return str(
        (sent.get("text") or sent["interactive"])["body"] if "text" in sent else sent["interactive"]["body"]["text"]
    )
