"""What the engine says, as lines for the terminal, in the person's language."""

from __future__ import annotations

from bot.catalog import Catalog
from bot.fields import word_fields
from screening.turn import Say


def shown(say: Say, catalog: Catalog, language: str) -> str:
    """The text with its fields, or the response's name, then the numbered options."""
    text = catalog.translate(say.context, say.text, language) if say.text else f"[{say.response}]"
    counted = f"({say.progress[0]}/{say.progress[1]}) " if say.progress else ""
    options = [
        f"   {number}. {catalog.translate(option.context, option.label, language)}"
        for number, option in enumerate(say.options, 1)
    ]
    return "\n".join([counted + word_fields(text, dict(say.fields), language, catalog), *options])
