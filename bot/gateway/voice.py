"""Recorded prompts: which recording belongs to a bubble.

Layout, open to whoever records: `<folder>/<es, qu, quy or quz>/<context>.ogg`, such as
`voice/quy/srq_minsa.srq_4.ogg`.
Context: the text's name as in the catalogs (locale/…/uyariq.po, msgctxt). Format: Ogg with Opus, one channel. Beside it
`<context>.txt` with the words that were recorded: when the text is no longer these words, the recording is not sent.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("es", "qu", "quy", "quz")
SOUND, WORDS = ".ogg", ".txt"
# What a recording is looked for under, where the person's own variety has none.
INSTEAD: Mapping[str, tuple[str, ...]] = {"es": (), "qu": ("quy", "quz"), "quy": ("qu",), "quz": ("qu",)}
_CONTEXT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")
# Both platforms show a voice note as such up to about this size.
MOST_BYTES = 512 * 1024
BEGINNING = b"OggS"
# Hexadecimal digits of a recording's name: what nobody guesses, and short enough for a button.
NAME = 24
OPUS = b"OpusHead"


class BadRecording(ValueError):
    """The file can not be sent as a voice note. The message is a code: format, size, language or context."""


@dataclass(frozen=True)
class Recording:
    """A file to send. digest: of its bytes, by which a platform's copy of it is known."""

    path: Path
    digest: str

    @property
    def name(self) -> str:
        """As buttons and addresses call it: short, and another one as soon as it is recorded anew."""
        return self.digest[:NAME]


class VoiceFolder:
    """The recordings of an installation. preferred: the Quechua variety of the programme."""

    def __init__(self, folder: Path, preferred: str = "quy") -> None:
        self.folder = folder
        self._preferred = preferred

    def find(self, bubble: Mapping[str, Any]) -> Recording | None:
        """The recording of a bubble's words; None where there is none, or where it says something else."""
        voice = bubble.get("voice")
        if not voice or not _CONTEXT.fullmatch(str(voice.get("context"))):
            return None
        for language in self._languages(str(voice.get("language"))):
            path = self.folder / language / f"{voice['context']}{SOUND}"
            found = _recording(path)
            if found is not None and _says(path, str(bubble.get("text") or "")):
                return found
        return None

    def known_as(self, name: str) -> Recording | None:
        """The recording of this name, whatever text it is of; None where it is there no more."""
        found = (self.recording(language, context) for language, context in self.listed())
        return next((one for one in found if one is not None and one.name == name), None)

    def recording(self, language: str, context: str) -> Recording | None:
        """The recording of a text, whatever its words are by now. language, context: as listed."""
        return _recording(self.folder / language / f"{context}{SOUND}")

    def put(self, language: str, context: str, sound: bytes, words: str) -> Path:
        """Add or replace a recording; the file appears whole or not at all. Raises BadRecording."""
        if language not in LANGUAGES:
            raise BadRecording("language")
        if not _CONTEXT.fullmatch(context):
            raise BadRecording("context")
        check(sound)
        path = self.folder / language / f"{context}{SOUND}"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The words first: a new recording is never taken for one of the old text.
        _write(path.with_name(f"{context}{WORDS}"), words.strip().encode())
        _write(path, sound)
        return path

    def remove(self, language: str, context: str) -> bool:
        """Whether there was such a recording."""
        if language not in LANGUAGES or not _CONTEXT.fullmatch(context):
            return False
        path = self.folder / language / f"{context}{SOUND}"
        there = path.exists()
        for one in (path, path.with_name(f"{context}{WORDS}")):
            one.unlink(missing_ok=True)
        return there

    def listed(self) -> list[tuple[str, str]]:
        """(language, context) of all recordings."""
        return [
            (language, path.name.removesuffix(SOUND))
            for language in LANGUAGES
            for path in sorted((self.folder / language).glob(f"*{SOUND}"))
        ]

    def _languages(self, language: str) -> list[str]:
        others = INSTEAD.get(language)
        if others is None:
            return []
        return sorted([language, *others], key=lambda one: (one != self._preferred, one != language))


def check(sound: bytes) -> None:
    """Whether both platforms take it as a voice note. Raises BadRecording."""
    if not sound.startswith(BEGINNING) or OPUS not in sound[:200]:
        raise BadRecording("format")
    if len(sound) > MOST_BYTES:
        raise BadRecording("size")


def _recording(path: Path) -> Recording | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Recording(path, _digest(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=4096)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Read once for each state of the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _says(path: Path, text: str) -> bool:
    """Whether the recorded words are the bubble's, which may have "3 de 20" before them. A file alone is trusted."""
    try:
        words = path.with_name(path.name.removesuffix(SOUND) + WORDS).read_text(encoding="utf-8")
    except OSError:
        return True
    return text.rstrip().endswith(words.strip())


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
