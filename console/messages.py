"""Messages that were not understood: staff say what they mean, and take the labelled ones away for training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from urllib.parse import urlencode

from starlette.responses import Response

from console.labels import labels
from console.visit import Visit, go
from followup import unknown_messages
from followup.unknown_messages import UnknownMessage

# Two fields a message; a form of ours holds fifty at most.
PAGE_SIZE = 20
LANGUAGES = ("es", "qu")
DISCARD = "descartar"
MEANS, MARKED, FOR_MARKED = "que-", "marca-", "marcadas"
YAML = "application/yaml; charset=utf-8"


def messages_page(visit: Visit) -> Response:
    """Those that nobody has labelled yet; each look is recorded."""
    language = _language(visit.query)
    with visit.site.database.begin() as conn:
        waiting = unknown_messages.waiting(conn, language, PAGE_SIZE)
        left = unknown_messages.count(conn, unknown_messages.NEW, language)
        ready = {code: unknown_messages.count(conn, unknown_messages.LABELLED, code) for code in LANGUAGES}
        if waiting:
            unknown_messages.note_look(conn, "messages.read", len(waiting), visit.now, visit.staff.id)
    return visit.page(
        "messages.html",
        here="mensajes",
        notice=labels()["notice"].get(visit.query.get("aviso", "")),
        messages=waiting,
        left=left,
        ready=ready,
        language=language,
        languages=LANGUAGES,
        discard=DISCARD,
    )


def save_labels(visit: Visit) -> Response:
    """What each message means, or that it is of no use."""
    chosen = dict(_chosen(visit.form))
    with visit.site.database.begin() as conn:
        done = unknown_messages.label(conn, chosen, visit.now, visit.staff.id)
    language = _language(visit.form)
    query = {"aviso": "labelled" if done else "labelled_none", **({"idioma": language} if language else {})}
    return go(f"/mensajes?{urlencode(query)}")


def examples(visit: Visit) -> Response:
    """The labelled messages of a language as Rasa's training data, for a maintainer to look through and add."""
    language = _language(visit.query) or "es"
    with visit.site.database.begin() as conn:
        found = unknown_messages.labelled(conn, language)
        unknown_messages.note_look(conn, "messages.exported", len(found), visit.now, visit.staff.id)
    attachment = f'attachment; filename="mensajes_{language}.yml"'
    return Response(training_data(found), media_type=YAML, headers={"Content-Disposition": attachment})


def training_data(messages: Iterable[UnknownMessage]) -> str:
    """Rasa's YAML, one block an intent. messages: in the order of their intents."""
    lines = ['version: "3.1"', "nlu:"]
    for intent, rows in groupby(messages, key=lambda row: row.intent):
        lines += [f"  - intent: {intent}", "    examples: |", *(f"      - {_plain(row.text)}" for row in rows)]
    return "\n".join(lines if len(lines) > 2 else [lines[0], "nlu: []"]) + "\n"


def _plain(text: str) -> str:
    """One line in which nothing is Rasa's mark for an entity: «[lugar](…» would be one."""
    return " ".join(text.split()).replace("](", "] (").replace("]{", "] {").replace("][", "] [")


def _chosen(form: Mapping[str, str]) -> Iterable[tuple[int, str | None]]:
    """(message, intent or None for discarding): its own choice first, else the one for all that are marked."""
    for_marked = form.get(FOR_MARKED, "")
    numbers = {name.partition("-")[2] for name in form if name.startswith((MEANS, MARKED))}
    for number in sorted(one for one in numbers if one.isdecimal() and len(one) < 19):
        choice = form.get(f"{MEANS}{number}") or (for_marked if f"{MARKED}{number}" in form else "")
        if choice == DISCARD:
            yield int(number), None
        elif choice in labels()["intent"]:
            yield int(number), choice


def _language(given: Mapping[str, str]) -> str | None:
    language = given.get("idioma")
    return language if language in LANGUAGES else None
