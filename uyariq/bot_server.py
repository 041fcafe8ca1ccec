"""Rasa's HTTP server with its REST channel, inside this process. It listens on loopback only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.agent import DialogueAgent

LOOPBACK = "127.0.0.1"


async def start_bot_server(agent: DialogueAgent, port: int) -> Any:
    """Serve `POST /webhooks/rest/webhook`, the gateway's channel and `GET /`; the running server, with `close`."""
    from rasa.core.channels.rest import RestInput
    from rasa.core.run import configure_app

    from bot.gateway_input import GatewayInput

    app = configure_app([RestInput(), GatewayInput()], enable_api=False, port=port)
    app.ctx.agent = agent
    server = await app.create_server(host=LOOPBACK, port=port, access_log=False, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    await server.start_serving()
    return server
