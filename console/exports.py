"""Taking data away as files: who may, after saying that they know what they hold, and each time recorded."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.report_period import day_of
from console.visit import StaffRoute, Visit
from followup.errors import RulesError
from followup.exports.dhis2_rules import CodesMissing
from followup.exports.dictionary import dictionary
from followup.exports.export import DHIS2, FORMATS, Order, as_one_file, exporting


def routes() -> list[BaseRoute]:
    """The addresses of this part."""
    return [
        StaffRoute("/exportes", exports_page, Permission.EXPORT),
        StaffRoute("/exportes", take_away, Permission.EXPORT, "POST"),
    ]


def exports_page(visit: Visit) -> Response:
    """The form, and what each file holds."""
    return _page(visit, 200)


def take_away(visit: Visit) -> Response:
    """The file; without the confirmation there is none, and names only for those with the right to them."""
    form = visit.form.get("formato", "")
    if form not in FORMATS:
        return _page(visit, 400, trouble="format")
    if form != DHIS2 and visit.form.get("confidencial") != "1":
        return _page(visit, 400, trouble="confirm")
    identity = visit.form.get("identidad") == "1" and form != DHIS2
    if identity and not visit.may(Permission.VIEW_IDENTITY):
        return _page(visit, 400, trouble="identity")
    days = day_of(visit.form.get("desde")), day_of(visit.form.get("hasta"))
    order = Order(form, *days, identity=identity, practitioner_id=visit.staff.id)
    try:
        return _file(visit, order)
    except (CodesMissing, RulesError) as refused:
        return _page(visit, 409, refused=str(refused))


def _file(visit: Visit, order: Order) -> Response:
    """The file as a download; what lay on the disk is removed once it was sent."""
    name = f"uyariq-{order.format}"
    kept = Path(tempfile.mkdtemp(prefix="uyariq-download-"))
    try:
        with exporting(visit.site.database, order, visit.now, visit.site.library, kept) as made:
            one = as_one_file(made, name)
            target = kept / f"{name}{one.suffix}"
            os.replace(one, target)
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    away = BackgroundTask(shutil.rmtree, kept, ignore_errors=True)
    return FileResponse(target, filename=target.name, background=away)


def _page(visit: Visit, status_code: int, trouble: str | None = None, refused: str | None = None) -> Response:
    return visit.page(
        "exports.html",
        status_code,
        here="reportes",
        formats=FORMATS,
        typed=visit.form,
        trouble=trouble,
        refused=refused,
        tables=dictionary(),
        identity_allowed=visit.may(Permission.VIEW_IDENTITY),
    )
