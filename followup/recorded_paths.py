"""How people answered the instruments, for rehearsals: codes of answers only; no person, no words, no time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from followup.models import answer, questionnaire_response
from screening.rehearsal import RecordedPath

ENDED = ("completed", "stopped")
MOST = 100
"""Paths of one version that are played; more take long and show little new."""


def recorded_paths(conn: Connection, instruments: Iterable[str] | None = None, most: int = MOST) -> list[RecordedPath]:
    """The newest answered questionnaires, at most so many of each version; of all instruments, or of these."""
    chosen = _newest(instruments, most)
    same = answer.c.patient_id == chosen.c.patient_id, answer.c.response_id == chosen.c.response_id
    wanted = (
        select(chosen.c.instrument, chosen.c.version, chosen.c.number, answer.c.link_id, answer.c.code)
        .select_from(chosen.join(answer, same[0] & same[1]))
        .where(answer.c.current.is_(True), answer.c.code.is_not(None))
        .order_by(chosen.c.number, answer.c.id)
    )
    paths: dict[tuple[str, str, int], dict[str, str]] = {}
    for row in conn.execute(wanted):
        paths.setdefault((row.instrument, row.version, row.number), {})[row.link_id] = row.code
    # In no order that tells who came when.
    found = sorted(paths.items(), key=lambda pair: (pair[0][:2], sorted(pair[1].items())))
    return [RecordedPath(instrument, version, answers) for (instrument, version, _), answers in found]


def _newest(instruments: Iterable[str] | None, most: int) -> Any:
    """Responses that are over, numbered; the newest of each version."""
    response = questionnaire_response.c
    newest_first = func.row_number().over(
        partition_by=(response.instrument, response.version),
        order_by=(response.started_at.desc(), response.response_id),
    )
    numbered = select(
        response.patient_id, response.response_id, response.instrument, response.version,
        newest_first.label("place"), func.row_number().over(order_by=response.started_at).label("number"),
    ).where(response.status.in_(ENDED))  # fmt: skip
    if instruments is not None:
        numbered = numbered.where(response.instrument.in_(list(instruments)))
    inner = numbered.subquery()
    return select(inner).where(inner.c.place <= most).subquery()
