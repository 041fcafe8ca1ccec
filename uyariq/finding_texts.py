"""The sentences in which the checks of the rules say what is wrong: from the code where they stand, for the catalog.

A sentence with fields stands there as a shape: {1}, {2}, … for what the check puts in. The console finds the shape of a
finding again (`console/findings.py`), so that the checks themselves know of one language only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SCREENING = Path("screening")
FOLDERS = ("checks", "read")
MODULES = ("cases", "conditions", "overlay", "publishing", "reader", "rehearsal")
SENTENCE = re.compile(r"^[A-ZÁÉÍÓÚÑ«¿{].*[.?…»)}]$", re.DOTALL)
"""How a sentence begins and ends; what it is a part of need not."""
PART = re.compile(r"^(?:un|una) \w")
WORDS = re.compile(r"[a-záéíóúñ]{2,} ")
FIELD = re.compile(r"\{\d+\}")


def finding_texts() -> Iterator[tuple[str, str]]:
    """(text, file), each file in its order."""
    chosen = [path for folder in FOLDERS for path in sorted((SCREENING / folder).glob("*.py"))]
    for path in (*chosen, *(SCREENING / f"{name}.py" for name in MODULES)):
        yield from ((text, path.as_posix()) for text in _texts(ast.parse(path.read_text("utf-8"))))


def _texts(tree: ast.Module) -> Iterator[str]:
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        # A text that stands alone is what a module or a function says of itself.
        if id(node) not in inside and id(node) not in said:
            shape = _shape(node)
            if shape and is_for_staff(shape):
                yield shape


def is_for_staff(shape: str) -> bool:
    """Whether it is a sentence or the part of one, rather than a name or a pattern."""
    if PART.match(shape):
        return True
    return bool(SENTENCE.match(shape) and WORDS.search(FIELD.sub("x", shape)))


def _shape(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, number = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("{", "{{").replace("}", "}}"))
        else:
            number += 1
            parts.append(f"{{{number}}}")
    return "".join(parts)
