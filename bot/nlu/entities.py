"""Phone numbers, ages and times named in a message, by rules; kept modest on purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from bot.nlu import spanish
from bot.nlu.orthography import fold
from bot.nlu.quechua.words import number_value as quechua_number

COUNTRY = "PE"
_FEWEST_PHONE_DIGITS = 6
_OLDEST = 120


@dataclass(frozen=True)
class Entity:
    """A piece of the text. entity: phone, age or time; value: normalised (E.164, years, a time word)."""

    entity: str
    start: int
    end: int
    value: str


def find_entities(text: str) -> list[Entity]:
    """All entities of a text, in order; a number that is a phone is not an age."""
    phones = _phones(text)
    taken = [(p.start, p.end) for p in phones]
    others = [e for e in _ages(text) + _times(text) if not any(a < e.end and e.start < b for a, b in taken)]
    return sorted(phones + others, key=lambda e: (e.start, e.end))


def _phones(text: str) -> list[Entity]:
    if sum(c.isdigit() for c in text) < _FEWEST_PHONE_DIGITS:
        return []
    matcher = phonenumbers.PhoneNumberMatcher(text, COUNTRY, phonenumbers.Leniency.VALID)
    found = [Entity("phone", m.start, m.end, _e164(m.number)) for m in matcher]
    return found or _spaced_mobile(text)


def _spaced_mobile(text: str) -> list[Entity]:
    """9 87 65 43 21, 98 765 4321: nine digits beginning with 9, however they are grouped."""
    found = []
    for match in re.finditer(r"(?<!\d)9(?:[\s.,-]?\d){8}(?!\d)", text):
        number = phonenumbers.parse(re.sub(r"\D", "", match[0]), COUNTRY)
        if phonenumbers.is_valid_number(number):
            found.append(Entity("phone", match.start(), match.end(), _e164(number)))
    return found


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


# A numeral has up to four words (treinta y cuatro; kimsa chunka tawayuq); what stands before it is left off again.
_NUMBER = r"\d{1,3}|(?:[^\W\d_]+ ){0,3}[^\W\d_]+"
_AGE_AFTER = re.compile(
    rf"(?<![\w])({_NUMBER})\s+(?:años?|anos|añitos|watayuq\w*|watayoq\w*|watachayuq\w*|watay\w*)", re.I
)
_AGE_BEFORE = re.compile(
    r"(?:edad(?: es)?(?: de)?|mi edad|edadniy\w*|watay\w*|tengo|cumpl[ií])[:\s]+(\d{1,3})(?=\s*(?:$|[.,;!y]))", re.I
)
_CHILD_BEFORE = re.compile(r"(?:hace|desde hace|durante|por)\s*$", re.I)


def _ages(text: str) -> list[Entity]:
    found: dict[int, Entity] = {}
    for pattern in (_AGE_AFTER, _AGE_BEFORE):
        for match in pattern.finditer(text):
            age, length = _number(match[1])
            start = match.end(1) - length
            if age is not None and 0 < age <= _OLDEST and not _CHILD_BEFORE.search(text[:start]):
                found.setdefault(start, Entity("age", start, match.end(1), str(age)))
    return list(found.values())


def _number(text: str) -> tuple[int | None, int]:
    """The longest numeral that the text ends in, and how many of its letters that takes."""
    if text.isdigit():
        return int(text), len(text)
    words = text.lower().split(" ")
    for start in range(len(words)):
        part = words[start:]
        value = spanish.number_value(part)
        value = quechua_number(part) if value is None else value
        if value is not None:
            return value, len(" ".join(part))
    return None, 0


_DAYS = {
    "lunes": "monday", "lunis": "monday", "martes": "tuesday", "martis": "tuesday", "miercoles": "wednesday",
    "mirkulis": "wednesday", "jueves": "thursday", "huywis": "thursday", "huybis": "thursday", "viernes": "friday",
    "wirnis": "friday", "sabado": "saturday", "sawadu": "saturday", "domingo": "sunday", "dumingu": "sunday",
    "tuminku": "sunday", "hoy": "today", "kunan": "today", "kanan": "today", "paqarin": "tomorrow",
    "pasado manana": "day_after_tomorrow", "mincha": "day_after_tomorrow", "minchha": "day_after_tomorrow",
    "fin de semana": "weekend", "fines de semana": "weekend",
}  # fmt: skip
_PARTS = {
    "en la manana": "morning", "por la manana": "morning", "de manana": "morning", "temprano": "morning",
    "tutamanta": "morning", "tutapay": "morning", "mediodia": "noon", "medio dia": "noon",
    "chawpi punchaw": "noon", "en la tarde": "afternoon", "por la tarde": "afternoon", "tardes": "afternoon",
    "tardepi": "afternoon", "tarde": "afternoon", "chisinkuyta": "afternoon", "chisi": "evening",
    "en la noche": "evening", "por la noche": "evening", "noche": "evening", "tuta": "evening",
    "tutapi": "evening", "cualquier hora": "any", "a toda hora": "any", "mayqin urapas": "any",
    "imay urapas": "any",
}  # fmt: skip
_TIME_WORDS = {**_DAYS, **_PARTS}
_WORDS = re.compile(r"(?<!\w)(" + "|".join(sorted(map(re.escape, _TIME_WORDS), key=len, reverse=True)) + r")(?!\w)")
_CLOCK = re.compile(
    r"(?<![\w:])(?:(despu[eé]s de|desde|antes de|hasta)\s+)?(?:(a|de)\s+)?(las?\s+)?(\d{1,2})(?:[:.](\d{2}))?\s*"
    r"(a\.?\s?m\.?|p\.?\s?m\.?|de la mañana|de la tarde|de la noche|horas|hrs?\b|urata|horata)?(?![\w:])",
    re.I,
)
_TOMORROW = re.compile(r"(?<!\w)(?<!la )(?<!de )(mañana|manana)(?!\w)", re.I)
_BOUND = {"despues de": "after", "desde": "after", "antes de": "before", "hasta": "before"}


def _times(text: str) -> list[Entity]:
    folded = _same_length_fold(text)
    found = [Entity("time", m.start(), m.end(), _TIME_WORDS[m[1]]) for m in _WORDS.finditer(folded)]
    found += [Entity("time", m.start(1), m.end(1), "tomorrow") for m in _TOMORROW.finditer(text)]
    found += [e for m in _CLOCK.finditer(text) if (e := _clock(m)) is not None]
    return _without_overlaps(found)


def _clock(match: re.Match[str]) -> Entity | None:
    bound, _preposition, article, hour, minute, half = match.groups()
    if not (article or half or minute) or int(hour) > 23 or int(minute or 0) > 59:
        return None
    value = f"{_hour24(int(hour), (half or '').lower()):02d}:{int(minute or 0):02d}"
    prefix = _BOUND.get(fold(bound, quechua=False), "") if bound else ""
    return Entity("time", match.start(), match.end(), f"{prefix} {value}".strip())


def _hour24(hour: int, half: str) -> int:
    """6 de la tarde -> 18; without a word, 1 to 6 is taken as afternoon, since nobody asks to be called at night."""
    if half.startswith("a") or "mañana" in half:
        return 0 if hour == 12 else hour
    afternoon = half.startswith("p") or "tarde" in half or "noche" in half or (not half and 1 <= hour <= 6)
    return hour + 12 if afternoon and hour < 12 else hour


def _same_length_fold(text: str) -> str:
    return text.lower().translate(str.maketrans("áéíóúüñ", "aeiouun"))


def _without_overlaps(found: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda e: (e.start, -(e.end - e.start))):
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept
