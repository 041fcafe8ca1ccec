"""What staff wrote in the console, put in use, taken back and written into files at the terminal."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.catalog import Catalog
from followup import rule_drafts, rule_publications
from followup.database import Database
from screening.publishing import version_of
from screening.reader import load_library
from screening.texts import of_flow
from tests.followup.people import add_staff
from uyariq.__main__ import main
from uyariq.commands import rules_published
from uyariq.rooms import RULES, open_database
from uyariq.settings import read_settings

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)
PATH = "first_aid/respiracion.yml"
TEXT = (RULES / PATH).read_text(encoding="utf-8")
SCRIPT = load_library(RULES).flow("respiracion")
FIRST = next(one for one in of_flow(SCRIPT) if one.kind == "bubble" and f'"{one.text}"' in TEXT)
CONTEXT, NEW_WORDS, QUECHUA = FIRST.context, "Respire conmigo.", "Ñuqawan samay."
CHANGED = TEXT.replace(f'"{FIRST.text}"', f'"{NEW_WORDS}"', 1)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An installation with somebody who may publish, somebody who may not, and a draft (number 1) that was approved."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    opened = open_database(read_settings())
    opened.migrate()
    luz, eva = add_staff(opened, "luz", "staff"), add_staff(opened, "eva", "staff")
    add_staff(opened, "ana", "counselor")
    with opened.begin() as conn:
        begun = rule_drafts.open_draft(conn, PATH, TEXT, luz, NOW)
        made = rule_drafts.save_draft(conn, begun.id, begun.revision, CHANGED, {NEW_WORDS: QUECHUA}, luz, NOW)
        # Other words in Quechua are looked at by somebody else.
        sent = rule_drafts.send_to_review(conn, made.id, made.revision, "más claro", luz, NOW)
        rule_drafts.decide(conn, sent.id, sent.revision, True, "", eva, NOW)
    return opened


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rules to write into."""
    folder = tmp_path / "rules_of_git"
    shutil.copytree(RULES, folder)
    monkeypatch.setattr(rules_published, "RULES", folder)
    return folder


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """Catalogs of nobody yet."""
    return tmp_path / "locale_of_git"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints."""
    capsys.readouterr()
    assert main(["rules", *arguments]) == 0
    return capsys.readouterr().out


PUBLISH = ("publish", "1", "--user", "luz", "--note", "más claro")


def test_a_draft_is_listed_published_and_taken_back(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way, with the real check; the version is given."""
    assert f"1  {PATH}  [aprobado]  Luz" in said(capsys, "drafts")
    assert f"Publicado: {PATH}" in said(capsys, *PUBLISH)
    assert said(capsys, "drafts") == ""
    back = said(capsys, "rollback", PATH, "0", "--user", "luz", "--note", "como antes")
    assert "publicación 2" in back
    listed = said(capsys, "published").splitlines()
    assert [("cerrado" in listed[0], "publicado" in listed[1])] == [(True, True)]
    with database.read() as conn:
        newest, first = rule_publications.history_of(conn, PATH)
    assert newest.text == TEXT.replace(version_of(TEXT), newest.version)
    assert newest.version > first.version > version_of(TEXT)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["publish", "7", "--user", "luz", "--note", "n"], "No hay un borrador"),
        (["publish", "1", "--user", "luz", "--note", " "], "Falta la nota"),
        (["rollback", PATH, "7", "--user", "luz", "--note", "n"], "no tiene una publicación"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    database: Database, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Exit status 1, nothing published."""
    assert main(["rules", *arguments]) == 1
    assert words in capsys.readouterr().err
    with database.read() as conn:
        assert rule_publications.revision(conn) == 0


def test_who_may_not_publish_in_the_console_may_not_here(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """A counselor's account is refused."""
    assert main(["rules", "publish", "1", "--user", "ana", "--note", "n"]) == 2
    assert "no es una cuenta que pueda publicar" in capsys.readouterr().err


def put_out(database: Database) -> None:
    """The draft in use, its check left out: that one is proven above."""
    with database.begin() as conn:
        (draft,) = rule_drafts.drafts(conn)
        rule_publications.publish(conn, draft.id, draft.revision, "nota", draft.author_id, NOW, lambda *_: [])


def test_publications_are_written_into_the_files(
    database: Database, rules: Path, locale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The published text is the file then, the former version stands beside it, and doing it again changes nothing."""
    put_out(database)
    with database.read() as conn:
        (made,) = rule_publications.history_of(conn, PATH)
    said(capsys, "export-published", "--out", str(rules), "--locale", str(locale))
    former = (rules / PATH).with_name(f"respiracion@{version_of(TEXT)}.yml")
    assert (rules / PATH).read_text(encoding="utf-8") == made.text
    assert former.read_text(encoding="utf-8") == TEXT
    before = {path: path.read_bytes() for path in rules.rglob("*.yml")}
    said(capsys, "export-published", "--out", str(rules), "--locale", str(locale))
    assert {path: path.read_bytes() for path in rules.rglob("*.yml")} == before


def test_the_quechua_of_publications_is_written_into_the_catalog(
    database: Database, rules: Path, locale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For its own text; what a reviewer has signed is not written over."""
    put_out(database)
    assert "1 textos en quechua" in said(capsys, "export-published", "--out", str(rules), "--locale", str(locale))
    assert Catalog(locale).translate(CONTEXT, NEW_WORDS, "qu") == QUECHUA
    path = locale / "qu" / "LC_MESSAGES" / "uyariq.po"
    signed = f'# revisado: Rosa, 2026-11-24\nmsgctxt "{CONTEXT}"\nmsgid "{NEW_WORDS}"\nmsgstr "allinmi"\n'
    path.write_text(path.read_text(encoding="utf-8").split("msgctxt")[0].rsplit("#:", 1)[0] + signed, encoding="utf-8")
    said(capsys, "export-published", "--out", str(rules), "--locale", str(locale))
    assert Catalog(locale).translate(CONTEXT, NEW_WORDS, "qu") == "allinmi"


def test_a_file_that_is_newer_is_not_written_over(
    database: Database, rules: Path, locale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody changed it in git since."""
    put_out(database)
    newer = TEXT.replace(version_of(TEXT), "2099010101")
    (rules / PATH).write_text(newer, encoding="utf-8")
    exported = said(capsys, "export-published", "--out", str(rules), "--locale", str(locale))
    assert "el archivo es más nuevo" in exported
    assert not (locale / "qu").exists()
    assert (rules / PATH).read_text(encoding="utf-8") == newer
    assert "superado por el archivo" in said(capsys, "published")
