"""Calls the action server's actions in this process, instead of over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.utils.endpoints import EndpointConfig

RunAction = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


class InProcessActions(EndpointConfig):
    """An action endpoint for Rasa whose `request` runs the action at once.

    run: takes the JSON that Rasa would send to an action server and gives back the JSON that it would answer
    (`rasa_sdk.executor.ActionExecutor.run` does).
    """

    def __init__(self, run: RunAction) -> None:
        super().__init__(url="in-process")
        self._run = run

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        """The action's events and responses."""
        result = await self._run(json or {})
        return result or {"events": [], "responses": []}

    def copy(self) -> InProcessActions:
        """The same endpoint (Rasa copies endpoints when it loads a model)."""
        return InProcessActions(self._run)
