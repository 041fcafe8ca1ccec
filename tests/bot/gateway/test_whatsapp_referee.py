"""Signatures and payloads of WhatsApp, judged by a library that somebody else wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.gateway.channels.whatsapp_events import messages_of
from bot.gateway.incoming import LOCATION
from bot.gateway.webhooks import signature
from tests.emulators.graph import event, message
from tests.emulators.whatsapp_referee import judged

SECRET = "app-secret"
YES = '/answer{"k":"a:b:yes"}'
SAID = [
    message("w1", "text", body="Más ñandú 💛"),
    message("w2", "interactive", type="button_reply", button_reply={"id": YES, "title": "Sí"}),
    message("w3", "interactive", type="list_reply", list_reply={"id": YES, "title": "Sí"}),
    message("w4", "button", payload=YES, text="Sí"),
    message("w5", "audio", id="m1", voice=True, mime_type="audio/ogg; codecs=opus"),
    message("w6", "location", latitude=-12.0, longitude=-77.0),
]


def raw(made: dict[str, Any]) -> bytes:
    """As Meta writes it: letters beyond ASCII as escapes."""
    return json.dumps(event(made), ensure_ascii=True).encode()


def test_our_signature_is_the_one_that_the_referee_wants() -> None:
    """Of every payload; and it refuses what we refuse."""
    bodies = [raw(made) for made in SAID]
    good = [(body, signature(SECRET, body), SECRET) for body in bodies]
    bad = [
        (bodies[0], signature("otro", bodies[0]), SECRET),
        (bodies[0], signature(SECRET, bodies[0] + b" "), SECRET),
        (bodies[0], "", SECRET),
    ]
    verdicts = judged([*good, *bad])
    assert ["refused" in one for one in verdicts] == [False] * len(good) + [True] * len(bad)


@pytest.mark.parametrize("number", range(len(SAID)))
def test_both_read_the_same(number: int) -> None:
    """Kind and words or payload. Of a location, which the referee hands on whole, ours keeps a rounded place."""
    body = raw(SAID[number])
    (verdict,) = judged([(body, signature(SECRET, body), SECRET)])
    (ours,) = messages_of(json.loads(body))
    assert verdict["kind"] == SAID[number]["type"]
    assert (verdict["text"] or "") == ("" if ours.kind == LOCATION else ours.text)
