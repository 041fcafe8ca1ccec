"""Empties what understanding remembers of words it has met, so that speed is measured on words it meets anew."""

from __future__ import annotations

import sys
from typing import Any


def forget_words() -> None:
    """Every memory of bot.nlu that holds more than one entry; what is loaded once from a file stays."""
    modules = [module for name, module in sys.modules.items() if name.startswith("bot.nlu")]
    for memory in {id(one): one for module in modules for one in vars(module).values() if _remembers(one)}.values():
        memory.cache_clear()


def _remembers(thing: Any) -> bool:
    parameters = getattr(thing, "cache_parameters", None)
    return callable(parameters) and parameters()["maxsize"] not in (0, 1)
