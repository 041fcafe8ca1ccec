"""Rasa's side of the gateway when both run apart: one message in, its bubbles out, on a private address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue_channel import CollectedBubbles

NEEDED = ("conversation", "text", "message_id", "channel")


class GatewayInput(InputChannel):
    """`POST /webhooks/gateway/webhook` with conversation, text, message_id and channel; answers a list of bubbles.

    Unlike Rasa's REST channel it keeps the message's id, and the pause and progress of each bubble.
    """

    @classmethod
    def name(cls) -> str:
        """Part of the address."""
        return "gateway"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one route."""
        route = Blueprint("gateway_webhook", __name__)

        @route.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            message = request.json
            if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in NEEDED):
                return response.json({"error": f"needed: {', '.join(NEEDED)}"}, status=400)
            collected = CollectedBubbles()
            await on_new_message(
                UserMessage(
                    message["text"],
                    collected,
                    message["conversation"],
                    input_channel=message["channel"],
                    message_id=message["message_id"],
                )
            )
            return response.json(collected.bubbles, status=503 if collected.failed else 200)

        return route
