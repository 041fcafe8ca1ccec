"""What travels with each connection: the vault, the rules folder and the source of new ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy.engine import Connection

from followup.ruleset import CallbackRules, callback_rules
from followup.vault import Vault
from followup.working_hours import WorkingCalendar, working_calendar

OPTION = "uyariq_context"
WRITES = "uyariq_writes"


@dataclass(frozen=True)
class Context:
    """Made once by open_database."""

    vault: Vault
    rules_folder: Path
    new_id: Callable[[], str]

    def callback_rules(self) -> CallbackRules:
        """The rules as they stand now."""
        return callback_rules(self.rules_folder)

    def calendar(self) -> WorkingCalendar:
        """The working hours as they stand now."""
        return working_calendar(self.rules_folder)


def of(conn: Connection) -> Context:
    """The context of a connection that a Database gave out."""
    return cast(Context, conn.get_execution_options()[OPTION])


def writes(conn: Connection) -> bool:
    """Whether the transaction is one that may write, and is kept."""
    return bool(conn.get_execution_options().get(WRITES, False))
