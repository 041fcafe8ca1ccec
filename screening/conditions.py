"""Conditions over facts, such as `phq9.phq9_9 >= 1 and age < 18`: parsed once, never evaluated as Python code.

A missing fact is None. An ordering comparison with None, or between a number and a text, is False rather than an error.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, Any]
Test = Callable[[Facts], Any]
LIMIT = 2000
DEPTH = 60


@dataclass(frozen=True)
class Comparison:
    """A fact set against one constant, kept for the checks. mark: "==", "<", "in" and so on."""

    fact: str
    mark: str
    constant: Any


@dataclass(frozen=True)
class Condition:
    """A condition ready to be asked. source: as written; facts: every fact named in it.

    negated: facts that stand bare behind `not`, where a missing fact would count as false.
    """

    source: str
    facts: frozenset[str]
    comparisons: tuple[Comparison, ...] = ()
    negated: frozenset[str] = frozenset()
    test: Test = field(default=bool, repr=False, compare=False)
    otherwise: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "otherwise", bool(self.test({})))

    def __call__(self, facts: Facts) -> bool:
        """Whether the condition holds for these facts. Where none of its facts is known, the answer is too."""
        if facts.keys().isdisjoint(self.facts):
            return self.otherwise
        return bool(self.test(facts))


class ConditionError(ValueError):
    """A condition cannot be read. code: condition_syntax or condition_not_allowed; Spanish message."""

    def __init__(self, code: str, message_es: str) -> None:
        super().__init__(message_es)
        self.code = code
        self.message_es = message_es


def compile_condition(source: str) -> Condition:
    """The condition, ready to be asked many times. Raises ConditionError."""
    if len(source) > LIMIT:
        raise ConditionError("condition_syntax", f"La condición pasa de {LIMIT} caracteres.")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ConditionError("condition_syntax", f"No se entiende la condición «{source}».") from error
    builder = _Builder()
    test = builder.build(tree.body)
    return Condition(source, frozenset(builder.facts), tuple(builder.comparisons), frozenset(builder.negated), test)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def safe(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        try:
            return compare(left, right)
        except TypeError:
            return False

    return safe


def _contains(left: Any, right: Any) -> bool:
    return right is not None and left in right


MARKS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", _ordered(operator.lt)),
    ast.LtE: ("<=", _ordered(operator.le)),
    ast.Gt: (">", _ordered(operator.gt)),
    ast.GtE: (">=", _ordered(operator.ge)),
    ast.In: ("in", _contains),
    ast.NotIn: ("not in", lambda left, right: not _contains(left, right)),
}
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class _Builder:
    """Turns a syntax tree into small functions, noting the facts on the way."""

    def __init__(self) -> None:
        self.facts: set[str] = set()
        self.comparisons: list[Comparison] = []
        self.negated: set[str] = set()
        self.depth = 0

    def build(self, node: ast.expr) -> Test:
        self.depth += 1
        if self.depth > DEPTH:
            raise ConditionError("condition_syntax", "La condición tiene demasiadas partes: divídala en varias reglas.")
        try:
            return self._build(node)
        finally:
            self.depth -= 1

    def _build(self, node: ast.expr) -> Test:
        if isinstance(node, ast.BoolOp):
            return self._bool(node)
        if isinstance(node, ast.UnaryOp):
            return self._unary(node)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._fact(node)
        return self._constant(node)

    def _bool(self, node: ast.BoolOp) -> Test:
        tests = tuple(self.build(value) for value in node.values)
        if isinstance(node.op, ast.And):
            return lambda facts: all(test(facts) for test in tests)
        return lambda facts: any(test(facts) for test in tests)

    def _unary(self, node: ast.UnaryOp) -> Test:
        if isinstance(node.op, ast.Not):
            if isinstance(node.operand, (ast.Name, ast.Attribute)):
                self.negated.add(_name(node.operand))
            test = self.build(node.operand)
            return lambda facts: not test(facts)
        return self._constant(node)

    def _compare(self, node: ast.Compare) -> Test:
        sides = [node.left, *node.comparators]
        tests = [self.build(side) for side in sides]
        parts: list[Test] = []
        for index, mark in enumerate(node.ops):
            if type(mark) not in MARKS:
                raise _not_allowed("«is»: use == o !=")
            self._note(sides[index], MARKS[type(mark)][0], sides[index + 1])
            parts.append(_pair(tests[index], MARKS[type(mark)][1], tests[index + 1]))
        if len(parts) == 1:
            return parts[0]
        return lambda facts: all(part(facts) for part in parts)

    def _note(self, left: ast.expr, mark: str, right: ast.expr) -> None:
        named = (ast.Name, ast.Attribute)
        if isinstance(left, named) and not isinstance(right, named):
            self.comparisons.append(Comparison(_name(left), mark, _value(right)))
        elif isinstance(right, named) and not isinstance(left, named) and mark not in ("in", "not in"):
            self.comparisons.append(Comparison(_name(right), FLIPPED.get(mark, mark), _value(left)))

    def _fact(self, node: ast.Name | ast.Attribute) -> Test:
        name = _name(node)
        self.facts.add(name)
        return lambda facts: facts.get(name)

    def _constant(self, node: ast.expr) -> Test:
        value = _value(node)
        return lambda _: value


def _pair(left: Test, compare: Callable[[Any, Any], bool], right: Test) -> Test:
    return lambda facts: compare(left(facts), right(facts))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    raise _not_allowed("un punto detrás de algo que no es un nombre")


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (bool, int, float, str))):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return -value
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(element) for element in node.elts)
    raise _not_allowed(f"«{ast.unparse(node)}»")


def _not_allowed(what: str) -> ConditionError:
    return ConditionError(
        "condition_not_allowed",
        f"En una condición no se puede usar {what}.",
    )
