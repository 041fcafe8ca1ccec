"""Only our own buttons make payloads; whatever people type stays text."""

from __future__ import annotations

import pytest

from bot.payloads import guessed_intent, own_payload


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


@pytest.mark.parametrize(
    ("key", "offered", "meant"),
    [
        ("ab12:guess:stop:00ff", "00ff:stop,other", "stop"),
        ("ab12:guess:stop:00ff", "00aa:stop,other", None),
        ("ab12:guess:delete_my_data:00ff", "00ff:stop,other", None),
        ("ab12:guess:other:00ff", "00ff:stop,other", None),
        ("ab12:guess:stop:", ":stop", None),
        ("ab12:guess:stop:00ff", None, None),
        ("ab12:srq_3:stop:00ff", "00ff:stop", None),
        ("guess", "00ff:stop", None),
    ],
)
def test_guess_stands_for_its_intent_only_while_it_is_offered(key: str, offered: str | None, meant: str | None) -> None:
    """Older guesses, forged ones, other buttons and «Otra cosa» are no intent."""
    assert guessed_intent({"k": key}, offered) == meant
