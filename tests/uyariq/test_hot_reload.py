"""Published rules reach running processes within seconds: what was begun ends on its version, no answer is lost."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from actions.context import Context, configure, known
from bot.catalog import Catalog
from console.app import create_app
from console.site import use_rules
from followup import rule_drafts, rule_processes, rule_publications
from followup.database import Database
from followup.models import answer, questionnaire_response
from followup.spool import Spool
from screening import events as said
from screening.publishing import version_of
from screening.turn import Reply
from tests.followup.people import add_staff
from uyariq import rules_in_use
from uyariq.clock import Clock
from uyariq.clock_work import look
from uyariq.hot_reload import Reporter, keep_rules, mark_superseded
from uyariq.rules_in_use import Loaded, RulesInUse

ROOT = Path(__file__).resolve().parents[2]
LONG = "instruments/long.yml"
TRIAGE = "triage.yml"
ITEMS = 12
PEOPLE = 8
PUBLICATIONS = 6
SHORT_TIME = 15
PAUSE = 0.02


def utc_now() -> datetime:
    """The time: other processes look at it, too."""
    return datetime.now(timezone.utc)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Small rules of an invented programme, with the real settings beside them."""
    folder = tmp_path / "base"
    shutil.copytree(ROOT / "tests" / "screening" / "rules", folder)
    for path in (ROOT / "screening_rules").glob("*.yml"):
        if not (folder / path.name).exists() and path.name not in ("programme.yml", "triage.cases.yml"):
            shutil.copy(path, folder)
    return folder


@pytest.fixture
def rules(base: Path, tmp_path: Path, sqlite_database: Database) -> RulesInUse:
    """As a process holds them."""
    return RulesInUse(base, tmp_path / "home", sqlite_database, Catalog(tmp_path / "no-locale"))


@pytest.fixture
def team(sqlite_database: Database) -> tuple[str, str]:
    """Two of the team."""
    return add_staff(sqlite_database, "ana"), add_staff(sqlite_database, "benito")


def publish(
    database: Database, team: tuple[str, str], path: str, old: str, new: str, quechua: dict[str, str] | None = None
) -> rule_publications.Publication:
    """What one of the team wrote and another approved, in use."""
    with database.begin() as conn:
        begun = rule_drafts.open_draft(conn, path, old, team[0], utc_now())
        saved = rule_drafts.save_draft(conn, begun.id, begun.revision, new, quechua or {}, team[0], utc_now())
        waiting = rule_drafts.send_to_review(conn, saved.id, saved.revision, "nota", team[0], utc_now())
        approved = rule_drafts.decide(conn, waiting.id, waiting.revision, True, "", team[1], utc_now())
        return rule_publications.publish(
            conn, approved.id, approved.revision, "nota", team[0], utc_now(), lambda *_: []
        )


def long_text(base: Path, words: str | None = None) -> str:
    """The long questionnaire, with its first question in these words."""
    text = (base / LONG).read_text(encoding="utf-8")
    return text.replace("¿Molestia número 1?", words) if words else text


def test_without_publications_the_files_themselves_are_used(rules: RulesInUse, base: Path) -> None:
    """No folder is made, and nothing is newer."""
    assert (rules.folder, rules.revision) == (base, 0)
    assert rules.newer() is None


def test_a_publication_is_used_from_the_next_look_on(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """The new wording is the one in use; the settings are read from the same folder."""
    made = publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    assert rules.look()
    assert rules.library.instrument("long").items[0].text == "¿Le molesta algo?"
    assert rules.revision == made.number
    assert sqlite_database.rules == rules.folder != base
    assert not rules.look()


def test_the_version_before_stays_for_those_who_are_in_the_middle_of_it(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Begun on the file's version, answered to its end with that version's questions."""
    session = rules.engine.start("instrument:long", "abcd", "es", utc_now()).session
    publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    rules.look()
    assert rules.engine.mend(session) is session
    assert rules.engine.question(session, utc_now()).text == "¿Molestia número 1?"
    fresh = rules.engine.start("instrument:long", "efgh", "es", utc_now()).session
    assert rules.engine.question(fresh, utc_now()).text == "¿Le molesta algo?"


def test_published_quechua_is_laid_over_the_catalog(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """For the texts of that file; the same Spanish somewhere else keeps its words."""
    words = {"¿Le molesta algo?": "¿Imapas nanachkanchu?"}
    publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"), words)
    rules.look()
    assert rules.catalog.translate("long.l1", "¿Le molesta algo?", "qu") == "¿Imapas nanachkanchu?"
    assert rules.catalog.translate("short.s1", "¿Le molesta algo?", "qu") == "¿Le molesta algo?"


def test_a_process_begins_with_what_is_published(
    rules: RulesInUse, base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Also one on another machine, whose home is empty."""
    made = publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    other = RulesInUse(base, tmp_path / "elsewhere", sqlite_database, Catalog(tmp_path / "no-locale"))
    assert (other.revision, other.library.instrument("long").version) == (made.number, made.version)


def test_rules_that_cannot_be_used_leave_the_old_ones_and_are_shown(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Never a bot without rules; staff read which file is wrong, and a later publication is taken again."""
    good = long_text(base)
    publish(sqlite_database, team, LONG, good, good.replace("items: [l1, l2,", "items: [l99, l2,"))
    reporter = Reporter(rules, "bot", utc_now)
    reporter.look()
    assert not rules.look()
    reporter.look()
    assert rules.library.instrument("long").items[0].text == "¿Molestia número 1?"
    with sqlite_database.read() as conn:
        (shown,) = rule_processes.running(conn, utc_now())
    assert (shown.part, shown.revision, shown.failed_revision) == ("bot", 0, 1)
    assert "l99" in shown.problem
    publish(sqlite_database, team, LONG, good, long_text(base, "¿Le molesta algo?"))
    assert rules.look()
    assert rules.failed is None


def test_a_process_that_cannot_use_the_publications_begins_with_the_files(
    base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """A start is no time to be without rules either."""
    good = long_text(base)
    publish(sqlite_database, team, LONG, good, good.replace("items: [l1, l2,", "items: [l99, l2,"))
    rules = RulesInUse(base, tmp_path / "home", sqlite_database, Catalog(tmp_path / "no-locale"))
    assert (rules.revision, rules.folder) == (0, base)
    assert rules.failed is not None


def test_a_start_leaves_out_only_what_cannot_be_used(
    base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """What was published before it stays in use; staff read which publication failed, and it is not tried at once."""
    good = long_text(base)
    made = publish(sqlite_database, team, LONG, good, long_text(base, "¿Le molesta algo?"), {"¿Le molesta algo?": "¿?"})
    bad = made.text.replace("items: [l1, l2,", "items: [l99, l2,")
    publish(sqlite_database, team, LONG, made.text, bad)
    last = publish(sqlite_database, team, LONG, bad, bad.replace("l99", "l98"))
    rules = RulesInUse(base, tmp_path / "home", sqlite_database, Catalog(tmp_path / "no-locale"))
    assert (rules.revision, rules.library.instrument("long").version) == (made.number, made.version)
    assert rules.catalog.translate("long.l1", "¿Le molesta algo?", "qu") == "¿?"
    assert rules.failed is not None
    assert (rules.failed.revision, "l98" in rules.failed.problem) == (last.number, True)
    assert not rules.look()
    assert rules.failed is not None


def test_the_words_of_rules_that_are_not_used_are_not_spoken(
    rules: RulesInUse,
    base: Path,
    sqlite_database: Database,
    team: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They come with the rules, neither before them nor without them."""
    words = {"¿Molestia número 1?": "¿Imataq nanan?"}
    publish(sqlite_database, team, LONG, long_text(base), long_text(base) + "# nota\n", words)

    def broken(*_: Any) -> Any:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(rules, "_engine", broken)
        assert rules.newer() is None
    assert not rules.catalog.has("long.l1", "¿Molestia número 1?", "qu")
    rules.failed = None
    loaded = rules.newer()
    assert loaded is not None
    assert not rules.catalog.has("long.l1", "¿Molestia número 1?", "qu")
    rules.use(loaded)
    assert rules.catalog.has("long.l1", "¿Molestia número 1?", "qu")


def test_rules_that_were_loaded_too_late_are_not_taken(
    rules: RulesInUse,
    base: Path,
    sqlite_database: Database,
    team: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another thread has taken newer ones meanwhile."""
    older = rules.loaded
    made = publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    assert rules.look()
    monkeypatch.setattr(rules, "newer", lambda: older)
    assert not rules.look()
    assert rules.revision == made.number


def test_old_folders_are_taken_away_whoever_else_does_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what a process left that was ended while it put one together; one that vanishes meanwhile does no harm."""
    for number in range(1, 9):
        (tmp_path / f"{number}-abcd").mkdir()
        os.utime(tmp_path / f"{number}-abcd", (number, number))
    (tmp_path / ".9-abcd-x1y2").mkdir()
    gone, stat = tmp_path / "3-abcd", Path.stat

    def racing(path: Path, **how: Any) -> os.stat_result:
        if path == gone and sys._getframe(1).f_code.co_name == "_age":
            raise FileNotFoundError
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", racing)
    rules_in_use._forget_old(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {".9-abcd-x1y2", "8-abcd"}
    assert not (tmp_path / "1-abcd").exists()
    monkeypatch.setattr(rules_in_use, "MAKING_SECONDS", -1)
    rules_in_use._forget_old(tmp_path)
    assert not (tmp_path / ".9-abcd-x1y2").exists()


def test_a_single_file_takes_the_place_of_the_file(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """There is one triage; it is the published one."""
    text = (base / TRIAGE).read_text(encoding="utf-8")
    made = publish(sqlite_database, team, TRIAGE, text, text.replace('due: "8 wh"', 'due: "4 wh"'))
    rules.look()
    assert rules.library.triage.version == made.version
    assert sorted(path.name for path in rules.folder.glob("triage*.yml")) == ["triage.cases.yml", "triage.yml"]


def test_a_file_changed_in_git_since_wins_and_staff_see_it(
    rules: RulesInUse, base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """The publication is marked as outrun by the file."""
    text = (base / TRIAGE).read_text(encoding="utf-8")
    made = publish(sqlite_database, team, TRIAGE, text, text.replace('due: "8 wh"', 'due: "4 wh"'))
    newer = text.replace(version_of(text), "2099010101").replace('due: "8 wh"', 'due: "2 wh"')
    (base / TRIAGE).write_text(newer, encoding="utf-8")
    released = RulesInUse(base, tmp_path / "home", sqlite_database, Catalog(tmp_path / "no-locale"))
    assert released.library.triage.version == "2099010101"
    mark_superseded(released, utc_now())
    with sqlite_database.read() as conn:
        assert rule_publications.publication(conn, made.number).state == "superseded"


def test_watchers_hear_of_a_swap_with_everything_of_one_moment(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Engine, library and folder belong together."""
    heard: list[Loaded] = []
    rules.watch(heard.append)
    publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    rules.look()
    (loaded,) = heard
    assert loaded.engine.library is loaded.library is rules.library
    assert Path(loaded.library.folder) == loaded.folder


def test_new_words_of_a_translation_make_the_engine_understand_them(rules: RulesInUse) -> None:
    """What stands on the buttons is an answer, from the next look on; the rules are the same."""
    before = rules.loaded
    session = rules.engine.start("instrument:long", "abcd", "qu", utc_now()).session
    assert not rules.engine.reply(session, Reply("wiñaypaq"), utc_now()).understood
    words = {(f"long.l{number}.always", "Siempre"): "Wiñaypaq" for number in range(1, ITEMS + 1)}
    rules.catalog.lay("reviewed", {"qu": words})
    rules.renew_words()
    assert rules.look()
    assert rules.engine.reply(session, Reply("wiñaypaq"), utc_now()).understood
    assert (rules.library, rules.revision) == (before.library, before.revision)
    assert not rules.look()


async def test_a_process_looks_by_itself_and_says_what_it_answers_with(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Until it is stopped; then it is no longer listed."""
    looking = asyncio.create_task(keep_rules(rules, "gateway", utc_now, every=0.05))
    made = publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    began = time.monotonic()
    while [one.revision for one in processes(sqlite_database)] != [made.number]:
        assert time.monotonic() < began + SHORT_TIME
        await asyncio.sleep(0.05)
    assert rules.library.instrument("long").version == made.version
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert processes(sqlite_database) == []


def processes(database: Database) -> list[rule_processes.RuleProcess]:
    """Those that are alive."""
    with database.read() as conn:
        return rule_processes.running(conn, utc_now())


def test_the_console_makes_the_next_page_with_the_new_rules(
    rules: RulesInUse, base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Site, engine and districts are of one moment; whoever holds the former site ends with it."""
    app = create_app(sqlite_database, Silent(), library=rules.library, engine=rules.engine)
    rules.watch(lambda loaded: use_rules(app, loaded.library, loaded.engine, None))
    former = app.state.site
    publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    rules.look()
    site = app.state.site
    assert (site.library, site.engine) == (rules.library, rules.engine)
    assert former.library is not site.library
    assert site.conversations is former.conversations


class Silent:
    """A bot that the console does not ask anything here."""

    async def send(self, *_: Any) -> list[Any]:
        """Nothing."""
        return []


def test_the_clock_closes_what_nobody_is_in_the_middle_of(
    rules: RulesInUse, base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """It looks at every turn of its own; closing first, while somebody is there."""
    first = publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    frame = {"definition": "instrument:long", "version": first.version}
    with sqlite_database.turn("web-somebody", "m1", utc_now()) as turn:
        turn.save({"id": "abcd", "language": "es", "status": "paused", "frames": [frame]})
    publish(sqlite_database, team, LONG, first.text, long_text(base, "¿Le duele algo?"))
    spool = Spool(tmp_path / "spool", sqlite_database.vault)
    look(sqlite_database, spool, Clock())
    assert state_of(sqlite_database, first.number) == "closing"
    with sqlite_database.turn("web-somebody", "m2", utc_now()) as turn:
        turn.save({"id": "abcd", "language": "es", "status": "completed", "frames": []})
    look(sqlite_database, spool, Clock())
    assert state_of(sqlite_database, first.number) == "closed"


def state_of(database: Database, number: int) -> str:
    """Of a publication."""
    with database.read() as conn:
        found = rule_publications.publication(conn, number)
    return found.state if found else ""


@dataclass
class Bot:
    """A process that takes turns."""

    process: subprocess.Popen[str]
    busy: threading.Lock = field(default_factory=threading.Lock)

    def turn(self, **line: str) -> dict[str, Any]:
        """One message and what came of it."""
        with self.busy:
            assert self.process.stdin
            assert self.process.stdout
            self.process.stdin.write(json.dumps(line) + "\n")
            self.process.stdin.flush()
            return dict(json.loads(self.process.stdout.readline()))


@pytest.fixture
def bots(base: Path, tmp_path: Path, sqlite_url: str) -> Iterator[list[Bot]]:
    """Two processes on one database, each with a home of its own, as on two machines."""
    program = [sys.executable, "-m", "tests.uyariq.reloading_bot", str(base)]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "text": True,
        "cwd": ROOT,
    }
    made = [Bot(subprocess.Popen([*program, str(tmp_path / name), sqlite_url], **pipes)) for name in ("a", "b")]
    for bot in made:
        while bot.process.stdout and bot.process.stdout.readline().strip() != "ready":
            assert bot.process.poll() is None
    yield made
    for bot in made:
        bot.process.stdin.close()
        bot.process.wait(10)


@dataclass
class Person:
    """Somebody whose messages reach now this process, now that one."""

    number: int
    bots: list[Bot]
    dice: Random
    given: list[str] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    version: str = ""
    sent: int = 0

    @property
    def name(self) -> str:
        """The conversation's id."""
        return f"web-person-{self.number:04}"

    def talk(self) -> None:
        """The whole questionnaire."""
        began = self._turn()
        self.version = began["version"]
        for number in range(1, ITEMS + 1):
            if self._turn_of(number)["understood"] is not True:
                return

    def _turn_of(self, number: int) -> dict[str, Any]:
        words = "Nunca" if number == 9 else self.dice.choice(["Nunca", "Algunos días"])
        heard = self._turn(text=words)
        self.given.append("never" if words == "Nunca" else "some")
        if heard.get("understood") is not True or (number < ITEMS and heard["version"] != self.version):
            self.wrong.append({"number": number, **heard})
        return heard

    def _turn(self, **more: str) -> dict[str, Any]:
        self.sent += 1
        time.sleep(PAUSE)
        # Every second person begins at the first process, which is the one that is waited for below.
        bot = self.bots[self.dice.randrange(2) % len(self.bots)] if self.sent > 1 else self.bots[self.number % 2]
        return bot.turn(person=self.name, message=f"{self.name}-{self.sent}", **more)


def agree(database: Database, name: str) -> None:
    """Their answers may be kept."""
    with database.turn(name, "consent", utc_now()) as turn:
        turn.record([said.ConsentGiven(at=utc_now(), kind="screening", version="1")])
        turn.save({"id": name[-4:], "language": "es", "status": "completed"})


def test_no_answer_is_lost_while_publications_come_on_two_processes(
    bots: list[Bot], base: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Eight people answer twelve questions each, through whichever process; six versions are published meanwhile.

    Everybody ends on the version they began, every answer is there, and who comes later gets the newest version.
    """
    people = [Person(number, bots, Random(number)) for number in range(PEOPLE)]
    for one in people:
        agree(sqlite_database, one.name)
    threads = [threading.Thread(target=one.talk) for one in people]
    text = long_text(base)
    for number in range(PUBLICATIONS):
        text = publish(
            sqlite_database, team, LONG, text, long_text(base, f"¿Molestia {number} en otras palabras?")
        ).text
        if number == 0:
            begin(threads[: PEOPLE // 2])
        if number == PUBLICATIONS // 2:
            # One of the two has heard of it; what is begun there must not be lost in the other.
            wait_for(bots[0], number)
            begin(threads[PEOPLE // 2 :])
    for thread in threads:
        thread.join(SHORT_TIME)
    assert [one.wrong for one in people] == [[]] * PEOPLE
    assert len({one.version for one in people}) > 1
    assert recorded(sqlite_database) == {one.name: (one.version, "completed", one.given) for one in people}
    last = Person(98, bots[:1], Random(1))
    agree(sqlite_database, last.name)
    wait_for(bots[0], PUBLICATIONS)
    last.talk()
    assert (last.wrong, last.version) == ([], version_of(text))


def begin(threads: list[threading.Thread]) -> None:
    """All at once."""
    for thread in threads:
        thread.start()


def wait_for(bot: Bot, revision: int) -> None:
    """Until the process answers with these rules or newer ones."""
    began = time.monotonic()
    while bot.turn(person="web-nobody", message=str(time.monotonic()))["revision"] < revision:
        assert time.monotonic() < began + SHORT_TIME
        time.sleep(0.05)


def test_a_process_that_is_behind_takes_the_new_rules_rather_than_leave_a_question_aside(
    rules: RulesInUse, base: Path, tmp_path: Path, sqlite_database: Database, team: tuple[str, str]
) -> None:
    """Somebody began at another process with a version that this one has not looked for yet."""
    publish(sqlite_database, team, LONG, long_text(base), long_text(base, "¿Le molesta algo?"))
    other = RulesInUse(base, tmp_path / "other", sqlite_database, Catalog(tmp_path / "no-locale"))
    session = other.engine.start("instrument:long", "abcd", "es", utc_now()).session

    def use(loaded: Loaded) -> None:
        parts: dict[str, Any] = {"engine": loaded.engine, "library": loaded.library, "database": sqlite_database}
        spool = Spool(tmp_path / "spool", sqlite_database.vault)
        configure(Context(**parts, spool=spool, session_id=lambda *_: "abcd", now=utc_now, renew=rules.look))

    use(rules.loaded)
    rules.watch(use)
    assert rules.engine.mend(session).frames == ()
    assert known(session) is session
    assert rules.revision == other.revision


def recorded(database: Database) -> dict[str, tuple[str, str, list[str]]]:
    """person -> version, status and answers of their questionnaire, as the database has them."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    with database.read() as conn:
        for row in conn.execute(select(questionnaire_response)).all():
            wanted = select(answer.c.code).where(
                answer.c.patient_id == row.patient_id,
                answer.c.response_id == row.response_id,
                answer.c.current.is_(True),
            )
            codes = list(conn.execute(wanted.order_by(answer.c.id)).scalars())
            name = conn.exec_driver_sql(f"SELECT id FROM conversation WHERE patient_id = '{row.patient_id}'").scalar()
            found[str(name)] = (row.version, row.status, codes)
    return found
