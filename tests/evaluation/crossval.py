"""Five-fold cross-validation over nlu_data, with the components of config.yml run one after the other.

Rasa's own `--cross-validation` trains the dialogue and packs a model for each fold; here only understanding is trained.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.evaluation.data import NLU_DATA, ROOT
from tests.evaluation.understanding import Understood, understood

FOLDS = 5
SEED = 1


@dataclass(frozen=True)
class Validated:
    """A training sentence understood by a pipeline that was not trained on it."""

    intent: str
    language: str
    found: Understood


@dataclass(frozen=True)
class CrossValidation:
    """What came of it. seconds: training of one fold, on average."""

    lines: tuple[Validated, ...]
    seconds: float

    def pairs(self, language: str) -> list[tuple[str, str]]:
        """(meant, understood) of one language."""
        return [(one.intent, one.found.intent) for one in self.lines if one.language == language]


def cross_validate() -> CrossValidation:
    """Every sentence of nlu_data once; folds keep the shares of intents and languages."""
    known = list(sentences())
    lines: list[Validated] = []
    seconds = []
    for training, tested in folds(known):
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            pipeline = fit(_configured(), [known[n] for n in training], Path(folder))
            seconds.append(time.perf_counter() - started)
            lines += [_validated(pipeline, known[n]) for n in tested]
    return CrossValidation(tuple(lines), sum(seconds) / len(seconds))


def sentences() -> Iterator[tuple[str, str, str]]:
    """(text, intent, language) of nlu_data."""
    from rasa.shared.data import get_data_files, is_nlu_file
    from rasa.shared.importers.utils import training_data_from_paths

    for folder in sorted(path for path in NLU_DATA.iterdir() if path.is_dir()):
        # The danger lines stand there too; Rasa's importer leaves them alone as well.
        files = get_data_files([str(folder)], is_nlu_file)
        for message in training_data_from_paths(files, "es").intent_examples:
            yield message.get("text"), message.get("intent"), folder.name


def folds(known: Sequence[tuple[str, str, str]]) -> Iterator[tuple[Any, Any]]:
    from sklearn.model_selection import StratifiedKFold

    labels = [f"{language} {intent}" for _text, intent, language in known]
    yield from StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels)


def fit(components: Iterable[Mapping[str, Any]], known: Sequence[tuple[str, str, str]], folder: Path) -> list[Any]:
    """Components as config.yml names them, trained in order on (text, intent, language)."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    data = TrainingData([Message.build(text=text, intent=intent) for text, intent, _language in known])
    storage, context = LocalModelStorage.create(folder), ExecutionContext(GraphSchema({}))
    fitted = []
    for number, config in enumerate(components):
        kind = _class(config["name"])
        options = {**kind.get_default_config(), **{key: value for key, value in config.items() if key != "name"}}
        component = kind.create(options, storage, Resource(f"component{number}"), context)
        if hasattr(component, "train"):
            component.train(data)
        if hasattr(component, "process_training_data"):
            data = component.process_training_data(data)
        fitted.append(component)
    return fitted


def _configured() -> list[dict[str, Any]]:
    """The components of config.yml."""
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return found


def _class(name: str) -> Any:
    from rasa.shared.utils.common import class_from_module_path

    if "." in name:
        return class_from_module_path(name)
    if name == "FallbackClassifier":  # by itself, as the register of all of Rasa's components loads TensorFlow
        return class_from_module_path("rasa.nlu.classifiers.fallback_classifier.FallbackClassifier")
    import rasa.engine.recipes.default_components  # noqa: F401
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    return DefaultV1Recipe._from_registry(name).clazz


def _validated(pipeline: list[Any], sentence: tuple[str, str, str]) -> Validated:
    from rasa.shared.nlu.training_data.message import Message

    text, intent, language = sentence
    started = time.perf_counter()
    messages = [Message.build(text=text)]
    for component in pipeline:
        messages = component.process(messages)
    ms = (time.perf_counter() - started) * 1000
    return Validated(intent, language, understood(messages[0].as_dict(only_output_properties=True), ms))
