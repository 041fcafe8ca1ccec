"""services.yml and forbidden_phrases.yml -> services and forbidden phrases."""

from __future__ import annotations

from datetime import time

from screening.definitions import ForbiddenPhrase, Hours, Service
from screening.read.section import NAME, Section, did_you_mean

KINDS = (
    "crisis_call", "crisis_write", "violence", "medical", "police", "fire", "child", "health_centre",
)  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "24/7"
# Spanish, Quechua and its varieties, Aymara, Asháninka, Awajún, Shipibo, English.
LANGUAGES = ("es", "qu", "quy", "quz", "ay", "cni", "agr", "shp", "en")


def read_service(section: Section) -> Service:
    """One telephone or place."""
    made = Service(
        id=section.pattern("id", NAME, "Use letras minúsculas, números o «_».") or "",
        kind=section.one_of("kind", KINDS, required=True) or "",
        country=section.text("country") or "PE",
        name=section.words("name"),
        number=section.text("number") or "",
        steps=section.text("steps"),
        languages=_languages(section),
        hours=_hours(section),
        free=section.flag("free"),
        note=section.text("note"),
        text=section.text("text"),
        source=section.text("source"),
        seen=section.day("seen"),
        status=section.one_of("status", ("SEEN", "KNOWN"), required=True) or "KNOWN",
        review_by=section.day("review_by", required=True),
        line=section.line(),
        file=section.file,
    )
    section.close()
    return made


def _languages(section: Section) -> tuple[str, ...]:
    listed = section.texts("languages", required=True)
    for one in listed:
        if one not in LANGUAGES:
            hint = did_you_mean(one, LANGUAGES) or f"Puede ser: {', '.join(LANGUAGES)}."
            section.complain("value_unknown", "languages", f"«{one}» no es un idioma que se conozca.", hint)
    return listed


def _hours(section: Section) -> tuple[Hours, ...]:
    if section.plain("hours") == ALWAYS:
        return ()
    return tuple(_stretch(one) for one in section.sections("hours", "horario", required=True))


def _stretch(section: Section) -> Hours:
    days = [day for day in section.texts("days", required=True) if day in DAYS or _no_day(section, day)]
    made = Hours(
        days=frozenset(DAYS.index(day) for day in days if day in DAYS),
        start=_time(section, "from"),
        end=_time(section, "to"),
    )
    section.close()
    return made


def _no_day(section: Section, day: str) -> bool:
    hint = did_you_mean(day, DAYS) or f"Use: {', '.join(DAYS)}."
    section.complain("value_unknown", "days", f"«{day}» no es un día.", hint)
    return False


def _time(section: Section, key: str) -> time:
    value = section.words(key)
    try:
        return time.fromisoformat("23:59:59" if value == "24:00" else value)
    except ValueError:
        section.complain(
            "type_wrong", key, f"«{value}» no es una hora.", 'Escriba horas y minutos entre comillas: "07:00".'
        )
        return time()


def read_forbidden(section: Section) -> ForbiddenPhrase:
    """One phrase that no text for people may contain."""
    made = ForbiddenPhrase(
        phrase=section.words("phrase"),
        why=section.words("why"),
        source=section.text("source"),
        language=section.one_of("language", LANGUAGES) or "es",
        line=section.line(),
    )
    section.close()
    return made
