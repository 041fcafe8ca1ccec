"""Sound through Twilio: recordings at signed addresses of ours, voice notes fetched from Twilio and nowhere else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot.gateway.asides.hearing import Hearing
from bot.gateway.asides.listeners import MOST_SOUND, Fetching, VoiceNotes
from bot.gateway.asides.nearby import Nearby
from bot.gateway.asides.typed import TypedChoices
from bot.gateway.asides.words import Phrases
from bot.gateway.channels.twilio import NAME, Twilio, may_lead, twilio_route
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import HINT, Prompts
from bot.gateway.seal import Seal
from bot.gateway.sending import NotSent, Refused, TokenRefused, TryLater
from bot.gateway.sounds import LASTS, SoundAddresses, sound_route
from bot.gateway.store import Store
from bot.gateway.voice import VoiceFolder
from bot.gateway.webhooks import gateway_app
from followup.database import open_database
from tests.bot.gateway.test_asides import Listeners

PUBLIC = "https://bot.example.org"
ADDRESS = f"{PUBLIC}/webhooks/twilio"
SECRET = bytes(range(32))
ACCOUNT = "AC" + "a" * 32
MESSAGE, MEDIA = "MM" + "b" * 32, "ME" + "c" * 32
THERE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{MESSAGE}/Media/{MEDIA}"
PHONE = "51999000111"
QUESTION = "¿Duerme mal?"
SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100)
NOTE = {
    "MessageSid": MESSAGE, "From": f"whatsapp:+{PHONE}", "WaId": PHONE, "Body": "", "NumMedia": "1",
    "MediaContentType0": "audio/ogg", "MediaUrl0": THERE,
}  # fmt: skip
WORDS = {
    "utter_voice_yes": "Sí, guárdelo", "utter_voice_no": "No, mejor escribo", HINT: "Para oírlo, escriba «escuchar».",
    "utter_near_yes": "Sí, búsquelo", "utter_near_no": "No, gracias",
}  # fmt: skip


def say(response: str, language: str) -> str:
    return WORDS.get(response, response)


class House:
    """A gateway over Twilio with recordings, listeners and a dialogue that always asks the same."""

    def __init__(self, store: Store, folder: VoiceFolder, public: bool = True, by_itself: bool = True) -> None:
        folder.put("es", "srq.srq_3", SOUND, QUESTION)
        self.ahead = timedelta()
        self.heard: list[str] = []
        self.sent: list[dict[str, str]] = []
        self.fetched: list[httpx.Request] = []
        self.media: dict[str, httpx.Response] = {}
        self.refuses_media = False
        self.failures = 0
        self.store = store
        self.listeners = Listeners()
        self.office = PostOffice(store, self.dialogue, Identity(SECRET), list, self.now)
        self.person = self.office.identity.conversation(NAME, PHONE)
        choices = TypedChoices(self.office.notes, self.office.identity, NAME, self.now)
        self.office.add_aside(choices)
        self.office.add_aside(Hearing(self.office.notes, folder, say, Phrases(["escuchar"])))
        self.office.add_aside(Nearby(self.office.notes, lambda _north, _east: ("CSMC", 2.0), say))
        self.office.add_aside(VoiceNotes(self.office.notes, self.listeners, say, self.now))
        self.sounds = SoundAddresses(SECRET, PUBLIC, self.now) if public else None
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.internet))
        voice = Prompts(folder, say, by_itself)
        self.channel = Twilio(
            ACCOUNT, "token", "+15550001", ADDRESS, client=client, voice=voice, sounds=self.sounds, choices=choices
        )
        self.office.add(self.channel)
        routes = [twilio_route("token", ADDRESS, self.office, self.channel.sound_of)]
        routes += [sound_route(self.sounds, folder)] if self.sounds else []
        self.app = gateway_app(routes, lambda: True)
        self._calls = 0

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    async def dialogue(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        if self.failures:
            self.failures -= 1
            raise RuntimeError
        self.heard.append(text)
        buttons = [{"title": one, "payload": f'/answer{{"k":"ab12:srq_3:{one}"}}'} for one in ("Sí", "No")]
        voice = {"context": "srq.srq_3", "language": "es", "question": True}
        return [{"text": QUESTION, "buttons": buttons, "voice": voice}]

    def internet(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.fetched.append(request)
            return self.media.get(str(request.url)) or httpx.Response(404)
        form = dict(parse_qsl(request.content.decode()))
        if self.refuses_media and "MediaUrl" in form:
            return httpx.Response(400, json={"code": 21620})
        self.sent.append(form)
        return httpx.Response(201, json={"sid": f"SMout{len(self.sent)}"})

    async def call(self, **form: str) -> list[dict[str, str]]:
        """Twilio calls us; what is sent to the person."""
        self._calls += 1
        whole = {**NOTE, "NumMedia": "0", "MessageSid": f"MM{self._calls:032x}", **form}
        before = len(self.sent)
        signature = RequestValidator("token").compute_signature(ADDRESS, whole)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://inside") as twilio:
            headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
            answer = await twilio.post("/webhooks/twilio", content=urlencode(whole), headers=headers)
        assert answer.status_code == 200
        await self.office.idle()
        return self.sent[before:]

    async def write(self, text: str) -> list[dict[str, str]]:
        return await self.call(Body=text)

    async def speak(self, **form: str) -> list[dict[str, str]]:
        """They send a voice note."""
        return await self.call(**{"NumMedia": "1", **form})

    async def fetch(self) -> int:
        """Fetch what was agreed to; how many notes were kept."""
        return await Fetching(self.office.notes, self.listeners, self.office.identity, {NAME: self.channel}).look()


@pytest.fixture
def folder(tmp_path: Path) -> VoiceFolder:
    return VoiceFolder(tmp_path / "voice")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An inbox and outbox of its own."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield Store(database.writer, Seal(SECRET))
    database.close()


async def test_the_recording_goes_before_the_words_at_an_address_that_gives_it(
    store: Store, folder: VoiceFolder
) -> None:
    """Twilio fetches it there as what it is; both count for the person's pace."""
    house = House(store, folder)
    sound, words = await house.write("hola")
    assert "Body" not in sound
    assert words["Body"] == f"{QUESTION}\n\n• Sí\n• No"
    assert sound["MediaUrl"].startswith(f"{PUBLIC}/webhooks/twilio/sound/")
    given = TestClient(house.app).get(urlsplit(sound["MediaUrl"]).path)
    assert (given.status_code, given.content, given.headers["content-type"]) == (200, SOUND, "audio/ogg")
    assert house.channel.weight({"text": QUESTION, "voice": {"context": "srq.srq_3", "language": "es"}}) == 2


async def test_an_address_is_signed_lasts_an_hour_and_is_about_nobody(store: Store, folder: VoiceFolder) -> None:
    """It holds a time, the recording's name and a signature, all of which must be ours."""
    house = House(store, folder)
    recording = folder.recording("es", "srq.srq_3")
    assert recording is not None
    assert house.sounds is not None
    path = urlsplit(house.sounds.of(recording)).path
    client = TestClient(house.app)
    token = path.rpartition("/")[2].removesuffix(".ogg")
    raw = base64.urlsafe_b64decode(token)
    assert len(raw) == 5 + 12 + 16
    assert raw[5:17].hex() == recording.name
    forged = [bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]]) for place in range(len(raw))]
    for other in (*forged, raw[:-1], raw + b"\0", b""):
        bad = base64.urlsafe_b64encode(other).decode().rstrip("=")
        assert client.get(path.replace(token, bad)).status_code == 404
    assert client.get(path.replace(token, "..%2f..%2fsecret")).status_code == 404
    another = SoundAddresses(bytes(32), PUBLIC, house.now)
    assert client.get(urlsplit(another.of(recording)).path).status_code == 404
    assert client.get(path).status_code == 200
    house.ahead = LASTS + timedelta(seconds=2)
    assert client.get(path).status_code == 404


async def test_without_an_address_of_ours_there_are_words_only(store: Store, folder: VoiceFolder) -> None:
    """Nothing is promised that Twilio could not fetch."""
    house = House(store, folder, public=False)
    assert [one["Body"] for one in await house.write("hola")] == [f"{QUESTION}\n\n• Sí\n• No"]
    assert TestClient(house.app).get("/webhooks/twilio/sound/x.ogg").status_code == 404


async def test_a_recording_that_twilio_refuses_holds_nobody_up(store: Store, folder: VoiceFolder) -> None:
    """The words go alone."""
    house = House(store, folder)
    house.refuses_media = True
    (words,) = await house.write("hola")
    assert words["Body"].startswith(QUESTION)
    assert store.counts()["dead"] == 0


async def test_where_sound_does_not_go_by_itself_the_word_for_it_stands_below(
    store: Store, folder: VoiceFolder
) -> None:
    """Twilio has no buttons: «escuchar» brings the question with its recording."""
    house = House(store, folder, by_itself=False)
    (words,) = await house.write("hola")
    assert words["Body"].endswith(WORDS[HINT])
    sound, words = await house.write("escuchar")
    assert "MediaUrl" in sound
    assert WORDS[HINT] not in words["Body"]
    assert house.heard == ["hola"]


async def test_a_voice_note_is_kept_for_a_listener_after_a_typed_yes(store: Store, folder: VoiceFolder) -> None:
    """As on the other channels; the sound is fetched with our credentials, which go no further than Twilio's API."""
    house = House(store, folder, public=False)
    said, offer = await house.speak()
    assert said["Body"].startswith(QUESTION)
    assert offer["Body"] == "utter_voice_offer\n\n• Sí, guárdelo\n• No, mejor escribo"
    assert await house.fetch() == 0
    await house.write("si guárdelo")
    assert house.heard == ['/received{"kind":"voice"}', '/received{"kind":"voice_kept"}']
    store_at = "https://mms.twiliocdn.com/x?sig=1"
    house.media = {
        THERE: httpx.Response(307, headers={"location": store_at}),
        store_at: httpx.Response(200, content=SOUND),
    }
    assert await house.fetch() == 1
    assert [sound for _, _, sound in house.listeners.kept] == [SOUND]
    api, cdn = house.fetched
    assert api.headers["Authorization"].startswith("Basic ")
    assert "Authorization" not in cdn.headers


@pytest.mark.parametrize(("typed", "answers_the_offer"), [("Sí", True), ("no", True), ("ya no quiero vivir", False)])
async def test_what_is_typed_right_after_the_offer_is_never_scored_as_an_answer(
    store: Store, folder: VoiceFolder, typed: str, answers_the_offer: bool
) -> None:
    """A yes to «¿Lo guardo?» is no yes to «¿Duerme mal?»; other words are heard as ever, and then so is the yes."""
    house = House(store, folder, public=False)
    await house.speak()
    await house.write(typed)
    assert (typed not in house.heard) is answers_the_offer
    await house.write("Sí")
    assert house.heard[-1] == "Sí"


async def test_an_answer_that_failed_means_the_same_when_it_comes_again(store: Store, folder: VoiceFolder) -> None:
    """The dialogue fails once on «sí, búsquelo»; the second try is still that choice."""
    house = House(store, folder, public=False)
    await house.call(Latitude="-12.05", Longitude="-77.04")
    found, question = await house.write("Sí")
    assert found["Body"] == "utter_near_found"
    assert question["Body"].startswith(QUESTION)
    await house.speak()
    house.failures = 1
    await house.write("Sí")
    assert house.heard[-1] == '/received{"kind":"voice_kept"}'
    assert "Sí" not in house.heard
    assert house.listeners.said == {house.person: True}


@pytest.mark.parametrize(
    "form",
    [
        {"MediaUrl0": THERE.replace("api.twilio.com", "evil.example.org")},
        {"MediaUrl0": THERE.replace("https", "http")},
        {"MediaUrl0": THERE.replace("a" * 32, "d" * 32)},
        {"MediaUrl0": f"{THERE}/../../../Messages.json"},
        {"MediaUrl0": f"{THERE}?x=1"},
        {"MediaUrl0": "http://169.254.169.254/latest/meta-data"},
        {"MediaUrl0": f"{MESSAGE}/Media/{MEDIA}"},
        {"MediaUrl0": ""},
        {"MediaContentType0": "audio/mpeg"},
    ],
)
async def test_a_sound_that_is_no_voice_note_of_our_account_is_answered_and_not_fetched(
    store: Store, folder: VoiceFolder, form: dict[str, str]
) -> None:
    """The kind answer alone, whatever somebody agreed to."""
    house = House(store, folder, public=False)
    house.listeners.said[house.person] = True
    assert len(await house.speak(**form)) == 1
    assert house.heard == ['/received{"kind":"voice"}']
    assert await house.fetch() == 0
    assert house.fetched == []


@pytest.mark.parametrize(
    "there",
    [
        "http://mms.twiliocdn.com/x", "https://twiliocdn.com.evil.org/x", "https://eviltwiliocdn.com/x",
        "https://mms.twiliocdn.com:8443/x", "https://u:p@mms.twiliocdn.com/x", "https://127.0.0.1/x",
        "https://s3-external-1.amazonaws.com/other-bucket/x", "file:///etc/passwd", "//169.254.169.254/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../other/x",
    ],
)  # fmt: skip
async def test_twilio_leads_to_its_own_stores_or_nowhere(store: Store, folder: VoiceFolder, there: str) -> None:
    """An address inside our own network is never reached, whoever asks for it."""
    house = House(store, folder)
    house.media = {THERE: httpx.Response(302, headers={"location": there})}
    with pytest.raises(Refused, match="led_away"):
        await house.channel.fetch(f"{MESSAGE}/Media/{MEDIA}")
    assert len(house.fetched) == 1


def test_the_stores_of_twilio_are_known() -> None:
    """Those that its documentation names."""
    for there in ("https://mms.twiliocdn.com/a", "https://media.twiliocdn.com/a",
                  "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC/x"):  # fmt: skip
        assert may_lead(httpx.URL(there))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(200, content=bytes(MOST_SOUND + 1)), Refused),
        (httpx.Response(404), Refused),
        (httpx.Response(401), TokenRefused),
        (httpx.Response(503), TryLater),
        (httpx.Response(302, headers={"location": THERE}), Refused),
    ],
)
async def test_what_can_not_be_fetched_is_named(
    store: Store, folder: VoiceFolder, answer: httpx.Response, kind: type[NotSent]
) -> None:
    """Too long, gone, a refused token, busy, a circle."""
    house = House(store, folder)
    house.media = {THERE: answer}
    with pytest.raises(kind):
        await house.channel.fetch(f"{MESSAGE}/Media/{MEDIA}")
    for other in ("../Messages", "", f"{MESSAGE}/Media/{MEDIA}/x", "https://evil.org"):
        with pytest.raises(Refused):
            await house.channel.fetch(other)
    assert len(house.fetched) == 1


async def test_where_nobody_listens_a_voice_note_gets_the_kind_answer(store: Store, folder: VoiceFolder) -> None:
    """Without the aside of the listeners nothing is offered, fetched or kept."""
    house = House(store, folder, public=False)
    house.office._asides.pop()
    assert len(await house.speak()) == 1
    assert house.heard == ['/received{"kind":"voice"}']
    assert house.office.notes.named("voice") == []


async def test_neither_phone_nor_words_nor_addresses_of_sounds_are_logged(
    store: Store, folder: VoiceFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when Twilio refuses a recording, says busy, or a voice note cannot be fetched."""
    house = House(store, folder)
    house.listeners.said[house.person] = True
    with caplog.at_level(logging.DEBUG):
        await house.write("me pelee con zutano")
        await house.speak()
        await house.fetch()
        house.media = {THERE: httpx.Response(503)}
        await house.speak()
        await house.fetch()
        house.refuses_media = True
        await house.write("sigo")
    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert "voice.lost" in lines
    assert "twilio.not_spoken" in lines
    address = house.sent[0]["MediaUrl"].rpartition("/")[2]
    for secret in (PHONE, "zutano", "Basic", address, ACCOUNT, MEDIA):
        assert secret not in lines
