"""Runs a trained Rasa graph node by node.

Rasa hands its graph to dask, which spends more on scheduling a handful of tiny nodes than the nodes themselves cost.
The order of a small graph never changes, so it is worked out once per target and then simply followed.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner

Order = list[tuple[str, tuple[str, ...]]]


class SequentialGraphRunner(DaskGraphRunner):
    """A drop-in graph runner: the same nodes and results as dask's, one after the other."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Values of the target nodes, given the inputs by name."""
        wanted = tuple(targets or self._graph_schema.target_names)
        values: dict[str, Any] = dict(inputs or {})
        try:
            for name, needs in self._order(wanted):
                _, values[name] = self._instantiated_nodes[name](*((need, values[need]) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {name: values[name] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> Order:
        orders: dict[tuple[str, ...], Order] = self.__dict__.setdefault("_orders", {})
        if targets not in orders:
            orders[targets] = _each_after_its_needs(self._graph_schema.minimal_graph_schema(list(targets)))
        return orders[targets]


def _each_after_its_needs(schema: Any) -> Order:
    order: Order = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in schema.nodes:
            return
        seen.add(name)
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            visit(need)
        order.append((name, needs))

    for name in schema.nodes:
        visit(name)
    return order
