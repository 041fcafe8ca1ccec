"""One text before a reviewer: where it is said, what stands there, and approving, correcting or doubting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from console.translations.desk import LANGUAGES, SPANISH, TranslationDesk
from console.translations.look import Look
from console.translations.pages import PAGE, go_on
from console.translations.place import group_of, group_title, place_of
from console.translations.shelf import VOICES, Shelf
from console.translations.words import words
from console.visit import Visit, go, not_found
from followup import translations_store as store
from followup.translation_book import BASE, Entry, bound_to_source, recordable
from followup.translations_store import LONGEST, TranslationConflict, Words
from screening.texts import Text

AROUND = 2
SHORTEST_SOURCE = 10
APPROVE, DRAFT, DOUBT, COMMENT, WITHDRAW = "aprobar", "borrador", "duda", "comentar", "archivo"
COMMENT_LONGEST = 1000


@dataclass(frozen=True)
class Typed:
    """What the form holds. seen: the save that its page showed; source: the Spanish that its page showed, by hash."""

    text: str
    back_translation: str
    wording_source: str
    comment: str
    seen: int
    source: str

    @classmethod
    def of(cls, form: Any) -> Typed:
        """As it was sent, with one kind of line ends."""
        plain = {name: " ".join(form.get(name, "").split()) for name in ("retro", "fuente", "comentario")}
        seen = form.get("visto", "")
        return cls(
            text=form.get("traduccion", "").replace("\r\n", "\n").strip(),
            back_translation=plain["retro"],
            wording_source=plain["fuente"],
            comment=plain["comentario"],
            seen=int(seen) if seen.isdecimal() and len(seen) < 15 else 0,
            source=form.get("castellano", ""),
        )


def text_page(visit: Visit) -> Response:
    """The text with its surroundings and the form."""
    desk = visit.site.translations
    if desk is None:
        return not_found(visit)
    shelf, look = Shelf(visit, desk), Look.of(visit.query)
    entry = shelf.entry(look.language, visit.query.get("texto", ""))
    if entry is None:
        return not_found(visit)
    return show(visit, shelf, look, entry, notice=words()["notice"].get(visit.query.get("aviso", "")))


def save(visit: Visit) -> Response:
    """Approve, correct, doubt, comment, or go back to what the file says."""
    desk = visit.site.translations
    if desk is None:
        return not_found(visit)
    shelf, look = Shelf(visit, desk), Look.of(visit.form)
    entry = shelf.entry(look.language, visit.form.get("texto", ""))
    if entry is None:
        return not_found(visit)
    typed, what = Typed.of(visit.form), visit.form.get("hacer", "")
    if what in (DOUBT, COMMENT):
        return _say(visit, shelf, look, entry, typed, is_doubt=what == DOUBT)
    if what == WITHDRAW:
        return _withdraw(visit, desk, shelf, look, entry, typed)
    return _keep(visit, desk, shelf, look, entry, typed, sign=what != DRAFT)


def may_sign(visit: Visit, language: str) -> bool:
    """Whether the account has the language: whoever speaks a variety may sign it and Quechua as such."""
    spoken = set(visit.staff.languages)
    return bool(spoken & {language, BASE.get(language, language), *(v for v, base in BASE.items() if base == language)})


def _keep(
    visit: Visit, desk: TranslationDesk, shelf: Shelf, look: Look, entry: Entry, typed: Typed, *, sign: bool
) -> Response:
    troubles = _troubles(visit, desk, shelf, entry, typed, sign=sign)
    if troubles:
        status = 409 if typed.source != store.hash_of(entry.text.text) else 400
        return show(visit, shelf, look, entry, status, typed=typed, troubles=troubles)
    wanted = Words(
        entry.language,
        entry.context,
        entry.text.text,
        typed.text,
        reviewer=visit.staff.name if sign else "",
        back_translation=typed.back_translation,
        wording_source=typed.wording_source or (entry.wording_source if typed.text == entry.words else ""),
    )
    try:
        with visit.site.database.begin() as conn:
            store.save(conn, wanted, visit.now, seen=typed.seen, by=visit.staff.id)
            if sign:
                store.settle(conn, entry.language, entry.context, visit.now, visit.staff.id)
            if typed.comment:
                store.add_comment(
                    conn, entry.language, entry.context, typed.comment, visit.now, visit.staff.id, is_doubt=False
                )
    except TranslationConflict as conflict:
        return show(visit, shelf, look, entry, 409, typed=typed, theirs=conflict.saved)
    desk.refresh()
    notice = "drafted" if not sign else "approved" if typed.text == entry.words else "changed"
    return _onwards(visit, look, entry, notice)


def _troubles(
    visit: Visit, desk: TranslationDesk, shelf: Shelf, entry: Entry, typed: Typed, *, sign: bool
) -> list[str]:
    refused = words()["refused"]
    if typed.source != store.hash_of(entry.text.text):
        return [refused["source_changed"]]
    if sign and not may_sign(visit, entry.language):
        return [refused["not_a_speaker"]]
    if not typed.text:
        return [refused["empty"]]
    if max(map(len, (typed.text, typed.back_translation, typed.wording_source, typed.comment))) > LONGEST:
        return [refused["too_long"]]
    changed = typed.text != entry.words
    bound = changed and _bound(shelf, entry)
    if bound and len(typed.wording_source) < SHORTEST_SOURCE:
        return [refused["wording_source"]]
    return desk.problems(shelf.library, entry.text, entry.language, typed.text)


def _bound(shelf: Shelf, entry: Entry) -> bool:
    return bound_to_source(entry.text, shelf.library, entry.language, entry.words or entry.old_words)


def _say(visit: Visit, shelf: Shelf, look: Look, entry: Entry, typed: Typed, *, is_doubt: bool) -> Response:
    if not typed.comment or len(typed.comment) > COMMENT_LONGEST:
        trouble = words()["refused"]["too_long" if typed.comment else "comment_empty"]
        return show(visit, shelf, look, entry, 400, typed=typed, troubles=[trouble])
    with visit.site.database.begin() as conn:
        store.add_comment(
            conn, entry.language, entry.context, typed.comment, visit.now, visit.staff.id, is_doubt=is_doubt
        )
    if is_doubt:
        return _onwards(visit, look, entry, "doubt")
    return go(f"{look.address(entry.context)}&aviso=commented")


def _withdraw(visit: Visit, desk: TranslationDesk, shelf: Shelf, look: Look, entry: Entry, typed: Typed) -> Response:
    if not entry.saved_id:
        return not_found(visit)
    given = Words(entry.language, entry.context, entry.text.text, "")
    try:
        with visit.site.database.begin() as conn:
            store.withdraw(conn, given, visit.now, seen=typed.seen, by=visit.staff.id)
    except TranslationConflict as conflict:
        return show(visit, shelf, look, entry, 409, typed=typed, theirs=conflict.saved)
    desk.refresh()
    return go(f"{look.address(entry.context)}&aviso=withdrawn")


def _onwards(visit: Visit, look: Look, entry: Entry, notice: str) -> Response:
    """In a queue the next text, else this one again."""
    if visit.form.get("cola") == "1":
        return go_on(visit, look, entry.context, notice)
    return go(f"{look.address(entry.context)}&aviso={notice}")


def show(
    visit: Visit,
    shelf: Shelf,
    look: Look,
    entry: Entry,
    status_code: int = 200,
    *,
    typed: Typed | None = None,
    troubles: list[str] | None = None,
    theirs: store.SavedTranslation | None = None,
    notice: str | None = None,
) -> Response:
    """The page of one text."""
    text, library = entry.text, shelf.library
    given = visit.form or visit.query
    with visit.site.database.read() as conn:
        said = store.comments(conn, entry.language, entry.context)
        before = store.history(conn, entry.language, entry.context)
    previous, following = _beside(shelf, entry)
    return visit.page(
        "translations/text.html",
        status_code,
        here="traducciones",
        entry=entry,
        look=look,
        group=group_title(group_of(entry.context), library),
        place=place_of(text, library),
        around=_around(shelf, entry),
        previous=previous,
        following=following,
        typed=typed or Typed(entry.words or entry.old_words, entry.back_translation, "", "", 0, ""),
        seen=theirs.id if theirs else entry.saved_id,
        source_hash=store.hash_of(text.text),
        may_sign=may_sign(visit, entry.language),
        bound=_bound(shelf, entry),
        instrument=library.instrument(group_of(entry.context)) if text.published else None,
        comments=said,
        before=before,
        troubles=troubles or [],
        theirs=theirs,
        notice=notice,
        in_queue=given.get("cola") == "1",
        voices=[(code, shelf.voice(code, text), shelf.words(code, text)) for code in VOICES],
        recordable=recordable(text),
        languages=LANGUAGES,
        spanish=SPANISH,
        list_page=PAGE,
        comment_longest=COMMENT_LONGEST,
        longest=LONGEST,
        words=words(),
    )


def _around(shelf: Shelf, entry: Entry) -> list[tuple[Text, str, bool]]:
    """(text, its words, whether it is the one in question): what is said before and after."""
    listed = [one for one in shelf.texts if group_of(one.context) == group_of(entry.context)]
    place = next(number for number, one in enumerate(listed) if one.context == entry.context)
    near = listed[max(0, place - AROUND) : place + AROUND + 1]
    return [(one, shelf.words(entry.language, one), one.context == entry.context) for one in near]


def _beside(shelf: Shelf, entry: Entry) -> tuple[str | None, str | None]:
    """The texts before and after this one, in the order of the talk."""
    contexts = [one.context for one in shelf.texts]
    place = contexts.index(entry.context)
    before = contexts[place - 1] if place else None
    return before, contexts[place + 1] if place + 1 < len(contexts) else None
