"""An instrument's document <-> plain tables: what a workbook holds, without any spreadsheet in it.

Nothing is lost: what has no column of its own goes, path by path, into the sheet `x_more`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from uyariq.exchange.xpath import NoXPath, Points, relevant

Document = dict[str, Any]
Row = dict[str, Any]
Tables = dict[str, list[Row]]
"""Sheet name -> rows; a cell that is empty is not in its row."""

SPANISH, QUECHUA = "Español (es)", "Runasimi (qu)"
LABEL, HINT = "label::", "hint::"
OWN_OPTIONS = "__own"
"""Behind a linkId: a list of answers that belongs to that question alone."""
SHARED = "*"
"""Before a list's name in x_phrases: phrases of every question that has these answers."""
RECALL = "x_recall"

_SETTINGS = {
    "title": "form_title",
    "name": "form_id",
    "version": "version",
    **{
        key: f"x_{key}"
        for key in ("format", "url", "status", "language", "variety", "copyright", "redistribution", "recall", "loinc")
    },
}
_ITEM = {
    "enableWhen": "x_enable_when",
    "scored": "x_scored",
    "block": "x_block",
    "loinc": "x_loinc",
    "note": "x_note",
    "as_seen": "x_as_seen",
}
_OPTION = {"value": "x_value", "loinc": "x_loinc", "note": "x_note"}
_SCORE = ("name", "method", "skipped_counts_as", "loinc", "note", "source", "status")
_MEANINGS = ("positive", "negative", "undetermined")


class Words:
    """Where the Quechua of a text is looked up; without catalogs every Quechua cell stays empty."""

    def quechua(self, context: str, text: str) -> str | None:
        """The Quechua of the text, None where there is none."""
        return None


def tables_of(document: Document, words: Words | None = None) -> Tables:
    """All sheets of the instrument."""
    return _Writer(document, words or Words()).tables()


class _Writer:
    """Writes one document into tables and remembers which parts have found a cell."""

    def __init__(self, document: Document, words: Words) -> None:
        self.document = document
        self.name = str(document.get("name", ""))
        self.words = words
        self.more: list[Row] = []

    def tables(self) -> Tables:
        document = dict(self.document)
        settings = {column: document.pop(key) for key, column in _SETTINGS.items() if key in document}
        settings["default_language"] = SPANISH
        items, options = document.pop("items", []), document.pop("options", {})
        made: Tables = {
            "survey": self._survey(items, options),
            "choices": self._choices(items, options),
            "settings": [settings],
            "x_scoring": [self._score(n, score) for n, score in enumerate(document.get("scores", []))],
            "x_bands": list(self._of_scores("bands")),
            "x_other_cutoffs": list(self._of_scores("other_cutoffs")),
            "x_phrases": list(self._phrases(items, options)),
            "x_sources": [_flat(one) for one in _listed(document.pop("source", []))],
            "x_translations": [{"language": key, **one} for key, one in document.pop("translations", {}).items()],
        }
        document.pop("scores", None)
        self._rest("", document)
        made["x_more"] = self.more
        return {sheet: [_filled(row) for row in rows] for sheet, rows in made.items()}

    def _survey(self, items: list[Document], options: Mapping[str, Any]) -> list[Row]:
        rows: list[Row] = []
        recall = self.document.get("recall")
        if recall:
            rows.append({"type": "note", "name": RECALL, **self._labels("recall", recall)})
        points = points_of(items, options)
        return rows + [self._item(n, dict(item), points) for n, item in enumerate(items)]

    def _item(self, place: int, item: Document, points: Points) -> Row:
        link_id = str(item.pop("linkId", ""))
        options = item.pop("options", None)
        row: Row = {"type": f"select_one {options if isinstance(options, str) else link_id + OWN_OPTIONS}"}
        row |= {"name": link_id, **self._labels(link_id, item.pop("text", None))}
        row |= self._labels(f"{link_id}.explain", item.pop("explain", None), HINT)
        row["relevant"] = _relevant(item.get("enableWhen"), points)
        risk = item.pop("risk", None) or {}
        row |= {"x_risk_code": risk.get("code"), "x_risk_when": risk.get("when")}
        row |= {column: item.pop(key) for key, column in _ITEM.items() if key in item}
        item.pop("phrases", None)
        self._rest(f"items[{place}]", item)
        return row

    def _choices(self, items: list[Document], options: Mapping[str, Any]) -> list[Row]:
        lists = dict(options)
        lists |= {f"{one['linkId']}{OWN_OPTIONS}": one["options"] for one in items if isinstance(one["options"], list)}
        asked = {one["options"]: one["linkId"] for one in reversed(items) if isinstance(one["options"], str)}
        rows = []
        for name, listed in lists.items():
            first = asked.get(name, name.removesuffix(OWN_OPTIONS))
            rows += [self._option(name, first, place, dict(one)) for place, one in enumerate(listed)]
        return rows

    def _option(self, name: str, link_id: str, place: int, option: Document) -> Row:
        code = option.pop("code", "")
        option.pop("phrases", None)
        row = {"list_name": name, "name": code, **self._labels(f"{link_id}.{code}", option.pop("label", None))}
        row |= {column: option.pop(key) for key, column in _OPTION.items() if key in option}
        self._rest(f"options.{name}[{place}]", option)
        return row

    def _score(self, place: int, score: Document) -> Row:
        score = dict(score)
        row: Row = {key: score.pop(key) for key in _SCORE if key in score}
        row["items"] = " ".join(score.pop("items", []))
        limits = score.pop("range", None)
        if limits:
            row |= {"range_min": limits[0], "range_max": limits[1]}
        row |= {f"cutoff_{key}": value for key, value in (score.pop("cutoff", None) or {}).items()}
        meaning = score.pop("meaning", None) or {}
        for outcome in _MEANINGS:
            context = f"{row.get('name')}.{outcome}"
            row |= self._labels(context, meaning.get(outcome), f"meaning_{outcome}::")
        for key in ("bands", "other_cutoffs"):
            score.pop(key, None)
        self._rest(f"scores[{place}]", score)
        return row

    def _of_scores(self, key: str) -> Iterator[Row]:
        for score in self.document.get("scores", []):
            for one in score.get(key) or ():
                yield {"score": score.get("name"), **_flat(one)}

    def _phrases(self, items: list[Document], options: Mapping[str, Any]) -> Iterator[Row]:
        for name, listed in options.items():
            for option in listed:
                yield from _phrase_rows(SHARED + name, option["code"], option.get("phrases"))
        for item in items:
            for code, phrases in (item.get("phrases") or {}).items():
                yield from _phrase_rows(item["linkId"], code, phrases)
            if isinstance(item["options"], list):
                for option in item["options"]:
                    yield from _phrase_rows(item["linkId"] + OWN_OPTIONS, option["code"], option.get("phrases"))

    def _labels(self, context: str, text: str | None, column: str = LABEL) -> Row:
        if text is None:
            return {}
        quechua = self.words.quechua(f"{self.name}.{context}", text)
        return {column + SPANISH: text, column + QUECHUA: quechua}

    def _rest(self, path: str, rest: Mapping[str, Any]) -> None:
        for key, value in rest.items():
            where = f"{path}.{key}" if path else str(key)
            self.more.append({"path": where, "json": json.dumps(value, ensure_ascii=False)})


def points_of(items: list[Document], options: Mapping[str, Any]) -> Points:
    """Points of each answer of each question."""
    found = {}
    for item in items:
        listed = item["options"] if isinstance(item["options"], list) else options.get(item["options"], [])
        found[str(item.get("linkId"))] = {str(one.get("code")): one.get("value") for one in listed}
    return found


def _relevant(condition: str | None, points: Points) -> str | None:
    try:
        return relevant(condition, points) if condition else None
    except NoXPath:
        return None


def _phrase_rows(where: str, code: str, phrases: Any) -> Iterator[Row]:
    by_language = {"es": phrases} if isinstance(phrases, list) else phrases or {}
    for language, listed in by_language.items():
        for phrase in listed:
            yield {"where": where, "answer": code, "language": language, "phrase": phrase}


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value or [])


def _flat(one: Any) -> Row:
    return {"what": one} if isinstance(one, str) else dict(one)


def _filled(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None and value != ""}
