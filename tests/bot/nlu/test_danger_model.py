"""The learned fear: it tells danger from what only sounds like it, survives the disk, and reads its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.danger_lines import DangerLinesBroken, fingerprint, read_danger_lines
from bot.nlu.danger_model import DangerModel
from bot.nlu.danger_training import DangerLine, train
from bot.nlu.intent_training import Settings

KNOWN = frozenset({"suicide", "violence"})
SETTINGS = Settings(penalty=1.0, folds=3)
WISHES = ("quiero", "deseo", "pienso", "voy a", "he pensado en", "tengo ganas de")
DYING = ("morir", "matarme", "quitarme la vida", "acabar con todo")
HARMLESS = ("dormir", "comer", "ir a la feria", "ver a mi hermana")
HURTING = ("me pega", "me amenaza", "me encierra", "me insulta")


def _line(text: str, *codes: str) -> DangerLine:
    return DangerLine([(word, word) for word in text.split()], codes)


@pytest.fixture(scope="module")
def model() -> DangerModel:
    """Learnt from a small, plain set."""
    lines = [_line(f"{wish} {death}", "suicide") for wish in WISHES for death in DYING]
    lines += [_line(f"{wish} {other}") for wish in WISHES for other in HARMLESS]
    lines += [_line(f"mi {who} {does}", "violence") for who in ("esposo", "papa", "tio", "suegra") for does in HURTING]
    return train(lines, ("suicide", "violence"), SETTINGS)


@pytest.mark.parametrize(("text", "feared"), [("ya quiero morir", {"suicide"}), ("mi primo me pega", {"violence"})])
def test_words_near_to_learnt_ones_are_feared_as_that_danger_only(
    model: DangerModel, text: str, feared: set[str]
) -> None:
    """Each danger is weighed by itself."""
    chances = model.chances([(word, word) for word in text.split()])
    assert {code for code, chance in chances.items() if chance >= 0.5} == feared


def test_a_harmless_line_of_the_same_shape_is_not_feared(model: DangerModel) -> None:
    """The wish alone is no danger."""
    assert max(model.chances([("quiero", "quiero"), ("comer", "comer")]).values()) < 0.5


def test_a_message_without_words_is_not_feared(model: DangerModel) -> None:
    """Nothing said, nothing feared."""
    assert max(model.chances([]).values()) < 0.5


def test_a_stored_model_fears_the_same(model: DangerModel, tmp_path: Path) -> None:
    """What is read back judges as what was saved."""
    tokens = [("quiero", "quiero"), ("morir", "morir")]
    model.save(tmp_path)
    assert DangerModel.read(tmp_path).chances(tokens) == pytest.approx(model.chances(tokens))


def test_lines_come_with_their_dangers_and_the_language_of_their_folder(tmp_path: Path) -> None:
    """One file a language, groups of lines."""
    _write(tmp_path, "qu", "dangers:\n- kind: a\n  danger: [suicide]\n  lines: ['uno', 'dos']\n")
    found = read_danger_lines(tmp_path, KNOWN)
    assert [(line.text, line.codes, line.language) for line in found] == [
        ("uno", ("suicide",), "qu"),
        ("dos", ("suicide",), "qu"),
    ]


def test_an_unknown_danger_is_refused_with_file_and_group(tmp_path: Path) -> None:
    """A misspelt danger would teach the wrong thing in silence."""
    _write(tmp_path, "es", "dangers:\n- kind: veiled\n  danger: [suicid]\n  lines: ['x']\n")
    with pytest.raises(DangerLinesBroken, match=r"dangers\.yml.*veiled.*suicid"):
        read_danger_lines(tmp_path, KNOWN)


def test_a_changed_line_changes_the_fingerprint(tmp_path: Path) -> None:
    """So that training is not skipped."""
    _write(tmp_path, "es", "dangers: []\n")
    before = fingerprint(tmp_path)
    _write(tmp_path, "es", "dangers: [] # other\n")
    assert fingerprint(tmp_path) != before


def _write(folder: Path, language: str, text: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / "dangers.yml").write_text(text, encoding="utf-8")
