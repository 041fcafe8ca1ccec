"""`uyariq texts`: check the translations, or bring the catalogs up to date with the Spanish source."""

from __future__ import annotations

import argparse

from console.referral_words import messages as referral_messages
from console.wording import messages
from followup.staff_texts import staff_texts
from screening.reader import load_library
from uyariq import translations
from uyariq.rooms import LOCALE, RULES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["check", "update"])


def run(options: argparse.Namespace) -> int:
    """Counts by language; 1 when a text is missing or out of date."""
    pages = dict([*messages(), *referral_messages()]) | staff_texts(RULES).sources()
    sources = list(translations.all_texts(load_library(RULES), pages))
    if options.action == "update":
        for language in translations.languages(LOCALE) or ["qu"]:
            translations.update(LOCALE, language, sources)
    states = [translations.state(LOCALE, language, sources) for language in translations.languages(LOCALE)]
    for state in states:
        _show(state)
    complete = all(not (state.missing or state.fuzzy) for state in states if state.language == "qu")
    return 0 if options.action == "update" or complete else 1


def _show(state: translations.State) -> None:
    print(
        f"{state.language}: {state.total} textos, {state.missing} sin traducir, {state.fuzzy} por actualizar, "
        f"{state.unreviewed} sin revisar por una persona que habla la lengua, {state.obsolete} en desuso."
    )
    for context in state.missing_crisis[:10]:
        print(f"  FALTA un texto para personas en peligro: {context}")
