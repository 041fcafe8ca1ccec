"""What components with a trained model of our own share: how Rasa makes them, stores the model and loads it again."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, Protocol

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from typing_extensions import Self


class Model(Protocol):
    """A model that writes itself into a folder."""

    def save(self, folder: Path) -> None: ...


class TrainedComponent(GraphComponent):
    """A component over tokens. Subclasses say how their model is read, and call `_keep` at the end of training."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Any = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    @abstractmethod
    def read_model(folder: Path) -> Model:
        """The model that was saved in the folder."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens only."""
        return [Tokenizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """The component with its trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, cls.read_model(folder))

    def _keep(self, model: Model) -> Resource:
        """Use the model from now on, and store it with the rest of the Rasa model."""
        self._model = model
        with self._model_storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource
