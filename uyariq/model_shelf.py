"""The model in use, the one that waits to be published and the one before: files in one folder, swapped whole."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from uyariq.errors import UyariqError

NAME = "uyariq.tar.gz"
# Numbers of the labelled messages that the model in use has learnt from; never their words.
LEARNT = "labelled.json"
INPUTS = "uyariq.inputs"
REPORT = "report.json"
CANDIDATE, FORMER = "candidate", "former"
# A training touches this file as long as it lives. The number of its process would say nothing to another machine,
# nor after a restart, when somebody else may have that number.
ALIVE = "alive"
BEAT_SECONDS = 5.0
SILENT_SECONDS = 60.0
TRAINING, COMPARING, READY, FAILED = "training", "comparing", "ready", "failed"


class NoSuchModel(UyariqError):
    """There is nothing to publish or to go back to."""


@dataclass(frozen=True)
class Report:
    """What is known of the candidate.

    state: training, comparing, ready or failed; by: id of who asked for it; learnt: numbers of labelled messages;
    figures: name -> (in use, candidate), empty where this installation has no test messages; worse: names of figures
    that fell by more than they may; changed: labelled messages that are read otherwise, as (number, in use, candidate).
    """

    state: str
    begun_at: str
    by: str | None = None
    learnt: tuple[int, ...] = ()
    figures: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    worse: tuple[str, ...] = ()
    changed: tuple[tuple[int, str, str], ...] = ()

    @classmethod
    def read(cls, values: dict[str, Any]) -> Report:
        """What was written as JSON, by this release or the one before."""
        values.pop("process", None)
        figures = {name: (then, now) for name, (then, now) in values.pop("figures", {}).items()}
        changed = tuple((number, then, now) for number, then, now in values.pop("changed", ()))
        learnt, worse = tuple(values.pop("learnt", ())), tuple(values.pop("worse", ()))
        return cls(**values, figures=figures, changed=changed, learnt=learnt, worse=worse)


class Shelf:
    """The folder of models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.in_use = folder / NAME
        self.candidate = folder / CANDIDATE / NAME
        self.former = folder / FORMER / NAME

    def report(self) -> Report | None:
        """What is known of the candidate; a training that gives no sign of life any more has failed."""
        path = self.folder / CANDIDATE / REPORT
        if not path.exists():
            return None
        report = Report.read(json.loads(path.read_text(encoding="utf-8")))
        if report.state in (TRAINING, COMPARING) and not self._is_alive():
            return Report(FAILED, report.begun_at, report.by)
        return report

    def write(self, report: Report) -> None:
        """Keep what is known of the candidate."""
        path = self.folder / CANDIDATE / REPORT
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")
        os.replace(new, path)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """A sign of life again and again, until the block ends."""
        ended = Event()
        self._beat()
        beating = Thread(target=self._beat_until, args=(ended,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()

    def _beat_until(self, ended: Event) -> None:
        while not ended.wait(BEAT_SECONDS):
            with suppress(OSError):  # a full disk may be emptied
                self._beat()

    def _beat(self) -> None:
        path = self.folder / CANDIDATE / ALIVE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def _is_alive(self) -> bool:
        try:
            seen = (self.folder / CANDIDATE / ALIVE).stat().st_mtime
        except OSError:
            return False
        return time.time() - seen < SILENT_SECONDS

    def learnt(self) -> tuple[int, ...]:
        """Numbers of the labelled messages that the model in use has learnt from."""
        path = self.folder / LEARNT
        return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()

    def publish(self) -> Report:
        """Put the candidate in use and keep the one before. Raises NoSuchModel."""
        report = self.report()
        if report is None or report.state != READY or not self.candidate.exists():
            raise NoSuchModel("No hay un modelo listo para publicar: entrene uno con `uyariq model train`.")
        self._keep_former()
        (self.folder / LEARNT).write_text(json.dumps(list(report.learnt)), encoding="utf-8")
        _copy(self.candidate.with_name(INPUTS), self.folder / INPUTS)
        os.replace(self.candidate, self.in_use)
        self.drop()
        return report

    def drop(self) -> None:
        """Throw the candidate away."""
        shutil.rmtree(self.folder / CANDIDATE, ignore_errors=True)

    def roll_back(self) -> None:
        """Put the model before in use again; the present one becomes the one before. Raises NoSuchModel."""
        if not self.former.exists():
            raise NoSuchModel("No hay un modelo anterior al cual volver.")
        back = self.folder / "back"
        shutil.rmtree(back, ignore_errors=True)
        os.replace(self.former.parent, back)
        self._keep_former()
        for name in (LEARNT, INPUTS):
            _copy(back / name, self.folder / name)
        os.replace(back / NAME, self.in_use)
        shutil.rmtree(back)

    def can_roll_back(self) -> bool:
        """Whether there is a model before."""
        return self.former.exists()

    def _keep_former(self) -> None:
        """A copy: until the other takes its place, the model in use stays where the bots look for it."""
        shutil.rmtree(self.former.parent, ignore_errors=True)
        self.former.parent.mkdir(parents=True)
        for name in (NAME, LEARNT, INPUTS):
            _copy(self.folder / name, self.former.parent / name)


def _copy(source: Path, target: Path) -> None:
    """The same there as here, also when there is nothing here."""
    if source.exists():
        shutil.copy2(source, target)
    else:
        target.unlink(missing_ok=True)
