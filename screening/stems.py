"""Stems of words as they are compared: what «cansada», «me canso» and «cansándome» share, and «puñuni» and «puñurqani».

Only what leaves the person who speaks is taken off: «toma» and «toman» never become «tomo».
"""

from __future__ import annotations

import re
from functools import lru_cache

SHORT = 4
ENCLITIC = re.compile(r"(?:(?<=[aei]r)|(?<=ndo))(?:me|te|se|nos)?(?:lo|la|le|los|las|les)?$")
DIMINUTIVE = re.compile(r"(?<=[a-z]{3})(?:s?itos?|s?itas?)$")
SUPERLATIVE = re.compile(r"(?<=[a-z]{3})isim[oa]s?$")
PARTICIPLE = re.compile(r"(?<=[a-z]{2})(?:[ai]d[oa]s?|ando|y?iendo)$")
# First person, infinitive and what has a gender. Third persons keep their vowel.
ENDING = re.compile(r"(?<=[a-z]{2})(?:[aei]r|[oi])$")
FEMININE = re.compile(r"(?<=[a-z]{2})(?<=os|is|ib|ns|il|ik|an|er|or|ur|nt|et|ot|st|ol|al|en|ar|ij|nk|uk)a$")
PLURAL = re.compile(r"(?<=[aeiou])s$")
THIRD_PLURAL = re.compile(r"(?<=[a-z]{2}[ae])n$")
BROKEN = re.compile(r"(?<=[a-z])(?:ue|ie)(?=[^aeiou]+[aeo]?$)")
# Verbs whose stem changes otherwise, as they sound.
CHANGED = {
    "durm": "dorm", "sint": "sent", "pud": "pod", "kis": "ker", "teng": "ten", "tub": "ten", "sirb": "serb",
    "balg": "bal", "ag": "as", "is": "as", "dig": "des", "dij": "des", "oig": "oi", "oy": "oi", "muri": "mor",
    "mur": "mor", "pong": "pon", "pus": "pon", "pid": "ped", "sig": "seg",
}  # fmt: skip
LOAN = re.compile(r"(?<=[ui]s|ad|id|ns)[au]$")
PAST = re.compile(r"(?<=[aiu])(?:rqa|rqu|ra|ru)(?=ni|nki|n|wan|yku|nchi|$)")
THEIRS = re.compile(r"(?<=wan)ku$")
INWARD = re.compile(r"(?<=[a-z]{2}[aiu])(?:riku|ri|ku|yka|yku)(?=ni|wan|n$)")
QUECHUA_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:puni|raq|pas|mi|taq|riki)$")
DENIED = re.compile(r"(?<=[a-z]{2})chu$")


@lru_cache(maxsize=16384)
def spanish_stem(said: str) -> str:
    """The stem of a Spanish word given by its sound; short words stay."""
    if len(said) < SHORT:
        return said
    word = SUPERLATIVE.sub("o", DIMINUTIVE.sub("o", PLURAL.sub("", ENCLITIC.sub("", said))))
    bare = PARTICIPLE.sub("", word)
    if bare == word:
        bare = FEMININE.sub("", THIRD_PLURAL.sub("", ENDING.sub("", word)))
    bare = BROKEN.sub(lambda found: "o" if found[0] == "ue" else "e", bare)
    return CHANGED.get(bare, bare)


@lru_cache(maxsize=16384)
def quechua_stem(said: str) -> str:
    """A Quechua word without tense, the -chu of a denial and what only colours it; person and case stay."""
    word = DENIED.sub("", said)
    if len(word) <= SHORT:
        return word
    word = INWARD.sub("", THEIRS.sub("", PAST.sub("", QUECHUA_ENDINGS.sub("", word))))
    return LOAN.sub("", word)
