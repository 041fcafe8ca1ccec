"""The JSON Schemas say the same as the readers: what one accepts the other accepts, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from screening.read.positions import parse
from screening.read.section import Section
from screening.reader import read_folder
from screening.schema import FOLDER, KINDS, kind_of, line_for, write, written
from screening.schema.pieces import Schema
from tests.screening.test_broken import BROKEN, PART

HERE = Path(__file__).parent
RULES = HERE.parents[1] / "screening_rules"
GOOD = [(root, path) for root in (RULES, HERE / "rules") for path in sorted(root.rglob("*.yml"))]
# Mistakes of shape that a schema can see; every other mistake needs the whole set of rules.
SHAPE = {
    "due_format", "format_unsupported", "id_format", "key_missing", "key_unknown", "type_wrong", "value_unknown",
    "version_format", "version_unquoted",
}  # fmt: skip
# How a reader calls a place -> where its schema stands.
PLACES = {
    "item": ("instrument", "items", "[]"),
    "score": ("instrument", "scores", "[]"),
    "franja": ("instrument", "scores", "[]", "bands", "[]"),
    "paso": ("flow", "steps", "[]"),
    "regla": ("triage", "rules", "[]"),
    "servicio": ("services", "[]"),
    "frase": ("forbidden_phrases", "[]"),
    "interruptor": ("programme", "flows", "[]"),
    "opciones": ("instrument", "options", "*", "[]"),
    "opción": ("flow", "steps", "[]", "options", "[]"),
}
WHOLE = {kind: (kind,) for kind in ("instrument", "flow", "first_aid", "triage", "replies", "programme")}


def plain(value: Any) -> Any:
    """The value as an editor sees it: a day is its text."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(kind: str, text: str) -> list[str]:
    """What the schema of the kind says about a file's text."""
    found = Draft202012Validator(KINDS[kind][1]).iter_errors(plain(parse(text, "file", [])))
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]


def parts_of(broken: Path) -> Iterator[tuple[str, str]]:
    """The files that a broken example lays out."""
    _, *parts = PART.split(broken.read_text(encoding="utf-8"))
    yield from zip(parts[::2], parts[1::2], strict=True)


def inside(schema: Schema, steps: tuple[str, ...]) -> Schema:
    """The schema at the end of the way: "[]" is an element, "*" any key."""
    for step in steps:
        if "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        if step == "[]":
            schema = schema["items"]
        else:
            schema = schema["additionalProperties"] if step == "*" else schema["properties"][step]
    return schema


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_on_disk_is_the_one_that_the_program_makes(kind: str) -> None:
    """`uyariq rules schema` writes it; nobody edits it by hand."""
    assert (RULES / FOLDER / f"{kind}.json").read_text(encoding="utf-8") == written(kind)
    Draft202012Validator.check_schema(KINDS[kind][1])


@pytest.mark.parametrize(("root", "path"), GOOD, ids=lambda one: one.name)
def test_every_good_file_fits_its_schema(root: Path, path: Path) -> None:
    """Those of the programme and those of the tests."""
    kind = kind_of(path.relative_to(root).as_posix())
    assert kind is not None, "a file without a schema"
    assert complaints(kind, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", sorted(SHAPE))
def test_a_file_of_the_wrong_shape_does_not_fit(code: str) -> None:
    """An editor underlines it before anybody runs the check."""
    broken = HERE / "broken" / f"{code}.yml"
    assert any(complaints(kind, text) for file, text in parts_of(broken) if (kind := kind_of(file)))


@pytest.mark.parametrize("broken", [one for one in BROKEN if one.stem not in SHAPE], ids=lambda one: one.stem)
def test_an_editor_never_underlines_what_has_the_right_shape(broken: Path, tmp_path: Path) -> None:
    """What the reader takes without complaint of shape, the schema takes too."""
    for file, text in parts_of(broken):
        kind = kind_of(file)
        if kind in ("instrument", "flow", "first_aid", "triage") and not _reader_complains(file, text, tmp_path):
            assert complaints(kind, text) == []


def _reader_complains(file: str, text: str, folder: Path) -> bool:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return bool(read_folder(folder)[1])


def test_schemas_know_exactly_the_keys_that_the_readers_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key added to a reader is missing here until its schema has it."""
    known: dict[str, set[str]] = {}
    closing = Section.close

    def close(section: Section, *extra: str) -> None:
        if "," not in section.where:
            place = kind_of(section.file) if section.where == "archivo" else section.where.split()[0]
            known.setdefault(str(place), set()).update(section.asked | set(extra))
        closing(section, *extra)

    monkeypatch.setattr(Section, "close", close)
    for root in (RULES, HERE / "rules"):
        read_folder(root)
    known["opción"] -= {"value", "loinc"}  # an item's own answers are called so too
    for place, (kind, *steps) in {**PLACES, **WHOLE}.items():
        assert set(inside(KINDS[kind][1], tuple(steps))["properties"]) == known[place], place


@pytest.mark.parametrize(("root", "path"), [one for one in GOOD if one[0] == RULES], ids=lambda one: one.name)
def test_every_file_of_the_rules_names_its_schema(root: Path, path: Path) -> None:
    """Editors look for the line at the top."""
    assert path.read_text(encoding="utf-8").startswith(line_for(path.relative_to(root).as_posix()))


def test_writing_schemas_twice_changes_nothing(tmp_path: Path) -> None:
    """The second time there is nothing to do."""
    assert len(write(tmp_path)) == len(KINDS)
    assert write(tmp_path) == []


def test_everything_that_can_be_written_is_described() -> None:
    """Staff read the description beside the cursor."""

    def bare(schema: Any, where: str) -> Iterator[str]:
        for key, one in (schema.get("properties") or {}).items() if isinstance(schema, dict) else ():
            if not one.get("description"):
                yield f"{where}.{key}"
            yield from bare(one, f"{where}.{key}")
        for one in schema.get("anyOf", ()):
            yield from bare(one, where)

    for kind in ("instrument", "flow", "triage", "services", "programme"):
        schema = KINDS[kind][1]
        assert list(bare(schema, kind)) == []
