"""What reviewers save reaches every running bot within seconds: each process looks whether there is something new."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bot.catalog import Catalog
from followup import translations_store
from followup.database import Database
from followup.translation_book import words_over
from screening.checks.translations import LABELS
from screening.definitions import Library
from screening.texts import texts
from uyariq.rules_in_use import RulesInUse
from uyariq.translation_files import read_all
from uyariq.translations import catalog_path

logger = logging.getLogger(__name__)

LANGUAGES = ("qu", "quy", "quz")
LAYER = "reviewed"
EVERY_SECONDS = 2.0
NOTHING: frozenset[str] = frozenset()


class LiveTranslations:
    """Keeps a catalog at what the database and the files say now."""

    def __init__(self, catalog: Catalog, database: Database, locale: Path) -> None:
        self._catalog = catalog
        self._database = database
        self._locale = locale
        self._files = self._stamps()
        self._revision: tuple[int, int] | None = None

    def refresh(self) -> frozenset[str]:
        """Bring the catalog up to date; contexts of the texts that are said in other words now."""
        stamps = self._stamps()
        with self._database.read() as conn:
            revision = translations_store.revision(conn)
            if (revision, stamps) == (self._revision, self._files):
                return NOTHING
            saved = translations_store.in_force(conn)
        before = self._catalog.all_words
        if stamps != self._files:
            self._catalog.read_files_again()
        self._catalog.lay(LAYER, words_over(saved, read_all(self._locale, {one.language for one in saved})))
        self._revision, self._files = revision, stamps
        return self._catalog.differing(before)

    def _stamps(self) -> tuple[int, ...]:
        paths = [catalog_path(self._locale, language) for language in LANGUAGES]
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


def take_new_words(live: LiveTranslations, rules: RulesInUse) -> None:
    """What was saved is said from now on, and understood where it stands on a button."""
    changed = live.refresh()
    if changed and not changed.isdisjoint(_of_buttons(rules.library)):
        rules.renew_words()


async def keep_translations(live: LiveTranslations, rules: RulesInUse, every: float = EVERY_SECONDS) -> None:
    """Look again and again; what goes wrong leaves the words as they are."""
    while True:
        try:
            await asyncio.to_thread(take_new_words, live, rules)
        except Exception as error:  # the database may be away for a while: the old words hold
            logger.warning("translations.not_read %s", type(error).__name__)
        await asyncio.sleep(every)


def _of_buttons(library: Library) -> set[str]:
    """Contexts of what stands on buttons: whoever types it answers with it."""
    return {text.context for text in texts(library) if text.kind in LABELS}
