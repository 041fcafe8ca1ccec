"""Catalogs: what is new comes in empty, what changed is fuzzy, who reviewed stays."""

from __future__ import annotations

from pathlib import Path

from screening.texts import Text
from uyariq import translations


def text(context: str, words: str) -> Text:
    return Text(context, words, "bubble", "flows/x.yml", 1)


def translate(locale: Path, context: str, source: str, words: str, comment: str = "") -> None:
    path = translations.catalog_path(locale, "qu")
    catalog = translations.read_catalog(path, "qu")
    message = catalog.get(source, context=context)
    message.string = words
    if comment:
        message.user_comments.append(comment)
    translations.write_catalog(path, catalog)


def test_new_text_counts_as_missing(tmp_path: Path) -> None:
    """A text without a translation is counted, by language."""
    sources = [text("a.1", "Hola"), text("a.2", "Gracias")]
    translations.update(tmp_path, "qu", sources)
    assert translations.state(tmp_path, "qu", sources).missing == 2


def test_missing_text_for_people_in_danger_is_named(tmp_path: Path) -> None:
    """The check must say which one, because it must not be missing."""
    sources = [text("crisis_suicide.help.0", "Sigo aquí con usted.")]
    translations.update(tmp_path, "qu", sources)
    assert translations.state(tmp_path, "qu", sources).missing_crisis == ["crisis_suicide.help.0"]


def test_changed_spanish_makes_the_translation_fuzzy(tmp_path: Path) -> None:
    """The old Quechua says what the old Spanish said: a person has to look."""
    translations.update(tmp_path, "qu", [text("a.1", "¿Duerme usted mal por las noches?")])
    translate(tmp_path, "a.1", "¿Duerme usted mal por las noches?", "¿Tuta sasatachu puñunki?")
    changed = [text("a.1", "¿Duerme usted mal por las noches o de día?")]
    translations.update(tmp_path, "qu", changed)
    assert translations.state(tmp_path, "qu", changed).fuzzy == 1


def test_signed_entry_counts_as_reviewed_and_stays_so(tmp_path: Path) -> None:
    """The comment of a native speaker survives an update."""
    sources = [text("a.1", "Hola"), text("a.2", "Gracias")]
    translations.update(tmp_path, "qu", sources)
    translate(tmp_path, "a.1", "Hola", "Allinllachu", "revisado: Rosa Q., 2026-12-01")
    translate(tmp_path, "a.2", "Gracias", "Sulpayki")
    translations.update(tmp_path, "qu", sources)
    assert translations.state(tmp_path, "qu", sources).unreviewed == 1


def test_same_words_in_two_places_may_differ(tmp_path: Path) -> None:
    """The context belongs to the key."""
    sources = [text("a.yes", "Sí"), text("b.yes", "Sí")]
    translations.update(tmp_path, "qu", sources)
    translate(tmp_path, "a.yes", "Sí", "Arí")
    translate(tmp_path, "b.yes", "Sí", "Munanim")
    catalog = translations.read_catalog(translations.catalog_path(tmp_path, "qu"), "qu")
    assert catalog.get("Sí", context="a.yes").string == "Arí"
    assert catalog.get("Sí", context="b.yes").string == "Munanim"
