"""The gateway with Twilio as it is started: messages, recordings at our public address, checks; all over sockets."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.gateway.gateway import Bubble
from bot.gateway.voice import VoiceFolder
from followup.database import open_database
from uyariq.channel_checks import check_all
from uyariq.channels import open_post_office, start_channels
from uyariq.settings import read_settings

PUBLIC = "https://bot.uyariq.invalid"
SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100)
QUESTION = "¿Duerme mal?"


def now() -> datetime:
    return datetime.now(timezone.utc)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
    voice = {"context": "srq.srq_3", "language": "es", "question": True}
    return [{"text": QUESTION, "buttons": [], "voice": voice}]


def twilio(sent: list[dict[str, str]], port: int) -> uvicorn.Server:
    """Twilio's API, as far as we use it."""

    async def take(request: Request) -> Response:
        sent.append(dict(parse_qsl((await request.body()).decode())))
        return JSONResponse({"sid": f"SM{len(sent)}"}, 201)

    async def account(_: Request) -> Response:
        return JSONResponse({"sid": "AC1"})

    root = "/2010-04-01/Accounts/AC1"
    app = Starlette(routes=[Route(f"{root}/Messages.json", take, methods=["POST"]), Route(f"{root}.json", account)])
    return uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, loop="none", ws="none", lifespan="off"))


async def test_a_message_through_twilio_brings_words_and_a_recording_that_can_be_fetched(tmp_path: Path) -> None:
    """As `serve gateway` puts it together; `channels check` finds nothing to mend but what is not on this machine."""
    ours, theirs = free_port(), free_port()
    hook = f"{PUBLIC}/webhooks/twilio"
    settings = read_settings(
        {
            "UYARIQ_HOME": str(tmp_path),
            "UYARIQ_GATEWAY_PORT": str(ours),
            "UYARIQ_PUBLIC_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_WHATSAPP_NUMBER": "+15550001",
            "TWILIO_WEBHOOK_URL": hook,
            "TWILIO_BASE_URL": f"http://127.0.0.1:{theirs}",
        }
    )
    VoiceFolder(settings.voice).put("es", "srq.srq_3", SOUND, QUESTION)
    sent: list[dict[str, str]] = []
    fake = twilio(sent, theirs)
    serving = asyncio.create_task(fake.serve())
    database = open_database(settings.database_url, settings.secret)
    database.migrate()
    office = open_post_office(settings, database, dialogue, list, now)
    tasks = start_channels(office, settings, database, now, lambda response, language: response)
    form = {"MessageSid": "SM1", "WaId": "51999000111", "Body": "hola", "NumMedia": "0"}
    signed = {"X-Twilio-Signature": RequestValidator("token").compute_signature(hook, form)}
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ours}") as caller:
            await _until(lambda: fake.started)
            await _until_healthy(caller)
            assert (await caller.post("/webhooks/twilio", data=form)).status_code == 403
            assert (await caller.post("/webhooks/twilio", data=form, headers=signed)).status_code == 200
            await _until(lambda: len(sent) == 2)
            sound, words = sent
            assert words["Body"] == QUESTION
            where = urlsplit(sound["MediaUrl"])
            assert f"{where.scheme}://{where.netloc}" == PUBLIC
            assert (await caller.get(where.path)).content == SOUND
            found = [finding async for finding in check_all(settings, [], caller)]
        assert [one.good for one in found] == [True, True, False]
        assert "UYARIQ_PUBLIC_URL" in found[-1].words
    finally:
        for task in tasks:
            task.cancel()
        fake.should_exit = True
        await asyncio.gather(*tasks, serving, return_exceptions=True)
        await office.close()
        database.close()


async def _until(done: object) -> None:
    for _ in range(400):
        if done():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


async def _until_healthy(caller: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            if (await caller.get("/healthz")).status_code == 200:
                return
        except httpx.HTTPError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")
