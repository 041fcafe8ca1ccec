"""An instrument's document as a FHIR R4 Questionnaire: plain dicts, points as ordinalValue, Quechua as translations."""

from __future__ import annotations

import json
from typing import Any

from uyariq.exchange.fhir_codes import ANSWERS, EXPRESSION, LOINC, ORDINAL, OURS, QUECHUA, STATUS, TRANSLATION
from uyariq.exchange.tables import Document, Words, points_of
from uyariq.exchange.xpath import Points

Resource = dict[str, Any]


def questionnaire_of(document: Document, words: Words | None = None) -> Resource:
    """The resource. What FHIR has no place for travels in extensions under `urn:uyariq:fhir:`."""
    return _Writer(document, words or Words()).resource()


class _Writer:
    def __init__(self, document: Document, words: Words) -> None:
        self.document = document
        self.name = str(document.get("name", ""))
        self.words = words
        self.points: Points = points_of(document.get("items", []), document.get("options", {}))

    def resource(self) -> Resource:
        document = self.document
        made: Resource = {
            "resourceType": "Questionnaire",
            "url": document.get("url"),
            "version": str(document.get("version", "")),
            "name": self.name,
            "title": document.get("title"),
            "status": STATUS.get(str(document.get("status")), "unknown"),
            "language": document.get("language", "es"),
            "copyright": document.get("copyright"),
            "extension": self._rest(),
            "item": [*self._recall(), *map(self._item, document.get("items", [])), *self._scores()],
        }
        if document.get("loinc"):
            made["code"] = [{"system": LOINC, "code": document["loinc"]}]
        return _filled(made)

    def _rest(self) -> list[Resource]:
        placed = {"url", "version", "name", "title", "status", "language", "copyright", "items", "loinc", "recall"}
        rest = {key: value for key, value in self.document.items() if key not in placed}
        return [_own("document", rest)]

    def _recall(self) -> list[Resource]:
        text = self.document.get("recall")
        if not text:
            return []
        return [_filled({"linkId": "recall", "type": "display", **self._worded("recall", text)})]

    def _item(self, item: Document) -> Resource:
        link_id = str(item["linkId"])
        own = {key: value for key, value in item.items() if key not in ("linkId", "text", "loinc")}
        made: Resource = {
            "linkId": link_id,
            "type": "choice",
            **self._worded(link_id, str(item.get("text", ""))),
            "answerOption": [self._answer(link_id, one) for one in self._options(item)],
            "extension": [_own("item", own)],
        }
        if item.get("loinc"):
            made["code"] = [{"system": LOINC, "code": item["loinc"]}]
        return _filled(made)

    def _options(self, item: Document) -> list[Document]:
        options = item["options"]
        listed: list[Document] = self.document["options"][options] if isinstance(options, str) else options
        return listed

    def _answer(self, link_id: str, option: Document) -> Resource:
        coding: Resource = {
            "system": LOINC if option.get("loinc") else ANSWERS,
            "code": option.get("loinc") or option["code"],
            "display": option["label"],
            "extension": [{"url": ORDINAL, "valueDecimal": option["value"]}, _own("answer", option["code"])],
        }
        quechua = self.words.quechua(f"{self.name}.{link_id}.{option['code']}", option["label"])
        if quechua:
            coding["_display"] = _translated(quechua)
        return {"valueCoding": coding}

    def _worded(self, context: str, text: str) -> Resource:
        quechua = self.words.quechua(f"{self.name}.{context}", text)
        return {"text": text, "_text": _translated(quechua) if quechua else None}

    def _scores(self) -> list[Resource]:
        return [_score(one) for one in self.document.get("scores", [])]


def _score(score: Document) -> Resource:
    """The sum as a read-only item with its FHIRPath, after the SDC guide; ours is the one that counts."""
    items = " or ".join(f"linkId = '{link_id}'" for link_id in score["items"])
    path = f"%resource.item.where({items}).answer.value.ordinal().sum()"
    expression = {"language": "text/fhirpath", "expression": path}
    made = {
        "linkId": f"score.{score['name']}",
        "type": "decimal",
        "text": score["name"],
        "readOnly": True,
        "extension": [{"url": EXPRESSION, "valueExpression": expression}],
    }
    if score.get("loinc"):
        made["code"] = [{"system": LOINC, "code": score["loinc"]}]
    return made


def _translated(text: str) -> Resource:
    parts = [{"url": "lang", "valueCode": QUECHUA}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def _own(name: str, value: Any) -> Resource:
    return {"url": OURS + name, "valueString": json.dumps(value, ensure_ascii=False)}


def _filled(resource: Resource) -> Resource:
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}
