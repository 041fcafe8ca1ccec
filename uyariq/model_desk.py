"""The models as the console works with them; a training runs in a process of its own, behind everything else."""

from __future__ import annotations

import subprocess
import sys

from followup import unknown_messages
from followup.database import Database
from uyariq.model_shelf import COMPARING, TRAINING, Report, Shelf

# The bot answers first: a training takes what is left of the processor.
NICENESS = "15"


class ModelShelfDesk:
    """Shelf and labelled messages."""

    def __init__(self, shelf: Shelf, database: Database) -> None:
        self._shelf = shelf
        self._database = database
        self._training: subprocess.Popen[bytes] | None = None

    def report(self) -> Report | None:
        """What is known of the candidate."""
        if self._training is not None:
            self._training.poll()
        return self._shelf.report()

    def labelled(self) -> tuple[int, int]:
        """(labelled messages there are, how many of them the model in use has not learnt from)."""
        with self._database.read() as conn:
            known = {one.id for language in ("es", "qu") for one in unknown_messages.labelled(conn, language)}
        return len(known), len(known - set(self._shelf.learnt()))

    def can_roll_back(self) -> bool:
        """Whether there is a model before."""
        return self._shelf.can_roll_back()

    def begin(self, by: str) -> bool:
        """Start a training; whether none was under way."""
        report = self.report()
        if self._training is not None and self._training.poll() is None:
            return False
        if report is not None and report.state in (TRAINING, COMPARING):
            return False
        command = ["nice", "-n", NICENESS, sys.executable, "-m", "uyariq", "model", "train", "--by", by]
        self._training = subprocess.Popen(  # noqa: S603 - our own program, and an id of our own
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return True

    def publish(self) -> None:
        """Put the candidate in use."""
        self._shelf.publish()

    def drop(self) -> None:
        """Throw the candidate away."""
        self._shelf.drop()

    def roll_back(self) -> None:
        """Put the model before in use again."""
        self._shelf.roll_back()
