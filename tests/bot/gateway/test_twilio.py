"""WhatsApp through Twilio: signed forms in, words and options out. Twilio's own library makes the signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from bot.gateway.channels.twilio import Twilio, problem_of, read_form, twilio_route
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.sending import Refused, TokenRefused, TryLater, Unreachable
from bot.gateway.store import Store
from bot.gateway.webhooks import gateway_app
from followup.database import open_database

ADDRESS = "https://bot.example.org/webhooks/twilio"
SECRET = bytes(range(32))
MESSAGE = {"MessageSid": "SM1", "From": "whatsapp:+51999000111", "WaId": "51999000111", "Body": "hola", "NumMedia": "0"}


class House:
    """A post office over Twilio with a dialogue that repeats and asks."""

    def __init__(self, store: Store) -> None:
        self.sent: list[dict[str, str]] = []
        self.heard: list[str] = []
        self.fault: tuple[int, int] | None = None
        self.store = store
        self.office = PostOffice(store, self.say, Identity(SECRET), list, lambda: datetime.now(timezone.utc))
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.api))
        self.retry_after = ""
        self.channel = Twilio("AC1", "token", "+15550001", ADDRESS, client=client)
        self.office.add(self.channel)
        self.app = gateway_app([twilio_route("token", ADDRESS, self.office)], lambda: True)

    async def say(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.heard.append(text)
        return [{"text": f"oí {text}", "buttons": [{"title": "Sí", "payload": "x"}, {"title": "No", "payload": "y"}]}]

    def api(self, request: httpx.Request) -> httpx.Response:
        if self.fault:
            (code, status), self.fault = self.fault, None
            return httpx.Response(status, json={"code": code}, headers={"Retry-After": self.retry_after})
        self.sent.append(dict(parse_qsl(request.content.decode())))
        return httpx.Response(201, json={"sid": f"SMout{len(self.sent)}"})

    async def call(self, form: dict[str, str], signature: str | None = None) -> int:
        if signature is None:
            signature = RequestValidator("token").compute_signature(ADDRESS, form)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://inside") as twilio:
            headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
            answer = await twilio.post("/webhooks/twilio", content=urlencode(form), headers=headers)
        await self.office.idle()
        return answer.status_code


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The parts over a SQLite file."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield House(Store(database.writer, Seal(SECRET)))
    database.close()


async def test_a_message_is_answered_with_its_options_as_lines(house: House) -> None:
    """The options can be read and typed; the number is the one that wrote."""
    assert await house.call(MESSAGE) == 200
    assert house.heard == ["hola"]
    assert house.sent[0]["To"] == "whatsapp:+51999000111"
    assert house.sent[0]["Body"] == "oí hola\n\n• Sí\n• No"


async def test_only_twilio_may_call_and_the_same_message_counts_once(house: House) -> None:
    """A wrong signature is refused; a repeated message is answered once."""
    assert await house.call(MESSAGE, signature="mentira") == 403
    assert (
        await house.call({**MESSAGE, "Body": "otra"}, RequestValidator("token").compute_signature(ADDRESS, MESSAGE))
        == 403
    )
    for _ in range(2):
        assert await house.call(MESSAGE) == 200
    assert house.heard == ["hola"]


async def test_a_failed_report_makes_a_dead_letter(house: House) -> None:
    """What Twilio took and could not deliver is seen by staff."""
    await house.call(MESSAGE)
    report = {"MessageSid": "SMout1", "MessageStatus": "undelivered", "ErrorCode": "63024"}
    assert await house.call(report) == 200
    assert house.store.counts()["dead"] == 1
    assert house.store.counts()["unreachable"] == 1


async def test_a_report_that_our_token_is_refused_is_an_open_alert(house: House) -> None:
    """Twilio took the message and only later says why it went nowhere; the next success settles it."""
    await house.call(MESSAGE)
    await house.call({"MessageSid": "SMout1", "MessageStatus": "failed", "ErrorCode": "63007"})
    assert house.office.refused == {"twilio": "token"}
    await house.call({**MESSAGE, "MessageSid": "SM2"})
    assert house.office.refused == {}


async def test_twilio_that_is_busy_is_asked_again_when_it_said(house: House) -> None:
    """Retry-After in seconds; what is no number is nothing that was said."""
    for header, seconds in (("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)):
        house.retry_after, house.fault = header, (20429, 429)
        with pytest.raises(TryLater) as busy:
            await house.channel.send("51999000111", {"text": "hola"})
        assert busy.value.seconds == seconds


async def test_a_voice_note_reaches_the_dialogue_without_words(house: House) -> None:
    """It gets an answer and is never scored."""
    await house.call({**MESSAGE, "Body": "", "NumMedia": "1", "MediaContentType0": "audio/ogg"})
    assert house.heard == ['/received{"kind":"voice"}']


def test_a_location_is_no_text() -> None:
    """Coordinates are not words."""
    message = read_form({**MESSAGE, "Body": "", "Latitude": "-13.1", "Longitude": "-74.2"})
    assert message is not None
    assert message.kind == "location"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [(63016, 400, Refused), (63024, 400, Unreachable), (20429, 429, TryLater), (20003, 401, TokenRefused),
     (0, 503, TryLater), (21617, 400, Refused)],
)  # fmt: skip
def test_every_error_leads_where_it_must(code: int, status: int, kind: type[Exception]) -> None:
    """Window, blocked, busy, token, everything else."""
    assert isinstance(problem_of(code, status), kind)
