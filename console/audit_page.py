"""The audit for those who answer for it: who looked at or changed what, when; with filters and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from console.cases import short_name
from console.clockwords import LIMA, moment_words
from console.permissions import Permission
from console.report_period import day_of
from console.rights_words import rights_words
from console.staff_language import told
from console.visit import StaffRoute, Visit
from followup import audit, audit_search, staff
from followup.audit_search import GROUPS, PAGE, TEAM, AuditFilters, AuditLine

ADDRESS = "/auditoria"
_DIGITS = 18
# A spreadsheet would run what begins like this.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = ("fecha_hora", "quien", "cuenta", "que", "codigo", "objeto", "id", "persona", "detalle")


@dataclass(frozen=True)
class LineWords:
    """One row in words."""

    line: AuditLine
    when: str
    who: str
    what: str
    whom: str
    detail: str


def routes() -> list[BaseRoute]:
    """For supervisors and administrators."""
    return [
        StaffRoute(ADDRESS, audit_page, Permission.VIEW_AUDIT),
        StaffRoute(f"{ADDRESS}/archivo", as_file, Permission.VIEW_AUDIT, "POST"),
    ]


def audit_page(visit: Visit) -> Response:
    """A page of rows, newest first. That it was read is recorded, once for each page."""
    typed = {name: visit.query.get(name, "").strip()[:60] for name in ("desde", "hasta", "quien", "que", "persona")}
    before = visit.query.get("antes", "")
    with visit.site.database.begin() as conn:
        found = audit_search.page(conn, _filters(typed), _number(before), PAGE + 1)
        team = staff.everyone(conn)
        _note(conn, visit, "audit.read", audit.READ, typed)
    shown = found[:PAGE]
    older = urlencode({**_asked(typed), "antes": shown[-1].id}) if len(found) > PAGE else None
    return visit.page(
        "audit.html",
        here="auditoria",
        lines=[line_words(line, visit.now) for line in shown],
        older=older,
        newest=not before,
        typed=typed,
        team=team,
        groups=[(group, rights_words()["audit_group"][group]) for group in GROUPS],
        address=ADDRESS,
        query=urlencode(_asked(typed)),
    )


def as_file(visit: Visit) -> Response:
    """All rows that fit, as CSV; written while it is sent, so that ten years of audit need no memory."""
    typed = {name: visit.form.get(name, "").strip()[:60] for name in ("desde", "hasta", "quien", "que", "persona")}
    with visit.site.database.begin() as conn:
        _note(conn, visit, "audit.exported", audit.READ, typed)
    headers = {"Content-Disposition": 'attachment; filename="uyariq-auditoria.csv"'}
    return StreamingResponse(_rows(visit, _filters(typed)), media_type="text/csv; charset=utf-8", headers=headers)


def line_words(line: AuditLine, now: datetime) -> LineWords:
    """A row as staff read it; codes without words stay as they are."""
    words = rights_words()
    return LineWords(
        line=line,
        when=moment_words(line.at, now),
        who=line.actor or words["actor"].get(line.actor_kind, line.actor_kind),
        what=words["subtype"].get(line.subtype, line.subtype),
        whom=short_name(line.patient_id)
        if line.patient_id
        else words["object"].get(line.object_kind, line.object_kind),
        detail=_detail(line),
    )


def _detail(line: AuditLine) -> str:
    """Why a look was taken, and how much; ids and codes of other rows say nothing to a reader."""
    reason = line.detail.get("reason")
    parts = [rights_words()["look_reason"].get(reason, str(reason))] if reason else []
    if line.detail.get("pii"):
        parts.append(told("con nombre y teléfono"))
    if isinstance(line.detail.get("count"), int):
        parts.append(told("{number} filas", number=line.detail["count"]))
    return "; ".join(parts)


def _filters(typed: dict[str, str]) -> AuditFilters:
    first, last = day_of(typed["desde"]), day_of(typed["hasta"])
    return AuditFilters(
        start=datetime.combine(first, time(), LIMA) if first else None,
        end=datetime.combine(last + timedelta(days=1), time(), LIMA) if last else None,
        # Of one person everything is shown, also what they did themselves.
        actor=typed["quien"] or (None if typed["persona"] else TEAM),
        group=typed["que"] or None,
        object_id=typed["persona"] or None,
    )


def _asked(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if value}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _note(conn: Any, visit: Visit, subtype: str, action: str, typed: dict[str, str]) -> None:
    # What was typed may be anything: only which filters were used is kept.
    detail = {"filters": sorted(_asked(typed))}
    audit.record(conn, visit.now, action, subtype, "AuditEvent", None, practitioner_id=visit.staff.id, detail=detail)


def _rows(visit: Visit, filters: AuditFilters) -> Iterator[str]:
    yield "\ufeff" + _csv(HEADER)
    with visit.site.database.read() as conn:
        for line in audit_search.every(conn, filters):
            words = line_words(line, visit.now)
            local = line.at.astimezone(LIMA).isoformat(timespec="seconds")
            row = (local, words.who, line.actor_id, words.what, line.subtype, line.object_kind, line.object_id)
            yield _csv((*row, line.patient_id, words.detail))


def _csv(values: tuple[str | None, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(value or "") for value in values])
    return written.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
