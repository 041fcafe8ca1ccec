"""Views of the list under a name: kept by whoever made them, and shared with the team if they wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from followup import context
from followup.errors import StaffRefused
from followup.models import practitioner, saved_list

LONGEST_NAME = 60
MOST = 30
"""Views that one person may keep."""


@dataclass(frozen=True)
class SavedList:
    """One view. query: what follows the question mark of its address."""

    id: str
    name: str
    query: str
    shared: bool
    owner_id: str
    owner_name: str


def offered(conn: Connection, viewer: str) -> list[SavedList]:
    """The viewer's own, then what others share, by name."""
    wanted = (
        select(saved_list, practitioner.c.name.label("owner_name"))
        .join(practitioner, practitioner.c.id == saved_list.c.owner_id)
        .where(or_(saved_list.c.owner_id == viewer, saved_list.c.shared.is_(True)))
        .order_by(saved_list.c.owner_id != viewer, saved_list.c.name)
    )
    return [
        SavedList(row.id, row.name, row.query, row.shared, row.owner_id, row.owner_name) for row in conn.execute(wanted)
    ]


def keep(conn: Connection, owner_id: str, name: str, query: str, shared: bool, now: datetime) -> None:
    """Keep the view; one of the same name is replaced. Raises StaffRefused: name_empty, too_many."""
    wanted = " ".join(name.split())[:LONGEST_NAME]
    if not wanted:
        raise StaffRefused("name_empty")
    same = saved_list.c.owner_id == owner_id, saved_list.c.name == wanted
    if conn.execute(update(saved_list).where(*same).values(query=query, shared=shared)).rowcount:
        return
    mine = select(func.count()).select_from(saved_list).where(saved_list.c.owner_id == owner_id)
    if conn.execute(mine).scalar_one() >= MOST:
        raise StaffRefused("too_many")
    row = {"id": context.of(conn).new_id(), "owner_id": owner_id, "name": wanted, "query": query}
    conn.execute(insert(saved_list), row | {"shared": shared, "created_at": now})


def drop(conn: Connection, list_id: str, viewer: str, supervises: bool) -> bool:
    """Whether there was such a view and the viewer may take it away: their own, or a shared one as a supervisor."""
    theirs = saved_list.c.owner_id == viewer
    may = or_(theirs, saved_list.c.shared.is_(True)) if supervises else theirs
    return bool(conn.execute(delete(saved_list).where(saved_list.c.id == list_id, may)).rowcount)
