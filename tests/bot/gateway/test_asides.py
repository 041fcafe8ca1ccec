"""Beside the dialogue: two channels become one person's only by their own yes; voice notes are kept only after one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.asides.linking import LASTS, TRIES, Linking
from bot.gateway.asides.listeners import NO, YES, Fetching, VoiceNotes
from bot.gateway.asides.nearby import Nearby
from bot.gateway.asides.words import Phrases
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import LINK, LOCATION, TAP, TEXT, VOICE, Incoming
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph, event, message

SECRET = bytes(range(32))
IDENTITY = Identity(SECRET)
CODE = re.compile(r"\d{3} \d{3}")
SOUND = b"OggS sound of a voice"


class Listeners:
    """People who listen, and what was agreed."""

    def __init__(self) -> None:
        self.said: dict[str, bool] = {}
        self.kept: list[tuple[str, str, bytes]] = []

    def agreed(self, conversation: str) -> bool | None:
        return self.said.get(conversation)

    def decide(self, conversation: str, yes: bool) -> bool:
        self.said[conversation] = yes
        return True

    def keep(self, conversation: str, event_id: str, sound: bytes) -> bool:
        self.kept.append((conversation, event_id, sound))
        return True


class House:
    """A post office with a telegram and a whatsapp that only collect what is said, and all asides."""

    def __init__(self, store: Store) -> None:
        self.heard: list[str] = []
        self.joined: list[tuple[str, str]] = []
        self.said: dict[str, list[Bubble]] = {}
        self.ahead = timedelta()
        self.listeners = Listeners()
        self.office = PostOffice(store, self.dialogue, IDENTITY, list, self.now)
        phrases = Phrases(["vincular", "huñuy"])
        self.linking = Linking(self.office.notes, self.join, _say, phrases, SECRET, self.now)
        self.office.add_aside(self.linking)
        self.office.add_aside(VoiceNotes(self.office.notes, self.listeners, _say, self.now))
        self.office.add_aside(Nearby(self.office.notes, self.near, _say))
        self.asked_for: list[tuple[float, float]] = []
        self._events = 0

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    def near(self, latitude: float, longitude: float) -> tuple[str, float] | None:
        """One centre in the north of Lima."""
        self.asked_for.append((latitude, longitude))
        return ("CSMC Carabayllo, Jr. Uno 123", 2.6) if latitude < -12 else None

    def join(self, first: str, second: str) -> bool:
        self.joined.append((first, second))
        return True

    async def dialogue(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.heard.append(text)
        voice = {"context": "c", "language": "qu", "question": True}
        return [{"text": f"oí {text}", "buttons": [], "voice": voice}]

    async def hears(self, person: str, text: str = "", kind: str = TEXT, channel: str = "telegram", **more: Any) -> Any:
        """Somebody writes; what they are answered."""
        self._events += 1
        incoming = Incoming(channel, str(self._events), person, kind, text, **more)
        conversation = IDENTITY.conversation(channel, person)
        store = self.office.store
        store.keep([(conversation, incoming)], self.now())
        received = store.next_received(conversation)
        assert received is not None
        bubbles = await self.office._bubbles(conversation, incoming)
        store.answered(received, bubbles, self.now())
        return bubbles

    async def code(self, person: str, channel: str = "telegram") -> str:
        """The code that somebody gets who wishes to join."""
        bubbles = await self.hears(person, "¡Vincular!", channel=channel)
        return CODE.findall(bubbles[0]["text"])[0]


def _say(name: str, language: str) -> str:
    fields = {"utter_link_code": " {code}", "utter_near_found": ": {centre}, {km}"}
    return f"{name} {language}" + fields.get(name, "")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The parts over a SQLite file."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield House(Store(database.writer, Seal(SECRET)))
    database.close()


async def test_a_code_from_one_channel_and_a_yes_on_the_other_join_both(house: House) -> None:
    """The code alone joins nothing; the yes does, once; the dialogue hears nothing of it."""
    code = await house.code("ana")
    await house.code("51999", "whatsapp")
    (asked,) = await house.hears("51999", code, channel="whatsapp")
    assert asked["text"].startswith("utter_link_ask")
    assert house.joined == []
    yes = asked["buttons"][0]["payload"]
    (done,) = [(await house.hears("51999", yes, TAP, "whatsapp"))[0]]
    assert done["text"].startswith("utter_link_done")
    assert house.joined == [(IDENTITY.conversation("whatsapp", "51999"), IDENTITY.conversation("telegram", "ana"))]
    again = await house.hears("51999", yes, TAP, "whatsapp")
    assert again[0]["text"].startswith("utter_link_wrong")
    assert len(house.joined) == 1
    assert house.heard == []


async def test_a_no_leaves_both_apart_and_the_code_is_used_up(house: House) -> None:
    """Whoever typed a code by mistake can stop; the same code asks nobody again."""
    code = await house.code("ana")
    await house.code("beto")
    (asked,) = await house.hears("beto", code.replace(" ", ""))
    answer = await house.hears("beto", asked["buttons"][1]["payload"], TAP)
    assert answer[0]["text"].startswith("utter_link_not")
    assert (await house.hears("beto", code))[0]["text"].startswith("utter_link_wrong")
    assert house.joined == []


async def test_a_code_is_guessed_five_times_in_a_quarter_of_an_hour_at_most(house: House) -> None:
    """Asking for a code of one's own gives no new tries; after the time there are new ones."""
    code = await house.code("ana")
    await house.code("mala")
    for guess in range(TRIES):
        wrong = f"{(int(code.replace(' ', '')) + guess + 1) % 1_000_000:06d}"
        assert (await house.hears("mala", wrong))[0]["text"].startswith("utter_link_wrong")
        await house.code("mala")
    assert (await house.hears("mala", code))[0]["text"].startswith("utter_link_blocked")
    house.ahead = LASTS + timedelta(seconds=1)
    code = await house.code("ana")
    await house.code("mala")
    assert (await house.hears("mala", code))[0]["text"].startswith("utter_link_ask")


async def test_an_old_code_and_one_s_own_code_join_nothing(house: House) -> None:
    """A code is worth a quarter of an hour; the newest takes the place of the one before."""
    first = await house.code("ana")
    second = await house.code("ana")
    assert (await house.hears("ana", second))[0]["text"].startswith("utter_link_wrong")
    await house.code("beto")
    if first != second:
        assert (await house.hears("beto", first))[0]["text"].startswith("utter_link_wrong")
    house.ahead = LASTS + timedelta(seconds=1)
    await house.code("beto")
    assert (await house.hears("beto", second))[0]["text"].startswith("utter_link_wrong")


async def test_six_digits_are_an_answer_like_any_other_unless_a_code_was_asked_for(house: House) -> None:
    """The dialogue gets what people write who never heard of codes; a command asks for one as the word does."""
    await house.hears("ana", "150110")
    assert house.heard == ["150110"]
    assert CODE.search((await house.hears("ana", "", LINK))[0]["text"])


async def test_codes_are_not_readable_in_the_store(house: House) -> None:
    """Not as digits, and not for whoever reads a note: a keyed hash is kept."""
    code = (await house.code("ana")).replace(" ", "")
    kept = house.office.notes.named("link-code")
    assert code not in str(kept)


async def test_a_changed_number_is_asked_about_after_the_first_message_from_it(tmp_path: Path, house: House) -> None:
    """WhatsApp tells of the change; the person on the new number says whether it is theirs, in their language."""
    graph = Graph()
    office = house.office
    office.add(WhatsApp("token", PHONE_ID, client=graph.client()))
    intake = WhatsAppIntake(office, house.linking.moved)
    changed = {"from": "51999000111", "id": "s1", "timestamp": "1", "type": "system"}
    system = {"type": "user_changed_number", "wa_id": "51999000333", "body": "cambió"}
    await intake.take(event({**changed, "system": system}, contacts=False))
    assert graph.sent == []
    new = {"from": "51999000333", "id": "w1", "timestamp": "2", "type": "text", "text": {"body": "quiero morir"}}
    await intake.take(event(new, contacts=[{"profile": {"name": "R"}, "wa_id": "51999000333"}]))
    await office.idle()
    assert house.heard == ["quiero morir"]
    said, asked = (one.get("text") or one["interactive"] for one in graph.sent)
    assert said == {"body": "oí quiero morir", "preview_url": False}
    assert asked["body"]["text"].startswith("utter_link_moved")
    payload = asked["action"]["buttons"][0]["reply"]["id"]
    await house.hears("51999000333", payload, TAP, "whatsapp")
    old, fresh = (IDENTITY.conversation("whatsapp", one) for one in ("51999000111", "51999000333"))
    assert house.joined == [(fresh, old)]


@pytest.mark.parametrize("number_changed", [False, True])
async def test_who_was_known_by_the_number_is_asked_when_a_scoped_id_comes(house: House, number_changed: bool) -> None:
    """Else they would be a stranger to the team from that day on; also when the number changed just before."""
    graph = Graph()
    house.office.add(WhatsApp("token", PHONE_ID, client=graph.client()))
    intake = WhatsAppIntake(house.office, house.linking.moved)
    number = "51999000111"
    await intake.take(event(message("w1", "text", body="hola"), contacts=[{"wa_id": number}]))
    await house.office.idle()
    first = IDENTITY.conversation("whatsapp", number)
    if number_changed:
        system = {"type": "user_changed_number", "wa_id": "51999000333", "body": "cambió"}
        moved = {"from": number, "id": "s1", "timestamp": "1", "type": "system", "system": system}
        await intake.take(event(moved, contacts=False))
        number = "51999000333"
    both = [{"wa_id": number, "user_id": "PE.7"}]
    for name in ("w2", "w3"):
        again = {**message(name, "text", body="sigo"), "from": number}
        await intake.take(event(again, contacts=both))
        await house.office.idle()
    asked = [one["interactive"] for one in graph.sent if "interactive" in one]
    assert [one["body"]["text"] for one in asked] == ["utter_link_moved es\n\nutter_link_moved qu"]
    assert house.heard == ["hola", "sigo", "sigo"]
    yes = asked[0]["action"]["buttons"][0]["reply"]["id"]
    tap = {**message("w4", "interactive", type="button_reply", button_reply={"id": yes}), "from": number}
    await intake.take(event(tap, contacts=both))
    await house.office.idle()
    assert house.joined == [(IDENTITY.conversation("whatsapp", "PE.7"), first)]


async def test_a_voice_note_is_offered_to_a_listener_and_fetched_after_a_yes(house: House) -> None:
    """The dialogue answers as always and then the offer comes; the sound is fetched beside the conversation."""
    said, offer = await house.hears("ana", kind=VOICE, media="file-1")
    assert said["text"] == 'oí /received{"kind":"voice"}'
    assert offer["text"] == "utter_voice_offer es"
    (kept,) = await house.hears("ana", YES, TAP)
    assert kept["text"] == 'oí /received{"kind":"voice_kept"}'
    assert await _fetched(house) == [SOUND]
    # From now on without asking.
    (kept,) = await house.hears("ana", kind=VOICE, media="file-1")
    assert kept["text"] == 'oí /received{"kind":"voice_kept"}'
    assert len(await _fetched(house)) == 2
    assert house.office.notes.named("voice-fetch:") == []


async def test_after_a_no_nothing_is_fetched_and_nobody_is_asked_again(house: House) -> None:
    """The note is answered in words, as for somebody who was never asked."""
    await house.hears("ana", kind=VOICE, media="file-1")
    (answer,) = await house.hears("ana", NO, TAP)
    assert answer["text"].startswith("utter_voice_not_kept")
    (said,) = await house.hears("ana", kind=VOICE, media="file-1")
    assert said["text"] == 'oí /received{"kind":"voice"}'
    assert await _fetched(house) == []


async def test_whatsapp_gives_the_sound_of_a_voice_note(house: House) -> None:
    """By its id, then by an address that wants the token; one that is gone is given up."""
    graph = Graph(sounds={"m1": SOUND})
    channel = WhatsApp("token", PHONE_ID, client=graph.client())
    house.office.add(channel)
    intake = WhatsAppIntake(house.office)
    person = IDENTITY.conversation("whatsapp", "PE.13491208655302741918")
    house.listeners.said[person] = True
    audio = {"voice": True, "mime_type": "audio/ogg; codecs=opus"}
    await intake.take(event(message("w1", "audio", id="m1", **audio), message("w2", "audio", id="gone", **audio)))
    await house.office.idle()
    fetching = Fetching(house.office.notes, house.listeners, IDENTITY, {"whatsapp": channel})
    assert await fetching.look() == 1
    assert house.listeners.kept == [(person, "w1", SOUND)]
    assert house.office.notes.named("voice-fetch:") == []


async def test_an_aside_that_fails_keeps_nobody_from_being_heard(house: House) -> None:
    """The words go to the dialogue: they may tell of danger."""

    async def broken(conversation: str, incoming: Incoming) -> None:
        raise RuntimeError

    house.office._asides.insert(0, broken)
    (said,) = await house.hears("ana", "ya no quiero vivir")
    assert said["text"] == "oí ya no quiero vivir"


async def test_a_dialogue_that_fails_does_not_make_an_aside_forget_what_it_did(house: House) -> None:
    """The yes to a listener used up its offer; when the dialogue is asked again it hears the same."""
    await house.hears("ana", kind=VOICE, media="file-1")
    working = house.office._dialogue

    async def broken(*_: str) -> list[Bubble]:
        house.office._dialogue = working
        raise RuntimeError

    house.office._dialogue = broken
    tap = Incoming("telegram", "tap-1", "ana", TAP, YES)
    conversation = IDENTITY.conversation("telegram", "ana")
    with pytest.raises(RuntimeError):
        await house.office._bubbles(conversation, tap)
    (kept,) = await house.office._bubbles(conversation, tap)
    assert kept["text"] == 'oí /received{"kind":"voice_kept"}'
    assert house.office._took == {}


async def _fetched(house: House) -> list[bytes]:
    class Telegram:
        async def fetch(self, media: str) -> bytes:
            assert media == "file-1"
            return SOUND

    await Fetching(house.office.notes, house.listeners, IDENTITY, {"telegram": Telegram()}).look()
    return [sound for _, _, sound in house.listeners.kept]


async def test_a_location_is_used_once_after_a_yes_and_the_question_comes_back(house: House) -> None:
    """The offer follows the usual answer; the place, rounded, stands in its button and nowhere else."""
    await house.hears("ana", "hola")
    said, offer = await house.hears("ana", "-12.05,-77.04", LOCATION)
    assert said["text"] == 'oí /received{"kind":"location"}'
    assert offer["text"] == "utter_near_offer qu"
    yes, no = (button["payload"] for button in offer["buttons"])
    found, question = await house.hears("ana", yes, TAP)
    assert found["text"] == "utter_near_found qu: CSMC Carabayllo, Jr. Uno 123, 3"
    assert question["text"].startswith("oí")
    refused, _ = await house.hears("ana", no, TAP)
    assert refused["text"] == "utter_near_not_used qu"
    assert house.asked_for == [(-12.05, -77.04)]


async def test_where_no_centre_is_near_the_person_is_told_so(house: House) -> None:
    """Nothing is named rather than something far away."""
    *_, offer = await house.hears("ana", "-3.75,-73.25", LOCATION)
    (answer, *_) = await house.hears("ana", offer["buttons"][0]["payload"], TAP)
    assert answer["text"] == "utter_near_none qu"


@pytest.mark.parametrize("where", ["", "aquí", "-12.04637,-77.04279", "99.00,0.00,1.00"])
async def test_what_is_no_rounded_place_is_only_acknowledged(house: House, where: str) -> None:
    """A platform that sends something else gets the usual answer alone."""
    (said,) = await house.hears("ana", where, LOCATION)
    assert said["text"] == 'oí /received{"kind":"location"}'
