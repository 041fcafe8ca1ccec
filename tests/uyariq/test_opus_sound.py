"""Recordings: what a browser packs as WebM comes out as Ogg with the same sound; what is broken is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.console.desk import SILENCE, ogg, webm
from uyariq.opus_sound import BadSound, as_ogg, seconds


def pages(sound: bytes) -> list[tuple[int, int, int, list[bytes]]]:
    """(flags, moment, number, segments) of each page, whose checksum is worked out here in another way."""
    found, place = [], 0
    while place < len(sound):
        magic, version, flags, moment, _, number, checksum, count = struct.unpack_from("<4sBBqIIIB", sound, place)
        assert (magic, version) == (b"OggS", 0)
        table = sound[place + 27 : place + 27 + count]
        end = place + 27 + count + sum(table)
        page = bytearray(sound[place:end])
        page[22:26] = bytes(4)
        assert checksum == remainder(bytes(page)), number
        at, segments = place + 27 + count, []
        for size in table:
            segments.append(sound[at : at + size])
            at += size
        found.append((flags, moment, number, segments))
        place = end
    return found


def remainder(page: bytes) -> int:
    """CRC-32 as a division of polynomials, bit by bit."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x104C11DB7 if value & 0x80000000 else 0)) & 0x1FFFFFFFF
            value &= 0xFFFFFFFF
    return value


def test_the_packets_are_the_same_and_the_pages_are_right() -> None:
    """Head and tags by themselves, then the sound; the moments count what was said so far."""
    head, tags, *sound = pages(ogg(120))
    assert head[3][0].startswith(b"OpusHead")
    assert tags[3][0].startswith(b"OpusTags")
    assert [page[2] for page in (head, tags, *sound)] == list(range(2 + len(sound)))
    assert [segment for page in sound for segment in page[3]] == [SILENCE] * 120
    assert [page[1] for page in sound] == [50 * 960, 100 * 960, 120 * 960]
    assert (head[0], sound[0][0], sound[-1][0]) == (2, 0, 4)


def test_how_long_it_lasts() -> None:
    """Packets of 20 ms, less what a player skips at the beginning."""
    assert seconds(ogg(100)) == pytest.approx(2 - 312 / 48_000)


def test_what_is_ogg_already_stays_as_it_is() -> None:
    """Firefox records it so."""
    assert as_ogg(ogg()) == ogg()


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (b"", "format"),
        (b"RIFF....WAVE", "format"),
        (webm(codec=b"A_VORBIS"), "format"),
        (webm(channels=2), "channels"),
        (webm(0), "broken"),
        (webm()[:60], "broken"),
        (ogg()[:200], "broken"),
        (ogg().replace(b"OpusHead", b"OpusHoof"), "format"),
    ],
)
def test_what_cannot_be_sent_is_named(sound: bytes, why: str) -> None:
    """The code is what staff are told in words."""
    with pytest.raises(BadSound, match=why):
        as_ogg(sound)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 600), st.sampled_from([webm(8), ogg(8)]))
def test_no_file_breaks_the_reader(noise: bytes, place: int, sound: bytes) -> None:
    """Whatever is uploaded: a recording, or a code of what is wrong."""
    try:
        made = as_ogg(sound[:place] + noise + sound[place + len(noise) :])[:4].decode()
    except BadSound as error:
        made = str(error)
    assert made in ("OggS", "format", "broken", "channels")
