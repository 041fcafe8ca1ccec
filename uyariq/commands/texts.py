"""`uyariq texts`: check the translations, bring the catalogs up to date with the Spanish source, files out and in."""

from __future__ import annotations

import argparse

from console.referral_words import messages as referral_messages
from console.wording import messages
from followup.staff_texts import staff_texts
from screening.reader import load_library
from uyariq import translations
from uyariq.commands import texts_files
from uyariq.console_texts import console_languages, console_state, console_texts, update_console
from uyariq.rooms import LOCALE, RULES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["check", "update", "export", "import"])
    texts_files.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Counts by language; 1 when a text is missing or out of date. Or files out and in."""
    if options.action in ("export", "import"):
        return texts_files.run(options)
    pages = dict([*messages(), *referral_messages()]) | staff_texts(RULES).sources()
    sources = list(translations.all_texts(load_library(RULES), pages))
    if options.action == "update":
        for language in translations.languages(LOCALE) or ["qu"]:
            translations.update(LOCALE, language, sources)
    states = [translations.state(LOCALE, language, sources) for language in translations.languages(LOCALE)]
    for state in states:
        _show(state)
    for state in (of_console := _console_states(options.action == "update")):
        _show(state, "consola, ")
    complete = all(not (one.missing or one.fuzzy) for one in [*states, *of_console] if one.language == "qu")
    return 0 if options.action == "update" or complete else 1


def _console_states(update: bool) -> list[translations.State]:
    """The same for what staff read, which has a catalog of its own."""
    sources = console_texts(RULES, load_library(RULES))
    languages = console_languages(LOCALE) or ["qu"]
    if update:
        for language in languages:
            update_console(LOCALE, language, sources)
    return [console_state(LOCALE, language, sources) for language in languages]


def _show(state: translations.State, of_what: str = "") -> None:
    print(
        f"{of_what}{state.language}: {state.total} textos, {state.missing} sin traducir, {state.fuzzy} por actualizar, "
        f"{state.unreviewed} sin revisar por una persona que habla la lengua, {state.obsolete} en desuso."
    )
    for context in state.missing_crisis[:10]:
        print(f"  FALTA un texto para personas en peligro: {context}")
