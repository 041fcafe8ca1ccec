"""The web chat: its page, and the address its messages go to."""

from __future__ import annotations

import json
import math
import re
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.chat_backend import ChatMessage
from console.failures import note_failure
from console.hotline import callable_numbers
from console.limits import BodyTooLarge, read_body
from console.origin import is_from_own_page
from console.site import Site, site_of
from console.wording import LANGUAGES, Wording, offered_language

BODY_LIMIT = 64 * 1024
TEXT_LIMIT = 4096
"""Characters in one message: what the messengers allow."""
PAYLOAD_LIMIT = 1024
MOST_SEEN = 2**53

_OPAQUE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_STATUS = {"too_long": 413, "too_fast": 429, "not_understood": 400, "origin": 403, "unavailable": 503}


class ChatRefused(Exception):
    """The message is not passed on; `code` names the sentence that says why."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


async def chat_page(request: Request) -> Response:
    """The page, in the language of `?lang=` (Spanish otherwise); the script changes it without a reload."""
    site = site_of(request)
    words = {code: Wording(code, site.translate) for code in LANGUAGES}
    lines = {code: site.hotline("crisis_call", code) for code in LANGUAGES}
    setup = {
        "texts": {code: word.everything() for code, word in words.items()},
        "hotline": {code: {"line": line.words, "number": line.number} for code, line in lines.items()},
        "callable": list(callable_numbers(site.library)),
        "startPayloads": dict(site.settings.start_payloads),
        "languagePayloads": dict(site.settings.language_payloads),
        "exitAddress": site.settings.exit_address,
    }
    language = offered_language(request.query_params.get("lang"))
    return site.page("chat.html", _=words[language], languages=LANGUAGES, hotline=lines[language], setup=setup)


async def chat_messages(request: Request) -> Response:
    """Take one message of one person and answer with the bot's bubbles, or with a kind error."""
    site = site_of(request)
    try:
        message = await _accepted_message(request, site)
        bubbles = await site.conversations.answer(message)
    except ChatRefused as refused:
        return _refusal(refused, site)
    except Exception as problem:  # the bot is another room: whatever broke there, the person gets a calm answer
        note_failure("chat.backend_failed", problem)
        return _refusal(ChatRefused("unavailable", retry_after=3), site)
    return JSONResponse({"messages": [bubble.to_dict() for bubble in bubbles]})


async def chat_waiting(request: Request) -> Response:
    """What somebody of the team wrote meanwhile; the page asks now and then while it is open."""
    site = site_of(request)
    try:
        person, seen = await _accepted_question(request, site)
        waiting = await run_in_threadpool(site.conversations.waiting, person, seen)
    except ChatRefused as refused:
        return _refusal(refused, site)
    except Exception as problem:
        note_failure("chat.waiting_failed", problem)
        return _refusal(ChatRefused("unavailable", retry_after=30), site)
    return JSONResponse({"messages": [{**bubble.to_dict(), "number": number} for number, bubble in waiting]})


async def _accepted_question(request: Request, site: Site) -> tuple[str, int]:
    document = await _document(request)
    person, seen = _opaque_id(document.get("person")), document.get("seen")
    if not isinstance(seen, int) or isinstance(seen, bool) or not 0 <= seen < MOST_SEEN:
        raise ChatRefused("not_understood")
    # Asking is counted apart: it must never keep somebody from writing.
    wait = site.chat_limiter.wait(f"{person}:waiting", time.monotonic())
    if wait:
        raise ChatRefused("too_fast", retry_after=math.ceil(wait))
    return person, seen


async def _accepted_message(request: Request, site: Site) -> ChatMessage:
    message = _read_message(await _document(request))
    wait = site.chat_limiter.wait(message.person, time.monotonic())
    if wait:
        raise ChatRefused("too_fast", retry_after=math.ceil(wait))
    return message


async def _document(request: Request) -> dict[str, Any]:
    """The JSON object that our own page sent."""
    if not is_from_own_page(request):
        raise ChatRefused("origin")
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise ChatRefused("not_understood")
    try:
        document = json.loads(await read_body(request, BODY_LIMIT))
    except BodyTooLarge:
        raise ChatRefused("too_long") from None
    except (ValueError, RecursionError):  # no JSON, or no UTF-8: the cause would carry the person's text
        raise ChatRefused("not_understood") from None
    if not isinstance(document, dict):
        raise ChatRefused("not_understood")
    return document


def _read_message(document: dict[str, Any]) -> ChatMessage:
    person, message_id = _opaque_id(document.get("person")), _opaque_id(document.get("message_id"))
    text, payload = document.get("text"), document.get("payload")
    if (text is None) == (payload is None):
        raise ChatRefused("not_understood")
    said = text if payload is None else payload
    if not isinstance(said, str) or not said.strip():
        raise ChatRefused("not_understood")
    if len(said) > (TEXT_LIMIT if payload is None else PAYLOAD_LIMIT):
        raise ChatRefused("too_long")
    return ChatMessage(person=person, message_id=message_id, text=text, payload=payload)


def _opaque_id(value: Any) -> str:
    if not isinstance(value, str) or not _OPAQUE_ID.fullmatch(value):
        raise ChatRefused("not_understood")
    return value


def _refusal(refused: ChatRefused, site: Site) -> JSONResponse:
    site.refused[refused.code] += 1
    text = Wording("es", site.translate)(f"error_{refused.code}")
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else None
    return JSONResponse(
        {"error": {"code": refused.code, "text": text}}, status_code=_STATUS[refused.code], headers=headers
    )
