"""What holds on every page that there is: strict headers, little to load, and a place in the tests' list of pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from console.compression import SMALLEST
from console.headers import CONTENT_SECURITY_POLICY
from tests.console.filled import Filled, pages

MOST_BYTES = 60_000
_OWN_FILE = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_IMPORT = re.compile(r'from\s+"\.?/?([^"]+\.js)"')
# Data for a script is no script.
_INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=.application/json.))[^>]*>|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
)
_FOREIGN = re.compile(r'<(?:script|link|img|iframe|audio|video|source)[^>]+(?:src|href)="(?:https?:)?//', re.IGNORECASE)


@pytest.fixture
def filled(make_app: Any, database: Any, clock: Any, people: Any, add_staff: Any, library: Any) -> Filled:
    """A console with something on every page."""
    return Filled(make_app, database, clock, people, add_staff, library)


def test_every_page_answers_with_the_strict_headers_and_nothing_inline(filled: Filled) -> None:
    """No page needs an inline script or style, nor anything from elsewhere; none is kept by the browser."""
    for path in pages():
        answer = visit(filled, path)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert answer.headers["cache-control"] == "no-store", path
        assert not _INLINE.findall(answer.text), path
        assert not _FOREIGN.findall(answer.text), path


def test_every_page_with_all_that_it_loads_stays_small(filled: Filled) -> None:
    """60 kB as they are sent: page, styles and scripts, as a phone on a slow line fetches them the first time."""
    sizes = {path: weight(filled, path) for path in pages()}
    assert len(sizes) > 30
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}


def visit(filled: Filled, path: str) -> Any:
    """The page, as an administrator sees it; those before the door as who stands there."""
    answer = filled.visitor(path).get(filled.addresses[path])
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def sent(answer: Any) -> int:
    """Bytes of the answer's content on the line; long texts are compressed."""
    assert "content-encoding" in answer.headers or len(answer.content) < SMALLEST, answer.url
    return int(answer.headers["content-length"])


def weight(filled: Filled, path: str) -> int:
    """Bytes that come over the line for a page and its files."""
    page = visit(filled, path)
    total = sent(page)
    names = set(_OWN_FILE.findall(page.text))
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        file = filled.browser.get(name)
        assert file.status_code == 200, name
        total += sent(file)
        for other in _IMPORT.findall(file.text) if name.endswith(".js") else ():
            fetched = f"{name.rsplit('/', 1)[0]}/{other.removeprefix('./')}"
            if fetched not in names:
                names.add(fetched)
                waiting.append(fetched)
    return total
