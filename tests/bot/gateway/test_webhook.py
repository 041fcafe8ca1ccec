"""Telegram by webhook, from the emulator through a listening server to the answer."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime, timezone
from pathlib import Path

import httpx

from bot.gateway.gateway import Bubble
from followup.database import open_database
from tests.emulators.telegram_server import TOKEN, telegram_server
from uyariq.channels import open_post_office, start_channels
from uyariq.settings import read_settings

IN_A_GROUP = {
    "message_id": 5,
    "date": 1795363200,
    "chat": {"id": -77, "type": "group", "title": "Familia"},
    "from": {"id": 208, "is_bot": False, "first_name": "P"},
    "text": "hola bot",
}


def now() -> datetime:
    return datetime.now(timezone.utc)


async def test_telegram_calls_us_with_its_secret_and_is_answered(tmp_path: Path) -> None:
    """The webhook is set with its secret; updates arrive, are kept and answered; another caller is refused.

    The menu of commands is set in both languages, and a group is told to write in private.
    """
    heard: list[str] = []

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        heard.append(text)
        return [{"text": f"oí {text}", "buttons": []}]

    with telegram_server() as server, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        settings = read_settings(
            {
                "UYARIQ_HOME": str(tmp_path),
                "UYARIQ_GATEWAY_PORT": str(port),
                "TELEGRAM_TOKEN": TOKEN,
                "TELEGRAM_BASE_URL": server.address,
                "TELEGRAM_WEBHOOK_SECRET": "secreto-1",
                "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/telegram",
            }
        )
        database = open_database(settings.database_url, settings.secret)
        office = open_post_office(settings, database, dialogue, list, now)
        tasks = start_channels(office, settings, database, now, lambda response, language: f"{response} {language}")
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as caller:
                await _until_healthy(caller)
                while not server.calls("setWebhook"):
                    await asyncio.sleep(0.05)
                await asyncio.to_thread(server.write, 201, "hola")
                messages = await asyncio.to_thread(server.wait_for, 201, 1)
                assert messages[0]["text"] == "oí hola"
                update = {"update_id": 999, "message": {"text": "mentira"}}
                wrong = {"X-Telegram-Bot-Api-Secret-Token": "otro"}
                for headers in ({}, wrong):
                    answer = await caller.post("/webhooks/telegram", json=update, headers=headers)
                    assert answer.status_code == 403
                await asyncio.to_thread(server.redeliver)
                await office.idle()
                await asyncio.to_thread(server.raw, {"message": IN_A_GROUP})
                refusal = await asyncio.to_thread(server.wait_for, -77, 1)
                assert refusal[0]["text"] == "utter_not_in_groups es\n\nutter_not_in_groups qu"
                languages = [call["body"].get("language_code") for call in server.calls("setMyCommands")]
                assert languages == [None, "es", "qu"]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await office.close()
            database.close()
    assert heard == ["hola"]


async def _until_healthy(caller: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            if (await caller.get("/healthz")).status_code == 200:
                return
        except httpx.HTTPError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")
