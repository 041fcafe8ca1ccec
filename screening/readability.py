"""How easy a Spanish text is to read: Szigriszt-Pazos' index on the INFLESZ scale, counted in syllables.

index = 206.835 - 62.3 * syllables / words - words / sentences. INFLESZ: below 40 very hard, 40-55 rather hard, 55-65
normal, 65-80 rather easy (primary school), above 80 very easy.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[a-záéíóúüñ]+", re.IGNORECASE)
FIELD = re.compile(r"\{[^{}]*\}")
SENTENCE_END = re.compile(r"[.!?…:;]+(?:\s|[»\")]|$)")
STRONG = "aeoáéó"
WEAK_STRESSED = "íú"
VOWELS = re.compile(r"[aeiouáéíóúü]+")
# «que», «guerra»: this u is not heard. A final y is a vowel: «muy».
SILENT_U = re.compile(r"(?<=[qg])u(?=[eéií])")
FINAL_Y = re.compile(r"y$")


def syllables(word: str) -> int:
    """Syllables of one Spanish word: each strong or stressed weak vowel is the heart of one; at least one."""
    plain = FINAL_Y.sub("i", SILENT_U.sub("", word.lower()))
    return max(1, sum(_hearts(run) for run in VOWELS.findall(plain)))


def _hearts(vowels: str) -> int:
    """Syllables in a run of vowels: «ia» one, «ía» two, «ae» two, «iu» one."""
    return max(1, sum(vowel in STRONG or vowel in WEAK_STRESSED for vowel in vowels))


def words_of(text: str) -> list[str]:
    """The words that a reader reads; what stands for a telephone or a date is not counted."""
    return WORD.findall(FIELD.sub(" ", text))


def index(text: str) -> float | None:
    """The index of the text; None when it has no words."""
    words = words_of(text)
    if not words:
        return None
    sentences = max(1, len(SENTENCE_END.findall(FIELD.sub(" ", text).strip())))
    return 206.835 - 62.3 * sum(map(syllables, words)) / len(words) - len(words) / sentences
