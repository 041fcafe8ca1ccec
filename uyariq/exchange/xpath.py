"""Conditions of items (`s4 == 1`) as XLSForm's `relevant`, and simple `relevant` back as conditions.

Only what the instrument's own answers decide can be said in XPath; anything else stays in our own column alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

Points = Mapping[str, Mapping[str, float | None]]
"""linkId -> answer code -> points."""

_UNANSWERED = ("skipped", "unsure")
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_TEST = re.compile(r"\s*\$\{(?P<item>[^}]+)\}\s*(?P<mark>!?=)\s*(['\"])(?P<code>[^'\"]*)\3\s*")
_JOINT = re.compile(r"\s*(and|or)\b|\s*([()])|\s*(not)\s*(?=\()")


class NoXPath(ValueError):
    """The condition cannot be said by the instrument's own answers."""


class NoCondition(ValueError):
    """The `relevant` uses more than answers compared with codes, and, or, not and brackets."""


def relevant(condition: str, points: Points) -> str:
    """The condition in XPath over answer codes. Raises NoXPath."""
    try:
        tree = ast.parse(condition.strip(), mode="eval")
    except SyntaxError as error:
        raise NoXPath(condition) from error
    return _said(tree.body, points)


def _said(node: ast.expr, points: Points) -> str:
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        return "(" + word.join(_said(value, points) for value in node.values) + ")"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"not({_said(node.operand, points)})"
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, ast.Name):
        return _compared(node.left.id, node.ops[0], node.comparators[0], points)
    raise NoXPath(ast.unparse(node))


def _compared(item: str, mark: ast.cmpop, right: ast.expr, points: Points) -> str:
    if item not in points or type(mark) not in _COMPARE:
        raise NoXPath(item)
    try:
        wanted = ast.literal_eval(right)
        codes = [code for code, value in points[item].items() if _COMPARE[type(mark)](value, wanted)]
    except (ValueError, TypeError) as error:
        raise NoXPath(item) from error
    tests = [f"${{{item}}} = '{code}'" for code in codes]
    if _names_unanswered(mark, wanted):
        tests.append(f"${{{item}}} = ''")
    return f"({' or '.join(tests)})" if tests else "false()"


def _names_unanswered(mark: ast.cmpop, wanted: Any) -> bool:
    """Whether the condition also holds for a question that was skipped."""
    found = [_COMPARE[type(mark)](one, wanted) for one in _UNANSWERED] if _is_equality(mark) else []
    return any(found)


def _is_equality(mark: ast.cmpop) -> bool:
    return isinstance(mark, (ast.Eq, ast.NotEq, ast.In, ast.NotIn))


def condition(xpath: str, points: Points) -> str:
    """A simple `relevant` as our condition over points. Raises NoCondition."""
    parts: list[str] = []
    at = 0
    while at < len(xpath.rstrip()):
        test, joint = _TEST.match(xpath, at), _JOINT.match(xpath, at)
        found = test or joint
        if found is None:
            raise NoCondition(xpath[at : at + 30])
        parts.append(_test(test, points) if test else joint[0].strip() if joint else "")
        at = found.end()
    written = " ".join(parts).replace("( ", "(").replace(" )", ")")
    try:
        ast.parse(written, mode="eval")
    except SyntaxError as error:
        raise NoCondition(xpath) from error
    return written


def _test(found: re.Match[str], points: Points) -> str:
    item, code = found["item"], found["code"]
    if item not in points or (code and code not in points[item]):
        raise NoCondition(found[0].strip())
    value = repr("skipped") if not code else _number(points[item][code])
    return f"{item} {'==' if found['mark'] == '=' else '!='} {value}"


def _number(value: float | None) -> str:
    return repr(int(value)) if value is not None and float(value).is_integer() else repr(value)
