"""The console and the web chat over this house."""

from __future__ import annotations

from starlette.applications import Starlette

from console.app import create_app
from console.chat_backend import ChatBackend
from uyariq.rooms import House


def console_app(house: House, chat: ChatBackend) -> Starlette:
    """The web application, with the rules, words and clock of the house."""
    return create_app(house.database, chat, library=house.library, translate=house.catalog.translate, now=house.clock)
