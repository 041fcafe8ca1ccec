"""Publications over files: who wins, and the folder that comes of both."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from screening.errors import ERROR
from screening.overlay import compose, library_with, quechua_words, standing, versions_of
from screening.publishing import version_of, with_version
from screening.reader import load_library

SHORT, TRIAGE, SERVICES = "instruments/short.yml", "triage.yml", "services.yml"


@dataclass(frozen=True)
class Put:
    """A publication."""

    number: int
    path: str
    text: str
    based_on: str = ""
    quechua: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Of the text."""
        return version_of(self.text)

    @property
    def sha256(self) -> str:
        """Of the text."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """What texts are compared by."""
    return sha256(text.encode("utf-8")).hexdigest()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small rules."""
    return Path(shutil.copytree(Path(__file__).parent / "rules", tmp_path / "base"))


def text_of(base: Path, path: str) -> str:
    """What the file says."""
    return (base / path).read_text(encoding="utf-8")


def changed(base: Path, path: str, version: str, old: str = "format: 1", new: str = "format: 1  # otra") -> str:
    """The file's text as another version."""
    text = text_of(base, path)
    assert old in text
    return with_version(text.replace(old, new), version)


def test_an_instrument_is_put_beside_the_file(base: Path, tmp_path: Path) -> None:
    """Both are loaded, the newer one is in use, and its cases are run with it."""
    made = Put(1, SHORT, changed(base, SHORT, "2026112301", "¿Duerme mal?", "¿Le cuesta dormir?"))
    library = load_library(compose(base, [made], tmp_path / "rules"))
    assert [library.instrument("short", one).items[0].text for one in ("2026010101", "2026112301")] == [
        "¿Duerme mal?",
        "¿Le cuesta dormir?",
    ]
    assert library.instrument("short").version == "2026112301"
    assert (tmp_path / "rules" / "instruments" / "short@2026112301.cases.yml").is_file()


def test_the_base_is_never_written_to(base: Path, tmp_path: Path) -> None:
    """Neither is a folder that is there already."""
    before = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
    target = compose(base, [Put(1, SHORT, changed(base, SHORT, "2026112301"))], tmp_path / "rules")
    compose(base, [], target)
    assert {path: path.read_bytes() for path in base.rglob("*") if path.is_file()} == before
    assert "2026112301" in versions_of(target, SHORT)
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".")] == []


def test_a_file_with_a_higher_version_is_the_one_in_use(base: Path, tmp_path: Path) -> None:
    """The publication stays loadable for those who are in the middle of it, and staff see that it is outrun."""
    made = Put(1, SHORT, changed(base, SHORT, "2026112301"))
    (base / SHORT).write_text(changed(base, SHORT, "2026112401"), encoding="utf-8")
    found = standing(base, [made])
    assert (found.used, found.superseded, found.same_version) == ((made,), (made,), ())
    assert load_library(compose(base, [made], tmp_path / "rules")).instrument("short").version == "2026112401"


def test_the_same_version_with_another_text_is_the_files(base: Path) -> None:
    """Staff are told; the same text is no conflict, as after an export."""
    made = Put(1, SHORT, changed(base, SHORT, "2026112301"))
    (base / SHORT).write_text(changed(base, SHORT, "2026112301", "¿Duerme mal?", "Otra"), encoding="utf-8")
    assert standing(base, [made]).same_version == standing(base, [made]).superseded == (made,)
    (base / SHORT).write_text(made.text, encoding="utf-8")
    assert standing(base, [made]) == type(standing(base, []))()


def test_of_a_single_file_the_newest_publication_takes_the_place(base: Path, tmp_path: Path) -> None:
    """It was based on the one before, which was based on the file."""
    first = Put(1, TRIAGE, changed(base, TRIAGE, "2026112301"), fingerprint(text_of(base, TRIAGE)))
    second = Put(2, TRIAGE, changed(base, TRIAGE, "2026112302"), first.sha256)
    assert standing(base, [second, first]).used == (second,)
    assert text_of(compose(base, [first, second], tmp_path / "rules"), TRIAGE) == second.text


@pytest.mark.parametrize(
    ("version_in_git", "wins"), [("2026112300", "publication"), ("2026112301", "file"), ("2026112401", "file")]
)
def test_a_single_file_changed_since_wins_unless_its_version_is_lower(
    base: Path, version_in_git: str, wins: str
) -> None:
    """Lower than the publication's: somebody brought back an older file."""
    made = Put(1, TRIAGE, changed(base, TRIAGE, "2026112301"), fingerprint(text_of(base, TRIAGE)))
    (base / TRIAGE).write_text(changed(base, TRIAGE, version_in_git, new="format: 1  # en git"), encoding="utf-8")
    found = standing(base, [made])
    assert (found.used == (made,)) == (wins == "publication")
    assert (found.superseded == (made,)) == (wins == "file")
    assert bool(found.same_version) == (version_in_git == made.version)


def test_a_file_without_version_wins_as_soon_as_it_is_changed(base: Path) -> None:
    """Until then the publication that began from it does; also when it was written into the file meanwhile."""
    text = text_of(base, SERVICES)
    first = Put(1, SERVICES, text + "# uno\n", fingerprint(text))
    second = Put(2, SERVICES, text + "# dos\n", first.sha256)
    assert standing(base, [first, second]).used == (second,)
    (base / SERVICES).write_text(first.text, encoding="utf-8")
    assert standing(base, [first, second]).used == (second,)
    (base / SERVICES).write_text(text + "# en git\n", encoding="utf-8")
    assert standing(base, [first, second]).superseded == (second,)


def test_quechua_is_for_the_texts_of_its_own_file(base: Path, tmp_path: Path) -> None:
    """The last publication's word counts; an older version's text keeps its own."""
    first = Put(1, SHORT, changed(base, SHORT, "2026112301"), quechua={"¿Duerme mal?": "uno", "Sí": "Arí"})
    newer = changed(base, SHORT, "2026112302", "¿Duerme mal?", "¿Le cuesta dormir?")
    second = Put(2, SHORT, newer, quechua={"¿Le cuesta dormir?": "dos", "Sí": "Arí ari"})
    library = load_library(compose(base, [first, second], tmp_path / "rules"))
    words = quechua_words(library, [first, second])
    assert words["short.s1", "¿Duerme mal?"] == "uno"
    assert words["short.s1", "¿Le cuesta dormir?"] == "dos"
    assert words["short.s1.yes", "Sí"] == "Arí ari"
    assert {context.partition(".")[0] for context, _ in words} == {"short"}


def test_going_back_takes_bad_quechua_back(base: Path, tmp_path: Path) -> None:
    """Of words that are still said, the newest publication's alone count, also when it has none of its own."""
    first = Put(1, SHORT, changed(base, SHORT, "2026112301"), quechua={"Sí": "Arí"})
    second = Put(2, SHORT, changed(base, SHORT, "2026112302"), quechua={"Sí": "Mana", "¿Duerme mal?": "mana allin"})
    back = Put(3, SHORT, changed(base, SHORT, "2026112303"), quechua={"Sí": "Arí"})
    library = load_library(compose(base, [first, second, back], tmp_path / "rules"))
    words = quechua_words(library, [first, second, back])
    assert words["short.s1.yes", "Sí"] == "Arí"
    assert ("short.s1", "¿Duerme mal?") not in words


def test_a_folder_is_as_young_as_its_making(base: Path, tmp_path: Path) -> None:
    """Not as old as the files that it was copied from: it would be taken away as one that nobody reads."""
    os.utime(base, (1, 1))
    made = compose(base, [Put(1, SHORT, changed(base, SHORT, "2026112301"))], tmp_path / "rules")
    assert made.stat().st_mtime > time.time() - 60


def test_a_draft_is_tried_as_a_newer_version_beside_what_is_in_use(base: Path) -> None:
    """Nothing is written; what is in use is still there to compare with."""
    library, problems = library_with(base, SHORT, text_of(base, SHORT).replace("¿Duerme mal?", "¿Le cuesta dormir?"))
    assert problems == []
    assert library.instrument("short").items[0].text == "¿Le cuesta dormir?"
    assert library.instrument("short", "2026010101").items[0].text == "¿Duerme mal?"


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (SHORT, "options: yes_no", "options: si_no", "options_unknown"),
        (SHORT, "name: short", "name: shorter", "name_not_file"),
        (SHORT, "items:", "items: [", "yaml_syntax"),
        ("flows/menu.yml", "steps:", "stebs:", "key_unknown"),
        (TRIAGE, "short.s3 == 1", "short.s33 == 1", "fact_unknown"),
        ("triage.cases.yml", "triage:", "triage: [", "yaml_syntax"),
    ],
)
def test_mistakes_of_a_draft_are_found_with_their_line(base: Path, path: str, old: str, new: str, code: str) -> None:
    """In its own file, as staff know it."""
    text = text_of(base, path)
    assert old in text
    _, problems = library_with(base, path, text.replace(old, new, 1))
    found = [problem for problem in problems if problem.code == code]
    assert found
    assert {problem.file for problem in found} == {path}


def test_what_a_draft_breaks_elsewhere_is_found_too(base: Path) -> None:
    """A text gives a number of a kind that nobody answers any more."""
    without = text_of(base, SERVICES).replace("crisis_call", "police")
    _, problems = library_with(base, SERVICES, without)
    errors = [problem for problem in problems if problem.severity == ERROR]
    assert {problem.code for problem in errors} == {"service_missing"}
    assert SERVICES not in {problem.file for problem in errors}
