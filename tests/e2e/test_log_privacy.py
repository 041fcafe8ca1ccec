"""Nothing that a person wrote stands in the program's output, nor in clear in its data folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import httpx
import pytest

from tests.e2e.process import Installation, RestTalk

pytestmark = pytest.mark.model

NAME = "Zenobia Quispitupa"
PHONE = "987 604 312"
WORD = "chirimoyita"
HOURS = "cuando la Jacintacha duerme, en la tarde"
CRY = "ya no quiero vivir, mi Jacintacha estaría mejor sin mí"
CHATTER = "el Fortunatito se comió todas las papas ayer"
BY_WEB = "buenas, soy Zenobia Quispitupa del caserío Pukapampita"
UNREADABLE = f'{{"sender": "x", "message": "{NAME} {CRY}'

SECRETS = (
    "zenobia",
    "quispitupa",
    "987604312",
    "987 604 312",
    "51987604312",
    "604312",
    "chirimoyita",
    "jacintacha",
    "fortunatito",
    "polleras",
    "pukapampita",
    "mejor sin mí",
    "mejor sin mi",
    "no quiero vivir",
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation in which somebody has told everything, with a few mistakes on the way; stopped by now."""
    installation = Installation(tmp_path_factory.mktemp("private") / "home")
    installation.start()
    try:
        _tell_everything(installation)
    finally:
        installation.stop()
    return installation


def _tell_everything(installation: Installation) -> None:
    person = RestTalk(installation, "rest-private")
    person.arrive()
    person.choose("yes")
    person.say(CHATTER)
    person.say("no duermo nada, ya le digo, desde lo del Fortunatito")
    person.say("llámenme por favor")
    person.choose("yes")
    for answer in (PHONE, NAME, HOURS):
        person.say(answer)
    person.choose("no")
    person.choose("no")
    person.say(WORD)
    person.say(CRY)
    person.choose("yes")
    person.choose("yes")
    _odd_requests(installation)
    _by_web(installation)


def _odd_requests(installation: Installation) -> None:
    """What makes programs print what they were given."""
    address = f"{installation.bot}/webhooks/rest/webhook"
    httpx.post(address, content=UNREADABLE, headers={"content-type": "application/json"}, timeout=30)
    httpx.post(address, json={"sender": "rest-private", "message": ["Zenobia", CRY]}, timeout=30)
    httpx.post(address, json={"sender": "rest-private", "message": "/answer" + '{"k":' * 50_000 + CRY}, timeout=30)
    httpx.get(f"{installation.bot}/webhooks/rest/{NAME}", timeout=30)
    httpx.get(f"{installation.console}/{NAME}", params={"q": PHONE}, timeout=30)


def _by_web(installation: Installation) -> None:
    message = {"person": "a" * 32, "message_id": "b" * 32, "text": BY_WEB}
    answer = httpx.post(
        f"{installation.console}/chat/messages",
        json=message,
        headers={"origin": installation.console, "sec-fetch-site": "same-origin"},
        timeout=30,
    )
    assert answer.status_code == 200
    assert answer.json()["messages"]


def _found_in(text: str) -> set[str]:
    return {secret for secret in SECRETS if secret in text.casefold()}


def test_person_was_heard_and_what_was_said_was_kept(lived: Installation) -> None:
    """Otherwise there would be nothing to find: name, telephone and answers are in the database, coded."""
    with closing(sqlite3.connect(lived.database)) as conn:
        kinds = {kind for (kind,) in conn.execute("select kind from identity")}
        flags = {code for (code,) in conn.execute("select code from flag")}
    assert {"name", "phone", "contact_hours", "contact_word"} <= kinds
    assert "suicide" in flags
    assert lived.answers("rest-private")["srq_1"] == "yes"


def test_output_tells_nothing_of_what_a_person_wrote(lived: Installation) -> None:
    """At the default log level, on both channels, from the first line to the last, errors included."""
    output = lived.output()
    assert "Uyariq" in output
    assert _found_in(output) == set()


def test_data_folder_holds_nothing_in_clear(lived: Installation) -> None:
    """The bytes of the database, its journals and everything beside it: codes and ciphertext only."""
    files = [path for path in lived.home.rglob("*") if path.is_file()]
    data = {path: path.read_bytes() for path in files}
    assert b"srq_1" in b"".join(data.values())
    for path, content in data.items():
        for encoding in ("utf-8", "utf-16-le"):
            assert _found_in(content.decode(encoding, errors="replace")) == set(), path.name
