"""A piece of a message with its meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """entity: phone, age, name, district or time; text[start:end] is where it stands.

    value: E.164, years, the name as written, the place's plain name, or windows such as "sat 08:00-12:00".
    candidates: codes of the places that are meant (6 digits a district, 4 a province, 2 a department); more than one
    where the name alone does not decide.
    """

    entity: str
    start: int
    end: int
    value: str
    candidates: tuple[str, ...] = ()
