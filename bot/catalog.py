"""Words of the catalogs: Spanish source text -> the person's language, by context.

Quechua is gettext (`locale/<language>/LC_MESSAGES/uyariq.po`). A variant (quy, quz) overlays `qu` and falls back to it;
what is missing or fuzzy falls back to Spanish and is counted, never shown as a gap. Over the files lie the words that
staff publish and review in the console; they change while the bot runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from babel.messages.pofile import read_po

FALLBACK = {"quy": "qu", "quz": "qu"}
# What lies over the files, the upper ones last: a speaker's word counts more than the draft's of who wrote the Spanish.
LAYERS = ("published", "reviewed")
Words = Mapping[tuple[str, str], str]
ByLanguage = Mapping[str, Words]


class Catalog:
    """Translations of every text for people.

    folder: holds `<language>/LC_MESSAGES/uyariq.po`. missing: how often a text fell back to Spanish, by language.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._layers: dict[str, ByLanguage] = {}
        self._changing = Lock()
        self._files = _files(folder)
        self._words = self._files
        self.missing: Counter[str] = Counter()

    def translate(self, context: str, text: str, language: str) -> str:
        """The text in the language; the Spanish text itself where the catalog has none."""
        if language == "es" or not text:
            return text
        words, tried = self._words, language
        while tried:
            word = words.get(tried, {}).get((context, text))
            if word:
                return word
            tried = FALLBACK.get(tried, "")
        self.missing[language] += 1
        return text

    def has(self, context: str, text: str, language: str) -> bool:
        """Whether the catalog itself has the text in the language or the one that it falls back to."""
        words = self._words
        return language == "es" or any(
            (context, text) in words.get(name, {}) for name in (language, FALLBACK.get(language, ""))
        )

    def lay(self, layer: str, words: ByLanguage) -> None:
        """Put these words in the place of the layer's former ones: from the next text on, for everybody at once."""
        if layer not in LAYERS:
            raise ValueError(f"not a layer of the catalog: {layer}")
        with self._changing:
            self._layers[layer] = words
            self._put_together()

    def differing(self, since: ByLanguage) -> frozenset[str]:
        """Contexts of the texts whose words are others than at that moment (see `all_words`)."""
        now = self._words
        return frozenset(
            key[0]
            for language in {*since, *now}
            for key, _ in {*since.get(language, {}).items()} ^ {*now.get(language, {}).items()}
        )

    @property
    def all_words(self) -> ByLanguage:
        """The words of this moment."""
        return self._words

    def laid(self, layer: str) -> ByLanguage:
        """What lies there now."""
        return self._layers.get(layer, {})

    def read_files_again(self) -> None:
        """The files have changed."""
        files = _files(self._folder)
        with self._changing:
            self._files = files
            self._put_together()

    def _put_together(self) -> None:
        layers = [self._files, *(self._layers[name] for name in LAYERS if name in self._layers)]
        languages = sorted({language for layer in layers for language in layer})
        made: dict[str, Words] = {}
        for language in languages:
            made[language] = {key: word for layer in layers for key, word in layer.get(language, {}).items()}
        # One assignment: whoever is translating meanwhile has either the old words or the new ones.
        self._words = made


def _files(folder: Path) -> dict[str, Words]:
    return {path.parts[-3]: _read(path) for path in sorted(folder.glob("*/LC_MESSAGES/uyariq.po"))}


def _read(path: Path) -> Words:
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        (message.context or "", str(message.id)): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
