"""Which Quechua belongs to which field of a file, and in what state it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from console.editor.scalars import value_at
from console.editor.wording import ROOT
from console.wording import Translate
from followup import translations_store
from screening.checks.translations import check
from screening.definitions import Library
from screening.errors import DefinitionError
from screening.read.po import Entry, Words, read_words
from screening.read.positions import parse
from screening.schema import kind_of

LANGUAGE = "qu"
REVIEWED, UNREVIEWED, STALE, CHANGED, MISSING = "reviewed", "unreviewed", "stale", "changed", "missing"
"""reviewed and unreviewed: fits the Spanish; changed: Quechua of this draft, which nobody has reviewed;
stale: the Spanish changed and there is none yet; missing: there never was any."""


OF_WORDS = ("translation_fields", "translation_label_long", "translation_bubble_long", "forbidden_phrase")
Signed = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Side:
    """The Quechua beside a Spanish text. old: that of the Spanish before the change, to begin from."""

    context: str
    text: str
    state: str
    old: str = ""

    @property
    def shown(self) -> bool:
        """Whether people would read it, rather than the Spanish."""
        return bool(self.text)


def contexts(path: str, text: str) -> dict[str, str]:
    """Pointer -> gettext context, for every text of the file that a community member reads."""
    raw = parse(text, path, [])
    kind = kind_of(path)
    if kind in ("flow", "first_aid") and isinstance(raw, dict):
        return dict(_of_flow(raw))
    if kind == "instrument" and isinstance(raw, dict):
        return dict(_of_instrument(raw)) if _offered(raw) else {}
    if kind == "services" and isinstance(raw, list):
        return {f"{number}/text": f"services.{one['id']}" for number, one in _named(raw, "id") if one.get("text")}
    if kind == "replies" and isinstance(raw, dict):
        return {f"buttons/{name}": f"replies.{name}" for name in raw.get("buttons") or ()}
    return {}


def sides(
    path: str, text: str, base: str, drafted: Mapping[str, str], translate: Translate, signed: Signed
) -> dict[str, Side]:
    """Pointer -> the Quechua beside it. base: the file as it was; drafted: Spanish -> Quechua of the draft.

    signed: (context, Spanish) of what somebody who speaks the language has reviewed.
    """
    raw, before = parse(text, path, []), _spanish_before(path, base)
    found = {}
    for pointer, context in contexts(path, text).items():
        spanish = _words(_value(raw, pointer))
        if spanish:
            found[pointer] = _side(context, spanish, before.get(context), drafted, translate, signed)
    return found


def _side(
    context: str,
    spanish: str,
    before: str | None,
    drafted: Mapping[str, str],
    translate: Translate,
    signed: Signed,
) -> Side:
    old = _translated(translate, context, before) if before and before != spanish else ""
    if spanish in drafted:
        return Side(context, drafted[spanish], CHANGED if drafted[spanish] else MISSING, old)
    current = _translated(translate, context, spanish)
    if current:
        return Side(context, current, REVIEWED if (context, spanish) in signed else UNREVIEWED, old)
    return Side(context, "", STALE if old else MISSING, old)


def _translated(translate: Translate, context: str, spanish: str) -> str:
    found = translate(context, spanish, LANGUAGE)
    return "" if found == spanish else found


def _spanish_before(path: str, base: str) -> dict[str, str]:
    """Context -> Spanish in use."""
    raw = parse(base, path, []) if base.strip() else None
    return {context: _words(_value(raw, pointer)) for pointer, context in contexts(path, base).items()}


def _value(raw: Any, pointer: str) -> Any:
    try:
        return value_at(raw, pointer)
    except (KeyError, IndexError, ValueError, TypeError):
        return None


def _words(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _of_flow(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = raw.get("name")
    if raw.get("offer"):
        yield "offer", f"{name}.offer"
    for number, step in _named(raw.get("steps"), "id"):
        at, context = f"steps/{number}", f"{name}.{step['id']}"
        say = step.get("say")
        if isinstance(say, list):
            yield from ((f"{at}/say/{one}", f"{context}.{one}") for one in range(len(say)))
        elif say:
            yield f"{at}/say", f"{context}.0"
        if step.get("ask"):
            yield f"{at}/ask", context
        if step.get("explain"):
            yield f"{at}/explain", f"{context}.explain"
        yield from _options(step.get("options"), f"{at}/options", context)


def _options(options: Any, at: str, context: str) -> Iterator[tuple[str, str]]:
    for number, option in _named(options, "code"):
        yield f"{at}/{number}/label", f"{context}.{option['code']}"


def _of_instrument(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name, lists = raw.get("name"), raw.get("options")
    if raw.get("recall"):
        yield "recall", f"{name}.recall"
    for number, item in _named(raw.get("items"), "linkId"):
        at, context = f"items/{number}", f"{name}.{item['linkId']}"
        yield f"{at}/text", context
        if item.get("explain"):
            yield f"{at}/explain", f"{context}.explain"
        own = item.get("options")
        if isinstance(own, list):
            yield from _options(own, f"{at}/options", context)
        elif isinstance(lists, dict) and isinstance(own, str):
            yield from _options(lists.get(own), f"options/{own}", context)
    for number, score in _named(raw.get("scores"), "name"):
        meaning = score.get("meaning")
        for outcome in meaning if isinstance(meaning, dict) else ():
            yield f"scores/{number}/meaning/{outcome}", f"{name}.{score['name']}.{outcome}"


def _named(elements: Any, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, dict) and element.get(key) is not None:
            yield number, element


def _offered(raw: Mapping[str, Any]) -> bool:
    """Whether the instrument exists in Quechua; else its words are nobody's to write."""
    translation = (raw.get("translations") or {}).get(LANGUAGE)
    state = translation.get("state") if isinstance(translation, dict) else "none"
    return state != "none" and raw.get("language", "es") == "es"


def quechua_problems(
    library: Library, path: str, text: str, drafted: Mapping[str, str], lines: Mapping[str, int]
) -> list[DefinitionError]:
    """What is wrong with the Quechua of a draft: a {telephone} lost on the way, too long, or what is never said.

    library: with the draft; lines: pointer -> line of its Spanish.
    """
    raw = parse(text, path, [])
    entries = {}
    for pointer, context in contexts(path, text).items():
        spanish = _words(_value(raw, pointer))
        if drafted.get(spanish):
            entries[context] = Entry(context, spanish, drafted[spanish], lines.get(pointer, 0))
    found = check(library, Words(LANGUAGE, path, entries)) if entries else ()
    return [one for one in found if one.code in OF_WORDS]


def signed_texts(conn: Connection) -> Signed:
    """(context, Spanish) that a speaker has reviewed: in the catalog's file, or in the console."""
    path = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "uyariq.po"
    in_file = _signed(path, path.stat().st_mtime_ns) if path.exists() else frozenset()
    here = (one for one in translations_store.newest(conn, LANGUAGE) if one.status == translations_store.REVIEWED)
    return in_file | {(one.context, one.source) for one in here}


@lru_cache(maxsize=2)
def _signed(path: Path, _changed: int) -> Signed:
    entries = read_words(path, path.name).entries.values()
    return frozenset((one.context, one.source) for one in entries if one.reviewed)
