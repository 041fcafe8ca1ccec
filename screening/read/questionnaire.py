"""An instrument's file -> Questionnaire."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from screening.answer_option import AnswerOption
from screening.conditions import Condition
from screening.definitions import (
    RISK_CODES,
    Band,
    Cutoff,
    Item,
    ItemRisk,
    Questionnaire,
    Score,
    Translation,
)
from screening.read.phrases import item_phrases, read_options
from screening.read.positions import Sequence
from screening.read.section import NAME, VERSION, Section, did_you_mean

STATUSES = ("active", "draft", "retired")
STATES = ("draft", "validated", "adapted", "none")
NAME_SHAPE = "Use de 1 a 24 letras minúsculas sin tilde, números o «_»."
BARE = re.compile(r"^\s*(==|!=|<|>|in\b|not in\b)")
Lists = dict[str, tuple[AnswerOption, ...]]


def read_questionnaire(section: Section, sha256: str) -> Questionnaire:
    """The instrument; mistakes are noted in the section's problems."""
    read_format(section)
    lists = _lists(section)
    made = Questionnaire(
        name=section.pattern("name", NAME, NAME_SHAPE) or "",
        version=read_version(section),
        status=section.one_of("status", STATUSES, required=True) or "draft",
        title=section.words("title"),
        url=section.words("url"),
        language=section.text("language") or "es",
        variety=section.text("variety"),
        source=_plain_list(section, "source"),
        copyright=section.text("copyright"),
        redistribution=section.one_of("redistribution", ("free", "check", "ask_owner")),
        recall=section.text("recall"),
        translations=_translations(section),
        loinc=section.text("loinc"),
        items=tuple(_item(one, lists) for one in section.sections("items", "item", required=True)),
        scores=tuple(_score(one) for one in section.sections("scores", "score", required=True)),
        sha256=sha256,
        file=section.file,
    )
    section.close("note", "notes", "proposal")
    return made


def read_format(section: Section) -> None:
    """Only format 1 is known."""
    if section.integer("format", required=True) not in (1, None):
        section.complain("format_unsupported", "format", "Este programa solo lee el formato 1.", "Escriba «format: 1».")


def read_version(section: Section) -> str:
    """The version, which must be quoted: a bare number would lose leading zeros and could not be told from a sum."""
    value = section.plain("version")
    hint = 'Escriba año, mes, día y dos cifras de revisión entre comillas: version: "2026112201".'
    if value is None:
        section.complain("key_missing", "version", f"Falta «version» ({section.where}).", hint)
    elif not isinstance(value, str):
        section.complain("version_unquoted", "version", "La versión va entre comillas.", hint)
    elif not VERSION.match(value):
        section.complain("version_format", "version", f"«{value}» no es una versión.", hint)
    return "" if value is None else str(value)


def _lists(section: Section) -> Lists:
    inner = section.section("options")
    if inner is None:
        return {}
    return {name: read_options(inner.sections(name, f"opciones {name}"), points=True) for name in inner.raw}


def _translations(section: Section) -> dict[str, Translation]:
    inner = section.section("translations")
    found: dict[str, Translation] = {}
    for language in inner.raw if inner else ():
        one = inner.section(language) if inner else None
        if one:
            found[language] = Translation(one.one_of("state", STATES, required=True) or "none", one.text("note"))
            one.close()
    return found


def _plain_list(section: Section, key: str) -> tuple[dict[str, Any], ...]:
    value = section.plain(key)
    if value is None:
        return ()
    if isinstance(value, str):
        return ({"what": value},)
    if isinstance(value, Sequence) and all(isinstance(one, (dict, str)) for one in value):
        return tuple(dict(one) if isinstance(one, dict) else {"what": one} for one in value)
    section.complain(
        "type_wrong", key, f"«{key}» es una lista de fuentes.", "Ejemplo: - {url: …, what: …, status: SEEN}"
    )
    return ()


def _item(section: Section, lists: Lists) -> Item:
    options = _item_options(section, lists)
    phrases = item_phrases(section, [option.code for option in options])
    made = Item(
        link_id=section.pattern("linkId", NAME, NAME_SHAPE) or "",
        text=section.words("text"),
        options=tuple(replace(one, phrases=_joined(one, phrases.get(one.code, {}))) for one in options),
        explain=section.text("explain"),
        enable_when=section.condition("enableWhen"),
        scored=section.flag("scored", default=True),
        risk=_risk(section),
        block=section.text("block"),
        loinc=section.text("loinc"),
        note=section.text("note"),
        line=section.line(),
    )
    section.close("as_seen")
    return made


def _joined(option: AnswerOption, more: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    languages = {*option.phrases, *more}
    return {one: (*option.phrases.get(one, ()), *more.get(one, ())) for one in sorted(languages)}


def _item_options(section: Section, lists: Lists) -> tuple[AnswerOption, ...]:
    if isinstance(section.plain("options"), Sequence):
        return read_options(section.sections("options", "opción"), points=True)
    name = section.text("options", required=True)
    if name is not None and name not in lists:
        hint = did_you_mean(name, lists) or "Póngala arriba, en «options:» del archivo."
        section.complain("options_unknown", "options", f"No hay una lista de opciones «{name}».", hint)
    elif name is not None and not lists[name]:
        section.complain("options_missing", "options", f"La lista de opciones «{name}» está vacía.", "Llénela.")
    return lists.get(name or "", ())


def _risk(section: Section) -> ItemRisk | None:
    inner = section.section("risk")
    if inner is None:
        return None
    code = inner.one_of("code", RISK_CODES, required=True)
    when = _over_value(inner)
    inner.close()
    return ItemRisk(code, when) if code and when else None


def _over_value(section: Section) -> Condition | None:
    source = section.text("when", required=True)
    return section.condition("when", prefix="value " if source and BARE.match(source) else "")


def _score(section: Section) -> Score:
    limits = section.numbers("range")
    if limits and len(limits) != 2:
        section.complain("type_wrong", "range", "«range» son dos números: [mínimo, máximo].")
    made = Score(
        name=section.pattern("name", NAME, NAME_SHAPE) or "",
        items=section.texts("items", required=True),
        method=section.one_of("method", ("sum",), required=True) or "sum",
        range=(limits[0], limits[1]) if len(limits) == 2 else None,
        cutoff=_cutoff(section),
        other_cutoffs=_plain_list(section, "other_cutoffs"),
        skipped_counts_as=section.number("skipped_counts_as"),
        bands=tuple(_band(one) for one in section.sections("bands", "franja")),
        meaning=_meaning(section),
        loinc=section.text("loinc"),
        line=section.line(),
    )
    section.close("note", "source", "status")
    return made


def _cutoff(section: Section) -> Cutoff | None:
    inner = section.section("cutoff")
    if inner is None:
        return None
    at = inner.number("positive_at", required=True)
    made = Cutoff(at or 0, inner.text("source"), inner.one_of("status", ("SEEN", "KNOWN")), inner.line())
    inner.close("note")
    return None if at is None else made


def _band(section: Section) -> Band:
    made = Band(
        min=section.number("min", required=True) or 0,
        max=section.number("max", required=True) or 0,
        code=section.pattern("code", NAME, NAME_SHAPE) or "",
        label=section.words("label"),
        line=section.line(),
    )
    section.close("note", "source", "status")
    return made


def _meaning(section: Section) -> dict[str, str]:
    inner = section.section("meaning")
    if inner is None:
        return {}
    outcomes = ("positive", "negative", "undetermined")
    found = {one: inner.words(one) for one in outcomes if inner.has(one)}
    inner.close(*outcomes)
    return found
