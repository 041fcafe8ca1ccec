"""`uyariq`: the command line."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from bot.nlu.risk_file import RiskFileError
from followup.errors import WrongKey
from screening.errors import DefinitionErrors
from uyariq.errors import UyariqError

# name -> what it is for. Each stands in uyariq/commands/<name>.py with `add_arguments` and `run`; imported when called.
COMMANDS = {
    "run": "everything in one process: bot, web chat, console, clock",
    "serve": "one part by itself: bot, actions, console or clock",
    "chat": "talk to the bot in this terminal",
    "parse": "what the bot understands: JSON lines in, JSON lines out",
    "replay": "play a file of messages through the real dialogue and database",
    "rules": "check, play and compare screening rules",
    "texts": "translations: check, update the catalogs, export and import PO files and spreadsheets",
    "train": "train the model",
    "model": "a model that learns from labelled messages: train, show, publish, drop, rollback",
    "tasks": "the open tasks, without names or phones",
    "report": "the funnel from screening to re-screening",
    "centres": "the directory of health centres: import",
    "export": "the data as files: fhir, csv, xlsx or dhis2",
    "channels": "Telegram and WhatsApp: check what is wrong with a token, webhook, secret or template",
    "erase": "erase a person's data",
    "backup": "copy database and spool into one sealed file, or put it back",
    "keys": "the secret key: rotate, retire, status",
    "db": "the database: upgrade, retention",
    "user": "people who work in the console: add, list, change, password, unlock, close",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit status: 0 done, 1 a check failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="uyariq", description="Uyariq, the one who listens.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = next((word for word in given if word in COMMANDS), None)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name == chosen:
            importlib.import_module(f"uyariq.commands.{name}").add_arguments(command)
    options = parser.parse_args(given)
    try:
        status: int | None = importlib.import_module(f"uyariq.commands.{options.command}").run(options)
    except UyariqError as error:
        print(error, file=sys.stderr)
        return error.code
    except (DefinitionErrors, RiskFileError) as error:
        print(f"Las reglas tienen errores y así no se puede empezar:\n{error}", file=sys.stderr)
        return 1
    except WrongKey:
        print("La clave no es la de esta base de datos: revise UYARIQ_SECRET_KEY o secret.key.", file=sys.stderr)
        return 1
    except OperationalError:
        print(
            "No se pudo abrir la base de datos: revise UYARIQ_DATABASE_URL y que el servidor esté en marcha.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
