"""Spoken versions: record or upload one for a text and a variety, hear it, take it away."""

from __future__ import annotations

from starlette.responses import Response

from console.translations.look import Look
from console.translations.review import show
from console.translations.shelf import VOICES, Shelf
from console.translations.words import words
from console.visit import Visit, go, not_found
from followup import audit
from followup import translations_store as store
from followup.translation_book import recordable
from screening.texts import Text

FILE, VOICE = "sonido", "voz"
OGG = "audio/ogg"
NO_CACHE = {"Cache-Control": "no-store"}


def sound(visit: Visit) -> Response:
    """One recording, for a player on the page."""
    desk, language = visit.site.translations, visit.query.get(VOICE, "")
    if desk is None or language not in VOICES:
        return not_found(visit)
    found = desk.recordings.sound(language, visit.query.get("texto", ""))
    return not_found(visit) if found is None else Response(found, media_type=OGG, headers=NO_CACHE)


def upload(visit: Visit) -> Response:
    """Keep what was recorded or chosen; the words of this moment are kept with it."""
    desk, language = visit.site.translations, visit.form.get(VOICE, "")
    if desk is None or language not in VOICES:
        return not_found(visit)
    shelf, look = Shelf(visit, desk), Look.of(visit.form)
    entry = shelf.entry(look.language, visit.form.get("texto", ""))
    if entry is None:
        return not_found(visit)
    content = visit.files.get(FILE, b"")
    spoken = shelf.words(language, entry.text)
    refused = _refused(entry.text, spoken, content) or desk.recordings.put(language, entry.context, content, spoken)
    if refused:
        return show(visit, shelf, look, entry, 400, troubles=[words()["refused"].get(refused, refused)])
    _note(visit, "translation.recorded", language, entry.context, audit.CREATE)
    return _back(visit, look, entry.context, "recorded")


def remove(visit: Visit) -> Response:
    """The recording goes; the words are sent without it."""
    desk, language = visit.site.translations, visit.form.get(VOICE, "")
    context = visit.form.get("texto", "")
    if desk is None or language not in VOICES or not desk.recordings.remove(language, context):
        return not_found(visit)
    _note(visit, "translation.unrecorded", language, context, audit.DELETE)
    return _back(visit, Look.of(visit.form), context, "unrecorded")


def _refused(text: Text, spoken: str, content: bytes) -> str | None:
    if not recordable(text):
        return "not_recordable"
    if not spoken:
        return "no_words"
    return None if content else "no_file"


def _note(visit: Visit, subtype: str, language: str, context: str, action: str) -> None:
    with visit.site.database.begin() as conn:
        store.note(conn, subtype, language, context, visit.now, visit.staff.id, action=action)


def _back(visit: Visit, look: Look, context: str, notice: str) -> Response:
    queued = "&cola=1" if visit.form.get("cola") == "1" else ""
    return go(f"{look.address(context)}&aviso={notice}{queued}#voz")
