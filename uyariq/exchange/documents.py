"""Tables -> an instrument's document, with everything that is wrong said by sheet and cell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uyariq.exchange.tables import (
    HINT,
    LABEL,
    OWN_OPTIONS,
    QUECHUA,
    RECALL,
    SHARED,
    SPANISH,
    Document,
    Row,
    Tables,
    points_of,
)
from uyariq.exchange.xpath import NoCondition, NoXPath, condition, relevant

EMPTY_MARK = "-"
"""What XLSForm tools put into an empty cell of a translation: never a translation."""
_SELECT = re.compile(r"^select_one\s+(\S+)$")
_PATH = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_MEANINGS = ("positive", "negative", "undetermined")
_IGNORED_TYPES = ("note", "start", "end", "today", "begin group", "begin_group", "end group", "end_group")


@dataclass(frozen=True)
class CellProblem:
    """Something wrong in a workbook. row: as the spreadsheet counts, 1 is the heading; 0: the whole sheet."""

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"hoja «{self.sheet}»" + (f", fila {self.row}" if self.row else "")
        return f"{place}{f', columna «{self.column}»' if self.column else ''}: {self.message}"


@dataclass
class Brought:
    """An instrument from a workbook. quechua: (context, Spanish, Quechua) rows; missing: places without Quechua."""

    document: Document
    problems: list[CellProblem] = field(default_factory=list)
    quechua: list[tuple[str, str, str]] = field(default_factory=list)
    missing: list[CellProblem] = field(default_factory=list)


def document_of(tables: Tables) -> Brought:
    """The document of the tables. Each row may carry its number in the spreadsheet under the key None."""
    return _Reader(tables).read()


class _Reader:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.found = Brought({})
        self.name = ""

    def read(self) -> Brought:
        for sheet in ("survey", "choices", "settings"):
            if sheet not in self.tables:
                self._problem(sheet, {}, "", "falta la hoja.")
        if not self.tables.get("settings"):
            self._problem("settings", {}, "", "está vacía: ahí van el título, el nombre y la versión.")
        if self.found.problems:
            return self.found
        document = self._settings()
        self._sources(document)
        document["options"] = self._lists()
        document["items"] = self._items(document)
        self._shared_phrases(document)
        document["scores"] = [self._score(row) for row in self._rows("x_scoring")]
        self._more(document)
        if not document["options"]:
            del document["options"]
        self.found.document = document
        return self.found

    def _rows(self, sheet: str) -> list[Row]:
        return self.tables.get(sheet, [])

    def _problem(self, sheet: str, row: Row, column: str, message: str) -> None:
        self.found.problems.append(CellProblem(sheet, _number(row), column, message))

    def _settings(self) -> Document:
        row = self._rows("settings")[0]
        keys = {"form_title": "title", "form_id": "name", "version": "version"}
        document = {
            key: row[column] for column, key in keys.items() if column in row
        } | {
            str(column)[2:]: value for column, value in row.items() if str(column).startswith("x_")
        }  # fmt: skip
        document.setdefault("format", 1)
        if "version" in document:
            document["version"] = str(document["version"])
        else:
            self._problem("settings", row, "version", "falta la versión (año, mes, día y dos cifras).")
        self.name = str(document.get("name", ""))
        return document

    def _sources(self, document: Document) -> None:
        sources = [_without_number(row) for row in self._rows("x_sources")]
        if sources:
            document["source"] = sources
        translations = {str(row.get("language")): _but(row, "language") for row in self._rows("x_translations")}
        if translations:
            document["translations"] = translations

    def _lists(self) -> dict[str, Any]:
        """Shared lists; a question's own list stays under its marked name until the question takes it."""
        lists: dict[str, list[Document]] = {}
        for row in self._rows("choices"):
            name = row.get("list_name")
            if not name or "name" not in row:
                self._problem("choices", row, "name" if name else "list_name", "falta.")
                continue
            option: Document = {"code": str(row["name"]), "label": self._spanish("choices", row, LABEL)}
            for column, key in (("x_value", "value"), ("x_loinc", "loinc"), ("x_note", "note")):
                if column in row:
                    option[key] = row[column]
            if "x_value" not in row:
                self._problem("choices", row, "x_value", "falta cuántos puntos vale la respuesta.")
            lists.setdefault(str(name), []).append(option)
        return lists

    def _items(self, document: Document) -> list[Document]:
        items = []
        for row in self._rows("survey"):
            kind = str(row.get("type", ""))
            if row.get("name") == RECALL or kind in _IGNORED_TYPES:
                if row.get("name") == RECALL:
                    document["recall"] = self._spanish("survey", row, LABEL)
                    self._quechua("survey", row, LABEL, "recall")
                continue
            item = self._item(row, kind, document["options"])
            if item:
                items.append(item)
        self._conditions(items, document["options"])
        return items

    def _item(self, row: Row, kind: str, lists: dict[str, Any]) -> Document | None:
        chosen = _SELECT.match(kind)
        if chosen is None:
            self._problem("survey", row, "type", f"«{kind}» no se usa aquí: escriba «select_one lista».")
            return None
        if "name" not in row:
            self._problem("survey", row, "name", "falta el nombre de la pregunta.")
            return None
        link_id, name = str(row["name"]), chosen[1]
        if name not in lists:
            self._problem("survey", row, "type", f"no hay una lista «{name}» en la hoja «choices».")
            return None
        item: Document = {"linkId": link_id, "text": self._spanish("survey", row, LABEL)}
        item["options"] = [dict(one) for one in lists.pop(name)] if name == link_id + OWN_OPTIONS else name
        self._quechua("survey", row, LABEL, link_id)
        if HINT + SPANISH in row:
            item["explain"] = row[HINT + SPANISH]
            self._quechua("survey", row, HINT, f"{link_id}.explain")
        if "x_risk_code" in row or "x_risk_when" in row:
            item["risk"] = {"code": row.get("x_risk_code"), "when": row.get("x_risk_when")}
        for column in ("x_scored", "x_block", "x_loinc", "x_note", "x_as_seen"):
            if column in row:
                item[column[2:]] = row[column]
        item["_row"] = row
        return item

    def _conditions(self, items: list[Document], lists: Mapping[str, Any]) -> None:
        """`relevant` and our own column say the same, or one of them alone says it."""
        points = points_of(items, lists)
        for item in items:
            row = item.pop("_row")
            ours, theirs = row.get("x_enable_when"), row.get("relevant")
            if ours is not None:
                item["enableWhen"] = ours
                if theirs is not None and theirs != _or_none(relevant, ours, points):
                    self._problem(
                        "survey", row, "relevant", "no dice lo mismo que «x_enable_when»: cambie los dos, o borre uno."
                    )
            elif theirs is not None:
                made = _or_none(condition, theirs, points)
                if made is None:
                    self._problem(
                        "survey", row, "relevant", "solo se entiende ${pregunta} = 'respuesta' con and, or, not."
                    )
                else:
                    item["enableWhen"] = made

    def _shared_phrases(self, document: Document) -> None:
        owners: dict[str, Callable[[str], Document | None]] = {}
        for name, listed in document["options"].items():
            owners[SHARED + name] = lambda code, listed=listed: _of_code(listed, code)  # type: ignore[misc]
        items = {item["linkId"]: item for item in document["items"]}
        for row in self._rows("x_phrases"):
            where, code = str(row.get("where", "")), str(row.get("answer", ""))
            phrases = self._phrases_at(where, code, items, owners)
            if phrases is None:
                self._problem("x_phrases", row, "where", f"no hay «{where}» con una respuesta «{code}».")
            elif "language" not in row or "phrase" not in row:
                self._problem("x_phrases", row, "phrase", "faltan el idioma o la frase.")
            else:
                phrases.setdefault(row["language"], []).append(str(row["phrase"]))

    def _phrases_at(
        self, where: str, code: str, items: Mapping[str, Document], owners: Mapping[str, Any]
    ) -> dict[str, list[str]] | None:
        option: Document | None = None
        if where in items:
            phrases: dict[str, list[str]] = items[where].setdefault("phrases", {}).setdefault(code, {})
            return phrases
        if where in owners:
            option = owners[where](code)
        elif where.endswith(OWN_OPTIONS) and where.removesuffix(OWN_OPTIONS) in items:
            option = _of_code(items[where.removesuffix(OWN_OPTIONS)]["options"], code)
        return None if option is None else option.setdefault("phrases", {})

    def _score(self, row: Row) -> Document:
        plain = ("name", "method", "skipped_counts_as", "loinc", "note", "source", "status")
        score: Document = {key: row[key] for key in plain if key in row}
        score["items"] = str(row.get("items", "")).split()
        if "range_min" in row and "range_max" in row:
            score["range"] = [row["range_min"], row["range_max"]]
        cutoff = {str(key)[7:]: value for key, value in row.items() if str(key).startswith("cutoff_")}
        if cutoff:
            score["cutoff"] = cutoff
        meaning = {one: row[column] for one in _MEANINGS if (column := f"meaning_{one}::{SPANISH}") in row}
        if meaning:
            score["meaning"] = meaning
        for outcome in meaning:
            self._quechua("x_scoring", row, f"meaning_{outcome}::", f"{row.get('name')}.{outcome}")
        for sheet, key in (("x_bands", "bands"), ("x_other_cutoffs", "other_cutoffs")):
            found = [_but(one, "score") for one in self._rows(sheet) if one.get("score") == row.get("name")]
            if found:
                score[key] = found
        return score

    def _spanish(self, sheet: str, row: Row, column: str) -> str:
        text = row.get(column + SPANISH)
        if text is None:
            self._problem(sheet, row, column + SPANISH, "falta el texto en castellano.")
        return str(text or "")

    def _quechua(self, sheet: str, row: Row, column: str, context: str) -> None:
        spanish, quechua = row.get(column + SPANISH), row.get(column + QUECHUA)
        if quechua is None or str(quechua).strip() == EMPTY_MARK:
            problem = CellProblem(sheet, _number(row), column + QUECHUA, "falta el quechua.")
            self.found.missing.append(problem)
        else:
            self.found.quechua.append((f"{self.name}.{context}", str(spanish), str(quechua)))

    def _more(self, document: Document) -> None:
        for row in self._rows("x_more"):
            try:
                _put(document, str(row["path"]), json.loads(row["json"]))
            except (KeyError, IndexError, TypeError, ValueError):
                self._problem(
                    "x_more", row, "path", "no se encuentra esa parte, o no es JSON. No cambie esta hoja a mano."
                )


def _put(document: Document, path: str, value: Any) -> None:
    steps: list[Any] = [int(place) if place else key for key, place in _PATH.findall(path)]
    at: Any = document
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value


def _or_none(make: Callable[..., str], text: str, points: Any) -> str | None:
    try:
        return make(text, points)
    except (NoXPath, NoCondition):
        return None


def _of_code(options: list[Document], code: str) -> Document | None:
    return next((one for one in options if one["code"] == code), None)


def _number(row: Row) -> int:
    return int(row.get(ROW_NUMBER, 0))


def _without_number(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != ROW_NUMBER}


def _but(row: Row, key: str) -> Row:
    return {one: value for one, value in row.items() if one not in (key, ROW_NUMBER)}


ROW_NUMBER = "\0row"
"""Key under which a row carries its number in the spreadsheet."""
