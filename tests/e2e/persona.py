"""Plays a persona's script through the whole house and compares what is heard and kept with what the script says."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.e2e import database
from tests.e2e.manners import complaints
from tests.e2e.talk import Talk
from uyariq.rooms import House

DOES = ("say", "tap", "choose", "payload", "wait", "answer_all")
EXPECTS = ("hears", "not_hears", "asks", "buttons", "same_question", "leaves_the_floor", "language", "kept")
SECONDS_TO_ANSWER = timedelta(seconds=20)


class Persona:
    """Somebody's script and the conversation in which it is played."""

    def __init__(self, path: Path, house: House, talk: Talk) -> None:
        self.name = path.stem
        self.script: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.house = house
        self.talk = talk
        self.language: str = self.script.get("first_language", self.script["language"])
        self.patient_id: str | None = None

    async def play(self) -> None:
        """Every turn, with what is expected after it, then what the database holds."""
        clock = datetime.fromisoformat(self.script["begins"])
        for number, step in enumerate(self.script["turns"], 1):
            where = f"{self.name}, turn {number} {dict(list(step.items())[:1])}"
            unknown = set(step) - {*DOES, *EXPECTS}
            assert not unknown, f"{where}: unknown words {unknown}"
            clock += SECONDS_TO_ANSWER + timedelta(hours=step.get("wait", 0))
            self.house.clock.set(clock)
            before = self.talk.question
            await self.do(step)
            self.language = step.get("language", self.language)
            self.check(step, before, where)
            self.expect(step.get("kept") or {}, where)
        self.expect(self.script.get("expect") or {}, f"{self.name}, at the end")

    async def do(self, step: dict[str, Any]) -> None:
        """What the person does in a turn."""
        if "answer_all" in step:
            await self.answer_all(step["answer_all"])
        for kind in ("say", "tap", "choose", "payload"):
            if kind in step:
                await getattr(self.talk, kind)(step[kind])

    async def answer_all(self, how: dict[str, Any]) -> None:
        """Tap one answer at every item up to `until`; `but` gives others by number of the item."""
        others = {int(number): label for number, label in (how.get("but") or {}).items()}
        for _ in range(200):
            if self.talk.progress is None or self.talk.progress[0] > how.get("until", 1000):
                return
            number = self.talk.progress[0]
            if "code" in how:
                await self.talk.choose(others.get(number, how["code"]))
            else:
                await self.talk.tap(others.get(number, how["label"]))
        raise AssertionError("the questionnaire did not end")

    def check(self, step: dict[str, Any], before: str, where: str) -> None:
        """What is heard after a turn."""
        talk = self.talk
        heard = "\n".join(["", *(f"    {bubble['text']}" for bubble in talk.bubbles)])
        assert talk.bubbles or "wait" in step, f"{where}: silence"
        bad = complaints(self.house, talk.bubbles, self.language)
        assert not bad, f"{where}: {bad}"
        for context in step.get("hears") or ():
            assert talk.hears(context, self.language), f"{where}: did not hear {context}, but{heard}"
        for context in step.get("not_hears") or ():
            assert not talk.hears(context, self.language), f"{where}: heard {context}"
        if "asks" in step:
            assert talk.asks(step["asks"], self.language), f"{where}: does not ask {step['asks']}, but{heard}"
        for title in step.get("buttons") or ():
            assert title in talk.buttons or title in talk.codes, f"{where}: no button {title}"
        if step.get("same_question"):
            assert talk.question == before, f"{where}: did not come back to «{before}», but{heard}"
        if step.get("leaves_the_floor"):
            assert not talk.buttons, f"{where}: goes on asking{heard}"
            assert talk.progress is None, f"{where}: goes on asking{heard}"

    def expect(self, expected: dict[str, Any], where: str) -> None:
        """What the database holds. A mapping names what must be in it; `erased` asks that nothing is left."""
        if not expected:
            return
        if expected.get("erased"):
            assert self.patient_id, f"{where}: a step before must look at what is kept"
            left = database.tables_that_know(self.house, self.patient_id)
            assert not left, f"{where}: still known in {left}"
            return
        kept = database.of_person(self.house, self.talk)
        self.patient_id = kept.patient.get("id")
        for name, wanted in expected.items():
            found = getattr(kept, name)
            if isinstance(wanted, dict) and wanted:
                found = {key: found.get(key) for key in wanted}
            elif isinstance(wanted, list):
                found, wanted = _plain(found), _plain(wanted)
            assert found == wanted, f"{where}: {name} is {found} instead of {wanted}"


def _plain(values: list[Any]) -> list[Any]:
    return [tuple(one) if isinstance(one, list) else one for one in values]
