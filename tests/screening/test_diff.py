"""Differences between two versions, as staff read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.diff import diff_files

OLD = """
version: "1"
items:
  - {linkId: a, text: "¿Duerme mal?"}
  - {linkId: b, text: "¿Llora?"}
scores: [{name: total, cutoff: {positive_at: 9}}]
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.yml"
    path.write_text(OLD, encoding="utf-8")
    return path


def changed(old: Path, before: str, after: str) -> list[str]:
    new = old.with_name("new.yml")
    assert before in OLD
    new.write_text(OLD.replace(before, after), encoding="utf-8")
    return diff_files(old, new)


def test_same_content_shows_nothing(old: Path) -> None:
    """Quotes and order of keys are no change."""
    assert changed(old, '{linkId: a, text: "¿Duerme mal?"}', "{text: '¿Duerme mal?', linkId: a}") == []


def test_changed_text_is_named_by_its_item(old: Path) -> None:
    """Where, what it was, what it is."""
    assert changed(old, "¿Duerme mal?", "¿Descansa mal?") == ["ítems · a · texto: «¿Duerme mal?» → «¿Descansa mal?»"]


def test_changed_cut_off_is_named(old: Path) -> None:
    """What decides who is called must not hide among texts."""
    assert changed(old, "positive_at: 9", "positive_at: 8") == ["puntajes · total · corte · punto de corte: 9 → 8"]


def test_removed_and_added_items_are_named_and_others_stay_quiet(old: Path) -> None:
    """An item that goes does not make all later ones look changed."""
    lines = changed(old, '  - {linkId: a, text: "¿Duerme mal?"}\n', '  - {linkId: c, text: "¿Teme?"}\n')
    assert lines == ["ítems · a: se quitó (¿Duerme mal?)", "ítems · c: se agregó (¿Teme?)"]
