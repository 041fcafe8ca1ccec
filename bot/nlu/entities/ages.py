"""The speaker's age: «34 añitos», «chunka pusaqniyuq watayuq kani», «voy a cumplir 18».

Somebody else's age, a time that something has lasted and a mere count are not it.
"""

from __future__ import annotations

import re

from bot.nlu.entities.entity import Entity
from bot.nlu.quechua.words import number_value as quechua_number
from bot.nlu.spanish import number_value as spanish_number

_OLDEST = 120
_SHORT_TIME = 12
"""Fewer years than these, followed by «así» or «con», are a time that something has lasted."""
_PLAIN = str.maketrans("áéíóúü", "aeiouu")
_HINT = re.compile(r"añ|anos|anit|edad|tengo|cumpl|wata", re.IGNORECASE)
# A numeral has up to four words (treinta y cuatro; kimsa chunka tawayuq); what stands before it is left off again.
_NUMBER = r"\d{1,3}|(?:[^\W\d_]+ ){0,3}[^\W\d_]+"
_YEARS = r"(?:añ(?:o|it[oa])s?|anos|anitos|wata(?:cha)?y[uo]q\w*|watay(?:qa|mi|m)?)(?!\w)"
_AFTER = re.compile(rf"(?<!\w)({_NUMBER})\s+{_YEARS}")
_OF_AGE = re.compile(r"(?<!\w)(\d{1,3})\s+(?:de edad)(?!\w)")
_BEFORE = re.compile(
    r"(?<!\w)(?:edad(?:niy)?(?:qa|mi)?(?: es)?(?: de)?|watay(?:qa|mi)?|tengo|cumpl[ií])[:\s]+"
    rf"({_NUMBER})(?=\s*(?:$|[.,;!]|y(?!\w)))"
)
_COMING = re.compile(
    r"(?<!\w)(?:(?:(?:voy|vamos) a|por|para|casi|pronto|apunto de|a punto de|falta para) cumplir|cumplire)"
    rf"\s+(?:los\s+)?({_NUMBER})"
)
_LASTS_BEFORE = re.compile(
    r"(?:hace|desde|desde hace|durante|por|llev\w+|a los|ultimos|dentro de|en|con|tras|despues de|ya|casi|unos|como"
    r"|mas de|cada|los|las|faltan?)\s+(?:(?:como|unos|casi|los|mas de|ya|hace)\s+)*$"
)
_LASTS_BEHIND = re.compile(
    r"\s*(?:de (?:casad|matrimoni|servici|trabaj|relaci|experienci|viud|novi|convivi|condena)|atras|juntos|despues)"
)
_LASTS_SHORT = re.compile(
    r"\s*(?:asi|sin|con|en|que|sufriendo|viviendo|trabajando|esperando|separad|de esto|de sufr|aqui|aca)(?!\w)"
)
_SENTENCE = re.compile(r"[.;!?\n]")
_KIN = (
    r"hij[oa]s?|hijit[oa]s?|beb[eé]s?|esposo|esposa|pareja|marido|mujer|conviviente|mama|mami|madre|papa|papi|padre|herman[oa]s?"
    r"|abuel[oa]s?|abuelit[oa]s?|ti[oa]s?|prim[oa]s?|sobrin[oa]s?|niet[oa]s?|niñ[oa]s?|novi[oa]|amig[oa]s?|vecin[oa]s?"
    r"|chic[oa]s?|joven|persona|señora?"
)
_OTHER = re.compile(
    rf"(?<!\w)(?:(?:mis?|sus?|la|el|una?|otr[oa]|con|nuestr[oa]|\w+) (?:{_KIN})|tienen?|tenia|tuvo|tuve|cumplio|cumple"
    r"|(?:wawa|churi|ususi|warmi|qusa|qosa|mama|tayta|ñaña|tura|pana|wawqi|wayqi|willka|hawa)(?:cha)?(?:y|yki|n|niy|nchik)\w*"
    r"|kasqani|karqani)(?!\w)"
)
_SELF = re.compile(
    r"(?<!\w)(?:tengo|cumpl[ií]|yo|soy(?: una?)?(?: \w+)?(?: de)?|mi edad|kani|ñuqa\w*|noqa\w*|nuqa\w*)(?!\w)"
)
_THEIR_EDGE = re.compile(r"(?:kanku|tiene|kan)(?!\w)")


def find_ages(text: str) -> list[Entity]:
    """The speaker's age, in years."""
    if not _HINT.search(text):
        return []
    plain = text.lower().translate(_PLAIN) if len(text.lower()) == len(text) else text.translate(_PLAIN)
    found: dict[int, Entity] = {}
    for pattern, off in ((_COMING, 1), (_AFTER, 0), (_OF_AGE, 0), (_BEFORE, 0)):
        for match in pattern.finditer(plain):
            entity = _age(plain, match, off)
            if entity and not any(entity.start < one.end and one.start < entity.end for one in found.values()):
                found[entity.start] = entity
    return list(found.values())


def _age(text: str, match: re.Match[str], off: int) -> Entity | None:
    value, length = _number(match[1]) if not off else _number_first(match[1])
    if value is None or not 0 < value - off <= _OLDEST:
        return None
    start = match.end(1) - length if not off else match.start(1)
    if _is_a_time(text, start, match.end(), value) or _is_of_another(text, start, match.end()):
        return None
    return Entity("age", start, start + length, str(value - off))


def _is_a_time(text: str, start: int, end: int, value: int) -> bool:
    if _LASTS_BEFORE.search(text[:start]) or _LASTS_BEHIND.match(text, end):
        return True
    return value < _SHORT_TIME and _LASTS_SHORT.match(text, end) is not None


def _is_of_another(text: str, start: int, end: int) -> bool:
    """Whether the nearest person spoken of before the number, in the same sentence, is not the speaker."""
    begin = max((m.end() for m in _SENTENCE.finditer(text, 0, start)), default=0)
    before = text[begin:start]
    other = max((m.end() for m in _OTHER.finditer(before)), default=-1)
    own = max((m.end() for m in _SELF.finditer(before)), default=-1)
    if _THEIR_EDGE.match(text[end:].lstrip()):
        return True
    speaks_of_self = "kani" in text[end : end + 12]
    return other > own and not speaks_of_self


def _number(text: str) -> tuple[int | None, int]:
    """The longest numeral that the text ends in, and how many of its letters that takes."""
    if text.isdecimal():
        return int(text), len(text)
    words = text.split(" ")
    for first in range(len(words)):
        value = _value(words[first:])
        if value is not None:
            return value, len(" ".join(words[first:]))
    return None, 0


def _number_first(text: str) -> tuple[int | None, int]:
    """The longest numeral that the text begins with."""
    if text.isdecimal():
        return int(text), len(text)
    words = text.split(" ")
    for last in range(len(words), 0, -1):
        value = _value(words[:last])
        if value is not None:
            return value, len(" ".join(words[:last]))
    return None, 0


def _value(words: list[str]) -> int | None:
    if words[0] == "y":
        return None
    value = spanish_number(words)
    return quechua_number(words) if value is None else value
