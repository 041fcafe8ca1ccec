"""The catalogs: which texts there are, what is translated, what a native speaker has reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from screening.definitions import Library
from screening.texts import Text, texts

DOMAIN = Path("domain.yml")
REVIEWED = "revisado:"
HEADER = """\
# Uyariq: textos para las personas, del castellano al {name}.
# Una entrada está revisada cuando lleva el comentario «# revisado: nombre, fecha» de una persona que habla la lengua.
# Las que no lo llevan son borradores del proyecto. Las marcadas «fuzzy» cambiaron en castellano y no se muestran.
#"""
# git knows when a catalog changed; a date in its header would only make every change conflict.
STABLE_DATE = datetime(2026, 11, 22, tzinfo=timezone.utc)
NAMES = {"qu": "quechua sureño", "quy": "quechua chanka", "quz": "quechua cusco-collao"}
# A person in danger must never meet a gap: these texts break the check when one is missing.
CRISIS = ("crisis_", "safety_", "services.", "help_now", "utter_something_failed")


@dataclass
class State:
    """How far a language is. missing_crisis: contexts of texts for people in danger that have no translation."""

    language: str
    total: int = 0
    missing: int = 0
    fuzzy: int = 0
    unreviewed: int = 0
    obsolete: int = 0
    missing_crisis: list[str] = field(default_factory=list)


def all_texts(library: Library, pages: dict[str, str]) -> Iterator[Text]:
    """Every text that the people who write to the bot may see. pages: context -> text of the chat page."""
    for text in every_text(library, pages):
        instrument = library.instrument(text.context.split(".")[0])
        if instrument is None or instrument.state_in("qu") != "none":
            yield text


def every_text(library: Library, pages: dict[str, str]) -> Iterator[Text]:
    """The same with the instruments that are not offered in Quechua: slots that wait for a published wording."""
    yield from texts(library)
    for name, variants in _responses().items():
        if variants[0].get("text"):
            yield Text(name, variants[0]["text"], "bubble", str(DOMAIN), 0)
    for context, source in pages.items():
        yield Text(context, source, "page", "console/texts", 0)


def catalog_path(locale: Path, language: str) -> Path:
    """Where a language's catalog stands."""
    return locale / language / "LC_MESSAGES" / "uyariq.po"


def languages(locale: Path) -> list[str]:
    """The languages that have a catalog."""
    return sorted(path.parts[-3] for path in locale.glob("*/LC_MESSAGES/uyariq.po"))


def update(locale: Path, language: str, sources: list[Text]) -> None:
    """Bring a catalog up to date: new texts come in empty, changed ones become fuzzy, gone ones obsolete."""
    path = catalog_path(locale, language)
    write_catalog(path, brought_up_to_date(read_catalog(path, language), sources))


def brought_up_to_date(catalog: Catalog, sources: Sequence[Text]) -> Catalog:
    """The same catalog with the texts of now."""
    catalog.update(_template(sources), no_fuzzy_matching=False, update_header_comment=False)
    return catalog


def read_catalog(path: Path, language: str) -> Catalog:
    """The catalog of a file; a new, empty one where there is none."""
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        catalog = read_po(file, locale=_locale(language))
    catalog.header_comment = HEADER.format(name=NAMES.get(language, language))
    return catalog


def write_catalog(path: Path, catalog: Catalog) -> None:
    """Write a catalog in a stable order, so that a change shows as a small difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(catalog_bytes(catalog))


def catalog_bytes(catalog: Catalog) -> bytes:
    """The catalog as its file holds it."""
    # Our texts mark no plural in Quechua: every sentence has one form. Babel would write two for the locale.
    vars(catalog).update(_num_plurals=1, _plural_expr="0")
    catalog.creation_date = catalog.revision_date = STABLE_DATE
    buffer = BytesIO()
    write_po(buffer, catalog, width=120, include_lineno=False)
    return buffer.getvalue()


def state(locale: Path, language: str, sources: list[Text]) -> State:
    """Counts for the check and for staff."""
    catalog = read_catalog(catalog_path(locale, language), language)
    result = State(language, obsolete=len(catalog.obsolete))
    for source in sources:
        message = catalog.get(source.text, context=source.context)
        result.total += 1
        if message is None or not message.string:
            result.missing += 1
            if source.context.startswith(CRISIS):
                result.missing_crisis.append(source.context)
        elif message.fuzzy:
            result.fuzzy += 1
        elif not is_reviewed(message):
            result.unreviewed += 1
    return result


def is_reviewed(message: Message) -> bool:
    """Whether somebody who speaks the language has signed the entry."""
    return any(comment.strip().lower().startswith(REVIEWED) for comment in message.user_comments)


def _template(sources: Sequence[Text]) -> Catalog:
    template = Catalog(charset="utf-8")
    for source in sources:
        template.add(source.text, context=source.context, locations=[(source.file, source.line)])
    return template


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=_locale(language),
        project="Uyariq",
        version="0.1",
        header_comment=HEADER.format(name=NAMES.get(language, language)),
        last_translator="Uyariq",
        language_team="Uyariq",
        msgid_bugs_address="docs/revision-quechua.md",
        charset="utf-8",
        fuzzy=False,
    )


def _locale(language: str) -> str:
    # Babel knows Quechua as one language only.
    return "qu" if language.startswith("qu") else language


def _responses() -> dict[str, list[dict[str, str]]]:
    responses: dict[str, list[dict[str, str]]] = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    return responses
