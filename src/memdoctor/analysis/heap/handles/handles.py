"""Sockets, timers, promises and their like: how many there are, and who holds them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.functions.functions import Functions
from memdoctor.analysis.heap.grouping import ends_of_chains, most_common
from memdoctor.analysis.heap.handles.handle_kinds import CALLBACKS, CLASSES, KIND_OF
from memdoctor.analysis.heap.naming.owners import Owners
from memdoctor.analysis.heap.naming.runtime import of_runtime
from memdoctor.heap.aggregates import retained_by_key
from memdoctor.heap.arrays import I64, U8, Flags
from memdoctor.heap.edges import edges_named, targets_of
from memdoctor.heap.graph import HeapGraph

_ANCESTORS = 16  # so far up a class is looked for among those that it extends
_CONSTRUCTORS = 10_000  # functions with the name of a handle's class whose place is looked up


@dataclass(frozen=True, slots=True)
class Handle:
    """All handles of one class: what they retain, none counted inside another one.

    `held` of them have the same owner, that of `held_node`, more than any other has. Timers call
    `function`, `calls` of them that one.
    """

    kind: str
    name: str
    node: int  # the one that retains most
    count: int
    shallow_bytes: int
    retained_bytes: int
    held: int
    held_node: int | None
    function: int | None
    calls: int


class Handles:
    """The handles of a heap by their class."""

    def __init__(self, graph: HeapGraph, functions: Functions, owners: Owners) -> None:
        self._graph = graph
        self._functions = functions
        self._owners = owners

    @cached_property
    def rows(self) -> tuple[Handle, ...]:
        """The handles by their class, the most frequent first."""
        kinds = len(CLASSES) + 1
        retained = retained_by_key(self._graph, self._class.astype(np.uint32), kinds)
        counts = np.bincount(self._class[self.nodes], minlength=kinds)
        order = np.argsort(-counts, kind="stable")
        return tuple(self._row(key, int(retained[key])) for key in order[counts[order] > 0].tolist())

    @cached_property
    def nodes(self) -> I64:
        """All handles."""
        return np.flatnonzero(self._class)

    def _row(self, key: int, retained: int) -> Handle:
        graph, name = self._graph, CLASSES[key - 1]
        nodes = self.nodes[self._class[self.nodes] == key]
        held_node, held = self._most_common_owner(nodes)
        function, calls = self._most_common_function(nodes)
        return Handle(
            KIND_OF[name],
            name,
            int(nodes[np.argmax(graph.retained_size[nodes])]),
            len(nodes),
            int(graph.shallow_size[nodes].sum(dtype=np.int64)),
            retained,
            held,
            held_node,
            function,
            calls,
        )

    def called_by(self, nodes: I64) -> int | None:
        """Return the function that most of some timers call, None if there is no such one."""
        function, calls = self._most_common_function(nodes)
        return function if calls * 2 > len(nodes) else None

    @cached_property
    def _prototypes(self) -> tuple[I64, I64]:
        """The edges from functions to their prototypes, and those from objects to theirs."""
        graph = self._graph
        return edges_named(graph, "property", "prototype"), edges_named(graph, "property", "__proto__")

    @cached_property
    def _is_prototype(self) -> Flags:
        """Which nodes are the prototype of a function, or of any object: these are no handles."""
        found = np.zeros(self._graph.node_count, bool)
        for edges in self._prototypes:
            found[self._graph.edge_target[edges]] = True
        return found

    @cached_property
    def _class(self) -> U8:
        """The class of each handle, counted from 1 in `CLASSES`; 0 is no handle."""
        graph = self._graph
        found = np.zeros(graph.node_count, np.uint8)
        made, links = self._prototypes
        if np.isin(graph.edge_target[links], graph.edge_target[made]).any():
            of_prototype = self._class_of_prototypes()
            links = links[of_prototype[graph.edge_target[links]] > 0]
            found[graph.edge_sources(links)] = of_prototype[graph.edge_target[links]]
        else:
            found = self._class_by_name()
        found[self._is_prototype | self._functions.is_function] = 0
        return found

    def _class_by_name(self) -> U8:
        """Return the classes where the file does not have prototypes of objects: as their names say."""
        graph = self._graph
        numbers = {name: number for number, name in enumerate(CLASSES, 1)}
        of_class = np.asarray([*(numbers.get(name, 0) for name in graph.class_names), 0], np.uint8)
        found = of_class[graph.class_id]
        found[~np.isin(graph.node_type, [graph.node_code("object"), graph.node_code("native")])] = 0
        return found

    def _class_of_prototypes(self) -> U8:
        """Return of prototypes the handle class whose instances they make, also of those that extend one.

        The constructor has the name of the class, and is the runtime's: a program has `Server`s too.
        """
        graph = self._graph
        found = np.zeros(graph.node_count, np.uint8)
        edges = self._prototypes[0]
        sources = graph.edge_sources(edges)
        numbers = self._class_of_constructors(sources)
        found[graph.edge_target[edges[numbers > 0]]] = numbers[numbers > 0]
        prototypes = np.flatnonzero(self._is_prototype)
        above = targets_of(graph, prototypes, "property", "__proto__")
        prototypes, above = prototypes[above >= 0], above[above >= 0]
        for _ in range(_ANCESTORS):
            found[prototypes] = np.where(found[prototypes] > 0, found[prototypes], found[above])
        return found

    def _class_of_constructors(self, functions: I64) -> U8:
        """Return for each function the class it constructs, 0 if that is not a handle of the runtime's."""
        graph = self._graph
        names, which = np.unique(graph.node_name[functions], return_inverse=True)
        numbers = {name: number for number, name in enumerate(CLASSES, 1)}
        of_name = np.asarray(
            [numbers.get(text, 0) for text in graph.strings.texts(names.tolist())], np.uint8
        )
        if not len(of_name):
            return np.zeros(len(functions), np.uint8)
        found = of_name[which.reshape(-1)]
        found[~self._functions.is_function[functions]] = 0
        rows = np.flatnonzero(found)
        found[rows[_CONSTRUCTORS:]] = 0
        for row in rows[:_CONSTRUCTORS].tolist():
            place = self._functions.place(int(functions[row]))
            if place is not None and place.file is not None and not of_runtime(place.file):
                found[row] = 0
        return found

    def _most_common_owner(self, nodes: I64) -> tuple[int | None, int]:
        """Return a handle that is held as most of these are, and how many are held so.

        In a chain of handles all are held as the first one is.
        """
        starts = self._starts_of_chains(nodes)
        holders = self._owners.holders(starts)
        held = np.flatnonzero(holders >= 0)
        if not len(held):
            return None, 0
        # A chain may hang on its holder at both ends: then it is the holder's class that counts.
        chained = not np.array_equal(starts, nodes)
        keys = self._graph.class_id[holders[held]] if chained else self._owners.keys(starts[held])
        place, count = most_common(keys)
        return int(starts[held[place]]), count

    def _starts_of_chains(self, nodes: I64) -> I64:
        """Return for each node the first of those of its class that hold one another."""
        holders = self._owners.holders(nodes)
        inside = holders >= 0
        inside[inside] = self._class[holders[inside]] == self._class[nodes[inside]]
        links = np.arange(len(nodes))
        links[inside] = np.searchsorted(nodes, holders[inside])
        return nodes[ends_of_chains(links)]

    def _most_common_function(self, nodes: I64) -> tuple[int | None, int]:
        """Return the function that most of the timers call, and how many call it."""
        functions = self._functions
        called = np.full(len(nodes), -1, np.int64)
        for name in CALLBACKS:
            found = targets_of(self._graph, nodes, "property", name)
            found[found >= 0] = np.where(functions.is_function[found[found >= 0]], found[found >= 0], -1)
            called = np.where(called >= 0, called, found)
        called = called[called >= 0]
        if not len(called):
            return None, 0
        place, count = most_common(functions.group[functions.rows(called)])
        return int(called[place]), count
