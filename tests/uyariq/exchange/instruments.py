"""Instruments for the tests of exchange: every real one, and generated ones with all that the format knows."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from screening.definitions import Questionnaire
from screening.read.positions import parse
from screening.read.questionnaire import read_questionnaire
from screening.read.section import Section
from uyariq.exchange.yaml_out import to_yaml

FOLDER = Path(__file__).parents[3] / "screening_rules" / "instruments"
REAL = sorted(path for path in FOLDER.glob("*.yml") if not path.name.endswith(".cases.yml"))


def document(path: Path) -> dict[str, Any]:
    """The file as it stands."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def read(made: dict[str, Any]) -> Questionnaire:
    """The definition that a document means, without the lines in which things stood."""
    problems: list[Any] = []
    raw = parse(to_yaml(made), "made.yml", problems)
    questionnaire = read_questionnaire(Section(raw, "made.yml", "archivo", problems), "")
    return replace(
        questionnaire,
        # An address that is not known may be written as empty or left out.
        source=tuple({key: value for key, value in one.items() if value is not None} for one in questionnaire.source),
        items=tuple(
            replace(item, line=0, options=tuple(replace(one, line=0) for one in item.options))
            for item in questionnaire.items
        ),
        scores=tuple(
            replace(
                score,
                line=0,
                cutoff=score.cutoff and replace(score.cutoff, line=0),
                bands=tuple(replace(band, line=0) for band in score.bands),
            )
            for score in questionnaire.scores
        ),
    )


def _name(longest: int = 12) -> st.SearchStrategy[str]:
    return st.builds(
        str.__add__,
        st.sampled_from(string.ascii_lowercase),
        st.text(string.ascii_lowercase + string.digits + "_", max_size=longest - 1),
    )


# Signs that spreadsheets and YAML like to read as something else are in; blanks at the ends and control signs are not.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|()") | st.just(" "),
    min_size=1,
    max_size=120,
).map(lambda text: " ".join(text.split())).filter(lambda text: text not in ("", "-"))  # fmt: skip
POINTS = st.integers(0, 4) | st.sampled_from([0.5, 1.5])


@st.composite
def _options(draw: st.DrawFn) -> list[dict[str, Any]]:
    codes = draw(st.lists(_name(), min_size=2, max_size=4, unique=True))
    made = []
    for code in codes:
        option: dict[str, Any] = {"code": code, "value": draw(POINTS), "label": draw(TEXT)}
        if draw(st.booleans()):
            option["phrases"] = {"es": draw(st.lists(TEXT, min_size=1, max_size=2))}
        made.append(option)
    return made


@st.composite
def _item(draw: st.DrawFn, link_id: str, lists: dict[str, list[dict[str, Any]]], before: list[str]) -> dict[str, Any]:
    options = draw(st.sampled_from([*lists]) | _options())
    item: dict[str, Any] = {"linkId": link_id, "text": draw(TEXT), "options": options}
    listed = lists[options] if isinstance(options, str) else options
    if draw(st.booleans()):
        item["explain"] = draw(TEXT)
    if before and draw(st.booleans()):
        item["enableWhen"] = f"{draw(st.sampled_from(before))} {draw(st.sampled_from(['>=', '==', '!=']))} 1"
    if draw(st.booleans()):
        item["risk"] = {"code": "suicide", "when": ">= 1"}
    if draw(st.booleans()):
        item["scored"] = draw(st.booleans())
    if draw(st.booleans()):
        item["phrases"] = {listed[0]["code"]: {"qu": draw(st.lists(TEXT, min_size=1, max_size=2))}}
    return item


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """An instrument with shared and own answers, conditions, risks, bands, cut-offs and sources."""
    lists = {name: draw(_options()) for name in draw(st.lists(_name(), min_size=1, max_size=2, unique=True))}
    link_ids = draw(st.lists(_name(), min_size=1, max_size=5, unique=True))
    items = [draw(_item(one, lists, link_ids[:place])) for place, one in enumerate(link_ids)]
    score: dict[str, Any] = {"name": draw(_name()), "method": "sum", "items": link_ids, "range": [0, 4 * len(items)]}
    if draw(st.booleans()):
        score["cutoff"] = {"positive_at": draw(POINTS), "status": "SEEN", "source": draw(TEXT)}
        score["bands"] = [{"min": 0, "max": 2, "code": "low", "label": draw(TEXT)}]
        score["other_cutoffs"] = [{"positive_at": 3, "what": draw(TEXT)}]
        score["meaning"] = {"positive": draw(TEXT), "negative": draw(TEXT)}
    made: dict[str, Any] = {
        "format": 1,
        "url": "urn:test",
        "name": draw(_name()),
        "version": "2026010101",
        "status": draw(st.sampled_from(["active", "draft", "retired"])),
        "title": draw(TEXT),
        "language": "es",
        "source": [{"what": draw(TEXT), "status": "SEEN"}],
        "translations": {"qu": {"state": "draft", "note": draw(TEXT)}},
        "options": lists,
        "items": items,
        "scores": [score],
    }
    if draw(st.booleans()):
        made["recall"] = draw(TEXT)
    return made
