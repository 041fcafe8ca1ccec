"""Labelled messages as training data: written where only this process reads, for as long as a training lasts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from console.messages import training_data
from followup import unknown_messages
from followup.database import Database
from followup.unknown_messages import UnknownMessage

LANGUAGES = ("es", "qu")


def labelled_messages(database: Database, only: Collection[int] | None = None) -> list[UnknownMessage]:
    """Labelled messages of all languages, by language and intent. only: those with these numbers that still exist."""
    with database.read() as conn:
        found = [one for language in LANGUAGES for one in unknown_messages.labelled(conn, language)]
    return [one for one in found if only is None or one.id in only]


@contextmanager
def as_training_files(messages: Iterable[UnknownMessage]) -> Iterator[list[str]]:
    """Paths of Rasa files with the messages; gone when the block ends. No file where there is no message."""
    messages = list(messages)
    with TemporaryDirectory(prefix="uyariq-labelled-") as folder:
        if messages:
            path = Path(folder) / "labelled.yml"
            path.write_text(training_data(sorted(messages, key=lambda one: one.intent or "")), encoding="utf-8")
            yield [str(path)]
        else:
            yield []
