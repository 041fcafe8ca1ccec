"""`uyariq rules drafts|published|publish|rollback|export-published`: what staff wrote in the console, by terminal."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from console.editor.words_desk import is_words
from followup import rule_drafts, rule_processes, rule_publications, staff
from followup.database import Database
from followup.rule_check import Check, checker
from followup.rule_drafts import DraftConflict, DraftRefused
from followup.rule_publications import Publication
from screening.errors import DefinitionError
from screening.fields import LIMA
from screening.overlay import QUECHUA, compose, quechua_words, standing
from screening.publishing import has_versions, name_of, version_of
from screening.reader import read_folder
from uyariq.errors import UsageError, UyariqError
from uyariq.rooms import LOCALE, RULES, open_database
from uyariq.settings import read_settings
from uyariq.translations import catalog_path, is_reviewed, read_catalog, write_catalog
from uyariq.words_desk import RulesWordsDesk

ACTIONS = ("drafts", "published", "publish", "rollback", "export-published")
MAY_PUBLISH = ("staff", "admin")
STATES = {
    "draft": "borrador",
    "in_review": "en revisión",
    "approved": "aprobado",
    "published": "publicado",
    "closing": "por cerrar",
    "closed": "cerrado",
    "superseded": "superado por el archivo",
}
REFUSED = {
    "unknown": "No hay un borrador con ese número; vea `uyariq rules drafts`.",
    "ended": "Ese borrador ya se publicó o se descartó.",
    "note_missing": "Falta la nota: diga con --note qué cambia y por qué.",
    "nothing_changed": "Eso es lo que ya está en uso: no hay nada que publicar.",
    "not_approved": "Este cambio lo tiene que aprobar antes otra persona, en la consola.",
    "file_changed": "El archivo cambió en git después de abrir el borrador; descártelo y haga otro.",
    "number_unknown": "Ese archivo no tiene una publicación con ese número; vea `uyariq rules published`.",
    "second_person": "Es más antiguo y otra persona tiene que mirarlo: haga en la consola un borrador con ese texto.",
    "no_file_before": "Antes de la primera publicación no había archivo: no hay a qué volver.",
}


class NotPublished(UyariqError):
    """Nothing was changed; the sentence says why."""


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Options of all of them."""
    actions.add_parser("drafts", help="what is being written in the console")
    actions.add_parser("published", help="what was published over the files, and who answers with it")
    publishing = actions.add_parser("publish", help="put a draft in use")
    publishing.add_argument("draft", type=int)
    back = actions.add_parser("rollback", help="put an earlier publication in use again, or the file (0)")
    back.add_argument("path", help="the file, as instruments/phq9.yml")
    back.add_argument("number", type=int, help="of the publication; 0 is what the file said before the first one")
    for parser in (publishing, back):
        parser.add_argument("--user", required=True, help="the account of the console that does it")
        parser.add_argument("--note", required=True, help="what changes and why")
    taking = actions.add_parser("export-published", help="write publications into the files, for git")
    taking.add_argument("--out", default=str(RULES), help="the folder of rules to write into (default: the rules)")
    taking.add_argument("--locale", default=str(LOCALE), help="the folder of catalogs for their Quechua")


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when it was refused."""
    with _database() as database:
        if options.action == "drafts":
            return _drafts(database)
        if options.action == "published":
            return _published(database)
        if options.action == "export-published":
            return _export(database, Path(options.out), Path(options.locale))
        return _put(database, options)


@contextmanager
def _database() -> Iterator[Database]:
    database = open_database(read_settings())
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def _drafts(database: Database) -> int:
    with database.read() as conn:
        names = {one.id: one.name for one in staff.everyone(conn)}
        for draft in rule_drafts.drafts(conn):
            who = names.get(draft.author_id, "")
            print(f"{draft.id}  {draft.path}  [{STATES[draft.state]}]  {who}  {_when(draft.updated_at)}  {draft.note}")
    return 0


def _published(database: Database) -> int:
    with database.read() as conn:
        outrun = {one.number for one in standing(RULES, rule_publications.all_of(conn)).superseded}
        for one in rule_publications.all_of(conn):
            state = STATES["superseded" if one.number in outrun and one.state != "closed" else one.state]
            print(f"{one.number}  {one.path}  {one.version}  [{state}]  {_when(one.published_at)}  {one.note}")
        for process in rule_processes.running(conn, _now()):
            print(f"En marcha: {process.part}, con la publicación {process.revision}{_problem(process)}.")
    return 0


def _problem(process: rule_processes.RuleProcess) -> str:
    if process.failed_revision is None:
        return ""
    return f"; la {process.failed_revision} no se pudo usar: {process.problem.splitlines()[0]}"


def _put(database: Database, options: argparse.Namespace) -> int:
    """Publish or go back. The check takes seconds, so it is made before anybody has to wait for the database."""
    who = _account(database, options.user)
    if not options.note.strip():
        raise NotPublished(REFUSED["note_missing"])
    act = _publish if options.action == "publish" else _back
    try:
        with TemporaryDirectory() as folder:
            made = act(database, options, who, _check(database, Path(folder) / "rules"))
    except DraftRefused as error:
        raise NotPublished(REFUSED.get(error.reason, error.reason)) from error
    except DraftConflict as error:
        raise NotPublished("Alguien guardó el borrador en este momento; vuelva a intentarlo.") from error
    print(f"Publicado: {made.path}, versión {made.version} (publicación {made.number}). Vale en pocos segundos.")
    return 0


def _publish(database: Database, options: argparse.Namespace, who: str, check: Check) -> Publication:
    with database.read() as conn:
        draft = rule_drafts.draft(conn, options.draft)
    if draft is None:
        raise DraftRefused("unknown")
    check(draft.path, draft.text)
    with database.begin() as conn:
        return rule_publications.publish(conn, draft.id, draft.revision, options.note, who, _now(), check)


def _back(database: Database, options: argparse.Namespace, who: str, check: Check) -> Publication:
    with database.read() as conn:
        found = rule_publications.publication(conn, options.number)
    if found is not None and found.path == options.path:
        check(found.path, found.text)
    with database.begin() as conn:
        return rule_publications.roll_back(conn, options.path, options.number, options.note, who, _now(), check)


def _check(database: Database, folder: Path) -> Check:
    """Against the files with what is published, as the running processes have them."""
    with database.read() as conn:
        base = compose(RULES, rule_publications.all_of(conn), folder)
    plain, desk = checker(base, _now().astimezone(LIMA).date(), LOCALE), RulesWordsDesk(lambda: base)

    def check(path: str, text: str) -> list[DefinitionError]:
        return [*plain(path, text), *(desk.problems(path, text) if is_words(path) else ())]

    return check


def _export(database: Database, out: Path, locale: Path) -> int:
    """Write what is in use into the folder; a file that was changed since is left alone, and so is its Quechua."""
    with database.read() as conn:
        publications = rule_publications.all_of(conn)
    found = standing(out, publications)
    newest: dict[str, Publication] = {}
    for one in found.used:
        newest[one.path] = one  # type: ignore[assignment]  # what comes in as publications goes out as such
    for one in found.superseded:
        newest.pop(one.path, None)
    for path, one in sorted(newest.items()):
        _keep_former(out, path)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(one.text, encoding="utf-8")
        print(f"{out / path}: versión {one.version}")
    _export_quechua(locale, out, [one for one in publications if one.path in newest])
    for one in found.superseded:
        print(f"{one.path}: la publicación {one.number} no se escribió, el archivo es más nuevo.")
    if not publications:
        print("No hay nada publicado desde la consola.")
    return 0


def _export_quechua(locale: Path, rules: Path, publications: list[Publication]) -> None:
    """Their Quechua into the catalog, unreviewed as it is in use; what a reviewer has signed stays."""
    words = quechua_words(read_folder(rules)[0], publications)
    path = catalog_path(locale, QUECHUA)
    catalog = read_catalog(path, QUECHUA)
    for (context, spanish), quechua in sorted(words.items()):
        known = catalog.get(spanish, context=context)
        if known is None or not is_reviewed(known):
            catalog.delete(spanish, context=context)
            catalog.add(spanish, quechua, context=context)
    if words:
        write_catalog(path, catalog)
        print(f"{path}: {len(words)} textos en quechua. Ordénelo con `uyariq texts update`.")


def _keep_former(out: Path, path: str) -> None:
    """The version that stood in the file goes beside it, for those who are in the middle of it."""
    file = out / path
    if has_versions(path) and file.is_file():
        text = file.read_text(encoding="utf-8")
        file.with_name(f"{name_of(path)}@{version_of(text)}.yml").write_text(text, encoding="utf-8")


def _account(database: Database, username: str) -> str:
    with database.read() as conn:
        person = staff.by_username(conn, username)
    if person is None or not person.active or person.role not in MAY_PUBLISH:
        raise UsageError(f"«{username}» no es una cuenta que pueda publicar (personal o administración).")
    return person.id


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(LIMA):%Y-%m-%d %H:%M}"


def _now() -> datetime:
    return datetime.now(timezone.utc)
