"""Logging of this installation: our own events and errors, and nothing that a person wrote.

Rasa and its libraries log message texts and slots at debug level; python-telegram-bot's HTTP client logs addresses with
the token in them. Levels are set here, before any of them is imported.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

LOUD = (
    "rasa",
    "rasa_sdk",
    "httpx",
    "httpcore",
    "sanic",
    "sanic.root",
    "sanic.access",
    "apscheduler",
    "matplotlib",
    "numba",
)


def _only_known_keys(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An allow-list: libraries put texts and slots into their log lines."""
    return {key: value for key, value in event.items() if key in KEYS}


class _WithoutValues(logging.Formatter):
    """Errors with their kind and place, without their message: it may quote what a person wrote or answered."""

    def formatException(self, error: Any) -> str:
        kind, _, trace = error
        return "".join(traceback.format_tb(trace)) + getattr(kind, "__name__", "")


# Log the address and body of what they could not read, which may be what a person wrote.
QUOTING = ("sanic.error", "sanic.root", "uvicorn.error", "asyncio")
KEYS = frozenset({"event", "error", "turns", "place"})


def quiet_warnings() -> None:
    """No deprecation notes of libraries, whatever Sanic's own filter says: it sets one when it is imported."""
    import sanic.app  # noqa: F401

    warnings.simplefilter("ignore")


def quiet_libraries(level: int = logging.WARNING) -> None:
    """Only warnings and errors, no debug output of any library, no deprecation notes of code that is not ours."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    warnings.simplefilter("ignore")
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in LOUD:
        logging.getLogger(name).setLevel(level)
    for name in QUOTING:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            _only_known_keys,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["event", "level"]),
        ],
        # Standard output belongs to what a command prints.
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
