"""What needs a second person, which version a change gets, and what staff are told before they publish."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from screening.checks.publishing import check_file
from screening.definitions import Library
from screening.overlay import library_with
from screening.publishing import (
    changed_places,
    consequences,
    needs_second_person,
    next_version,
    version_of,
    version_problems,
    with_version,
)
from screening.reader import load_library

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
SMALL = Path(__file__).parent / "rules"
SHORT = (SMALL / "instruments" / "short.yml").read_text(encoding="utf-8")
NOBODY_ELSE: list[str] = []


def reasons(old: str, new: str, path: str = "instruments/short.yml") -> list[str]:
    """By the real publishing.yml."""
    assert old != new
    return needs_second_person(old, new, path, RULES)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("¿Duerme mal?", "¿Duerme bien?", "preguntas"),
        ("value: 1, label", "value: 2, label", "puntos"),
        ("positive_at: 2", "positive_at: 1", "corte"),
        ('when: "== 1"', 'when: "== 0"', "riesgo"),
        ("  - linkId: s2", "  - linkId: s7", "preguntas"),
        ("max: 1, code: low", "max: 2, code: low", "rangos"),
        ("status: active", "status: retired", "preguntas"),
        ('enableWhen: "s4 == 1"', 'enableWhen: "s4 == 0"', "preguntas"),
    ],
)
def test_questions_points_cutoffs_and_risk_need_a_second_person(old: str, new: str, words: str) -> None:
    """Each with its own reason."""
    found = reasons(SHORT, SHORT.replace(old, new, 1))
    assert any(words in reason for reason in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Por ejemplo, con ganas de llorar.", "Por ejemplo, si llora mucho."),
        ("Aparecen pocas molestias.", "Se ven pocas molestias."),
        ('title: "Cuestionario corto de prueba"', 'title: "Otro título"'),
    ],
)
def test_explanations_meanings_and_titles_need_nobody_else(old: str, new: str) -> None:
    """They are our own words."""
    assert reasons(SHORT, SHORT.replace(old, new, 1)) == NOBODY_ELSE


def test_comments_layout_and_version_are_no_change() -> None:
    """Only what the file says counts."""
    assert changed_places(SHORT, f"# una nota\n{SHORT}") == []
    assert changed_places(SHORT, with_version(SHORT, "2026112201")) == []


def test_the_order_of_questions_is_a_change() -> None:
    """It is the order in which they are asked."""
    start, end = SHORT.index("  - linkId: s2"), SHORT.index("  - linkId: s3")
    assert reasons(SHORT, SHORT[:start] + SHORT[end:].replace("scores:", SHORT[start:end] + "scores:", 1))


@pytest.mark.parametrize("path", ["triage.yml", "flows/crisis_suicide.yml", "publishing.yml", "flows/safety_plan.yml"])
def test_some_files_need_it_whatever_is_changed(path: str) -> None:
    """Triage, crisis help, and this very rule."""
    text = (RULES / path).read_text(encoding="utf-8")
    assert reasons(text, text.replace("format: 1", "format: 2", 1), path)


def test_a_telephone_number_needs_it_and_its_note_does_not() -> None:
    """A wrong number does harm."""
    text = '- {id: a, kind: police, number: "105", note: "uno"}\n'
    assert reasons(text, text.replace("105", "106"), "services.yml")
    assert reasons(text, text.replace("uno", "dos"), "services.yml") == NOBODY_ELSE


def test_a_text_that_cannot_be_read_differs_everywhere() -> None:
    """Whoever broke it does not get round the review by it."""
    assert reasons(SHORT, SHORT.replace("items:", "items: ["))


def test_without_rules_for_it_everything_needs_a_second_person() -> None:
    """The careful answer where nobody decided."""
    changed = SHORT.replace("Por ejemplo, con ganas de llorar.", "Llora.")
    assert needs_second_person(SHORT, changed, "instruments/short.yml", SMALL)
    assert needs_second_person(SHORT, SHORT, "instruments/short.yml", SMALL) == []


def test_versions_are_named_by_the_day_and_only_grow() -> None:
    """Also past the ninety-ninth of a day, past the end of a month, and above what others took."""
    text = 'format: 1\nversion: "2026112801"  # la de hoy\nname: x\n'
    assert next_version(text) == "2026112802"
    assert next_version(text, date(2026, 12, 1)) == "2026120101"
    assert next_version(text, date(2026, 11, 2)) == "2026112802"
    assert next_version(text, date(2026, 11, 28), ["2026112805"]) == "2026112806"
    assert next_version(with_version(text, "2026113099")) == "2026120101"
    assert next_version("- {id: a}\n", date(2026, 11, 28)) == "2026112801"


def test_a_new_version_keeps_every_comment() -> None:
    """Only the number changes; versions further in are somebody else's."""
    text = 'format: 1\nversion: "2026112801"  # la de hoy\nsource:\n  - version: "1999010101"\n'
    assert with_version(text, "2026112901") == text.replace("2026112801", "2026112901")
    assert version_of("- {id: a}\n") == ""
    assert with_version("- {id: a}\n", "2026112901") == "- {id: a}\n"


HIDDEN = [
    ('version: "2026010101"', 'version : "9999123101"'),
    ('version: "2026010101"', '"version": "9999123101"'),
    ('version: "2026010101"', '? version\n: "9999123101"'),
    ('version: "2026010101"', 'version: !!str "9999123101"'),
    ('version: "2026010101"', 'version:\n  "9999123101"'),
    ('version: "2026010101"', "version: 99991231011"),
    ('version: "2026010101"', 'note: "\nversion: \'2026010101\'"\nversion : "9999123101"'),
]


@pytest.mark.parametrize(("old", "new"), HIDDEN)
def test_a_version_that_could_not_be_replaced_is_refused_with_its_line(old: str, new: str) -> None:
    """It would be read, stay above all others, and pin the file for good."""
    assert old in SHORT
    text = SHORT.replace(old, new, 1)
    _, found = library_with(SMALL, "instruments/short.yml", text)
    (problem,) = [one for one in found if one.code == "version_line"]
    assert "version" in text.splitlines()[problem.line - 1]


@pytest.mark.parametrize(("old", "new"), HIDDEN)
def test_what_is_read_after_a_new_version_is_that_version(old: str, new: str) -> None:
    """Else it is not published."""
    assert version_problems(with_version(SHORT, "2026112901"), "instruments/short.yml", "2026112901") == []
    hidden = with_version(SHORT.replace(old, new, 1), "2026112901")
    assert version_problems(hidden, "instruments/short.yml", "2026112901")
    without = SHORT.replace('version: "2026010101"', "# nada")
    assert version_problems(without, "instruments/short.yml", "2026112901")


@pytest.mark.parametrize("path", [path for path in RULES.rglob("*.yml") if "schema" not in path.parts])
def test_our_own_files_write_their_version_as_expected(path: Path) -> None:
    """Also those that have none."""
    assert version_problems(path.read_text(encoding="utf-8"), path.relative_to(RULES).as_posix()) == []


@pytest.fixture(scope="module")
def library() -> Library:
    """The small rules."""
    return load_library(SMALL)


def told(library: Library, text: str, under_way: int = 0, quechua: dict[str, str] | None = None) -> list[str]:
    """What staff read before they publish the short questionnaire; the catalog has all that is old."""
    path = "instruments/short.yml"
    new, _ = library_with(SMALL, path, text)
    known = SHORT

    def has(_context: str, spanish: str, _language: str) -> bool:
        return spanish in known

    return consequences(library, new, path, has, quechua or {}, under_way)


def test_staff_are_told_of_open_screenings_stale_quechua_and_cutoffs(library: Library) -> None:
    """In sentences."""
    changed = SHORT.replace("¿Duerme mal?", "¿Le cuesta dormir?").replace(
        "positive_at: 2, source", "positive_at: 1, source", 1
    )
    assert told(library, changed, under_way=14) == [
        "Hay 14 tamizajes abiertos con la versión anterior: terminan con ella.",
        "Falta el quechua de 1 texto: quien habla quechua los leería en castellano.",
        "Un cuestionario con una pregunta sin traducir deja de ofrecerse en quechua.",
        "El corte de «common» pasa de 2 a 1.",
    ]


def test_quechua_in_the_draft_is_not_stale(library: Library) -> None:
    """Nor does anything follow from a change without consequences."""
    changed = SHORT.replace("¿Duerme mal?", "¿Le cuesta dormir?")
    assert told(library, changed, quechua={"¿Le cuesta dormir?": "¿Mana puñuyta atinkichu?"}) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("items", "las preguntas"),
        ("cutoffs", "los cortes"),
        ("crisis", "lo que se dice en una crisis"),
        ("crisis", "las palabras de peligro"),
        ("flow", "el camino de una conversación"),
        ("flow", "el camino de una primera ayuda"),
        ("triage", "las reglas de decisión"),
        ("replies", "qué palabras son un sí o un no"),
        ("numbers", "los teléfonos"),
        ("hours", "el horario de atención"),
        ("callbacks", "los plazos de llamada"),
        ("programme", "qué temas están encendidos"),
        ("gateway", "qué mensajes no llegan a la conversación"),
        ("publishing", "estas mismas reglas"),
    ],
)
def test_whoever_drops_an_entry_is_warned_of_what_it_covered(tmp_path: Path, entry: str, words: str) -> None:
    """The rules of the project cover all of it."""
    text = (RULES / "publishing.yml").read_text(encoding="utf-8")
    shutil.copytree(RULES / "flows", tmp_path / "flows")
    (tmp_path / "publishing.yml").write_text(text, encoding="utf-8")
    assert check_file(tmp_path) == []
    start = text.index(f"  - id: {entry}\n")
    end = text.find("  - id:", start + 1)
    (tmp_path / "publishing.yml").write_text(text[:start] + (text[end:] if end > 0 else ""), encoding="utf-8")
    warned = check_file(tmp_path)
    assert {one.code for one in warned} == {"second_person_missing"}
    assert any(words in one.message_es for one in warned), [str(one) for one in warned]


def test_an_entry_that_names_some_files_does_not_cover_those_beside_them(tmp_path: Path) -> None:
    """Nor what it leaves out by its exceptions."""
    text = (RULES / "publishing.yml").read_text(encoding="utf-8")
    for old, new, words in (
        ('"flows/crisis_*.yml", ', '"flows/crisis_suicide.yml", ', "lo que se dice en una crisis"),
        ("except: [say, explain, title, note]", "except: [say, ask, explain, title, note]", "lo que se pregunta"),
        ('files: ["working_hours.yml"]', 'files: ["working_hours.yaml"]', "el horario"),
    ):
        assert old in text
        (tmp_path / "publishing.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
        assert any(words in one.message_es for one in check_file(tmp_path)), words
