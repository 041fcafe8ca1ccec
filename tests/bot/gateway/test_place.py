"""Where somebody is, rounded as it comes in, on every platform."""

from __future__ import annotations

from typing import Any

import pytest

from bot.gateway.channels.telegram_updates import read_update
from bot.gateway.channels.twilio import read_form
from bot.gateway.channels.whatsapp_events import messages_of
from bot.gateway.incoming import LOCATION, Incoming
from bot.gateway.place import place_of, rounded_place
from tests.emulators.graph import event, message

EXACT = {"latitude": -11.849917, "longitude": -77.039921}


def _telegram() -> Incoming | None:
    person = {"id": 7, "is_bot": False, "first_name": "P"}
    sent = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person, "location": EXACT}
    return read_update({"update_id": 1, "message": sent})


def _twilio() -> Incoming | None:
    where = {"Latitude": str(EXACT["latitude"]), "Longitude": str(EXACT["longitude"])}
    return read_form({"MessageSid": "SM1", "From": "whatsapp:+51987654321", **where})


@pytest.mark.parametrize("taken", [_telegram(), _twilio(), *messages_of(event(message("w1", "location", **EXACT)))])
def test_a_location_is_rounded_to_a_kilometre_before_anything_keeps_it(taken: Incoming) -> None:
    """The exact place of somebody who may be in danger is nobody's business."""
    assert (taken.kind, taken.text) == (LOCATION, "-11.85,-77.04")
    assert place_of(taken.text) == (-11.85, -77.04)


@pytest.mark.parametrize("where", [(None, None), ("x", "1"), (91, 0), (0, -181), (float("nan"), 1), ([], {})])
def test_what_is_no_place_on_earth_is_none(where: tuple[Any, Any]) -> None:
    """Platforms change and people forge."""
    assert rounded_place(*where) == ""
