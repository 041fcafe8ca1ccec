"""What thumbs, keyboards and spelling habits do to a message, by rule and with a fixed seed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random

SEED = 2026
WORDS_PER_SLIP = 8
_ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
_LONG_WORD = 4
_VOWELS = "aeiouáéíóú"
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_BESIDE_Q = (
    (re.compile(r"i(?=[nrlysñ]?q(?!u[eiéí]))", re.IGNORECASE), "e"),
    (re.compile(r"u(?=[nrlysñ]?q(?!u[eiéí]))", re.IGNORECASE), "o"),
    (re.compile(r"(?<=q)i", re.IGNORECASE), "e"),
    (re.compile(r"(?<=q)u(?![eiéí])", re.IGNORECASE), "o"),
)
_LAST_M = re.compile(r"(?<=[^\W\d_]{2}[aiueo])m\b")
# A final -n also marks the third person; only after these it is the evidential.
_LAST_N = re.compile(r"(?<=\bmana)n\b|(?<=ta)n\b|(?<=pi)n\b|(?<=wa[nñ]mi)n\b|(?<=paqmi)n\b|(?<=ñachu)n\b|(?<=lla)n\b")


def accents_off(text: str, chance: Random) -> str:
    """qué = que; ñ stays."""
    kept = unicodedata.normalize("NFD", text.replace("ñ", "\0").replace("Ñ", "\1"))
    plain = "".join(sign for sign in kept if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", plain).replace("\0", "ñ").replace("\1", "Ñ")


def plain_n(text: str, chance: Random) -> str:
    """ñ written n, as on a keyboard without it."""
    return text.replace("ñ", "n").replace("Ñ", "N")


def neighbour_typo(text: str, chance: Random) -> str:
    """In one word of four letters or more, for every eight words, a letter becomes its neighbour on the keyboard."""
    words = [match for match in _WORD.finditer(text) if len(match[0]) >= _LONG_WORD]
    for match in _some(words, text, chance):
        places = [n for n in range(match.start(), match.end()) if _neighbours(text[n])]
        if places:
            place = chance.choice(places)
            text = text[:place] + chance.choice(_neighbours(text[place])) + text[place + 1 :]
    return text


def joined_words(text: str, chance: Random) -> str:
    """One space falls away for every eight words."""
    spaces = list(re.finditer(r"(?<=\w) (?=\w)", text))
    for match in sorted(_some(spaces, text, chance), key=lambda one: -one.start()):
        text = text[: match.start()] + text[match.end() :]
    return text


def upper_case(text: str, chance: Random) -> str:
    """THE WHOLE MESSAGE IN CAPITALS."""
    return text.upper()


def repeated_letters(text: str, chance: Random) -> str:
    """The last vowel of one word, for every eight words, is held down: holaaaa."""
    words = [match for match in _WORD.finditer(text) if any(sign in _VOWELS for sign in match[0])]
    for match in sorted(_some(words, text, chance), key=lambda one: -one.start()):
        place = max(n for n in range(match.start(), match.end()) if text[n] in _VOWELS)
        text = text[:place] + text[place] * chance.randint(3, 5) + text[place + 1 :]
    return text


def five_vowels(text: str, chance: Random) -> str:
    """Quechua i and u beside q written e and o: warmikuna stays, qusa becomes qosa."""
    for pattern, vowel in _BESIDE_Q:
        text = pattern.sub(vowel, text)
    return text


def dropped_evidential(text: str, chance: Random) -> str:
    """Quechua -m and -n of what one knows oneself fall away: manam = mana, wañuytan = wañuyta."""
    return _LAST_N.sub("", _LAST_M.sub("", text))


EVERYWHERE: dict[str, Callable[[str, Random], str]] = {
    "accents off": accents_off,
    "n for ñ": plain_n,
    "keyboard neighbour": neighbour_typo,
    "joined words": joined_words,
    "capitals": upper_case,
    "repeated letters": repeated_letters,
}
QUECHUA_ONLY: dict[str, Callable[[str, Random], str]] = {
    "five vowels": five_vowels,
    "-m, -n dropped": dropped_evidential,
}
NAMES = (*EVERYWHERE, *QUECHUA_ONLY)


def kinds_for(language: str) -> dict[str, Callable[[str, Random], str]]:
    """The perturbations that a language can suffer; mixed messages suffer all."""
    return EVERYWHERE if language == "es" else {**EVERYWHERE, **QUECHUA_ONLY}


def perturb(name: str, text: str) -> str:
    """The text as it comes out; the same every time."""
    return {**EVERYWHERE, **QUECHUA_ONLY}[name](text, Random(f"{SEED}:{name}:{text}"))


def _some(places: list[re.Match[str]], text: str, chance: Random) -> list[re.Match[str]]:
    wanted = 1 + len(text.split()) // (WORDS_PER_SLIP + 1)
    return chance.sample(places, min(wanted, len(places)))


def _neighbours(letter: str) -> str:
    row = next((row for row in _ROWS if letter.lower() in row), "")
    place = row.find(letter.lower())
    return (row[place - 1 : place] + row[place + 1 : place + 2]) if row else ""
