"""Asks the language identifiers that this Python can import, restricted to Spanish and Quechua where they can be.

Run by tests/evaluation/languages.py with the Python of another environment: texts as JSON on standard input, answers
and microseconds a text as JSON on standard output. Nothing of the project is imported.
"""

import importlib
import importlib.metadata
import json
import sys
import time
from collections.abc import Callable

ROUNDS = 15
LANGUAGES = ["es", "qu"]


def langid() -> Callable[[str], str]:
    """langid and py3langid have one interface."""
    return _restricted("langid")


def py3langid() -> Callable[[str], str]:
    """The faster successor of langid."""
    return _restricted("py3langid")


def pycld2() -> Callable[[str], str]:
    """Compact Language Detector 2; it cannot be restricted to some languages."""
    detect = importlib.import_module("pycld2").detect
    return lambda text: str(detect(text, bestEffort=True)[2][0][1])


def _restricted(name: str) -> Callable[[str], str]:
    module = importlib.import_module(name)
    module.set_languages(LANGUAGES)
    return lambda text: str(module.classify(text)[0])


def measure(identify: Callable[[str], str], texts: list[str]) -> tuple[list[str], float]:
    """The answers, and the mean time of a text in the best of several rounds."""
    answers = [identify(text) for text in texts]
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for text in texts:
            identify(text)
        best = min(best, time.perf_counter() - started)
    return answers, best / len(texts) * 1e6


def main() -> None:
    """Writes {name version: {answers, microseconds}}."""
    texts = json.load(sys.stdin)
    found = {}
    for name, make in {"langid": langid, "py3langid": py3langid, "pycld2": pycld2}.items():
        try:
            identify = make()
        except ImportError:
            continue
        answers, microseconds = measure(identify, texts)
        found[f"{name} {importlib.metadata.version(name)}"] = {"answers": answers, "microseconds": microseconds}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
