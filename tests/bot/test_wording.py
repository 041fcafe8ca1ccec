"""Texts in the person's language: catalogs, fallbacks, fields, dates, buttons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.catalog import Catalog
from bot.fields import local_time, word_fields
from bot.lean import leave_out_tensorflow

leave_out_tensorflow()

from bot.nlg import Wording  # noqa: E402 - Rasa comes in with it, without TensorFlow

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "srq.1"
msgid "¿Duerme mal?"
msgstr "¿Sasatachu puñunki?"

msgctxt "srq.1.yes"
msgid "Sí"
msgstr "Arí"

#, fuzzy
msgctxt "srq.2"
msgid "¿Llora?"
msgstr "¿Asinkichu?"
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    path = tmp_path / "qu" / "LC_MESSAGES" / "uyariq.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return Catalog(tmp_path)


def test_text_is_found_by_context_and_variants_fall_back_to_qu(catalog: Catalog) -> None:
    """Chanka and Collao use the common Quechua text until they have their own."""
    assert catalog.translate("srq.1", "¿Duerme mal?", "qu") == "¿Sasatachu puñunki?"
    assert catalog.translate("srq.1", "¿Duerme mal?", "quy") == "¿Sasatachu puñunki?"


def test_missing_text_falls_back_to_spanish_and_is_counted(catalog: Catalog) -> None:
    """A gap never shows, and staff can see how often there was one."""
    assert catalog.translate("srq.9", "¿Se siente triste?", "qu") == "¿Se siente triste?"
    assert catalog.missing["qu"] == 1


def test_fuzzy_text_is_never_shown(catalog: Catalog) -> None:
    """A translation whose Spanish has changed says something else by now."""
    assert catalog.translate("srq.2", "¿Llora?", "qu") == "¿Llora?"


def test_day_and_hour_are_said_in_lima_time() -> None:
    """People read the hour of their own clock, whatever is stored."""
    assert local_time("2026-11-24T15:00:00+00:00", "es") == "martes 24 de noviembre, 10:00"
    assert local_time("2026-11-24T15:00:00+00:00", "qu") == "24/11/2026, 10:00"


def test_fields_are_worded_in_the_language(catalog: Catalog) -> None:
    """A field may be plain, a time, a translatable part or a list of them."""
    fields: dict[str, Any] = {"a": {"text": ["srq.1.yes", "Sí"]}, "b": 3, "c": {"list": ["x", {"text": ["n", "No"]}]}}
    assert word_fields("{a}, {b}, {c}", fields, "qu", catalog) == "Arí, 3, x, No"


def test_button_carries_the_key_as_its_payload(catalog: Catalog) -> None:
    """Title in the person's language, payload the same in every language and short enough for Telegram."""
    say = {
        "context": "srq.1",
        "text": "¿Duerme mal?",
        "options": [{"context": "srq.1.yes", "label": "Sí", "key": "ab12cd:srq_1:yes"}],
        "kind": "question",
    }
    message = Wording(catalog=catalog).word(say, "qu")
    assert message["text"] == "¿Sasatachu puñunki?"
    assert message["asks"] is True
    (button,) = message["buttons"]
    assert button["title"] == "Arí"
    assert json.loads(button["payload"].removeprefix("/answer")) == {"k": "ab12cd:srq_1:yes"}
    assert len(button["payload"].encode()) <= 64
