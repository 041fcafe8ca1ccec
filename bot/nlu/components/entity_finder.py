"""Rasa component: phone numbers, ages, names, districts and times as entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import Entity, find_entities

_EXTRACTOR = "EntityFinder"
_WARM_UP = "vivo en Comas, 987 654 321, sábado en la mañana"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(GraphComponent):
    """Finds entities by rules, so that they do not depend on training."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityFinder:
        """Makes the component and reads the words and places at once: a broken file stops the start."""
        find_entities(_WARM_UP)
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message."""
        for message in messages:
            found = [_as_output(one) for one in find_entities(message.get(TEXT) or "")]
            message.set(ENTITIES, (message.get(ENTITIES) or []) + found, add_to_output=True)
        return messages


def _as_output(found: Entity) -> dict[str, Any]:
    """As Rasa keeps entities; the codes of a place stand beside its name."""
    row = {"entity": found.entity, "start": found.start, "end": found.end, "value": found.value}
    codes = {"candidates": list(found.candidates)} if found.candidates else {}
    return {**row, **codes, "extractor": _EXTRACTOR}
