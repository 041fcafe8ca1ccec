"""Intent pipelines side by side on the same sentences: python -m tests.evaluation.pipelines [names].

Each is trained on nlu_data and asked the held-out messages; but for the slow one, also by five-fold cross-validation.
Only the best guess counts: no threshold, no rules of danger. Writes pipelines.json for docs/nlu.md.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.evaluation import data
from tests.evaluation.crossval import fit, folds, sentences

RESULTS = Path(__file__).with_suffix(".json")
LANGUAGES = ("es", "qu")
Sentence = tuple[str, str, str]

_WORDS = {"name": "CountVectorsFeaturizer"}
_LETTERS = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
_LOGISTIC = {"name": "LogisticRegressionClassifier", "max_iter": 100, "solver": "lbfgs", "tol": 0.001}
_DIET = {"name": "DIETClassifier", "epochs": 20, "entity_recognition": False, "random_seed": 1}
_CLEAN = (
    {"name": "bot.nlu.components.text_cleaner.TextCleaner"},
    {"name": "bot.nlu.components.language_detector.LanguageDetector"},
    {"name": "bot.nlu.components.word_tokenizer.WordTokenizer"},
)


@dataclass(frozen=True)
class Pipeline:
    """components: as in config.yml; slow: trained once only, not cross-validated."""

    name: str
    components: tuple[dict[str, Any], ...]
    slow: bool = False


PIPELINES = (
    Pipeline(
        "uyariq: own tokens, n-grams, linear separation",
        (*_CLEAN, {"name": "bot.nlu.components.intent_classifier.NgramIntentClassifier"}),
    ),
    Pipeline(
        "uyariq without spelling variants",
        (*_CLEAN, {"name": "bot.nlu.components.intent_classifier.NgramIntentClassifier", "variants": 0}),
    ),
    Pipeline(
        "Rasa: whitespace, words and letters, logistic regression",
        ({"name": "WhitespaceTokenizer"}, _WORDS, _LETTERS, _LOGISTIC),
        slow=True,
    ),
    Pipeline(
        "Rasa: whitespace, words and letters, DIET 20 epochs",
        (
            {"name": "WhitespaceTokenizer"},
            _WORDS,
            _LETTERS,
            _DIET,
        ),
        slow=True,
    ),
    Pipeline(
        "Rasa: DIET 20 epochs on the words and roots of the spaCy pipelines",
        (*_CLEAN, _WORDS, _LETTERS, _DIET),
        slow=True,
    ),
)


@dataclass
class Trained:
    """A pipeline after training; seconds: of training; megabytes: stored."""

    components: list[Any]
    seconds: float
    megabytes: float

    def guess(self, text: str) -> tuple[str, float]:
        """The best intent, and the milliseconds that it took."""
        from rasa.shared.nlu.training_data.message import Message

        started = time.perf_counter()
        messages = [Message.build(text=text)]
        for component in self.components:
            messages = component.process(messages)
        found = (messages[0].get("intent") or {}).get("name") or ""
        return found, (time.perf_counter() - started) * 1000


def train(pipeline: Pipeline, known: Sequence[Sentence], folder: Path) -> Trained:
    """Trains the components one after the other."""
    started = time.perf_counter()
    components = fit(pipeline.components, known, folder)
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Trained(components, seconds, size / 1e6)


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Over the intents that were meant."""
    from sklearn.metrics import f1_score

    meant, guessed = [m for m, _g in pairs], [g for _m, g in pairs]
    return float(f1_score(meant, guessed, labels=sorted(set(meant)), average="macro", zero_division=0))


def measure(pipeline: Pipeline) -> dict[str, Any]:
    """One row of the comparison."""
    known = list(sentences())
    row: dict[str, Any] = {"pipeline": pipeline.name}
    with tempfile.TemporaryDirectory() as folder:
        trained = train(pipeline, known, Path(folder))
        row |= _held_out(trained)
    row |= {"training s": round(trained.seconds, 1), "model MB": round(trained.megabytes, 1)}
    validated = {} if pipeline.slow else _cross_validated(pipeline, known)
    return row | {f"folds {language}": validated.get(language, "-") for language in LANGUAGES}


def _held_out(trained: Trained) -> dict[str, Any]:
    took: list[float] = []
    row: dict[str, Any] = {}
    for source in data.MESSAGE_FILES:
        pairs = []
        for message in data.messages(source):
            guessed, ms = trained.guess(message.text)
            pairs.append((message.intent, guessed))
            took.append(ms)
        row[f"macro-F1 {source}"] = round(macro_f1(pairs), 3)
    return row | {"parse ms": round(statistics.median(took), 2)}


def _cross_validated(pipeline: Pipeline, known: Sequence[Sentence]) -> dict[str, float]:
    pairs: dict[str, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
    for training, tested in folds(known):
        with tempfile.TemporaryDirectory() as folder:
            trained = train(pipeline, [known[n] for n in training], Path(folder))
            for text, intent, language in (known[n] for n in tested):
                pairs[language].append((intent, trained.guess(text)[0]))
    return {language: round(macro_f1(found), 3) for language, found in pairs.items()}


def main(wanted: Sequence[str]) -> None:
    """Measures the pipelines whose name contains one of the words, all without words; keeps other rows."""
    from uyariq.quiet import quiet_libraries

    quiet_libraries()
    kept = {row["pipeline"]: row for row in _present()}
    for pipeline in PIPELINES:
        if not wanted or any(word in pipeline.name for word in wanted):
            kept[pipeline.name] = measure(pipeline)
            rows = [kept[one.name] for one in PIPELINES if one.name in kept]
            RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            sys.stdout.write(f"{json.dumps(kept[pipeline.name], ensure_ascii=False)}\n")


def _present() -> list[dict[str, Any]]:
    return list(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else []


if __name__ == "__main__":
    main(sys.argv[1:])
