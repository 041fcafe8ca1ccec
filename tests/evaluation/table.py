"""Markdown tables and numbers as docs/nlu.md prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

NOT_THERE = "Not measured: `tests/nlu/{}.yml` does not exist."


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; floats are printed as they come, so format them first."""
    lines = [_row(head), "|" + "---|" * len(head)]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def percent(value: float) -> str:
    """0.9471 as 94.7 %."""
    return f"{value * 100:.1f} %"


def points(value: float) -> str:
    """0.0312 as 3.1, for differences of shares."""
    return f"{value * 100:.1f}"


def f1(value: float) -> str:
    """Three places."""
    return f"{value:.3f}"


def records(content: Any) -> str:
    """A table of what a JSON file holds: a list of records, name -> record, or {"rows": either, "about": text}."""
    if isinstance(content, dict) and "rows" in content:
        about = str(content.get("about") or "")
        return "\n\n".join(part for part in (about, records(content["rows"])) if part)
    if isinstance(content, dict):
        content = [
            {"name": name, **(one if isinstance(one, dict) else {"value": one})} for name, one in content.items()
        ]
    rows = [_flat(one) for one in content]
    head = list(dict.fromkeys(key for row in rows for key in row))
    return table(head, [[_shown(row.get(key, "")) for key in head] for row in rows])


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found.update({f"{key} {inner}": one for inner, one in _flat(value).items()})
        else:
            found[key] = value
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.0f}"
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _row(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
