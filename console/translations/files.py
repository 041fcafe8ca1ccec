"""A language as a file to take away, and such a file brought back: all of it, or nothing when a line is wrong."""

from __future__ import annotations

from starlette.responses import Response

from console.translations.desk import LANGUAGES, Reading
from console.translations.review import may_sign
from console.translations.words import words
from console.visit import Visit, go, not_found
from followup import audit
from followup import translations_store as store

FORMS = {
    "po": "text/x-gettext-translation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN_PROBLEMS = 100
FILE, SIGN = "archivo", "firmo"


def files_page(visit: Visit) -> Response:
    """What can be taken away, and the form to bring something back."""
    return not_found(visit) if visit.site.translations is None else _page(visit)


def download(visit: Visit) -> Response:
    """The language's texts with what reviewers saved; the look is recorded."""
    desk, language, form = visit.site.translations, visit.query.get("idioma", ""), visit.query.get("forma", "")
    if desk is None or language not in LANGUAGES or form not in FORMS:
        return not_found(visit)
    content = desk.export(form, language, visit.site.library)
    with visit.site.database.begin() as conn:
        subtype = "translation.exported"
        store.note(conn, subtype, language, None, visit.now, visit.staff.id, action=audit.EXECUTE)
    attachment = f'attachment; filename="uyariq_{language}.{form}"'
    return Response(content, media_type=FORMS[form], headers={"Content-Disposition": attachment})


def upload(visit: Visit) -> Response:
    """What the file would change, or changed; with a single mistake in it, nothing is kept."""
    desk, language = visit.site.translations, visit.form.get("idioma", "")
    if desk is None or language not in LANGUAGES:
        return not_found(visit)
    content = visit.files.get(FILE, b"")
    if not content.strip():
        return _page(visit, 400, trouble=words()["refused"]["no_file"])
    signs = visit.form.get(SIGN) == "1"
    if signs and not may_sign(visit, language):
        return _page(visit, 400, trouble=words()["refused"]["not_a_speaker"])
    form = "xlsx" if content.startswith(b"PK") else "po"
    read = desk.read(form, content, language, visit.site.library, visit.staff.name if signs else "")
    if read.problems:
        return _page(visit, 400, read=read)
    if visit.form.get("hacer") != "importar":
        return _page(visit, read=read, language=language)
    with visit.site.database.begin() as conn:
        store.save_all(conn, read.words, visit.now, visit.staff.id)
    desk.refresh()
    return go(f"/traducciones?idioma={language}&aviso=imported")


def _page(
    visit: Visit, status_code: int = 200, *, read: Reading | None = None, trouble: str | None = None, language: str = ""
) -> Response:
    problems = list(read.problems) if read else []
    return visit.page(
        "translations/files.html",
        status_code,
        here="traducciones",
        read=read,
        trouble=trouble,
        problems=problems[:SHOWN_PROBLEMS],
        more_problems=max(0, len(problems) - SHOWN_PROBLEMS),
        languages=LANGUAGES,
        chosen=language or visit.form.get("idioma", "qu"),
        signable=[code for code in LANGUAGES if may_sign(visit, code)],
        forms=FORMS,
        words=words(),
    )
