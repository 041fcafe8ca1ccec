"""Every question of the rules, in every language, as each platform would get it: nothing is cut that has to be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.catalog import Catalog
from bot.gateway.channels.telegram_updates import data_of
from bot.gateway.channels.whatsapp_shapes import LONGEST_DESCRIPTION, LONGEST_ROW, LONGEST_TITLE, bodies
from bot.gateway.gateway import Bubble
from bot.gateway.prompts import HINT, LISTEN, OnDemand
from screening.definitions import Library
from screening.reader import load_library
from tests.emulators.graph import too_long

LANGUAGES = ("es", "qu")
# The longest session id there is, and what the engine may put beside the options of a question.
SESSION = "abcdef"
CHOOSE = "utter_choose_from_list"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Path("screening_rules"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(Path("locale"))


def words(response: str) -> str:
    return str(yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))["responses"][response][0]["text"])


def questions(library: Library) -> Iterator[tuple[str, list[tuple[str, str, str]], str]]:
    """(name, options as (code, context, label), words) of every question with options."""
    extra = [(name, f"replies.{name}", label) for name, label in library.replies.labels.items()]
    for instrument in library.newest_instruments():
        for item in instrument.items:
            name = f"{instrument.name}.{item.link_id}"
            yield name, [*((one.code, f"{name}.{one.code}", one.label) for one in item.options), *extra], item.text
    for flow in library.newest_flows():
        for step in flow.steps:
            name = f"{flow.name}.{step.id}"
            if step.ask is not None and step.ask.options:
                own = [(one.code, f"{name}.{one.code}", one.label) for one in step.ask.options]
                yield name, [*own, *extra], step.ask.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("listen", [False, True])
def test_every_question_keeps_the_limits_of_both_platforms(
    library: Library, catalog: Catalog, language: str, listen: bool
) -> None:
    """20 letters on a button, 24 in a row with 72 below it, 64 bytes behind it; with and without «Escuchar»."""
    hear = OnDemand(
        catalog.translate(LISTEN, words(LISTEN), language),
        '/answer{"k":"gateway:hear:' + "a" * 24 + '"}',
        catalog.translate(HINT, words(HINT), language),
    )
    choose = catalog.translate(CHOOSE, words(CHOOSE), language)
    seen = 0
    for name, options, text in questions(library):
        buttons = [
            {
                "title": catalog.translate(context, label, language),
                "payload": f'/answer{{"k":"{SESSION}:{name.partition(".")[2]}:{code}"}}',
            }
            for code, context, label in options
        ]
        for count in range(len(options) - len(library.replies.labels), len(options) + 1):
            bubble: Bubble = {"text": catalog.translate(name, text, language), "buttons": buttons[:count]}
            for body in bodies({**bubble, "choose": choose}, hear if listen else None):
                assert not too_long(body), (name, count)
                _whole(name, body, {one["title"] for one in [*buttons, hear.button]})
        for one in buttons:
            assert 0 < len(data_of(one["payload"]).encode()) <= 64, name
        seen += 1
    assert seen > 100


def _whole(name: str, body: dict, titles: set[str]) -> None:  # type: ignore[type-arg]
    """What is cut in a row's title stands whole below it."""
    action = body.get("interactive", {}).get("action", {})
    for button in action.get("buttons", []):
        assert button["reply"]["title"] in titles, name
        assert len(button["reply"]["title"]) <= LONGEST_TITLE, name
    for section in action.get("sections", []):
        for row in section["rows"]:
            assert (row.get("description") or row["title"]) in titles, name
            assert len(row["title"]) <= LONGEST_ROW
            assert len(row.get("description", "")) <= LONGEST_DESCRIPTION
