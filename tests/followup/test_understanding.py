"""The rules for what was not understood are data; a broken file says where."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER
from followup.understanding import understanding

DANGER = {"crisis_suicide", "crisis_harm_others", "medical_emergency", "report_violence", "concern_for_other"}


def test_danger_is_never_a_button() -> None:
    """Nobody is asked by a button whether they want to die; triage asks, with its own words."""
    rules = understanding()
    assert not (rules.anywhere | rules.outside | rules.inside) & DANGER


def test_every_intent_that_may_be_offered_exists_and_has_a_short_label() -> None:
    """Buttons hold 20 letters on every platform."""
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    intents = {one if isinstance(one, str) else next(iter(one)) for one in domain["intents"]}
    rules = understanding()
    offered = rules.anywhere | rules.outside | rules.inside
    assert offered <= intents
    for intent in {*offered, "other"}:
        assert 0 < len(domain["responses"][f"utter_guess_{intent}"][0]["text"]) <= 20, intent


def test_consent_text_that_speaks_of_kept_messages_is_in_use() -> None:
    """From the version on that the rules name, the chat says that what is not understood is read."""
    flow = yaml.safe_load((RULES_FOLDER / "flows" / "mental_health.yml").read_text(encoding="utf-8"))
    assert flow["version"] >= understanding().consent_since
    assert any("mensajes que no entiendo" in bubble for step in flow["steps"] for bubble in step.get("say", ()))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("guesses:", "gueses:", "guesses"), ("  days: 90\n", "", "days"), ("least: 0.08", "least: 8", "archivo")],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    """Staff edit it."""
    text = (RULES_FOLDER / "understanding.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "understanding.yml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError) as refused:
        understanding(tmp_path)
    assert refused.value.place == place
