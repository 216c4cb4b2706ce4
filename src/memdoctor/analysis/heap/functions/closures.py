"""Functions by their code, and what the scopes that only they see retain."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.functions.functions import NOBODY, SEVERAL, Functions, led_to
from memdoctor.analysis.heap.view import MOST_ROWS
from memdoctor.heap.aggregates import retained_by_group
from memdoctor.heap.arrays import I64
from memdoctor.heap.edges import edges_named, internal_targets
from memdoctor.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class Closure:
    """The functions of one code, or the suspended calls of it.

    `scopes` are those that nothing but these functions leads to, `shared_scopes` the others. The bytes
    are retained ones, no byte counted twice: all, those of the scopes, those of the functions alone.
    """

    node: int  # one of them, the largest
    function: int  # the function itself, also where `node` is a suspended call of it
    suspended: bool
    count: int
    scopes: int
    shared_scopes: int
    scope: int | None  # the largest
    retained_bytes: int
    scopes_bytes: int
    functions_bytes: int


class Closures:
    """The functions by their code, the largest retained size first, at most `MOST_ROWS`."""

    def __init__(self, graph: HeapGraph, functions: Functions) -> None:
        self._graph = graph
        self._functions = functions

    @cached_property
    def _suspended(self) -> tuple[I64, I64]:
        """Suspended calls of generators and async functions, and the groups of their functions."""
        graph, functions = self._graph, self._functions
        nodes = np.unique(graph.edge_sources(edges_named(graph, "internal", "parameters_and_registers")))
        called = internal_targets(graph, nodes, "function")
        known = called >= 0
        known[known] = functions.is_function[called[known]]
        rows = functions.rows(called[known])
        return nodes[known], rows

    @cached_property
    def _members(self) -> tuple[I64, I64]:
        """All functions and all suspended calls, and the group of each: first those of functions."""
        functions = self._functions
        suspended, rows = self._suspended
        groups = functions.group.astype(np.int64)
        return (
            np.concatenate([functions.nodes, suspended]),
            np.concatenate([groups, groups[rows] + functions.group_count]),
        )

    @cached_property
    def _scopes(self) -> tuple[I64, I64, I64]:
        """The scopes that are led to, the one group that leads there or `SEVERAL`, and their pairs."""
        nodes, groups = self._members
        split = len(self._functions.nodes)
        seen = [self._functions.scope, self._functions.scopes_of(nodes[split:])]
        scopes = np.concatenate(seen)
        known = scopes >= 0
        distinct, leader = led_to(scopes[known], groups[known])
        return distinct, leader, _shared(scopes[known], groups[known], distinct, leader)

    @cached_property
    def shared_scopes(self) -> int:
        """How many scopes functions of several codes lead to."""
        return int((self._scopes[1] == SEVERAL).sum())

    @cached_property
    def shared_scopes_bytes(self) -> int:
        """What those scopes retain."""
        distinct, leader, _ = self._scopes
        shared = distinct[leader == SEVERAL]
        return int(retained_by_group(self._graph, shared, np.zeros_like(shared), 1)[0])

    @cached_property
    def count(self) -> int:
        """How many rows there are, also those that are left out."""
        return len(np.unique(self._members[1]))

    @cached_property
    def rows(self) -> tuple[Closure, ...]:
        """The functions by their code."""
        nodes, groups = self._members
        kinds = 2 * self._functions.group_count
        scopes, leader, shared = self._scopes
        sole = leader >= 0
        scopes, leader = scopes[sole], leader[sole]
        both = np.concatenate([nodes, scopes]), np.concatenate([groups, leader])
        columns = (
            np.bincount(groups, minlength=kinds),
            np.bincount(leader, minlength=kinds),
            np.bincount(shared, minlength=kinds),
            retained_by_group(self._graph, *both, kinds),
            retained_by_group(self._graph, scopes, leader, kinds),
            retained_by_group(self._graph, nodes, groups, kinds),
        )
        largest, scope = self._largest(nodes, groups, kinds), self._largest(scopes, leader, kinds)
        order = np.lexsort((largest, -columns[3]))
        order = order[columns[0][order] > 0][:MOST_ROWS]
        return tuple(
            self._row(key, int(largest[key]), int(scope[key]), [int(column[key]) for column in columns])
            for key in order.tolist()
        )

    def _largest(self, nodes: I64, groups: I64, kinds: int) -> I64:
        """Return of each group the node that retains most."""
        found = np.full(kinds, NOBODY, np.int64)
        order = np.argsort(self._graph.retained_size[nodes], kind="stable")
        found[groups[order]] = nodes[order]
        return found

    def _row(self, key: int, node: int, scope: int, numbers: list[int]) -> Closure:
        suspended = key >= self._functions.group_count
        function = node
        if suspended:
            function = int(internal_targets(self._graph, np.asarray([node]), "function")[0])
        count, scopes, shared, retained, of_scopes, of_functions = numbers
        found = scope if scope >= 0 else None
        sizes = (retained, of_scopes, of_functions)
        return Closure(node, function, suspended, count, scopes, shared, found, *sizes)


def _shared(scopes: I64, groups: I64, distinct: I64, leader: I64) -> I64:
    """Return the groups that lead to shared scopes, once for each scope."""
    shared = (
        np.flatnonzero(leader[np.searchsorted(distinct, scopes)] == SEVERAL) if len(distinct) else scopes
    )
    pairs = np.stack([groups[shared], scopes[shared]])
    found: I64 = np.unique(pairs, axis=1)[0] if len(shared) else pairs[0]
    return found
