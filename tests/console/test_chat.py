"""The address that the chat page sends to: it passes messages on, and refuses kindly what is not one."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

PERSON = "3f2b8c1d9e0a4f5b6c7d8e9f0a1b2c3d"
MESSAGE = "00112233445566778899aabbccddeeff"


def send(client: TestClient, **changed: Any) -> Any:
    """A message as the page sends it, with what the test changes; None leaves a field out."""
    document = {"person": PERSON, "message_id": MESSAGE, "text": "hola", **changed}
    return client.post("/chat/messages", json={k: v for k, v in document.items() if v is not None})


def test_a_text_goes_to_the_bot_and_its_bubbles_come_back(client: TestClient, bot: Any) -> None:
    """Bubbles come with buttons, delay and progress, also where the bot left them out."""
    bot.answers = [{"text": "¿Duerme mal?", "buttons": [{"title": "Sí", "payload": "/a"}], "progress": [5, 28]}]
    answer = send(client)
    assert answer.status_code == 200
    assert answer.json() == {
        "messages": [
            {
                "text": "¿Duerme mal?",
                "buttons": [{"title": "Sí", "payload": "/a"}],
                "delay": 0.0,
                "progress": [5, 28],
            }
        ]
    }
    assert bot.heard == [(PERSON, "hola", None, MESSAGE)]


def test_typed_text_is_never_a_payload(client: TestClient, bot: Any) -> None:
    """Who types "/restart" has said so, nothing more."""
    send(client, text="/restart")
    assert bot.heard == [(PERSON, "/restart", None, MESSAGE)]


def test_a_tapped_button_goes_as_payload(client: TestClient, bot: Any) -> None:
    """A tap skips understanding."""
    send(client, text=None, payload='/answer{"k":"ab12:srq_1:yes"}')
    assert bot.heard == [(PERSON, None, '/answer{"k":"ab12:srq_1:yes"}', MESSAGE)]


@pytest.mark.parametrize(
    "changed",
    [
        {"person": None},
        {"person": "rosa"},
        {"person": "../../etc/passwd0000"},
        {"person": 5},
        {"message_id": None},
        {"message_id": "short"},
        {"text": None},
        {"text": "  "},
        {"text": 7},
        {"text": "hola", "payload": "/greet"},
        {"text": None, "payload": ["/greet"]},
    ],
)
def test_what_is_not_a_message_is_refused_and_the_bot_hears_nothing(
    client: TestClient, bot: Any, changed: dict[str, Any]
) -> None:
    """The refusal is JSON with a code and a kind sentence."""
    answer = send(client, **changed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_understood")
    assert "escríbalo otra vez" in answer.json()["error"]["text"]
    assert bot.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"hola"', b"\xff\xfe", b"[" * 50_000, b"null"])
def test_a_body_that_is_no_json_object_is_refused(client: TestClient, bot: Any, body: bytes) -> None:
    """Broken input is an ordinary event, never a failure of the server."""
    answer = client.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert bot.heard == []


def test_a_message_longer_than_messengers_allow_gets_a_kind_error(client: TestClient, bot: Any) -> None:
    """4096 characters pass, one more does not."""
    assert send(client, text="a" * 4096).status_code == 200
    answer = send(client, text="a" * 4097)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_long")
    assert len(bot.heard) == 1


def test_a_body_above_64_kb_gets_a_kind_error(client: TestClient, bot: Any) -> None:
    """Whether or not its length was declared beforehand."""
    large = json.dumps({"person": PERSON, "message_id": MESSAGE, "text": "hola", "more": "a" * 66_000}).encode()
    headers = {"Content-Type": "application/json"}
    declared = client.post("/chat/messages", content=large, headers=headers)
    streamed = client.post("/chat/messages", content=iter([large[:40_000], large[40_000:]]), headers=headers)
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_long")
    assert bot.heard == []


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "https://testserver.elsewhere.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_only_our_own_page_may_send(client: TestClient, bot: Any, headers: dict[str, str], allowed: bool) -> None:
    """Another site cannot make a visitor's browser talk to the bot."""
    document = {"person": PERSON, "message_id": MESSAGE, "text": "hola"}
    answer = client.post("/chat/messages", json=document, headers=headers)
    assert (answer.status_code == 200) is allowed
    assert bool(bot.heard) is allowed
    assert allowed or answer.json()["error"]["code"] == "origin"


def test_a_plain_form_of_another_site_is_no_message(client: TestClient, bot: Any) -> None:
    """Forms can send text/plain without asking; JSON has to say that it is JSON."""
    body = json.dumps({"person": PERSON, "message_id": MESSAGE, "text": "hola"})
    answer = client.post("/chat/messages", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400
    assert bot.heard == []


def test_too_many_messages_of_one_person_are_asked_to_wait(client: TestClient, bot: Any) -> None:
    """The answer says for how long; another person is not concerned."""
    answers = [send(client, message_id=f"{number:032x}") for number in range(25)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 4 <= len(refused) <= 5
    assert refused[0].json()["error"]["code"] == "too_fast"
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert send(client, person="f" * 32).status_code == 200


@pytest.mark.usefixtures("printed_log")
def test_when_the_bot_fails_the_person_is_told_so_and_nothing_of_the_message_is_logged(
    client: TestClient, bot: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log has the kind of the error; the person's words and id are nowhere."""
    bot.failure = RuntimeError("could not handle: quiero morir, 987654321")
    answer = send(client, text="quiero morir, 987654321")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert "no se pierde" in answer.json()["error"]["text"]
    assert answer.headers["Retry-After"] == "3"
    written = "".join(capsys.readouterr())
    assert "chat.backend_failed" in written
    for secret in ("quiero morir", "987654321", PERSON):
        assert secret not in written


def test_after_a_failure_the_same_message_is_answered(client: TestClient, bot: Any) -> None:
    """The page tries again with the same id."""
    bot.failure = RuntimeError("away")
    send(client)
    bot.failure = None
    assert send(client).status_code == 200


def test_the_page_carries_both_languages_and_the_crisis_line(client: TestClient) -> None:
    """The language can change without a reload; the line stands on the page before the first message."""
    page = client.get("/chat").text
    assert ">Español</button>" in page
    assert ">Runasimi</button>" in page
    assert 'href="tel:113"' in page
    assert 'lang="es"' in client.get("/chat?lang=fr").text


def test_texts_of_the_page_come_from_the_host_s_catalogs(make_client: Any) -> None:
    """Every sentence goes through the translate callable with its own context, and is escaped in the page."""
    client = make_client(translate=lambda context, text, language: f"<{language}:{context}>")
    page = client.get("/chat?lang=qu").text
    assert '<html lang="qu">' in page
    assert "&lt;qu:console.start_title&gt;" in page
    assert "<qu:" not in page.replace("\\u003cqu:", "")
