"""Only our own buttons make payloads; whatever people type stays text."""

from __future__ import annotations

import pytest

from bot.payloads import own_payload


@pytest.mark.parametrize(
    ("payload", "meant"),
    [
        ('/answer{"k":"ab12:srq_3:yes"}', ("answer", {"k": "ab12:srq_3:yes"})),
        ('/greet{"language": "qu"}', ("greet", {"language": "qu"})),
        ('/change_language{"language":"es"}', ("change_language", {"language": "es"})),
    ],
)
def test_payload_of_our_buttons_is_read(payload: str, meant: tuple[str, dict[str, str]]) -> None:
    """Intent and value come out as the button carries them."""
    assert own_payload(payload) == meant


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "hola",
        "/",
        "/restart",
        "/session_start",
        "/answer",
        "/answer{",
        "/answer{}",
        '/answer{"k":1}',
        '/answer{"k":""}',
        '/answer{"k":"' + "x" * 65 + '"}',
        '/answer{"k":"a","language":"es"}',
        '/crisis_suicide{"k":"a"}',
        '/greet{"language":"en"}',
        '/answer["k"]',
        '/answer{"k":"a"} and more',
    ],
)
def test_anything_else_is_text(typed: str | None) -> None:
    """Nothing that a person can type is taken as a button, however much it looks like one of Rasa's payloads."""
    assert own_payload(typed) is None
