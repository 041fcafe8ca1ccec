"""An instrument's document as YAML that people like to read: known keys first, long texts folded."""

from __future__ import annotations

from typing import Any

import yaml

_LONG = 100
_ORDER = (
    "format", "url", "name", "version", "status", "title", "language", "variety", "loinc", "source", "copyright",
    "redistribution", "recall", "translations", "options", "items", "scores",
)  # fmt: skip


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = ">" if len(value) > _LONG and "\n" not in value and value == value.strip() else None
    if style is None and (value.isdigit() or value in ("yes", "no")):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(document: dict[str, Any]) -> str:
    """The document in the order of our files; keys that have no place in it come before the answers."""
    places = {key: place for place, key in enumerate(_ORDER)}
    ordered = dict(sorted(document.items(), key=lambda pair: places.get(pair[0], places["options"] - 0.5)))
    return yaml.dump(ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
