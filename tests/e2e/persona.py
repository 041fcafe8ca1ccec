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

DOES = ("arrives", "say", "tap", "choose", "payload", "wait", "answer_all")
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
        self.problems: list[str] = []

    async def play(self) -> None:
        """Every turn, with what is expected after it, then what the database holds. Fails with all that is amiss."""
        clock = datetime.fromisoformat(self.script["begins"])
        for number, step in enumerate(self.script["turns"], 1):
            where = f"turn {number} {dict(list(step.items())[:1])}"
            unknown = set(step) - {*DOES, *EXPECTS}
            assert not unknown, f"{where}: unknown words {unknown}"
            clock += SECONDS_TO_ANSWER + timedelta(hours=step.get("wait", 0))
            self.house.clock.set(clock)
            before = self.talk.question
            try:
                await self.do(step)
            except AssertionError as error:
                self.problems.append(f"{where}: {error}{self.heard}")
                break
            self.language = step.get("language", self.language)
            self.problems += [f"{where}: {problem}{self.heard}" for problem in self.check(step, before)]
            self.problems += [f"{where}: {problem}" for problem in self.compare(step.get("kept") or {})]
        self.problems += [f"at the end: {problem}" for problem in self.compare(self.script.get("expect") or {})]
        assert not self.problems, "\n".join([self.name, *self.problems])

    @property
    def heard(self) -> str:
        """The last answer, for a message."""
        return "".join(f"\n      < {bubble['text']}" for bubble in self.talk.bubbles)

    async def do(self, step: dict[str, Any]) -> None:
        """What the person does in a turn."""
        if "arrives" in step:
            await self.talk.arrive(self.script["language"], **step["arrives"])
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

    def check(self, step: dict[str, Any], before: str) -> list[str]:
        """What is wrong with what was heard after a turn."""
        talk, language = self.talk, self.language
        wrong = [] if talk.bubbles or "wait" in step else ["silence"]
        wrong += complaints(self.house, talk.bubbles, language)
        wrong += [f"did not hear {one}" for one in step.get("hears") or () if not talk.hears(one, language)]
        wrong += [f"heard {one}" for one in step.get("not_hears") or () if talk.hears(one, language)]
        if "asks" in step and not talk.asks(step["asks"], language):
            wrong.append(f"does not ask {step['asks']}")
        offered = {*talk.buttons, *talk.codes}
        wrong += [f"no button «{title}»" for title in step.get("buttons") or () if title not in offered]
        if step.get("same_question") and talk.question != before:
            wrong.append(f"did not come back to «{before}»")
        if step.get("leaves_the_floor") and (talk.buttons or talk.progress):
            wrong.append("goes on asking")
        return wrong

    def compare(self, expected: dict[str, Any]) -> list[str]:
        """What the database holds otherwise. A mapping names what must be in it; {} means that nothing may be."""
        if not expected:
            return []
        if expected.get("erased"):
            assert self.patient_id, "a step before the erasing must look at what is kept"
            left = database.tables_that_know(self.house, self.patient_id)
            return [f"still known in {left}"] if left else []
        kept = database.of_person(self.house, self.talk)
        self.patient_id = kept.patient.get("id")
        wrong = []
        for name, wanted in expected.items():
            found = getattr(kept, name)
            if isinstance(wanted, dict) and wanted:
                found = {key: found.get(key) for key in wanted}
            elif isinstance(wanted, list):
                found, wanted = _plain(found), _plain(wanted)
            if found != wanted:
                wrong.append(f"{name} is {found} instead of {wanted}")
        return wrong


def _plain(values: list[Any]) -> list[Any]:
    return [tuple(one) if isinstance(one, list) else one for one in values]
