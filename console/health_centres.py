"""The directory of health centres: to look a place up, and to bring a table in, all of it or nothing."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import district_words
from console.clockwords import LIMA
from console.permissions import Permission
from console.staff_language import told
from console.uploads import UploadRoute
from console.visit import StaffRoute, Visit
from followup import health_centres
from followup.centre_file import HEADER, OPTIONAL, read_centres
from followup.centre_problems import CentreProblem
from followup.health_centres import CentreEntry, ImportReport, rules_of
from screening.fold import fold

CASES, DIRECTORY = Permission.WORK_CASES, Permission.EDIT_DIRECTORY
SHOWN_PROBLEMS, SHOWN_ENTRIES = 100, 200
FILE = "archivo"


def routes() -> list[BaseRoute]:
    """Addresses of the directory."""
    return [
        StaffRoute("/centros", directory_page, CASES),
        StaffRoute("/centros/importar", import_form, DIRECTORY),
        UploadRoute("/centros/importar", import_file, DIRECTORY, "POST"),
    ]


def directory_page(visit: Visit) -> Response:
    """The entries whose name, code or district holds the words that were asked for."""
    words = visit.query.get("buscar", "").strip()[:80]
    with visit.site.database.read() as conn:
        rules = rules_of(conn)
        found = health_centres.entries(
            conn, _today(visit), words=words, ubigeos=_districts(visit, words), limit=SHOWN_ENTRIES
        )
        total = health_centres.count(conn)
        to_review = health_centres.count_to_review(conn, _today(visit))
    rows = [
        (entry, _place(visit, entry), [told(rules.services.get(one, one)) for one in entry.services]) for entry in found
    ]
    return visit.page(
        "health_centres.html",
        here="derivaciones",
        rows=rows,
        words=words,
        total=total,
        to_review=to_review,
        shown=SHOWN_ENTRIES,
        may_import=visit.may(DIRECTORY),
    )


def import_form(visit: Visit) -> Response:
    """The form, and what the table must look like."""
    return _import_page(visit)


def import_file(visit: Visit) -> Response:
    """What the table would change, or changed; with a single mistake in it, nothing is kept."""
    content = visit.files.get(FILE, b"")
    if not content.strip():
        return _import_page(visit, missing=True, status_code=400)
    dry_run = visit.form.get("hacer") != "importar"
    with visit.site.database.begin() as conn:
        services = rules_of(conn).services
        centres, problems = read_centres(content, visit.site.districts, services, _today(visit))
        if problems:
            return _import_page(visit, problems=problems, status_code=400)
        report = health_centres.import_centres(conn, centres, visit.now, by=visit.staff.id, dry_run=dry_run)
    return _import_page(visit, report=report, dry_run=dry_run)


def _import_page(
    visit: Visit,
    *,
    problems: list[CentreProblem] | None = None,
    report: ImportReport | None = None,
    dry_run: bool = False,
    missing: bool = False,
    status_code: int = 200,
) -> Response:
    found = problems or []
    with visit.site.database.read() as conn:
        services = list(rules_of(conn).services.values())
    return visit.page(
        "health_centres_import.html",
        status_code,
        here="derivaciones",
        header=",".join(HEADER),
        optional=OPTIONAL,
        services=services,
        problems=[(one, *one.words(told)) for one in found[:SHOWN_PROBLEMS]],
        more_problems=max(0, len(found) - SHOWN_PROBLEMS),
        report=report,
        dry_run=dry_run,
        missing=missing,
    )


def _districts(visit: Visit, words: str) -> list[str] | None:
    """Ubigeos of the districts and provinces of that name."""
    wanted = fold(words)
    if not wanted:
        return None
    places = visit.site.districts.values()
    return [one.ubigeo for one in places if wanted in (fold(one.district), fold(one.province), one.ubigeo)]


def _place(visit: Visit, entry: CentreEntry) -> str:
    return district_words(entry.ubigeo, visit.site.districts) or entry.ubigeo


def _today(visit: Visit) -> date:
    return visit.now.astimezone(LIMA).date()
