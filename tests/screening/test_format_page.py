"""The page about the format for staff: every example is sound, every code is explained."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from screening.checks import check_folder
from screening.schema import KINDS, kind_of
from tests.screening.test_broken import BROKEN
from tests.screening.test_schema import complaints

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formato-de-reglas.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
TODAY = date(2026, 11, 23)


def test_the_examples_of_the_page_are_a_sound_set_of_rules(tmp_path: Path) -> None:
    """With their cases, which are run; nothing to correct and nothing to warn of."""
    for file, text in EXAMPLES:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [str(problem) for problem in check_folder(tmp_path, TODAY)] == []
    assert len(EXAMPLES) >= 8


def test_the_examples_fit_the_schemas() -> None:
    """What an editor would say of them: nothing."""
    for file, text in EXAMPLES:
        kind = kind_of(file)
        assert kind, file
        assert complaints(kind, text) == [], file


def test_every_code_is_explained() -> None:
    """Whoever meets a code finds it on the page."""
    assert [broken.stem for broken in BROKEN if f"| `{broken.stem}` |" not in PAGE] == []


def test_every_schema_is_named() -> None:
    """By its own name, or by that of the file that it describes."""
    assert [kind for kind in KINDS if f"{kind}.json" not in PAGE and f"{kind}.yml" not in PAGE] == []
