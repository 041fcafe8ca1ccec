"""The words of a PDF that fpdf2 made, page by page: streams unpacked, glyph numbers turned back into letters."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|(\((?:\\.|[^\\()])*\)) Tj|\[(.*?)\] TJ|([\d.-]+) ([\d.-]+) Td", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(content: bytes) -> list[str]:
    """The text of each page, one line for each line of the page; words broken over lines are joined by a space."""
    assert content.startswith(b"%PDF-")
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    fonts = _fonts(objects)
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    return [_text(_unpacked(objects[_reference(body, b"Contents")]), fonts) for body in pages]


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"FlateDecode" in body else found[1]


def _fonts(objects: dict[int, bytes]) -> dict[str, dict[int, str]]:
    """Name of a font in the page -> glyph number -> character."""
    found: dict[str, dict[int, str]] = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body):
            font = objects[int(number)]
            if b"/ToUnicode" in font:
                found[name.decode()] = _characters(_unpacked(objects[_reference(font, b"ToUnicode")]))
    return found


def _characters(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\s*\n", table)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs if len(text) >= 4}


def _text(drawing: bytes, fonts: dict[str, dict[int, str]]) -> str:
    characters: dict[int, str] = {}
    parts: list[str] = []
    for font, literal, several, _x, _y in _SHOWN.findall(drawing):
        if font:
            characters = fonts[font.decode()]
        for one in [literal] if literal else re.findall(rb"\((?:\\.|[^\\()])*\)", several, re.DOTALL):
            parts.append("".join(characters.get(glyph, "?") for glyph in _glyphs(one[1:-1])))
    return " ".join(" ".join(parts).split())


def _glyphs(literal: bytes) -> list[int]:
    plain = re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), literal, flags=re.DOTALL)
    return [int.from_bytes(plain[at : at + 2], "big") for at in range(0, len(plain), 2)]
