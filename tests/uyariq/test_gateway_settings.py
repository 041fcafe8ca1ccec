"""Settings of the gateway beside tokens, and the words that it hears before the dialogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from uyariq.errors import UsageError
from uyariq.gateway_words import FILE, GatewayWordsBroken, read_gateway_words
from uyariq.message_templates import template_states
from uyariq.rooms import RULES
from uyariq.settings import Settings, read_settings


def settings(tmp_path: Path, **values: str) -> Settings:
    return read_settings({"UYARIQ_HOME": str(tmp_path), **values})


def test_recordings_stand_in_the_home_and_nobody_listens_unless_it_is_said(tmp_path: Path) -> None:
    """Voice notes are only offered where people are there for them."""
    found = settings(tmp_path)
    assert (found.voice, found.quechua_voice, found.listeners, found.redis_url) == (
        tmp_path / "voice",
        "quy",
        False,
        "",
    )
    elsewhere = settings(tmp_path, UYARIQ_VOICE="/srv/voz", UYARIQ_QUECHUA_VOICE="quz", UYARIQ_LISTENERS="1")
    assert (elsewhere.voice, elsewhere.quechua_voice, elsewhere.listeners) == (Path("/srv/voz"), "quz", True)


def test_recordings_go_by_themselves_and_nowhere_public_unless_it_is_said(tmp_path: Path) -> None:
    """The public address is needed by Twilio alone; a slash behind it does not matter."""
    found = settings(tmp_path)
    assert (found.voice_by_itself, found.public_url) == (True, "")
    told = settings(tmp_path, UYARIQ_VOICE_BY_ITSELF="0", UYARIQ_PUBLIC_URL="https://bot.ejemplo.org:8443/")
    assert (told.voice_by_itself, told.public_url) == (False, "https://bot.ejemplo.org:8443")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UYARIQ_LISTENERS", "sí"),
        ("UYARIQ_QUECHUA_VOICE", "quechua"),
        ("UYARIQ_VOICE_BY_ITSELF", "no"),
        ("UYARIQ_PUBLIC_URL", "http://bot.ejemplo.org"),
        ("UYARIQ_PUBLIC_URL", "https://bot.ejemplo.org/webhooks/twilio"),
        ("UYARIQ_PUBLIC_URL", "bot.ejemplo.org"),
    ],
)
def test_a_value_that_is_none_is_refused(tmp_path: Path, name: str, value: str) -> None:
    """A programme that believes that somebody listens must not be wrong."""
    with pytest.raises(UsageError, match=name):
        settings(tmp_path, **{name: value})


def test_the_address_of_redis_is_never_printed(tmp_path: Path) -> None:
    """It may hold a password."""
    assert "secreto" not in repr(settings(tmp_path, UYARIQ_REDIS_URL="redis://:secreto@localhost/0"))


@pytest.mark.parametrize(
    ("text", "use"),
    [("Escuchar", "listen"), ("¡ESCUCHAR!", "listen"), ("oir", "listen"), ("Uyariy", "listen"), ("vincular", "link")],
)
def test_words_count_with_or_without_accents_and_signs(text: str, use: str) -> None:
    """As people write them."""
    assert [name for name, phrases in read_gateway_words(RULES).items() if text in phrases] == [use]


@pytest.mark.parametrize("text", ["ya no quiero escuchar voces", "quiero unirme a mi mamá en el cielo", ""])
def test_a_sentence_is_left_to_the_dialogue(text: str) -> None:
    """It may tell of danger."""
    assert all(text not in phrases for phrases in read_gateway_words(RULES).values())


@pytest.mark.parametrize("content", ["listen: {es: [], qu: []}", "- x", "listen: [", ""])
def test_a_broken_file_says_what_it_must_hold(tmp_path: Path, content: str) -> None:
    """Also when it is missing."""
    if content:
        (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(GatewayWordsBroken, match="listen"):
        read_gateway_words(tmp_path)


def test_every_template_is_listed_with_its_approval() -> None:
    """For the page on which staff see what can be sent after a day."""
    states = template_states(RULES)
    assert {status for *_, status in states} <= {"none", "pending", "approved", "rejected"}
    assert {language for _, language, *_ in states} == {"es", "qu"}
