"""Reading a reply by its parts: in «sí señorita, me duele» a yes, a courtesy and a phrase of the question.

A reply is cut into the longest pieces that the rules know. Every piece that says an answer must say the same one;
whatever takes something back, speaks of somebody else or doubts leaves the reply unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from screening.definitions import NO, YES
from screening.spoken import Vocabulary, Word

OPPOSITE = {YES: NO, NO: YES}
UNCLEAR = "unclear"
CONTRAST = "contrast"
FILLER = "filler"
DEGREE = "degree"
OTHER = "other"
WELL = "well"
# What a piece can be beside a meaning. These say nothing alone, so a word may stand in one of them and mean something.
ROLES = (CONTRAST, FILLER, DEGREE, OTHER, WELL)
WISHES = ("unsure", "skip", "explain")
MEANINGS = (YES, NO, *WISHES, UNCLEAR)
UNKNOWN = "unknown"
PHRASE = "phrase"
# One word says too little among words that nobody knows.
LONG_PHRASE = 2
MOST_UNKNOWN = {YES: 12, NO: 4}
MOST_UNKNOWN_BESIDE_A_WISH = 6
MOST_SKIPPED = 2
NEGATIONS = ("no", "nunka", "jamas", "mana", "tanpoko", "ni", "rara bes", "raras beses", "kasi nunka")
NO_LONGER = ("ya no", "manana")


@dataclass(frozen=True)
class Entry:
    """A known piece. kind: PHRASE (of the question), a meaning or a role; code: the answer of a phrase.

    lost_comma: «no duermo bien», which answers one way as a sentence and the other way after a lost comma.
    negative: a phrase that denies by itself. weak: «siempre», a yes alone and a degree beside a phrase.
    """

    kind: str
    code: str | None = None
    lost_comma: bool = False
    negative: bool = False
    weak: bool = False


@dataclass(frozen=True)
class Piece:
    """A known piece where it stands in the reply. start: whether a sign or nothing stands before it."""

    entry: Entry
    words: tuple[str, ...]
    start: bool
    at: int


Lexicon = dict[str, list[tuple[tuple[str, ...], Entry]]]


@dataclass(frozen=True)
class Asked:
    """What reading must know of the question. free: an item, whose answer may stand among words of another matter.

    careful: an item about danger: its «no» is only read where every word is known.
    """

    lexicon: Lexicon
    codes: frozenset[str]
    free: bool
    careful: bool = False


@dataclass(frozen=True)
class Said:
    """What a reply says: an answer or a wish."""

    code: str | None = None
    wish: str | None = None


def general_lexicon(lists: Mapping[str, Iterable[str]], vocabulary: Vocabulary) -> dict[tuple[str, ...], Entry]:
    """Pieces that mean the same at every question. A role gives way to a meaning."""
    found: dict[tuple[str, ...], Entry] = {}
    for kind in (*ROLES, *MEANINGS):
        for phrase in lists.get(kind, ()):
            words = vocabulary.canonical(phrase)
            if not (kind == UNCLEAR and words in found):
                weak = words in found and found[words].kind == DEGREE
                found[words] = Entry(kind, weak=weak)
    return found


def lexicon_of(*parts: Mapping[tuple[str, ...], Entry]) -> Lexicon:
    """By first word, the longest first; later parts win."""
    joined: dict[tuple[str, ...], Entry] = {}
    for part in parts:
        joined.update(part)
    found: Lexicon = {}
    for words in sorted(joined, key=len, reverse=True):
        if words:
            found.setdefault(words[0], []).append((words, joined[words]))
    return found


def read_statement(asked: Asked, words: Sequence[Word], accented: bool) -> Said | None:
    """What the reply says; None when it says nothing certain. accented: it begins with «sí», not «si»."""
    pieces = _negated(asked, _pieces(asked, words))
    if pieces is None or any(piece.entry.kind in (CONTRAST, UNCLEAR) for piece in pieces):
        return None
    if _comma_lost(pieces):
        return None
    votes = {piece.entry.code for piece in pieces if piece.entry.kind == PHRASE}
    leads = [piece.entry for piece in pieces if piece.entry.kind in (YES, NO) and not (votes and piece.entry.weak)]
    lead = {entry.kind for entry in leads} & asked.codes
    wishes = {piece.entry.kind for piece in pieces if piece.entry.kind in WISHES}
    unknown = [piece for piece in pieces if piece.entry.kind == UNKNOWN]
    if wishes:
        return _wish(wishes, votes | lead, len(unknown), pieces)
    if len(votes | lead) != 1:
        return None
    (code,) = votes | lead
    return Said(code=code) if _holds(asked, pieces, code or "", bool(votes), len(unknown), accented) else None


def _pieces(asked: Asked, words: Sequence[Word]) -> list[Piece]:
    found, at = [], 0
    while at < len(words):
        entry, after = _longest(asked.lexicon, words, at)
        found.append(Piece(entry, tuple(word.said for word in words[at:after]), words[at].start, at))
        at = after
    return found


def _longest(lexicon: Lexicon, words: Sequence[Word], at: int) -> tuple[Entry, int]:
    best, reach = Entry(UNKNOWN), at + 1
    for phrase, entry in lexicon.get(words[at].said, ()):
        after = _match(lexicon, phrase, words, at, entry.kind == PHRASE)
        if after is not None and (after > reach or best.kind == UNKNOWN):
            best, reach = entry, max(after, at + 1)
    return best, reach


def _match(lexicon: Lexicon, phrase: tuple[str, ...], words: Sequence[Word], at: int, loose: bool) -> int | None:
    """Where the phrase ends; inside phrases of a question words of degree may stand: «me duele bastante la cabeza»."""
    skipped = 0
    for number, said in enumerate(phrase):
        while number and at < len(words) and words[at].said != said and loose and skipped < MOST_SKIPPED:
            if words[at].start or not _is_degree(lexicon, words[at].said):
                return None
            at, skipped = at + 1, skipped + 1
        if at >= len(words) or words[at].said != said or (number and words[at].start):
            return None
        at += 1
    return at


def _is_degree(lexicon: Lexicon, said: str) -> bool:
    return any(len(words) == 1 and entry.kind in (DEGREE, FILLER) for words, entry in lexicon.get(said, ()))


def _negated(asked: Asked, pieces: list[Piece]) -> list[Piece] | None:
    """Phrases with the «no» before them taken in; None where it cannot be told what is denied."""
    found: list[Piece] = []
    for piece in pieces:
        before = _denial(found, piece)
        if piece.entry.kind != PHRASE or before is None or piece.entry.negative:
            found.append(piece)
            continue
        turned = _turned(asked, found, before, piece)
        if turned is None:
            return None
        found[before:] = [replace(piece, entry=Entry(PHRASE, turned), start=found[before].start)]
    return found


def _denial(found: list[Piece], piece: Piece) -> int | None:
    """Which piece right before this one denies it, courtesy and degree aside."""
    at = len(found) - 1
    if piece.start:
        return None
    while at >= 0 and found[at].entry.kind in (FILLER, DEGREE) and not found[at].start:
        at -= 1
    said = " ".join(found[at].words) if at >= 0 else ""
    return at if said in NEGATIONS or said in NO_LONGER else None


def _turned(asked: Asked, found: list[Piece], before: int, piece: Piece) -> str | None:
    """The answer that a denied phrase gives. «Ya no lloro» may be a yes of last week; «no, duermo bien» is a no."""
    code = piece.entry.code
    if not asked.free or asked.careful or code not in OPPOSITE:
        return None
    no_longer = " ".join(found[before].words) in NO_LONGER
    if code == YES:
        return None if no_longer else NO
    plain = " ".join(found[before].words) in ("no", "mana")
    first = all(one.entry.kind in (FILLER, YES, NO) for one in found[:before])
    return None if plain and first else YES


def _comma_lost(pieces: list[Piece]) -> bool:
    """«No duermo bien» is only clear after a yes: «sí, no duermo bien»."""
    at = next((number for number, piece in enumerate(pieces) if piece.entry.lost_comma), None)
    return at is not None and all(piece.entry.kind != pieces[at].entry.code for piece in pieces[:at])


def _wish(wishes: set[str], answers: set[str | None], unknown: int, pieces: list[Piece]) -> Said | None:
    """One wish, with nothing beside it that answers; «a veces me duele» is neither a yes nor a no."""
    if len(wishes) != 1 or any(piece.entry.kind == OTHER for piece in pieces):
        return None
    (wish,) = wishes
    if wish == "unsure":
        phrased = any(piece.entry.kind == PHRASE for piece in pieces)
        fits = not answers or (phrased and answers == {YES})
        return Said(wish=wish) if fits and unknown <= 2 else None
    alone = max(len(piece.words) for piece in pieces if piece.entry.kind == wish) == 1
    most = 0 if alone else MOST_UNKNOWN_BESIDE_A_WISH
    if wish == "explain" and not alone and unknown <= most:
        # An explanation costs nothing, even where words of the question are repeated.
        return Said(wish=wish)
    degree = alone and any(piece.entry.kind == DEGREE for piece in pieces)
    return Said(wish=wish) if not answers and not degree and unknown <= most else None


def _holds(asked: Asked, pieces: list[Piece], code: str, phrased: bool, unknown: int, accented: bool) -> bool:
    """Whether what stands beside the answer leaves it as it is."""
    if not _same_breath(pieces, code):
        return False
    if not phrased:
        return _lead_holds(asked, pieces, code, unknown, accented)
    if not unknown:
        return True
    longest = max(len(piece.words) for piece in pieces if piece.entry.kind == PHRASE)
    led = any(piece.entry.kind == code for piece in pieces)
    most = 0 if asked.careful and code == NO else MOST_UNKNOWN.get(code, 0)
    return asked.free and (longest >= LONG_PHRASE or led) and unknown <= most


def _same_breath(pieces: list[Piece], code: str) -> bool:
    """Somebody else is only spoken of after one's own answer, as in «no duermo por mi hijo»."""
    own = next((piece.at for piece in pieces if piece.entry.kind == PHRASE), None)
    others = [piece.at for piece in pieces if piece.entry.kind == OTHER]
    return not others or (own is not None and min(others) > own)


def _lead_holds(asked: Asked, pieces: list[Piece], code: str, unknown: int, accented: bool) -> bool:
    """A yes or no with words around it that are no phrase of the question."""
    kinds = [piece.entry.kind for piece in pieces]
    if not unknown and WELL not in kinds:
        return code == YES or DEGREE not in kinds or not asked.free
    if not asked.free or (kinds[0] != code and kinds[0] not in (FILLER, code)):
        return False
    if code == NO:
        return WELL in kinds and not asked.careful and unknown <= 2 and _after_a_sign(pieces)
    return WELL not in kinds and (accented or _after_a_sign(pieces)) and unknown <= MOST_UNKNOWN[YES]


def _after_a_sign(pieces: list[Piece]) -> bool:
    """Whether a sign parts the yes or no from what follows."""
    lead = next(number for number, piece in enumerate(pieces) if piece.entry.kind in (YES, NO))
    return len(pieces) > lead + 1 and any(piece.start for piece in pieces[lead + 1 :])
