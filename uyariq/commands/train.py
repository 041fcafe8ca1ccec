"""`uyariq train`: train the model, with a progress display."""

from __future__ import annotations

import argparse
import sys

from uyariq import training
from uyariq.model_shelf import Shelf
from uyariq.quiet import quiet_libraries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--if-needed", action="store_true", help="only when something that it is made from has changed")


def run(options: argparse.Namespace) -> int:
    """Train and say how long it took."""
    if options.if_needed and training.is_current():
        return 0
    quiet_libraries()
    learnt = Shelf(training.MODEL.parent).learnt()
    seconds = _with_labelled(learnt) if learnt else training.train()
    print(f"Modelo listo: {training.MODEL} ({seconds:.0f} s)", file=sys.stderr)
    return 0


def _with_labelled(learnt: tuple[int, ...]) -> float | None:
    """What staff labelled and published is learnt again; what has been erased since is not."""
    from uyariq.labelled_examples import as_training_files, labelled_messages
    from uyariq.rooms import open_database
    from uyariq.settings import read_settings

    database = open_database(read_settings())
    try:
        database.migrate()
        with as_training_files(labelled_messages(database, learnt)) as files:
            return training.train(more=files)
    finally:
        database.close()
