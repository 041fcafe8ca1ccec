"""The list of Quechua roots (roots.tsv), by kind: v verb, n nominal, nv both, p particle."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("roots.tsv")


@lru_cache(maxsize=1)
def read_roots() -> dict[str, str]:
    """Root -> kind; a root listed both as verb and as nominal is 'nv'."""
    roots: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            root, kind, _gloss, _variety, _source = line.split("\t")
            roots[root] = kind if roots.get(root, kind) == kind else "nv"
    return roots


ROOTS = read_roots()
