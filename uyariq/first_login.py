"""The first person who may sign in to the console, made when there is nobody yet."""

from __future__ import annotations

import secrets
from datetime import datetime

from followup import staff
from followup.database import Database

USERNAME = "admin"


def first_login(database: Database, now: datetime) -> tuple[str, str] | None:
    """(user, password) of a new administrator; None when somebody can sign in already."""
    with database.begin() as conn:
        if staff.count(conn):
            return None
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        staff.add(conn, USERNAME, "Administración", password, "admin", now, view_pii=True, must_change_password=True)
    return USERNAME, password
