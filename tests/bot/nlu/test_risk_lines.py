"""The danger lines of nlu_data: what the rules alone find there must not sink below what was recorded."""

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from bot.nlu.risk_phrases import find

LINES = Path(__file__).parents[3] / "nlu_data"
ALARM = "none"
# Share of lines whose danger is found by its name; of harmless lines, the share where anything is found.
LEAST = {
    "es": {"suicide": 0.945, "harm_others": 0.47, "medical": 0.52, "violence": 0.66, "concern_for_other": 0.5},
    "qu": {"suicide": 0.98, "harm_others": 0.76, "medical": 0.64, "violence": 0.87, "concern_for_other": 0.88},
}
MOST_ALARMS = {"es": 0.022, "qu": 0.022}


def shares(language):
    """By danger: the share of its lines that are found; under ALARM the share of false alarms."""
    found = defaultdict(list)
    for group in yaml.safe_load((LINES / language / "dangers.yml").read_text(encoding="utf-8"))["dangers"]:
        for line in group["lines"]:
            codes = {finding.code for finding in find(line)}
            for danger in group["danger"] or [ALARM]:
                found[danger].append(bool(codes) if danger == ALARM else danger in codes)
    return {danger: sum(hits) / len(hits) for danger, hits in found.items()}


@pytest.mark.parametrize("language", sorted(LEAST))
def test_rules_find_the_dangers_of_the_danger_lines(language):
    """Recall by danger stays at the recorded figure."""
    measured = shares(language)
    assert {danger: measured[danger] >= least for danger, least in LEAST[language].items()} == dict.fromkeys(
        LEAST[language], True
    )


@pytest.mark.parametrize("language", sorted(MOST_ALARMS))
def test_rules_stay_silent_on_the_harmless_danger_lines(language):
    """False alarms stay below the recorded figure."""
    assert shares(language)[ALARM] <= MOST_ALARMS[language]
