"""Phone numbers, ages, names, districts and times named in a message, by rules, in both languages: docs/entities.md."""

from bot.nlu.entities.entity import Entity
from bot.nlu.entities.finding import find_entities

__all__ = ["Entity", "find_entities"]
