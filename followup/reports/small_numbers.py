"""Small numbers are hidden, and with them what would give them away by subtraction.

After the small-numbers standard of the Washington State Department of Health: a count of 1 to limit-1 people is not
shown; nor are zeros beside it (a hidden number may then be none at all), nor as many further numbers as it takes for
the hidden ones to add up to `limit` or more and to be at least two. A total below the limit is hidden like any other
number. So whoever knows the total and all that is shown cannot work out a hidden number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def is_small(number: int, limit: int) -> bool:
    """Whether the number by itself must not be shown; none at all may be."""
    return 0 < number < limit


def shown(number: int, limit: int) -> int | None:
    """The number, or None when it is hidden."""
    return None if is_small(number, limit) else number


def protected(parts: Sequence[int], limit: int, also: Collection[int] = ()) -> list[int | None]:
    """The parts of a total that is known, None in the place of a hidden one. also: places to hide in any case."""
    hidden = {place for place, number in enumerate(parts) if is_small(number, limit)} | set(also)
    if not hidden:
        return list(parts)
    hidden |= {place for place, number in enumerate(parts) if number == 0}
    rest = sorted((place for place in range(len(parts)) if place not in hidden), key=lambda place: parts[place])
    while rest and (len(hidden) < 2 or sum(parts[place] for place in hidden) < limit):
        hidden.add(rest.pop(0))
    return [None if place in hidden else number for place, number in enumerate(parts)]


def protected_part_of(parts: Sequence[int], wholes: Sequence[int], limit: int) -> list[int | None]:
    """As `protected`, for parts each of which belongs to a whole that is shown: what is left of the whole is a number
    of people, too."""
    revealing = {
        place
        for place, (part, whole) in enumerate(zip(parts, wholes, strict=True))
        if is_small(whole - part, limit) and not is_small(whole, limit)
    }
    return protected(parts, limit, revealing)
