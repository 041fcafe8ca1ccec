"""What the intent model sees of a message: words, characters inside words, characters across words.

Each of the three views counts alike however long the message is; the view across words still reads joined words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Tokens = Sequence[tuple[str, str]]
"""A message as (key, lemma key) pairs."""

VIEWS = 3
_VIEW_OF = {"w": 0, "b": 0, "c": 1, "x": 2}
LONGEST_NGRAM = 5
_SHORTEST_ACROSS, _LONGEST_ACROSS = 3, 5
_LONGEST_KEY = 40
_WORDS_READ = 120


def message_features(tokens: Tokens) -> Counter[str]:
    """Names of features: w word, b two words in a row, c characters in a word, x characters across words."""
    keys = ["0" * len(key) if key.isdigit() else key[:_LONGEST_KEY] for key, _lemma in tokens[:_WORDS_READ]]
    lemmas = ["#" if lemma.isdigit() else lemma for _key, lemma in tokens[:_WORDS_READ]]
    names = [f"w{lemma}" for lemma in lemmas]
    names += [f"b{first} {second}" for first, second in zip(["^", *lemmas], [*lemmas, "$"], strict=True)]
    for key in keys:
        names += _ngrams("c", f" {key} ", 1, LONGEST_NGRAM)
    names += _ngrams("x", f"^{''.join(keys)}$", _SHORTEST_ACROSS, _LONGEST_ACROSS)
    return Counter(names)


def view_of(name: str) -> int:
    """Which view a feature belongs to."""
    return _VIEW_OF[name[0]]


def weighted(times: NDArray[np.float32], rarity: NDArray[np.float32], views: NDArray[np.int8]) -> NDArray[np.float32]:
    """Values of a message's features: rare ones weigh more, and each view has length 1."""
    values = (1 + np.log(times)) * rarity
    lengths = np.sqrt(np.bincount(views, values * values, VIEWS))
    return (values / lengths[views]).astype(np.float32)


def familiarity(tokens: Tokens, features: dict[str, int]) -> float:
    """1 when most of the message was seen in training, falling to 0 when nothing was; long words weigh more."""
    shares = [(len(key) + 0.0, _share_seen(key, lemma, features)) for key, lemma in tokens[:_WORDS_READ]]
    letters = sum(weight for weight, _share in shares)
    return min(1.0, 1.6 * sum(weight * share for weight, share in shares) / letters) if letters else 0.0


def _share_seen(key: str, lemma: str, features: dict[str, int]) -> float:
    if f"w{lemma}" in features or lemma.isdigit():
        return 1.0
    trigrams = _ngrams("c", f" {key[:_LONGEST_KEY]} ", 3, 3)
    return sum(name in features for name in trigrams) / len(trigrams) if trigrams else 0.0


def _ngrams(mark: str, text: str, shortest: int, longest: int) -> list[str]:
    end = len(text) + 1
    return [mark + text[at : at + size] for size in range(shortest, longest + 1) for at in range(end - size)]
