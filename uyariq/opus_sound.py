"""Recordings as the platforms take them: Ogg with Opus, one channel. What a browser records as WebM is put into Ogg.

Nothing is encoded anew: WebM and Ogg hold the same Opus packets, only packed differently (RFC 7845; Matroska's EBML).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

FORMAT, BROKEN, CHANNELS = "format", "broken", "channels"
EBML = b"\x1aE\xdf\xa3"
OGG = b"OggS"
HEAD, TAGS = b"OpusHead", b"OpusTags"
RATE = 48_000
"""Opus counts in these, whatever was recorded."""
SERIAL = 0x55594152
MOST_IN_A_PAGE = 255
PACKETS_IN_A_PAGE = 50
# Matroska's elements that hold others, and those that are read.
SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
CODEC, PRIVATE, SIMPLE_BLOCK, BLOCK = 0x86, 0x63A2, 0xA3, 0xA1
MASTERS = (SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP)
UNKNOWN_SIZES = tuple((1 << 7 * length) - 1 for length in range(1, 9))
LACING = 0x06


class BadSound(ValueError):
    """Not a recording that can be sent. The message is a code: format, broken or channels."""


@dataclass(frozen=True)
class _Page:
    """One page of an Ogg file. ends: the moment at which it ends, in samples."""

    first: bool
    ends: int
    content: bytes


def as_ogg(sound: bytes) -> bytes:
    """The recording as Ogg with Opus, checked from its beginning to its end. Raises BadSound."""
    made = _from_webm(sound) if sound.startswith(EBML) else sound
    _check(made)
    return made


def seconds(ogg: bytes) -> float:
    """How long it lasts. Raises BadSound."""
    pages = list(_pages(ogg))
    skipped = struct.unpack_from("<H", pages[0].content, 10)[0]
    return max(0, max(page.ends for page in pages) - int(skipped)) / RATE


def _check(sound: bytes) -> None:
    if not sound.startswith(OGG):
        raise BadSound(FORMAT)
    pages = list(_pages(sound))
    if len(pages) < 3 or not pages[0].first or len(pages[0].content) < 19:
        raise BadSound(BROKEN)
    if not pages[0].content.startswith(HEAD):
        raise BadSound(FORMAT)
    if pages[0].content[9] != 1:
        raise BadSound(CHANNELS)


def _pages(sound: bytes) -> Iterator[_Page]:
    place = 0
    while place < len(sound):
        if sound[place : place + 4] != OGG or len(sound) < place + 27:
            raise BadSound(BROKEN)
        flags, ends, number = sound[place + 5], struct.unpack_from("<q", sound, place + 6)[0], sound[place + 26]
        begins = place + 27 + number
        length = sum(sound[place + 27 : begins])
        if len(sound) < begins + length:
            raise BadSound(BROKEN)
        yield _Page(bool(flags & 2), ends, sound[begins : begins + length])
        place = begins + length


# --- WebM -> packets --------------------------------------------------------------------------------------------------


def _from_webm(sound: bytes) -> bytes:
    head, packets = b"", []
    for name, content in _elements(sound):
        if name == CODEC and content != b"A_OPUS":
            raise BadSound(FORMAT)
        if name == PRIVATE:
            head = content
        if name in (SIMPLE_BLOCK, BLOCK):
            packets.append(_packet(content))
    if not head.startswith(HEAD):
        raise BadSound(FORMAT)
    if not packets:
        raise BadSound(BROKEN)
    return b"".join(_ogg(head, packets))


def _elements(sound: bytes) -> Iterator[tuple[int, bytes]]:
    """All elements, those inside others as well. What a browser has not finished writing has no size: it goes on."""
    place = 0
    while place < len(sound):
        name, place = _number(sound, place, keep_mark=True)
        size, place = _number(sound, place, keep_mark=False)
        if name in MASTERS:
            continue
        if size < 0 or place + size > len(sound):
            raise BadSound(BROKEN)
        yield name, sound[place : place + size]
        place += size


def _number(sound: bytes, place: int, *, keep_mark: bool) -> tuple[int, int]:
    """(a number of EBML, where what follows it begins); -1 for a size that is not known."""
    first = sound[place] if place < len(sound) else 0
    if not first:
        raise BadSound(BROKEN)
    length = 9 - first.bit_length()
    if place + length > len(sound):
        raise BadSound(BROKEN)
    value = int.from_bytes(sound[place : place + length], "big")
    if not keep_mark:
        value &= (1 << 7 * length) - 1
        value = -1 if value == UNKNOWN_SIZES[length - 1] else value
    return value, place + length


def _packet(block: bytes) -> bytes:
    """The Opus packet of a block: behind its track, its time and its flags."""
    _, place = _number(block, 0, keep_mark=False)
    if len(block) < place + 4 or block[place + 2] & LACING:
        raise BadSound(BROKEN)
    return block[place + 3 :]


# --- packets -> Ogg ---------------------------------------------------------------------------------------------------


def _ogg(head: bytes, packets: list[bytes]) -> Iterator[bytes]:
    yield _page([head], 0, 0, flags=2)
    vendor = b"Uyariq"
    yield _page([TAGS + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)], 0, 1)
    moment, number, waiting = 0, 2, list[bytes]()
    for place, packet in enumerate(packets):
        waiting.append(packet)
        moment += _samples(packet)
        last = place == len(packets) - 1
        if last or len(waiting) == PACKETS_IN_A_PAGE or _segments([*waiting, packets[place + 1]]) > MOST_IN_A_PAGE:
            yield _page(waiting, moment, number, flags=4 if last else 0)
            number, waiting = number + 1, []


def _segments(packets: list[bytes]) -> int:
    return sum(len(packet) // 255 + 1 for packet in packets)


def _page(packets: list[bytes], moment: int, number: int, flags: int = 0) -> bytes:
    table = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    if len(table) > MOST_IN_A_PAGE:
        raise BadSound(BROKEN)
    begin = struct.pack("<4sBBqIII", OGG, 0, flags, moment, SERIAL, number, 0) + bytes([len(table)]) + table
    page = begin + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _samples(packet: bytes) -> int:
    """How long an Opus packet sounds, in samples (RFC 6716, 3.1)."""
    if not packet:
        raise BadSound(BROKEN)
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config % 4]
    elif config < 16:
        frame = (480, 960)[config % 2]
    else:
        frame = (120, 240, 480, 960)[config % 4]
    if code == 3 and len(packet) < 2:
        raise BadSound(BROKEN)
    return frame * (1 if code == 0 else 2 if code < 3 else packet[1] & 0x3F)


def _table() -> tuple[int, ...]:
    made = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
        made.append(value & 0xFFFFFFFF)
    return tuple(made)


_CHECKSUMS = _table()


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32: not that of zip."""
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _CHECKSUMS[(value >> 24) ^ byte]
    return value
