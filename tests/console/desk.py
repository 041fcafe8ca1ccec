"""The desk of the translation pages over the project's texts, with a catalog and a folder of recordings of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from bot.catalog import Catalog
from bot.gateway.voice import VoiceFolder
from uyariq.opus_sound import as_ogg
from uyariq.translation_desk import CatalogDesk
from uyariq.translations_live import LiveTranslations

ROOT = Path(__file__).parents[2]
SILENCE = bytes([0xF8, 0xFF, 0xFE])
"""One packet of Opus: 20 ms of nothing, one channel."""


class Desk:
    """desk: for the console; catalog: what the bot would say; voice: what it would send."""

    def __init__(self, folder: Path, database: Any) -> None:
        self.locale = folder / "locale"
        shutil.copytree(ROOT / "locale", self.locale)
        self.catalog = Catalog(self.locale)
        self.voice = VoiceFolder(folder / "voice")
        self.live = LiveTranslations(self.catalog, database, self.locale)
        self.desk = CatalogDesk(
            lambda: database.rules, self.locale, self.voice, self.catalog, database, self.live.refresh
        )


def webm(packets: int = 50, channels: int = 1, codec: bytes = b"A_OPUS") -> bytes:
    """A recording as a browser writes it: without sizes for what it has not finished."""
    head = b"OpusHead" + bytes([1, channels]) + (312).to_bytes(2, "little") + (48000).to_bytes(4, "little") + bytes(3)
    track = _element(0xD7, b"\1") + _element(0x86, codec) + _element(0x63A2, head)
    blocks = b"".join(
        _element(0xA3, b"\x81" + (20 * number % 32_768).to_bytes(2, "big") + b"\x80" + SILENCE)
        for number in range(packets)
    )
    unknown = b"\x01" + b"\xff" * 7
    cluster = bytes.fromhex("1f43b675") + unknown + _element(0xE7, b"\0") + blocks
    segment = bytes.fromhex("18538067") + unknown + _element(0x1654AE6B, _element(0xAE, track)) + cluster
    return _element(0x1A45DFA3, _element(0x4286, b"\1")) + segment


def ogg(packets: int = 50) -> bytes:
    """The same as the platforms take it."""
    return as_ogg(webm(packets))


def _element(name: int, content: bytes) -> bytes:
    marked = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return marked + _size(len(content)) + content


def _size(length: int) -> bytes:
    return (1 << 28 | length).to_bytes(4, "big")
