"""A FHIR R4 Questionnaire -> an instrument's document: ours without loss, foreign ones as drafts with gaps named."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from uyariq.exchange.fhir_codes import LOINC, ORDINAL, OURS, TRANSLATION
from uyariq.exchange.tables import Document

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,23}$")
_ODD = re.compile(r"[^a-z0-9_]+")
_LONGEST_NAME, _LONGEST_CODE = 24, 16
_FORMAT = 1


@dataclass
class FromFhir:
    """The document, what is missing or was left out (Spanish sentences), and the Quechua that came along."""

    document: Document
    notes: list[str] = field(default_factory=list)
    quechua: list[tuple[str, str, str]] = field(default_factory=list)


class NoQuestionnaire(ValueError):
    """The JSON is no FHIR Questionnaire; one clear sentence."""


def document_of(resource: Mapping[str, Any], version: str) -> FromFhir:
    """The document. version: given to a foreign one, whose own version has another shape. Raises NoQuestionnaire."""
    if resource.get("resourceType") != "Questionnaire":
        raise NoQuestionnaire("No es un Questionnaire de FHIR (falta «resourceType»: «Questionnaire»).")
    own = _own(resource, "document")
    return _Ours(resource, own).read() if isinstance(own, dict) else _Foreign(resource, version).read()


class _Ours:
    """What we wrote ourselves comes back as it was."""

    def __init__(self, resource: Mapping[str, Any], rest: Document) -> None:
        self.resource = resource
        self.rest = rest

    def read(self) -> FromFhir:
        resource = self.resource
        found = FromFhir({})
        keys = ("url", "name", "version", "title", "status", "language", "copyright")
        document: Document = {key: resource[key] for key in keys if key in resource}
        document |= {key: value for key, value in self.rest.items() if key not in document}
        if _loinc(resource):
            document["loinc"] = _loinc(resource)
        document["items"] = []
        for one in resource.get("item", []):
            if one["linkId"] == "recall":
                document["recall"] = one["text"]
            elif isinstance(own := _own(one, "item"), dict):
                document["items"].append(self._item(one, own))
            elif one.get("answerOption"):
                found.notes.append(f"La pregunta «{one['linkId']}» se añadió fuera: complétela.")
                document["items"].append(_added(one))
            _note_quechua(found, f"{document['name']}.{one['linkId']}", one)
        found.document = document
        return found

    def _item(self, one: Mapping[str, Any], own: Document) -> Document:
        """The question; answers that were changed in another program become its own."""
        item: Document = {"linkId": one["linkId"], "text": one["text"], **own}
        if _loinc(one):
            item["loinc"] = _loinc(one)
        options = item["options"]
        listed = self.rest["options"][options] if isinstance(options, str) else options
        changed = [_changed(before, after) for before, after in zip_longest(listed, one.get("answerOption", ()))]
        if changed != listed:
            item["options"] = [answer for answer in changed if answer]
        return item


def _changed(before: Document | None, after: Mapping[str, Any] | None) -> Document | None:
    """An answer with the words and points that it has now; None when it was taken away."""
    if after is None:
        return None
    coding = after["valueCoding"]
    points = _extension(coding, ORDINAL)
    code = _own(coding, "answer") or coding.get("code")
    value = _number(points["valueDecimal"]) if points else None
    known = before if before and before.get("code") == code else {"code": code}
    return {**known, "label": coding.get("display", ""), "value": value}


def _added(one: Mapping[str, Any]) -> Document:
    options = [_changed(None, option) for option in one["answerOption"]]
    return {"linkId": one["linkId"], "text": str(one.get("text") or ""), "options": options}


class _Foreign:
    """Another's questionnaire: its choice questions and points; scores and cut-offs are for staff to fill."""

    def __init__(self, resource: Mapping[str, Any], version: str) -> None:
        self.resource = resource
        self.version = version
        self.found = FromFhir({})
        self.taken: set[str] = set()

    def read(self) -> FromFhir:
        resource = self.resource
        name = self._short(str(resource.get("name") or resource.get("id") or "importado"), _LONGEST_NAME)
        items = [item for one, block in _leaves(resource.get("item", [])) if (item := self._item(name, one, block))]
        document: Document = {
            "format": _FORMAT,
            "url": resource.get("url") or f"urn:uyariq:questionnaire:{name}",
            "name": name,
            "version": self.version,
            "status": "draft",
            "title": resource.get("title") or resource.get("name") or name,
            "language": str(resource.get("language") or "es")[:2],
            "source": [{"what": resource.get("url") or "Questionnaire importado", "status": "KNOWN"}],
            "redistribution": "check",
        }
        if resource.get("copyright"):
            document["copyright"] = resource["copyright"]
        if _loinc(resource):
            document["loinc"] = _loinc(resource)
        document |= {"items": items, "scores": [_total(items)] if items else []}
        self._name_gaps(document)
        self.found.document = document
        return self.found

    def _item(self, name: str, one: Mapping[str, Any], block: str | None) -> Document | None:
        options = one.get("answerOption") or []
        if one.get("type") not in ("choice", "open-choice") or not options:
            if one.get("type") not in ("display", "group"):
                self.found.notes.append(f"La pregunta «{one.get('linkId')}» no es de elegir: quedó fuera.")
            return None
        link_id = self._short(str(one["linkId"]), _LONGEST_NAME, prefix=f"{name[:12]}_")
        item: Document = {"linkId": link_id, "text": str(one.get("text") or "")}
        item["options"] = _apart([self._option(link_id, place, each) for place, each in enumerate(options)])
        if block:
            item["block"] = self._plain(block)[:_LONGEST_NAME]
        if _loinc(one):
            item["loinc"] = _loinc(one)
        if one.get("enableWhen"):
            self.found.notes.append(f"La pregunta «{link_id}» dependía de otra (enableWhen): escriba la condición.")
        _note_quechua(self.found, f"{name}.{link_id}", one)
        return item

    def _option(self, link_id: str, place: int, option: Mapping[str, Any]) -> Document:
        coding = option.get("valueCoding") or {}
        label = str(coding.get("display") or option.get("valueString") or coding.get("code") or place)
        points = _extension(coding, ORDINAL) or _extension(option, ORDINAL)
        made: Document = {"code": self._plain(label)[:_LONGEST_CODE].strip("_") or f"a{place}", "label": label}
        if points is None:
            self.found.notes.append(f"La respuesta «{label}» de «{link_id}» no traía puntos: se puso {place}. Revise.")
        made["value"] = place if points is None else _number(points.get("valueDecimal", place))
        if coding.get("system") == LOINC:
            made["loinc"] = coding.get("code")
        return made

    def _short(self, text: str, longest: int, prefix: str = "q_") -> str:
        """A name of our shape that no other part has."""
        plain = self._plain(text)[:longest].strip("_")
        if not _NAME.match(plain):
            plain = (prefix + plain)[:longest].strip("_")
        name, number = plain, 1
        while name in self.taken:
            number += 1
            name = f"{plain[: longest - 3]}_{number}"
        self.taken.add(name)
        return name

    def _plain(self, text: str) -> str:
        flat = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
        return _ODD.sub("_", flat).strip("_")

    def _name_gaps(self, document: Document) -> None:
        self.found.notes.append("Falta la fuente: quién publicó el instrumento y dónde se leyó su texto.")
        self.found.notes.append("Falta el punto de corte de «total», con su fuente, y lo que significa cada resultado.")
        self.found.notes.append("Faltan las explicaciones de cada pregunta y los casos de prueba (.cases.yml).")
        if not document.get("copyright"):
            self.found.notes.append("Falta la licencia del texto (copyright). Hasta tenerla no se puede activar.")


def _apart(options: list[Document]) -> list[Document]:
    """Two answers whose words begin alike get codes that differ."""
    codes = [one["code"] for one in options]
    return [
        {**one, "code": f"{one['code'][: _LONGEST_CODE - 3]}_{place}"} if codes.count(one["code"]) > 1 else one
        for place, one in enumerate(options)
    ]


def _leaves(items: list[Any], block: str | None = None) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Every question in order, with the group it stands in."""
    for one in items:
        if one.get("item"):
            yield from _leaves(one["item"], str(one.get("text") or one.get("linkId")))
        else:
            yield one, block


def _total(items: list[Document]) -> Document:
    limits = [sum(pick(float(one["value"]) for one in item["options"]) for item in items) for pick in (min, max)]
    return {
        "name": "total",
        "method": "sum",
        "items": [item["linkId"] for item in items],
        "range": [_number(one) for one in limits],
    }


def _number(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number


def _extension(element: Mapping[str, Any], url: str) -> Mapping[str, Any] | None:
    return next((one for one in element.get("extension") or () if one.get("url") == url), None)


def _own(element: Mapping[str, Any], name: str) -> Any:
    found = _extension(element, OURS + name)
    return json.loads(found["valueString"]) if found else None


def _loinc(element: Mapping[str, Any]) -> str | None:
    return next((one["code"] for one in element.get("code") or () if one.get("system") == LOINC), None)


def _note_quechua(found: FromFhir, context: str, one: Mapping[str, Any]) -> None:
    translation = _extension(one.get("_text") or {}, TRANSLATION)
    parts = {part["url"]: part for part in (translation or {}).get("extension", ())}
    if parts.get("lang", {}).get("valueCode") == "qu":
        found.quechua.append((context, str(one["text"]), str(parts["content"]["valueString"])))
