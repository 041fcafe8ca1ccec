"""WhatsApp's Cloud API: what comes, what goes, and what a library of others makes of both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from pywa import errors as pywa_errors
from pywa_async import WhatsApp as Referee
from pywa_async import types
from pywa_async.handlers import CallbackButtonHandler, CallbackSelectionHandler, MessageHandler

from bot.gateway.channels.whatsapp import WhatsApp, problem_of
from bot.gateway.channels.whatsapp_events import messages_of, number_changes_of, reports_of
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.channels.whatsapp_shapes import bodies
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.sending import Refused, TokenRefused, TryLater, Unreachable
from bot.gateway.store import Store
from bot.gateway.webhooks import gateway_app, signature, whatsapp_routes
from bot.payloads import own_payload
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph, event, message

SECRET = bytes(range(32))
PERSON = "PE.13491208655302741918"
YES, NO = '/answer{"k":"a:b:yes"}', '/answer{"k":"a:b:no"}'
FOUR = [
    {"title": title, "payload": f'/answer{{"k":"a:b:{n}"}}'}
    for n, title in enumerate(["Ningún día", "Varios días", "Más de la mitad de los días", "Casi todos los días"])
]


class House:
    """A post office over WhatsApp, with a dialogue that repeats and asks."""

    def __init__(self, store: Store) -> None:
        self.graph, self.store, self.heard = Graph(), store, []
        self.ahead = timedelta()
        self.office = PostOffice(store, self.say, Identity(SECRET), list, self.now)
        self.channel = WhatsApp("token", PHONE_ID, client=self.graph.client())
        self.office.add(self.channel)
        self.intake = WhatsAppIntake(self.office)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    async def say(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.heard.append(text)
        return [{"text": f"oí {text}", "buttons": [{"title": "Sí", "payload": YES}, {"title": "No", "payload": NO}]}]

    async def take(self, made: dict[str, Any]) -> None:
        await self.intake.take(made)
        await self.office.idle()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The parts over a SQLite file."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield House(Store(database.writer, Seal(SECRET)))
    database.close()


async def test_text_is_answered_and_shown_as_read(house: House) -> None:
    """A message reaches the dialogue; the answer has buttons; the person sees that it was read."""
    await house.take(event(message("wamid.A1", "text", body="Allinllachu")))
    assert house.heard == ["Allinllachu"]
    assert house.graph.texts() == [{"text": "oí Allinllachu"}]
    assert house.graph.sent[0]["recipient"] == PERSON
    assert house.graph.seen[0]["message_id"] == "wamid.A1"


async def test_the_same_event_twice_is_answered_once(house: House) -> None:
    """Meta delivers at least once."""
    for _ in range(3):
        await house.take(event(message("wamid.A1", "text", body="hola")))
    assert house.heard == ["hola"]


async def test_a_batch_is_answered_in_order(house: House) -> None:
    """Several messages in one event keep their order."""
    await house.take(event(*(message(f"wamid.A{n}", "text", body=str(n)) for n in range(5))))
    assert house.heard == ["0", "1", "2", "3", "4"]


async def test_taps_on_buttons_lists_and_templates_are_payloads(house: House) -> None:
    """The three ways to tap; a foreign id counts as the words on its button."""
    await house.take(
        event(
            message("w1", "interactive", type="button_reply", button_reply={"id": YES, "title": "Sí"}),
            message("w2", "interactive", type="list_reply", list_reply={"id": NO, "title": "No"}),
            message("w3", "button", payload="retomar:7f3a", text="Continuar"),
        )
    )
    assert house.heard == [YES, NO, "Continuar"]


@pytest.mark.parametrize(
    "kind", ["audio", "sticker", "image", "video", "document", "location", "contacts", "unsupported", "order"]
)
async def test_what_can_not_be_read_still_gets_an_answer(house: House, kind: str) -> None:
    """Voice notes, pictures and what this version does not know reach the dialogue without words."""
    await house.take(event(message("w1", kind)))
    assert own_payload(house.heard[0]) is not None
    assert len(house.graph.sent) == 1


async def test_reactions_and_notes_of_the_system_need_no_answer(house: House) -> None:
    """Nobody is bothered for a thumbs-up under a message."""
    await house.take(event(message("w1", "reaction", emoji="👍"), message("w2", "system", wa_id="51999000333")))
    assert house.heard == []


async def test_somebody_without_a_phone_number_can_write(house: House) -> None:
    """With a user name, WhatsApp gives only a business-scoped id."""
    made = event(
        {"from_user_id": PERSON, "id": "w1", "timestamp": "1", "type": "text", "text": {"body": "hola"}},
        contacts=[{"profile": {"name": "Rosa", "username": "rosaq"}, "user_id": PERSON}],
    )
    await house.take(made)
    assert house.graph.sent[0]["recipient"] == PERSON


@pytest.mark.parametrize(
    "broken",
    [None, [], {}, {"object": "page"}, {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": 3}]}]},
     event({"id": None, "type": None}), event({"from": "1", "id": "w", "type": "text", "text": "no"})],
)  # fmt: skip
async def test_events_of_another_shape_break_nothing(house: House, broken: Any) -> None:
    """What is not known is passed over."""
    await house.take(broken)
    assert house.graph.sent in ([], house.graph.sent[:1])


async def test_reports_come_in_any_order_and_never_step_back(house: House) -> None:
    """read before delivered stays read; a failure without a name is known by our message's id."""
    await house.take(event(message("w1", "text", body="hola")))
    for status in ("read", "sent", "delivered"):
        await house.take(event(contacts=False, statuses=[{"id": "wamid.OUT1", "status": status}]))
    with house.store.engine.connect() as conn:
        reason = conn.exec_driver_sql("SELECT reason FROM gateway_outbox").scalar()
    assert reason == "read"
    failed = {"id": "wamid.OUT1", "status": "failed", "errors": [{"code": 131026}]}
    await house.take(event(contacts=False, statuses=[failed]))
    assert house.store.counts()["dead"] == 1
    assert house.store.counts()["unreachable"] == 1


async def test_after_24_hours_free_text_is_not_even_tried(house: House) -> None:
    """Outside the customer service window a bubble is kept as not sent, with the reason, and Meta is not asked."""
    await house.take(event(message("w1", "text", body="hola")))
    house.ahead = timedelta(hours=25)
    house.office.write(Identity(SECRET).conversation("whatsapp", PERSON), [{"text": "¿Cómo está?", "buttons": []}])
    await house.office.idle()
    assert len(house.graph.sent) == 1
    assert house.store.counts()["dead"] == 1


async def test_a_refused_pair_rate_holds_this_person_only(house: House) -> None:
    """131056: the answer waits; another person's goes out."""
    house.graph.faults = [(131056, 400)]
    await house.intake.take(event(message("w1", "text", body="uno")))
    await asyncio.to_thread(lambda: None)
    other = {"from": "51999000222", "id": "w2", "timestamp": "1", "type": "text", "text": {"body": "dos"}}
    await asyncio.sleep(0.2)
    await house.intake.take(event(other, contacts=[{"wa_id": "51999000222", "profile": {"name": "B"}}]))
    await asyncio.sleep(0.3)
    assert house.graph.texts() == [{"text": "oí dos"}]
    assert house.store.counts()["to_send"] == 1
    await house.office.close()


async def test_meta_that_is_busy_is_asked_again_when_it_said() -> None:
    """Retry-After in seconds counts more than our own patience."""

    def busy(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, json={"error": {"code": 130429}}, headers={"Retry-After": "9"})

    channel = WhatsApp("token", PHONE_ID, client=httpx.AsyncClient(transport=httpx.MockTransport(busy)))
    with pytest.raises(TryLater) as told:
        await channel.send("51999000111", {"text": "hola"})
    assert told.value.seconds == 9


@pytest.mark.parametrize(
    ("code", "kind"),
    [(131047, Refused), (131026, Unreachable), (130429, TryLater), (131056, TryLater), (190, TokenRefused),
     (131000, TryLater), (131051, Refused), (132001, Refused), (100, Refused)],
)  # fmt: skip
async def test_every_error_leads_where_it_must_and_the_referee_agrees(code: int, kind: type[Exception]) -> None:
    """Our reading of an error code, beside that of pywa, which raises for the same answer."""
    assert isinstance(problem_of(code), kind)
    graph = Graph(faults=[(code, 400)])
    client = graph.client()
    with pytest.raises(pywa_errors.WhatsAppError) as raised:
        await _referee(client).send_message(to="51999000111", text="hola")
    assert raised.value.code == code
    if kind is TryLater and code in (130429, 131056):
        assert isinstance(raised.value, pywa_errors.ThrottlingError)


async def test_what_we_send_is_what_the_referee_would_send() -> None:
    """Text, buttons and lists: the same bodies as pywa's."""
    graph = Graph()
    client = graph.client()
    wa = _referee(client)
    await wa.send_message(to="51999000111", text="hola")
    yes_no = [types.Button("Sí", callback_data=YES), types.Button("No", callback_data=NO)]
    await wa.send_message(to="51999000111", text="¿Seguimos?", buttons=yes_no)
    ours = [
        *bodies({"text": "hola"}),
        *bodies({"text": "¿Seguimos?", "buttons": [{"title": "Sí", "payload": YES}, {"title": "No", "payload": NO}]}),
    ]
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "51999000111"}
    assert [{**to, **body} for body in ours] == graph.sent


async def test_what_we_understand_is_what_the_referee_understands() -> None:
    """The same signed event: sender, id, words and button are the same for pywa and for us."""
    asked = {"context": {"from": "15550783881", "id": "wamid.OUT1"}}
    made = event(
        message("w1", "text", body="Más triste, ñawi"),
        message("w2", "interactive", type="button_reply", button_reply={"id": YES, "title": "Sí"}) | asked,
        message("w3", "interactive", type="list_reply", list_reply={"id": NO, "title": "No"}) | asked,
    )
    heard: list[tuple[str, str, str]] = []
    wa = _referee(Graph().client())

    async def note(_: Referee, update: Any) -> None:
        heard.append((update.from_user.bsuid, update.id, getattr(update, "data", None) or update.text))

    wa.add_handlers(MessageHandler(note), CallbackButtonHandler(note), CallbackSelectionHandler(note))
    for one in made["entry"][0]["changes"][0]["value"]["messages"]:
        body = json.dumps(event(one), ensure_ascii=True).encode()
        assert (await wa.webhook_update_handler(body))[1] == 200
    await asyncio.sleep(0.1)
    assert sorted(heard) == sorted((one.person, one.event_id, one.text) for one in messages_of(made))


def test_four_answers_are_a_list_and_long_words_stand_whole_in_it() -> None:
    """Four options do not fit three buttons; a label of 27 letters is cut as title and whole as description."""
    (body,) = bodies({"text": "¿Con qué frecuencia?", "buttons": FOUR, "choose": "Ver opciones"})
    rows = body["interactive"]["action"]["sections"][0]["rows"]
    assert [row["id"] for row in rows] == [one["payload"] for one in FOUR]
    assert body["interactive"]["action"]["button"] == "Ver opciones"
    assert rows[2]["description"] == "Más de la mitad de los días"
    assert all(len(row["title"]) <= 24 for row in rows)


def test_more_than_ten_options_are_several_lists() -> None:
    """WhatsApp takes ten rows in all."""
    many = [{"title": f"Distrito {n}", "payload": f'/answer{{"k":"a:b:{n}"}}'} for n in range(23)]
    made = bodies({"text": "¿Cuál?", "buttons": many})
    assert [len(one["interactive"]["action"]["sections"][0]["rows"]) for one in made] == [10, 10, 3]


def test_words_too_long_for_buttons_go_before_them() -> None:
    """1,024 letters is the most that carries buttons; what is before goes as plain text and nothing is lost."""
    text = "\n\n".join("palabra " * 60 for _ in range(5)).strip()
    made = bodies({"text": text, "buttons": [{"title": "Sí", "payload": YES}]})
    assert [one["type"] for one in made] == ["text"] * (len(made) - 1) + ["interactive"]
    said = [(one.get("text") or {}).get("body") or one["interactive"]["body"]["text"] for one in made]
    assert " ".join(" ".join(said).split()) == " ".join(text.split())


async def test_only_meta_may_call(house: House) -> None:
    """The handshake needs the token, events need the signature of their very bytes, however letters are escaped."""
    app = gateway_app(whatsapp_routes("app-secret", "verify", house.intake.take), lambda: True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as meta:
        hello = {"hub.mode": "subscribe", "hub.verify_token": "verify", "hub.challenge": "1158201444"}
        assert (await meta.get("/webhooks/whatsapp", params=hello)).text == "1158201444"
        wrong = {**hello, "hub.verify_token": "otro"}
        assert (await meta.get("/webhooks/whatsapp", params=wrong)).status_code == 403
        body = json.dumps(event(message("w1", "text", body="Más")), ensure_ascii=True).encode()
        signed = {"X-Hub-Signature-256": signature("app-secret", body)}
        address = "/webhooks/whatsapp"
        assert (await meta.post(address, content=body)).status_code == 403
        assert (await meta.post(address, content=body + b" ", headers=signed)).status_code == 403
        assert (await meta.post(address, content=body, headers=signed)).status_code == 200
        broken = {"X-Hub-Signature-256": signature("app-secret", b"{")}
        assert (await meta.post(address, content=b"{", headers=broken)).status_code == 400
        long = await meta.post(address, content=b"x" * (4 * 1024 * 1024), headers=signed)
        assert long.status_code == 413
    await house.office.idle()
    assert house.heard == ["Más"]


async def test_an_event_that_can_not_be_kept_is_sent_again_by_meta(house: House) -> None:
    """Without the database the answer is 503: a 200 would lose the message."""

    async def broken(_: Any) -> None:
        raise OSError

    app = gateway_app(whatsapp_routes("app-secret", "verify", broken), lambda: True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as meta:
        body = b"{}"
        headers = {"X-Hub-Signature-256": signature("app-secret", body)}
        assert (await meta.post("/webhooks/whatsapp", content=body, headers=headers)).status_code == 503


def test_a_change_of_number_is_noticed() -> None:
    """The old number may be somebody else's tomorrow."""
    made = event(message("w1", "system", wa_id="51999000333", type="user_changed_number"))
    (change,) = number_changes_of(made)
    assert (change.old, change.new) == ("51999000111", "51999000333")


def test_reports_are_read_with_their_code() -> None:
    """A failed report keeps Meta's code."""
    failed = {"id": "wamid.OUT1", "status": "failed", "errors": [{"code": 131047}]}
    (report,) = reports_of(event(contacts=False, statuses=[failed]))
    assert (report.status, report.code) == ("failed", 131047)


def _referee(client: httpx.AsyncClient) -> Referee:
    return Referee(
        phone_id=PHONE_ID, token="token", session=client, server=None, api_version=23.0, validate_updates=False,
        verify_token="verify",
    )  # fmt: skip
