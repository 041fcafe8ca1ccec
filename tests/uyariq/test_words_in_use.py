"""Words that messages are read by are taken anew in every process within seconds; a broken file takes none away."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.catalog import Catalog
from bot.gateway.asides.words import Phrases
from bot.nlu.entities import places
from bot.nlu.entities.places import find_places
from bot.nlu.risk_phrases import find, load_lexicons, use_lexicons
from console.rules_running import left_behind
from followup.database import Database
from tests.uyariq.test_hot_reload import publish, utc_now
from uyariq.gateway_words import read_gateway_words
from uyariq.hot_reload import Reporter
from uyariq.rules_in_use import RulesInUse
from uyariq.words_in_use import Kind, WordsInUse, gateway_words, keep_words, understanding_words

ROOT = Path(__file__).resolve().parents[2]
ES = "risk_phrases/es.yml"
PATIENCE = 30
WORD = "kukulinear"
ENTRY = f"""
  - id: R-ES-999
    code: suicide
    level: crisis
    source: "prueba"
    meaning: "una palabra inventada"
    phrases: ["{WORD}"]
    examples: ["voy a {WORD}"]
    counter_examples: ["voy a dormir"]
"""


class Remembers:
    """An agent that counts how often it was told to forget."""

    def __init__(self) -> None:
        self.forgotten = 0

    def forget_texts(self) -> None:
        """What was understood before may mean something else."""
        self.forgotten += 1


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Small rules of an invented programme with the real words beside them."""
    folder = tmp_path / "base"
    shutil.copytree(ROOT / "tests" / "screening" / "rules", folder)
    for path in (ROOT / "screening_rules").glob("*.yml"):
        if not (folder / path.name).exists() and path.name not in ("programme.yml", "triage.cases.yml"):
            shutil.copy2(path, folder)
    shutil.copy2(ROOT / "screening_rules" / "places.csv", folder)
    shutil.copytree(ROOT / "screening_rules" / "risk_phrases", folder / "risk_phrases")
    return folder


@pytest.fixture
def rules(base: Path, tmp_path: Path, sqlite_database: Database) -> RulesInUse:
    """As a process holds them."""
    return RulesInUse(base, tmp_path / "home", sqlite_database, Catalog(tmp_path / "no-locale"))


@pytest.fixture
def team(sqlite_database: Database) -> tuple[str, str]:
    """Two of the team."""
    from tests.followup.people import add_staff

    return add_staff(sqlite_database, "ana"), add_staff(sqlite_database, "benito")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Other tests find the words that they know."""
    lexicons, known = load_lexicons(), places.load_places()
    yield
    use_lexicons(lexicons)
    places.use_places(known)


def with_entry(text: str) -> str:
    """The file with one more phrase."""
    head, mark, rest = text.partition("\nphrases:")
    line, newline, rest = rest.partition("\n")
    return f"{head}{mark}{line}{newline}{ENTRY}{rest}"


def look(words: WordsInUse) -> int:
    """What a process does every two seconds, twice: a file has to hold still for a look."""
    taken = 0
    for _ in range(2):
        for fresh in words.newer():
            words.use(fresh)
            taken += 1
    return taken


def numbers(path: Path) -> Kind:
    """Words of a simple kind: a number in a file."""
    return Kind("numbers", (path.name,), lambda folder: int((folder / path.name).read_text()), USED.append)


USED: list[int] = []


@pytest.fixture
def simple(rules: RulesInUse, base: Path) -> tuple[Path, WordsInUse]:
    """A file of a simple kind and who follows it."""
    USED.clear()
    path = base / "number.txt"
    path.write_text("1")
    return path, WordsInUse(rules, base, [numbers(path)])


def test_nothing_is_read_as_long_as_nothing_changes(simple: tuple[Path, WordsInUse]) -> None:
    """A look costs two file states."""
    assert look(simple[1]) == 0
    assert USED == []


def test_a_changed_file_is_read_once_it_holds_still(simple: tuple[Path, WordsInUse]) -> None:
    """Somebody may be in the middle of writing it."""
    path, words = simple
    path.write_text("22")
    assert words.newer() == []
    path.write_text("333")
    assert words.newer() == []
    (fresh,) = words.newer()
    words.use(fresh)
    assert USED == [333]
    assert look(words) == 0


def test_a_broken_file_changes_nothing_and_is_told_until_it_is_mended(
    simple: tuple[Path, WordsInUse], rules: RulesInUse, sqlite_database: Database
) -> None:
    """Also one that is gone. Staff see which process and why; it is not read again and again."""
    path, words = simple
    reporter = Reporter(rules, "bot", utc_now)
    for broken in ("no number", ""):
        path.write_text(broken)
        assert look(words) == 0
        reporter.look()
        with sqlite_database.read() as conn:
            (behind,) = left_behind(conn, utc_now())
        assert "number.txt" in behind.problem[0]
    path.unlink()
    assert look(words) == 0
    assert rules.unread
    path.write_text("4444")
    assert look(words) == 1
    reporter.look()
    with sqlite_database.read() as conn:
        assert left_behind(conn, utc_now()) == ()
    assert USED == [4444]


def test_words_of_danger_on_the_disk_are_found_without_a_restart(rules: RulesInUse, base: Path) -> None:
    """And what short messages meant before is forgotten."""
    agent: Any = Remembers()
    words = WordsInUse(rules, base, understanding_words(agent))
    path = base / ES
    assert find(f"voy a {WORD}") == []
    path.write_text(with_entry(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert look(words) == 1
    assert [one.id for one in find(f"voy a {WORD}")] == ["R-ES-999"]
    assert agent.forgotten == 1


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.97])
def test_a_file_that_was_cut_off_never_takes_the_net_away(rules: RulesInUse, base: Path, part: float) -> None:
    """A full disk, an editor that died: whatever stands there, the phrases at hand hold."""
    agent: Any = Remembers()
    words = WordsInUse(rules, base, understanding_words(agent))
    path = base / ES
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: int(len(text) * part)], encoding="utf-8")
    assert look(words) == 0
    assert {one.code for one in find("me quiero matar")} == {"suicide"}
    assert "es.yml" in rules.unread["danger"]


def test_a_file_that_ends_early_between_two_phrases_is_not_taken_either(rules: RulesInUse, base: Path) -> None:
    """It is sound YAML, and most of the net is gone."""
    agent: Any = Remembers()
    words = WordsInUse(rules, base, understanding_words(agent))
    path = base / ES
    text = path.read_text(encoding="utf-8")
    listed = text.index("\nphrases:")
    path.write_text(text[: text.index("\n  - id: R-ES", listed + (len(text) - listed) * 2 // 5)], encoding="utf-8")
    assert look(words) == 0
    assert "menos de la mitad" in rules.unread["danger"] or "no queda ninguna" in rules.unread["danger"]


def test_published_words_of_danger_are_used_and_gone_back_from(
    rules: RulesInUse, base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """They stand in the folder that the process takes; one that starts later begins with them."""
    agent: Any = Remembers()
    words = WordsInUse(rules, base, understanding_words(agent))
    text = (base / ES).read_text(encoding="utf-8")
    publish(sqlite_database, team, ES, text, with_entry(text))
    assert rules.look()
    assert look(words) == 1
    assert find(f"voy a {WORD}")
    use_lexicons({})
    later = RulesInUse(base, tmp_path / "elsewhere", sqlite_database, Catalog(tmp_path / "no-locale"))
    WordsInUse(later, base, understanding_words(agent)).begin()
    assert find(f"voy a {WORD}")
    publish(sqlite_database, team, ES, with_entry(text), text)
    assert rules.look()
    assert look(words) == 1
    assert find(f"voy a {WORD}") == []


def test_place_words_are_taken_without_a_restart(rules: RulesInUse, base: Path) -> None:
    """A nickname that somebody has just written down."""
    agent: Any = Remembers()
    words = WordsInUse(rules, base, understanding_words(agent))
    path = base / "place_words.yml"
    text = path.read_text(encoding="utf-8")
    assert find_places("vivo en chibolandia") == []
    path.write_text(text.replace("nicknames:\n", 'nicknames:\n  chibolandia: "150132"\n'), encoding="utf-8")
    assert look(words) == 1
    assert [one.candidates for one in find_places("vivo en chibolandia")] == [("150132",)]
    path.write_text(text.replace("nicknames:\n", 'nicknames:\n  otra: "999999"\n'), encoding="utf-8")
    assert look(words) == 0
    assert find_places("vivo en chibolandia")


def test_gateway_words_are_taken_by_those_who_hold_them_and_never_a_danger(rules: RulesInUse, base: Path) -> None:
    """Whoever writes «me quiero matar» is heard by the dialogue, whatever the file says."""
    phrases = read_gateway_words(base)
    held: Phrases = phrases["listen"]
    words = WordsInUse(rules, base, [gateway_words(phrases)])
    path = base / "gateway_words.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"audio",', '"audio", "ponme la voz",'), encoding="utf-8")
    assert look(words) == 1
    assert "Ponme la voz" in held
    path.write_text(text.replace('"audio",', '"audio", "me quiero matar",'), encoding="utf-8")
    assert look(words) == 0
    assert "me quiero matar" not in held
    assert "Ponme la voz" in held


async def test_the_look_goes_on_after_a_failure(simple: tuple[Path, WordsInUse], monkeypatch: Any) -> None:
    """Whatever went wrong: the next look tries again."""
    path, words = simple
    newer, failures = words.newer, iter([OSError("away")])

    def once_broken(patient: bool = True) -> Any:
        for failure in failures:
            raise failure
        return newer(patient)

    monkeypatch.setattr(words, "newer", once_broken)
    looking = asyncio.create_task(keep_words(words, every=0.02))
    path.write_text("55555")
    began = time.monotonic()
    while not USED and time.monotonic() < began + PATIENCE:
        await asyncio.sleep(0.02)
    looking.cancel()
    assert USED == [55555]


class Process:
    """One of several that hear messages."""

    def __init__(self, base: Path, home: Path, address: str) -> None:
        command = [sys.executable, "-m", "tests.uyariq.hearing_bot", str(base), str(home), address]
        self.running = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
        )

    def ready(self) -> None:
        """It has loaded everything."""
        assert self.running.stdout is not None
        assert self.running.stdout.readline() == "ready\n"

    def hear(self, message: str) -> list[str]:
        """The ids of what fired."""
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(message + "\n")
        self.running.stdin.flush()
        found: list[str] = json.loads(self.running.stdout.readline())
        return found

    def end(self) -> None:
        """No more messages."""
        assert self.running.stdin is not None
        self.running.stdin.close()
        self.running.wait(PATIENCE)


def test_every_process_hears_a_published_phrase_within_seconds_and_keeps_the_net_when_a_file_breaks(
    base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Two processes on one database, asked all the while; the danger that was found before is found at every moment."""
    address = f"sqlite:///{sqlite_database.engine.url.database}"
    both = [Process(base, tmp_path / name, address) for name in ("one", "two")]
    try:
        for one in both:
            one.ready()
            assert one.hear(f"voy a {WORD}") == []
        text = (base / ES).read_text(encoding="utf-8")
        publish(sqlite_database, team, ES, text, with_entry(text))
        began = time.monotonic()
        waiting = list(both)
        while waiting:
            assert time.monotonic() < began + PATIENCE
            waiting = [one for one in waiting if one.hear(f"voy a {WORD}") != ["R-ES-999"]]
            assert all(one.hear("me quiero matar") for one in both)
            time.sleep(0.05)
        for one in both:
            folder = next((tmp_path / ("one" if one is both[0] else "two") / "rules").glob("1-*"))
            (folder / ES).write_text("phrases: [", encoding="utf-8")
        until = time.monotonic() + 2
        while time.monotonic() < until:
            assert all(one.hear("me quiero matar") and one.hear(f"voy a {WORD}") for one in both)
            time.sleep(0.1)
    finally:
        for one in both:
            one.end()


@pytest.mark.model
async def test_the_running_bot_understands_a_new_word_of_danger_at_once_also_in_a_message_it_knows(
    rules: RulesInUse, base: Path
) -> None:
    """Short messages are remembered: what they meant before is not answered any more."""
    from uyariq.rooms import load_understanding

    agent = load_understanding()
    words = WordsInUse(rules, base, understanding_words(agent))
    assert (await agent.parse_message(WORD))["risk"] == []
    path = base / ES
    path.write_text(with_entry(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert look(words) == 1
    heard = await agent.parse_message(WORD)
    assert heard["intent"]["name"] == "crisis_suicide"
    assert [one["id"] for one in heard["risk"]] == ["R-ES-999"]
