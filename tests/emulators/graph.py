"""A Graph API for tests, ours: it keeps WhatsApp's limits, answers as Meta does, and fails when told to.

Because it is ours, a WhatsApp library of others (pywa) judges in the tests whether what it takes and sends is right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

PHONE_ID = "106540352242922"
_LIMITS = {"title": 20, "row": 24, "description": 72, "body": 1024, "text": 4096, "id": 200, "footer": 60}


@dataclass
class Graph:
    """What was sent, and what fails next: (code, HTTP status) in order."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[int, int]] = field(default_factory=list)
    # Uploaded recordings; sounds of voice notes by their id.
    uploads: list[bytes] = field(default_factory=list)
    sounds: dict[str, bytes] = field(default_factory=dict)
    refuses_media: bool = False
    numbers: Any = field(default_factory=lambda: count(1))

    def client(self) -> httpx.AsyncClient:
        """An HTTP client for which this is the internet."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def texts(self) -> list[str]:
        """Words of every message that was taken."""
        return [(one.get("text") or one.get("interactive", {})).get("body") for one in self.sent]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("Authorization") == "Bearer token" and "/messages" not in request.url.path:
            return self._media(request)
        body = json.loads(request.content)
        if request.headers.get("Authorization") != "Bearer token":
            return _error(190, 401)
        if body.get("status") == "read":
            self.seen.append(body)
            return httpx.Response(200, json={"success": True})
        if self.faults:
            return _error(*self.faults.pop(0))
        problem = too_long(body)
        if problem:
            return _error(100, 400)
        self.sent.append(body)
        whom = body.get("to") or body.get("recipient")
        made = {"input": whom, "wa_id": whom}
        return httpx.Response(
            200,
            json={
                "messaging_product": "whatsapp",
                "contacts": [made],
                "messages": [{"id": f"wamid.OUT{next(self.numbers)}"}],
            },
        )

    def _media(self, request: httpx.Request) -> httpx.Response:
        """Uploads give an id; an id gives an address for a while; the address gives the sound."""
        if request.method == "POST":
            if self.refuses_media:
                return _error(131053, 400)
            self.uploads.append(request.content)
            return httpx.Response(200, json={"id": f"media{len(self.uploads)}"})
        name = request.url.path.rpartition("/")[2]
        if request.url.host == "media.test":
            return httpx.Response(200, content=self.sounds[name])
        if name not in self.sounds:
            return _error(100, 400)
        return httpx.Response(200, json={"url": f"https://media.test/{name}", "mime_type": "audio/ogg; codecs=opus"})


def _error(code: int, status: int) -> httpx.Response:
    error = {"message": f"(#{code})", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return httpx.Response(status, json={"error": error})


def too_long(body: dict[str, Any]) -> bool:
    """Whether Meta would refuse a message for its length or number of options."""
    if body["type"] == "audio":
        return not body["audio"].get("id")
    if body["type"] == "text":
        return not 0 < len(body["text"]["body"]) <= _LIMITS["text"]
    part = body["interactive"]
    action = part["action"]
    buttons = [one["reply"] for one in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    titles = [one["title"] for one in buttons]
    return (
        not 0 < len(part["body"]["text"]) <= _LIMITS["body"]
        or len(buttons) > 3
        or len(rows) > 10
        or len(set(titles)) != len(titles)
        or any(len(title) > _LIMITS["title"] for title in titles)
        or any(len(one["id"]) > _LIMITS["id"] for one in [*buttons, *rows])
        or any(len(row["title"]) > _LIMITS["row"] for row in rows)
        or any(len(row.get("description", "")) > _LIMITS["description"] for row in rows)
        or len(action.get("button", "")) > _LIMITS["title"]
        or ("footer" in part and not 0 < len(part["footer"]["text"]) <= _LIMITS["footer"])
    )


def event(*messages: dict[str, Any], contacts: Any = None, statuses: Any = None) -> dict[str, Any]:
    """An event as Meta sends it."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_ID},
    }
    if messages:
        value["messages"] = list(messages)
    if contacts is not False:
        value["contacts"] = contacts or [
            {"profile": {"name": "Rosa Q."}, "wa_id": "51999000111", "user_id": "PE.13491208655302741918"}
        ]
    if statuses:
        value["statuses"] = statuses
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]}


def message(message_id: str, kind: str, **part: Any) -> dict[str, Any]:
    """One message of the person, with its part under the kind's name."""
    return {"from": "51999000111", "id": message_id, "timestamp": "1795363200", "type": kind, kind: part}
