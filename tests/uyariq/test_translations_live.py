"""What reviewers save reaches running bots: noticed by every process, laid over the files, swapped at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.catalog import Catalog
from followup import translations_store as store
from followup.database import Database, open_database
from followup.translations_store import Words
from screening.reader import read_folder
from screening.texts import Text, texts
from uyariq import translations
from uyariq.translation_files import read_entries
from uyariq.translations_live import LiveTranslations, keep_translations

KEY = bytes(range(32))
NOW = datetime(2026, 12, 1, 17, 0, tzinfo=timezone.utc)
SOURCES = [Text("a.1", "Hola", "bubble", "flows/x.yml", 1), Text("a.2", "Gracias", "bubble", "flows/x.yml", 2)]
ROOT = Path(__file__).parents[2]
RULES = ROOT / "screening_rules"
ANOTHER_PROCESS = """
import sys, time
from pathlib import Path
from bot.catalog import Catalog
from followup.database import open_database
from uyariq.translations_live import LiveTranslations
catalog = Catalog(Path(sys.argv[1]))
live = LiveTranslations(catalog, open_database(sys.argv[2], bytes(range(32))), Path(sys.argv[1]))
live.refresh()
print(catalog.translate("a.1", "Hola", "qu"), flush=True)
until = time.monotonic() + 30
while not live.refresh() and time.monotonic() < until:
    time.sleep(0.1)
print(catalog.translate("a.1", "Hola", "qu"), flush=True)
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """Two texts, both translated, nobody has signed them."""
    folder = tmp_path / "locale"
    translations.update(folder, "qu", SOURCES)
    write(folder, "a.1", "Hola", "Napaykuyki")
    write(folder, "a.2", "Gracias", "Sulpayki")
    return folder


def write(locale: Path, context: str, source: str, words: str, comment: str = "") -> None:
    path = translations.catalog_path(locale, "qu")
    catalog = translations.read_catalog(path, "qu")
    message = catalog.get(source, context=context)
    message.string = words
    message.user_comments[:] = [comment] if comment else []
    translations.write_catalog(path, catalog)


def save(database: Database, context: str, source: str, words: str, reviewer: str = "Rosa Q.") -> None:
    with database.begin() as conn:
        store.save(conn, Words("qu", context, source, words, reviewer), NOW, seen=None, by=None)


def test_saved_words_are_said_after_the_next_look(database: Database, locale: Path) -> None:
    """Only those; the others stay as the file has them, and a look without news changes nothing."""
    catalog = Catalog(locale)
    live = LiveTranslations(catalog, database, locale)
    live.refresh()
    save(database, "a.1", "Hola", "Allinllachu")
    assert catalog.translate("a.1", "Hola", "qu") == "Napaykuyki"
    assert live.refresh()
    assert catalog.translate("a.1", "Hola", "qu") == "Allinllachu"
    assert catalog.translate("a.1", "Hola", "quy") == "Allinllachu"
    assert catalog.translate("a.2", "Gracias", "qu") == "Sulpayki"
    assert not live.refresh()


def test_words_of_another_spanish_are_never_said(database: Database, locale: Path) -> None:
    """The Spanish changed since: the Spanish is said."""
    save(database, "a.1", "Hola", "Allinllachu")
    catalog = Catalog(locale)
    LiveTranslations(catalog, database, locale).refresh()
    assert catalog.translate("a.1", "Hola otra vez", "qu") == "Hola otra vez"


def test_a_file_that_was_signed_later_wins_without_a_restart(database: Database, locale: Path) -> None:
    """Somebody corrected the catalog in git and signed it the day after."""
    save(database, "a.1", "Hola", "Allinllachu")
    catalog = Catalog(locale)
    live = LiveTranslations(catalog, database, locale)
    live.refresh()
    assert catalog.translate("a.1", "Hola", "qu") == "Allinllachu"
    write(locale, "a.1", "Hola", "Rimaykullayki", "revisado: Dina, 2026-12-02")
    assert read_entries(locale, "qu")["a.1"].reviewer == "Dina"
    assert live.refresh()
    assert catalog.translate("a.1", "Hola", "qu") == "Rimaykullayki"


def test_another_process_notices(database: Database, locale: Path) -> None:
    """A bot apart from the console: the new words are said within seconds."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("one database is enough for this")
    arguments = [sys.executable, "-c", ANOTHER_PROCESS, str(locale), str(database.engine.url)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "Napaykuyki"
        save(database, "a.1", "Hola", "Allinllachu")
        assert other.stdout.readline().strip() == "Allinllachu"


def test_whoever_translates_meanwhile_has_either_words_or_the_other(locale: Path) -> None:
    """No moment without a word, however often layers are swapped."""
    catalog = Catalog(locale)
    layers = [{"qu": {("a.1", "Hola"): "Allinllachu"}}, {"qu": {("a.1", "Hola"): "Imaynallam"}}]
    seen: set[str] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(catalog.translate("a.1", "Hola", "qu"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2_000):
        catalog.lay("reviewed", layers[number % 2])
    stop.set()
    reader.join()
    assert seen <= {"Napaykuyki", "Allinllachu", "Imaynallam"}
    assert catalog.missing["qu"] == 0


async def test_the_look_goes_on_when_the_database_was_away(tmp_path: Path, locale: Path) -> None:
    """The old words hold meanwhile; what was saved comes afterwards."""
    database = open_database(f"sqlite:///{tmp_path}/away.db", KEY)
    catalog = Catalog(locale)
    live = LiveTranslations(catalog, database, locale)
    task = asyncio.create_task(keep_translations(live, Rules(), every=0.02))
    await asyncio.sleep(0.2)  # there are no tables yet
    assert catalog.translate("a.1", "Hola", "qu") == "Napaykuyki"
    database.migrate()
    save(database, "a.1", "Hola", "Allinllachu")
    await until(lambda: catalog.translate("a.1", "Hola", "qu") == "Allinllachu")
    task.cancel()
    database.close()


async def test_new_words_of_a_button_are_told_to_the_rules(tmp_path: Path) -> None:
    """Whoever types them answers with them; for other texts nothing has to be prepared anew."""
    database = open_database(f"sqlite:///{tmp_path}/rules.db", KEY, rules=RULES)
    database.migrate()
    catalog, rules = Catalog(ROOT / "locale"), Rules()
    live = LiveTranslations(catalog, database, ROOT / "locale")
    live.refresh()
    all_texts = [one for one in texts(rules.library) if catalog.has(one.context, one.text, "qu")]
    label, bubble = (next(one for one in all_texts if one.kind == kind) for kind in ("label", "bubble"))
    task = asyncio.create_task(keep_translations(live, rules, every=0.02))
    save(database, bubble.context, bubble.text, "Huk simi.")
    await until(lambda: catalog.translate(bubble.context, bubble.text, "qu") == "Huk simi.")
    await asyncio.sleep(0.1)
    assert rules.told == 0
    save(database, label.context, label.text, "Arí, munanim")
    await until(lambda: rules.told == 1)
    task.cancel()
    database.close()


class Rules:
    """The project's rules, which count how often they are told of new words."""

    def __init__(self) -> None:
        self.library = read_folder(RULES)[0]
        self.told = 0

    def renew_words(self) -> None:
        """As the real ones."""
        self.told += 1


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it; fail when it takes far too long."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def test_published_words_lie_under_reviewed_ones(locale: Path) -> None:
    """And both over the file, whichever was laid first."""
    catalog = Catalog(locale)
    catalog.lay("reviewed", {"qu": {("a.1", "Hola"): "Allinllachu"}})
    catalog.lay("published", {"qu": {("a.1", "Hola"): "Imaynallam", ("a.2", "Gracias"): "Añay"}})
    assert catalog.translate("a.1", "Hola", "qu") == "Allinllachu"
    assert catalog.translate("a.2", "Gracias", "qu") == "Añay"
    with pytest.raises(ValueError, match="layer"):
        catalog.lay("other", {})
