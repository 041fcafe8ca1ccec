"""The model that understands messages: learn from what staff labelled, look at what changes, publish or drop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.visit import StaffRoute, Visit, go, not_found
from followup import audit

ADDRESS = "/modelos"
READY, UNDER_WAY = "ready", ("training", "comparing")
KIND = "Model"
PARTS = 3
# By the last part of a figure's name: here a smaller number is the better one.
LESS_IS_BETTER = ("opposite", "false_alarms_by_rules", "false_alarms_with_model", "also_in_training")
# What a person decides by; the rest stands below them.
FIRST = ("macro_f1", "found_with_model", "false_alarms_with_model", "direct", "opposite")


class Report(Protocol):
    """What is known of a model that waits (see uyariq.model_shelf.Report)."""

    @property
    def state(self) -> str: ...

    @property
    def begun_at(self) -> str: ...

    @property
    def by(self) -> str | None: ...

    @property
    def learnt(self) -> tuple[int, ...]: ...

    @property
    def figures(self) -> Mapping[str, tuple[float | None, float | None]]: ...

    @property
    def worse(self) -> tuple[str, ...]: ...

    @property
    def changed(self) -> tuple[tuple[int, str, str], ...]: ...


class ModelDesk(Protocol):
    """The models of this installation."""

    def report(self) -> Report | None: ...

    def labelled(self) -> tuple[int, int]: ...

    def can_roll_back(self) -> bool: ...

    def begin(self, by: str) -> bool: ...

    def publish(self) -> None: ...

    def drop(self) -> None: ...

    def roll_back(self) -> None: ...


@dataclass(frozen=True)
class Line:
    """A figure of both models. change: better, worse or same; first: whether people decide by it."""

    name: str
    then: float | None
    now: float | None
    change: str
    first: bool


def routes() -> list[BaseRoute]:
    """Who labels may look and train; who edits what the bot says may put a model in use."""
    see, put = Permission.LABEL_MESSAGES, Permission.EDIT_RULES
    return [
        StaffRoute(ADDRESS, models_page, see),
        StaffRoute(f"{ADDRESS}/entrenar", begin, see, "POST"),
        StaffRoute(f"{ADDRESS}/publicar", publish, put, "POST"),
        StaffRoute(f"{ADDRESS}/descartar", drop, put, "POST"),
        StaffRoute(f"{ADDRESS}/volver", roll_back, put, "POST"),
    ]


def models_page(visit: Visit) -> Response:
    """How far it is, and the comparison once there is one."""
    desk = visit.site.models
    if desk is None:
        return not_found(visit)
    report = desk.report()
    lines = [_line(name, then, now, report.worse) for name, (then, now) in report.figures.items()] if report else []
    labelled, new = desk.labelled()
    return visit.page(
        "models.html",
        here="modelos",
        notice=visit.query.get("aviso", ""),
        report=report,
        under_way=report is not None and report.state in UNDER_WAY,
        lines=[line for line in lines if line.first or line.change != "same"],
        same=sum(not line.first and line.change == "same" for line in lines),
        labelled=labelled,
        new=new,
        second_needed=report is not None and _second_needed(report, visit),
        can_roll_back=desk.can_roll_back(),
        may_publish=visit.may(Permission.EDIT_RULES),
    )


def begin(visit: Visit) -> Response:
    """Start a training, unless one is under way."""
    desk = visit.site.models
    if desk is None:
        return not_found(visit)
    begun = desk.begin(visit.staff.id)
    if begun:
        _record(visit, "model.training")
    return _back("begun" if begun else "busy")


def publish(visit: Visit) -> Response:
    """Put it in use; where a figure fell, by somebody else than who had it trained."""
    desk = visit.site.models
    report = desk.report() if desk else None
    if desk is None or report is None or report.state != READY:
        return _back("gone")
    if _second_needed(report, visit):
        return _back("second")
    desk.publish()
    _record(visit, "model.published", {"learnt": len(report.learnt), "worse": len(report.worse)})
    return _back("published")


def drop(visit: Visit) -> Response:
    """Throw it away."""
    desk = visit.site.models
    if desk is None:
        return not_found(visit)
    report = desk.report()
    if report is not None and report.state in UNDER_WAY:
        return _back("busy")
    desk.drop()
    _record(visit, "model.dropped")
    return _back("dropped")


def roll_back(visit: Visit) -> Response:
    """The model before is in use again."""
    desk = visit.site.models
    if desk is None or not desk.can_roll_back():
        return _back("gone")
    desk.roll_back()
    _record(visit, "model.rolled_back")
    return _back("back")


def _second_needed(report: Report, visit: Visit) -> bool:
    """Where a figure fell, or nothing could be measured at all, who had it trained does not decide alone."""
    return (bool(report.worse) or not report.figures) and report.by == visit.staff.id


def _line(name: str, then: float | None, now: float | None, worse: tuple[str, ...]) -> Line:
    kind = name.rsplit(".", 1)[-1]
    if name in worse:
        change = "worse"
    elif then is None or now is None or then == now:
        change = "same"
    else:
        change = "better" if (now < then) == (kind in LESS_IS_BETTER) else "little_worse"
    return Line(name, then, now, change, kind in FIRST and name.count(".") < PARTS)


def _back(notice: str) -> Response:
    return go(f"{ADDRESS}?aviso={notice}")


def _record(visit: Visit, subtype: str, detail: Mapping[str, object] | None = None) -> None:
    with visit.site.database.begin() as conn:
        audit.record(
            conn,
            visit.now,
            audit.UPDATE,
            subtype,
            KIND,
            None,
            practitioner_id=visit.staff.id,
            detail=dict(detail or {}),
        )
