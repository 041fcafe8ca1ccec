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
# Words that only the gist of a reply does without.
WORDS_ASIDE = (*ROLES, "small", "hedge", "asking", "condition", "ill")
WISHES = ("unsure", "skip", "explain")
MEANINGS = (YES, NO, *WISHES, UNCLEAR)
UNKNOWN = "unknown"
PHRASE = "phrase"
# One word says too little among words that nobody knows.
LONG_PHRASE = 2
# «Unos días sin hambre» says how often; «todos los días feliz» says how well.
MOST_UNKNOWN = {YES: 12, NO: 4, "several_days": 3}
MOST_UNKNOWN_BESIDE_A_WISH = 6
MOST_BESIDE_A_DOUBT = 4
MOST_SKIPPED = 2
MOST_AFTER_NO = 3
NEGATIONS = (
    "no", "nunka", "jamas", "mana", "tanpoko", "ni", "rara bes", "raras beses", "kasi nunka", "nada", "nadita",
    "nadie", "sin", "ningun", "ninguno", "ninguna", "sero",
)  # fmt: skip
NO_LONGER = ("ya no", "manana")
# What «no» belongs to although the same words without it are the other answer; not beside a word of going well.
BEGIN_A_SENTENCE = ("puedo", "tengo", "logro", "consigo", "sirvo", "sirbo", "valgo", "balgo", "aguanto", "ayudo", "me")
GOES_WELL = frozenset({"bien", "normal", "tranquilo", "tranquila", "trankilo", "trankila", "buen", "bueno", "buena"})
# Doubts as whole replies, and no doubt beside a verb: «como poco», «aslla puñuni».
A_LITTLE = ("poko", "pokito", "algo", "pisi", "pisilla", "asla", "aslla", "tunpa")


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

    lexicons: tuple[Lexicon, ...]
    codes: frozenset[str]
    free: bool
    careful: bool = False


@dataclass(frozen=True)
class Said:
    """What a reply says: an answer or a wish."""

    code: str | None = None
    wish: str | None = None


@dataclass(frozen=True)
class Sentence:
    """What stands in a reply beside its yes or no. lead: that yes or no; votes: what its phrases answer."""

    lead: str | None
    words: Sequence[Word]
    votes: frozenset[str]


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
    if pieces is None or any(piece.entry.kind == UNCLEAR for piece in pieces):
        return None
    if any(piece.entry.kind == CONTRAST for piece in pieces) and not _wavers(pieces):
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


def sentence_of(asked: Asked, words: Sequence[Word]) -> Sentence | None:
    """The reply without its yes or no, where nothing in it takes back, doubts or speaks of somebody else."""
    pieces = _pieces(asked, words)
    if any(_puts_in_doubt(piece) for piece in pieces):
        return None
    lead = next((piece for piece in pieces if piece.entry.kind != FILLER), None)
    rest = list(words)
    code = None
    if lead and lead.entry.kind in (YES, NO) and not lead.entry.weak:
        after = lead.at + len(lead.words)
        if lead.entry.kind == YES or (after < len(words) and words[after].start):
            code, rest = lead.entry.kind, rest[after:]
    turned = _negated(asked, pieces) or []
    votes = frozenset(piece.entry.code for piece in turned if piece.entry.kind == PHRASE and piece.entry.code)
    return Sentence(code, rest, votes) if rest else None


def leaves_open(asked: Asked, words: Sequence[Word], code: str) -> bool:
    """Whether these words stand well before a last yes or no: they answer nothing, doubt nothing, name nobody else."""
    plain = {FILLER, DEGREE, UNKNOWN, code}
    return all(piece.entry.kind in plain for piece in _pieces(asked, words))


def keeps_to_oneself(asked: Asked, words: Sequence[Word]) -> bool:
    """Whether nothing in it speaks of somebody else or takes something back."""
    return all(piece.entry.kind not in (OTHER, CONTRAST) for piece in _pieces(asked, words))


def _puts_in_doubt(piece: Piece) -> bool:
    if piece.entry.kind in (CONTRAST, OTHER, *WISHES, UNCLEAR):
        return piece.words[-1] not in A_LITTLE and not (piece.entry.kind == UNCLEAR and len(piece.words) == 1)
    return False


def _pieces(asked: Asked, words: Sequence[Word]) -> list[Piece]:
    found, at = [], 0
    while at < len(words):
        entry, after = _longest(asked.lexicons, words, at)
        found.append(Piece(entry, tuple(word.said for word in words[at:after]), words[at].start, at))
        at = after
    return found


def _longest(lexicons: tuple[Lexicon, ...], words: Sequence[Word], at: int) -> tuple[Entry, int]:
    best, reach = Entry(UNKNOWN), at + 1
    present = {word.said for word in words[at:]}
    for lexicon in lexicons:
        for phrase, entry in lexicon.get(words[at].said, ()):
            if phrase[-1] not in present or (len(phrase) > 2 and phrase[1] not in present):
                continue
            after = _match(lexicons, phrase, words, at, entry.kind == PHRASE)
            if after is not None and (after > reach or best.kind == UNKNOWN):
                best, reach = entry, max(after, at + 1)
    return best, reach


def _match(
    lexicons: tuple[Lexicon, ...], phrase: tuple[str, ...], words: Sequence[Word], at: int, loose: bool
) -> int | None:
    """Where the phrase ends; inside phrases of a question words of degree may stand: «me duele bastante la cabeza»."""
    skipped = 0
    for number, said in enumerate(phrase):
        while number and at < len(words) and words[at].said != said and loose and skipped < MOST_SKIPPED:
            if words[at].start or not _is_degree(lexicons, words[at].said):
                return None
            at, skipped = at + 1, skipped + 1
        if at >= len(words) or words[at].said != said or (number and words[at].start):
            return None
        at += 1
    return at


def _is_degree(lexicons: tuple[Lexicon, ...], said: str) -> bool:
    found = (entry for lexicon in lexicons for words, entry in lexicon.get(said, ()) if len(words) == 1)
    return any(entry.kind in (DEGREE, FILLER) for entry in found)


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
    if piece.start:
        return None
    for at in range(len(found) - 1, -1, -1):
        if " ".join(found[at].words) in (*NEGATIONS, *NO_LONGER):
            return at
        if found[at].entry.kind not in (FILLER, DEGREE) or found[at].start:
            return None
    return None


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


def is_sentence(words: Sequence[str]) -> bool:
    """Whether «no» and these words are one sentence, and nobody would take a comma for lost: «no puedo dormir»."""
    return bool(words) and (words[0] in BEGIN_A_SENTENCE or words[0].endswith("yuq")) and GOES_WELL.isdisjoint(words)


def _comma_lost(pieces: list[Piece]) -> bool:
    """«No duermo bien» is only clear after a yes: «sí, no duermo bien»."""
    at = next((number for number, piece in enumerate(pieces) if piece.entry.lost_comma), None)
    return at is not None and all(piece.entry.kind != pieces[at].entry.code for piece in pieces[:at])


def _wavers(pieces: list[Piece]) -> bool:
    """«A veces, pero no siempre» is unsure on both sides of its «pero»."""
    return any(piece.entry.kind == "unsure" and piece.words[-1] not in A_LITTLE for piece in pieces)


def _wish(wishes: set[str], answers: set[str | None], unknown: int, pieces: list[Piece]) -> Said | None:
    """One wish, with nothing beside it that answers; «a veces me duele» is neither a yes nor a no."""
    if len(wishes) != 1 or any(piece.entry.kind == OTHER for piece in pieces):
        return None
    (wish,) = wishes
    if wish == "unsure":
        phrased = any(piece.entry.kind == PHRASE for piece in pieces)
        fits = not answers or (phrased and answers == {YES})
        # «Algo» among words that nobody knows is no doubt: it may be anything.
        doubts = [piece.words for piece in pieces if piece.entry.kind == wish]
        faint = not phrased and all(len(words) == 1 and words[0] in A_LITTLE for words in doubts)
        return Said(wish=wish) if fits and unknown <= (0 if faint else MOST_BESIDE_A_DOUBT) else None
    alone = max(len(piece.words) for piece in pieces if piece.entry.kind == wish) == 1
    most = 0 if alone else MOST_UNKNOWN_BESIDE_A_WISH
    if wish == "explain" and not alone and unknown <= most:
        # An explanation costs nothing, even where words of the question are repeated.
        return Said(wish=wish)
    degree = alone and any(piece.entry.kind == DEGREE for piece in pieces)
    return Said(wish=wish) if not answers and not degree and unknown <= most else None


def _holds(asked: Asked, pieces: list[Piece], code: str, phrased: bool, unknown: int, accented: bool) -> bool:
    """Whether what stands beside the answer leaves it as it is."""
    if not _same_breath(pieces, code) or (code not in OPPOSITE and _other_matter(pieces)):
        return False
    if not phrased:
        return _lead_holds(asked, pieces, code, unknown, accented)
    if not unknown:
        return True
    longest = max(len(piece.words) for piece in pieces if piece.entry.kind == PHRASE)
    led = any(piece.entry.kind == code for piece in pieces)
    most = 0 if asked.careful and (code == NO or code not in OPPOSITE) else MOST_UNKNOWN.get(code, 0)
    return asked.free and (longest >= LONG_PHRASE or led) and unknown <= most


def _other_matter(pieces: list[Piece]) -> bool:
    """«Ninguna noche duermo» names how often something goes well, not how often it is a trouble."""
    return any(piece.entry.kind == WELL for piece in pieces)


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
        plain = WELL in kinds or (DEGREE not in kinds and kinds.count(NO) == 1)
        return plain and not asked.careful and unknown <= MOST_AFTER_NO and _after_a_sign(pieces)
    return WELL not in kinds and (accented or _after_a_sign(pieces)) and unknown <= MOST_UNKNOWN[YES]


def _after_a_sign(pieces: list[Piece]) -> bool:
    """Whether a sign parts the yes or no, with its courtesy, from what follows: not in «si usted me ayuda, sí»."""
    lead = next(number for number, piece in enumerate(pieces) if piece.entry.kind in (YES, NO))
    for piece in pieces[lead + 1 :]:
        if piece.start or piece.entry.kind != FILLER:
            return piece.start
    return False
