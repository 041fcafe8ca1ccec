"""Cleaning of what people type, and the comparison keys used to match it; nothing in here is ever shown to people.

The rules follow the three-vowel norm of R.M. 1218-85-ED and the informal spellings that Quechua speakers use in chat.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNDERSTOOD_CHARACTERS = 2_000
_LONGEST_WORD_KEPT = 40
APOSTROPHE = "\u02bc"

_APOSTROPHES = "'\u2019\u2018\u201b`\u00b4\u02bb\u02b9\u02bc\u2032\uff07"
_INNER_APOSTROPHE = re.compile(f"(?<=[^\\W\\d_])[{_APOSTROPHES}]+(?=[^\\W\\d_])")
_ANY_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_NO_APOSTROPHES = dict.fromkeys(map(ord, _APOSTROPHES))
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_KEPT_CONTROLS = {"\n": " ", "\t": " ", "\r": " "}
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Mn", "Me"})
_LOOSE_LETTERS = str.maketrans("ñqfzv", "nkpsw")
_COMBINING = re.compile("[\u0300-\u0302\u0304-\u036f]|(?<![nN])\u0303")


def clean(text: str, limit: int | None = UNDERSTOOD_CHARACTERS) -> str:
    """The text as the rest of understanding reads it: composed, visible characters, single spaces.

    An apostrophe inside a word becomes U+02BC, so that tokenizers keep p'unchay whole; quotation marks around a phrase
    become spaces. Three or more equal letters become one. Digits are never touched.
    limit: characters kept, None for all.
    """
    if limit is not None:
        text = text[: limit * 8]
    text = _visible(unicodedata.normalize("NFC", text))
    text = _INNER_APOSTROPHE.sub("\0", text)
    text = _ANY_APOSTROPHE.sub(" ", text).replace("\0", APOSTROPHE)
    text = _LONG_RUN.sub(r"\1", text)
    text = _SPACE.sub(" ", text).strip()
    return text if limit is None else text[:limit].rstrip()


def clean_lines(text: str) -> str:
    """As clean() without a limit, but a line break stays: it ends a sentence for the risk phrases."""
    return "\n".join(line for line in (clean(part, None) for part in text.splitlines()) if line)


def fold(text: str, quechua: bool) -> str:
    """The comparison key of a word or sentence; ñ is kept, because -ña and -na differ in Quechua.

    quechua: apply the Quechua spelling equivalences (e=i, o=u, hua=wa, c=k, p'unchay=punchay). Leave it off for
    Spanish, where mesa and misa differ.
    """
    key = _plain(text)
    if not quechua:
        return key
    return _fold_word(key) if len(key) <= _LONGEST_WORD_KEPT and " " not in key else _fold_quechua(key)


@lru_cache(maxsize=20_000)
def fold_loose(word: str) -> str:
    """The Quechua key for the safety lexicon's second pass: also ñ=n, q=k, doubled letters, f=p, z=s, v=w."""
    key = fold(word, quechua=True).translate(_LOOSE_LETTERS)
    return re.sub(r"([^\W\d_])\1+", r"\1", key)


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The key of a Spanish word by its sound, for the safety lexicon: kiero=quiero, bibir=vivir, aorcarme=ahorcarme."""
    key = _plain(word).replace("ñ", "n")
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    return key


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible_character(c) for c in text)


def _visible_character(character: str) -> str:
    if character in _KEPT_CONTROLS:
        return " "
    return "" if unicodedata.category(character) in _DROPPED_CATEGORIES else character


def _plain(text: str) -> str:
    """Lower case without apostrophes and accents; ñ stays."""
    text = text.translate(_NO_APOSTROPHES).lower()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _COMBINING.sub("", text)).lower()


@lru_cache(maxsize=20_000)
def _fold_word(key: str) -> str:
    """Words recur; sentences are not kept in memory."""
    return _fold_quechua(key)


def _fold_quechua(key: str) -> str:
    for signs, pattern, replacement in _QUECHUA_SPELLINGS:
        for sign in signs:
            if sign in key:
                key = pattern.sub(replacement, key)
                break
    return key


def _compiled(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


# Order matters: each rule reads what the earlier ones wrote. A rule is tried only where one of its signs occurs.
_QUECHUA_SPELLINGS = tuple(
    (tuple(signs.split()), re.compile(pattern), replacement)
    for signs, pattern, replacement in (
        ("que qui", r"qu(?=[ei])", "k"),
        ("cc", r"cc+", "k"),
        ("c", r"c(?![heiéí])", "k"),
        ("e", r"e", "i"),
        ("o", r"o", "u"),
        ("hua hui huu", r"(?<![cptkqs])hu(?=[aiu])", "w"),
        ("gua gui", r"gu(?=[ai])", "w"),
        ("ua ui", r"\bu(?=[ai])", "w"),
        ("cch", r"cch", "ch"),
        ("pp tt kk qq", r"([ptkq])\1", r"\1"),
        ("ph th kh qh", r"(?<=[ptkq])h", ""),
        ("chh", r"(?<=ch)h", ""),
        ("j", r"\bj", "h"),
        ("j", r"(?<=[aiu])j", "q"),
        ("au", r"au(?=[^aiu\W]|\b)", "aw"),
        ("ai ui", r"(?<=[au])i(?=[^aiu\W]|\b)", "y"),
    )
)

_SOUNDS = _compiled(
    (
        (r"qu(?=[ei])", "k"),
        (r"q", "k"),
        (r"cc(?=[ei])", "s"),
        (r"c(?=[ei])", "s"),
        (r"c(?!h)", "k"),
        (r"z", "s"),
        (r"v|w", "b"),
        (r"(?<!c)h", ""),
        (r"ll", "y"),
        (r"y(?![aeiou])", "i"),
        (r"g(?=[ei])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"([^aeiou\W\d])\1+", r"\1"),
        (r"n(?=[bp])", "m"),
    )
)
