"""Every page, in a real browser, against the rules of axe-core for WCAG 2.2 A and AA: no violation anywhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.console.filled import Filled, whole_pages

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The page's own rules forbid to put a script into it: it is given to the browser beside the page.
RUN = """async ([place, rules]) => {
  const found = await axe.run(place ?? document, {runOnly: {type: "tag", values: rules}});
  return {
    passes: found.passes.length,
    violations: found.violations.map((one) => one.id + ": " + one.nodes.map((n) => n.target.join(" ")).slice(0, 4)),
  };
}"""
OPEN_MENU = """(number) => document.querySelectorAll("header details").forEach((one, at) => {
  one.open = at === number;
})"""
SHAPES = {"phone, light": (360, 740, "light"), "desk, dark": (1280, 800, "dark")}


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules as a script."""
    if not AXE.exists():
        missing = f"axe-core is missing; `npm ci --prefix {AXE.parents[2]}` puts it in place"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def filled(make_app: Any, database: Any, clock: Any, people: Any, add_staff: Any, library: Any) -> Filled:
    """A console with something on every page."""
    return Filled(make_app, database, clock, people, add_staff, library)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_page_breaks_a_rule(shape: str, filled: Filled, axe: str, serve: Any, chromium: Any) -> None:
    """All pages, filled: on a phone by day, at a desk by night."""
    address = serve(filled.app).address
    width, height, scheme = SHAPES[shape]
    options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": "es-PE"}
    wrong: dict[str, list[str]] = {}
    looked = 0
    for path in whole_pages():
        context = chromium.new_context(**options, bypass_csp=True)
        kept = filled.visitor(path).cookies
        context.add_cookies([{"name": one.name, "value": one.value, "url": address} for one in kept.jar])
        page = context.new_page()
        page.goto(f"{address}{filled.addresses[path]}")
        open_all(page)
        page.evaluate(axe)
        found = page.evaluate(RUN, [None, RULES])
        assert found["passes"] > 3, path
        looked += 1
        violations = [*found["violations"], *menu_violations(page)]
        if violations:
            wrong[path] = violations
        context.close()
    assert looked > 30
    assert wrong == {}


def open_all(page: Any) -> None:
    """What is folded away is looked at as well; what scrolls by itself stands at its end, where its last button covers
    nothing. Menus lie over the page, so that each is looked at by itself."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    page.evaluate("document.querySelectorAll('main *').forEach((one) => { one.scrollTop = one.scrollHeight; })")


def menu_violations(page: Any) -> list[str]:
    """What is wrong in the menus of the page's head, one after the other."""
    found: list[str] = []
    for number in range(page.evaluate("document.querySelectorAll('header details').length")):
        page.evaluate(OPEN_MENU, number)
        found += page.evaluate(RUN, ["header details[open]", RULES])["violations"]
    return found
