"""Event emitters: who listens to what, over the limit or not, and what the listeners capture."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.events.event_targets import find_target_listeners
from memdoctor.analysis.heap.events.listeners import Listeners, find_dom_listeners, find_listeners
from memdoctor.analysis.heap.functions.functions import NOBODY, SEVERAL, Functions, Nodes, led_to
from memdoctor.analysis.heap.view import MOST_ROWS
from memdoctor.heap.aggregates import retained_by_group
from memdoctor.heap.arrays import I64, Flags
from memdoctor.heap.edges import edges_named, internal_targets, targets_of
from memdoctor.heap.graph import HeapGraph

DEFAULT_LIMIT = 10  # of Node's emitters, where the program sets no other
_KNOWN_NUMBERS = 1000  # number nodes that are looked at, to see whether the file has their values


@dataclass(frozen=True, slots=True)
class Event:
    """The listeners to one event of one emitter.

    Where nothing is over a limit, those of emitters of one class that call one function are together;
    of DOM elements those on one tag. `most` is how many there are on one of the `emitters`.

    `limit` is None where there is none, or where it was set to a number that the file does not have;
    `limit_is` tells where it comes from: default, set, unknown, none. `function` is the one that
    listens most often, `same` how often. What they capture is retained by these listeners alone: by
    their functions and the scopes that no other function sees.
    """

    emitter: int
    emitters: int
    store: str  # the field that the events are in, empty where it has no name
    event: str | None
    listeners: int
    most: int
    limit: int | None
    limit_is: str
    function: int
    same: int
    captured_bytes: int

    @property
    def over_limit(self) -> bool:
        """Whether there are more listeners than the limit allows without a warning."""
        return self.limit is not None and self.most > self.limit


@dataclass(frozen=True, slots=True)
class _Limit:
    limit: int | None
    limit_is: str


@dataclass(frozen=True, slots=True)
class _Rows:
    events: tuple[Event, ...]
    count: int
    over_limit: int  # of all


class Emitters:
    """The events of a heap that somebody listens to."""

    def __init__(self, graph: HeapGraph, functions: Functions) -> None:
        self._graph = graph
        self._functions = functions

    @cached_property
    def _kinds(self) -> tuple[Listeners, ...]:
        kinds = (find_listeners, find_target_listeners, find_dom_listeners)
        return tuple(find(self._graph, self._functions) for find in kinds)

    @cached_property
    def _all(self) -> tuple[_Rows, ...]:
        return tuple(map(self._rows, self._kinds))

    @property
    def count(self) -> int:
        """How many rows there are, also those that are left out."""
        return sum(rows.count for rows in self._all)

    @property
    def listener_count(self) -> int:
        """How many listeners there are."""
        return sum(len(found.function) for found in self._kinds)

    @property
    def over_limit(self) -> int:
        """How many of the events are over their limit."""
        return sum(rows.over_limit for rows in self._all)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """At most `MOST_ROWS` events: first those over the limit, then by what they capture."""
        rows = [event for rows in self._all for event in rows.events]
        rows.sort(key=lambda row: (not row.over_limit, -row.captured_bytes, -row.listeners))
        return tuple(rows[:MOST_ROWS])

    @cached_property
    def is_listener(self) -> Flags:
        """Which nodes are functions that listen, or what an emitter has wrapped around them."""
        found = np.zeros(self._graph.node_count, bool)
        for kind in self._kinds:
            found[kind.holder] = True
            found[kind.function] = True
        return found

    def _rows(self, found: Listeners) -> _Rows:
        """Return the most telling events."""
        if not len(found):
            return _Rows((), 0, 0)
        graph = self._graph
        captured = self._captured(found)
        counts = np.bincount(found.event, minlength=len(found))
        functions, same = self._most_common(found)
        limits = self._limits(found)
        bounds = np.asarray([-1 if one.limit is None else one.limit for one in limits])
        over = (counts > bounds) & (bounds >= 0)
        first, row = self._alike(found, functions, over | (counts > DEFAULT_LIMIT))
        sums = [
            np.bincount(row, weights=column, minlength=len(first)).astype(np.int64)
            for column in (found.emitters, counts, same, captured)
        ]
        most = np.zeros(len(first), np.int64)
        np.maximum.at(most, row, counts)
        order = np.lexsort((-sums[1], -sums[3], ~over[first]))[:MOST_ROWS]
        labels = np.maximum(found.label[first[order]], 0).tolist()
        events = [
            Event(
                emitter=int(found.emitter[key]),
                emitters=int(sums[0][index]),
                store=found.store,
                event=label if found.label[key] >= 0 else found.numbers.get(key),
                listeners=int(sums[1][index]),
                most=int(most[index]) if found.no_limit != "none" else 1,
                limit=limits[key].limit,
                limit_is=limits[key].limit_is,
                function=int(functions[key]),
                same=int(sums[2][index]),
                captured_bytes=int(sums[3][index]),
            )
            for index, key, label in zip(
                order.tolist(), first[order].tolist(), graph.strings.texts(labels), strict=True
            )
        ]
        return _Rows(tuple(events), len(first), int(over.sum()))

    def _alike(self, found: Listeners, functions: I64, alone: Flags) -> tuple[I64, I64]:
        """Return the first event of each row, and the row of each event."""
        groups = self._functions.group[self._functions.rows(functions)]
        columns = [
            np.where(alone, np.arange(len(found)), -1),
            self._graph.class_id[found.emitter],
            found.label,
            groups,
        ]
        keys = np.stack([column.astype(np.int64) for column in columns])
        _, first, row = np.unique(keys, axis=1, return_index=True, return_inverse=True)
        return first, row.reshape(-1)

    def _most_common(self, found: Listeners) -> tuple[I64, I64]:
        """Return of each event a function whose code listens most often, and how often."""
        groups = self._functions.group[self._functions.rows(found.function)].astype(np.int64)
        pairs = found.event * np.int64(self._functions.group_count) + groups
        _, first, counts = np.unique(pairs, return_index=True, return_counts=True)
        order = np.lexsort((-first, counts))
        functions, same = np.empty(len(found), np.int64), np.empty(len(found), np.int64)
        functions[found.event[first[order]]] = found.function[first[order]]
        same[found.event[first[order]]] = counts[order]
        return functions, same

    def _captured(self, found: Listeners) -> I64:
        """Return what the listeners of each event retain that no other event has a part in."""
        nodes = np.concatenate([found.function, found.holder])
        distinct, event = led_to(nodes, np.concatenate([found.event, found.event]))
        own = distinct[event >= 0], event[event >= 0]
        nodes, event = map(np.concatenate, zip(own, self._scopes(*own), strict=True))
        return retained_by_group(self._graph, nodes, event, len(found))

    def _scopes(self, nodes: I64, event: I64) -> tuple[I64, I64]:
        """Return the scopes that only functions of one event lead to, with that event."""
        functions = self._functions
        leaders = np.full(len(functions.nodes), NOBODY, np.int64)
        are = functions.is_function[nodes]
        leaders[functions.rows(nodes[are])] = event[are]
        known = functions.scope >= 0
        scopes, leader = led_to(functions.scope[known], leaders[known])
        sole = (leader != NOBODY) & (leader != SEVERAL)
        return scopes[sole], leader[sole]

    def _limits(self, found: Listeners) -> Sequence[_Limit]:
        """Return the limit of each event."""
        if found.no_limit is not None:
            return [_Limit(None, found.no_limit)] * len(found)
        emitters, which = np.unique(found.emitter, return_inverse=True)
        bounds = targets_of(self._graph, emitters, "property", "_maxListeners")
        numbers = np.flatnonzero(bounds >= 0)
        numbers = numbers[self._is_number(bounds[numbers])]
        limits = [_Limit(DEFAULT_LIMIT, "default")] * len(emitters)
        if self._shows_undefined and not self._shows_numbers:
            # What leads nowhere is a small number: these have no nodes.
            for index in np.flatnonzero(bounds < 0).tolist():
                limits[index] = _Limit(None, "unknown")
        for index, text in zip(numbers.tolist(), self._values(bounds[numbers]), strict=True):
            limits[index] = _limit(text)
        return [
            _Limit(None, "none") if foreign else limits[index]
            for index, foreign in zip(which.reshape(-1).tolist(), found.foreign.tolist(), strict=True)
        ]

    def _is_number(self, nodes: Nodes) -> Flags:
        found: Flags = self._graph.node_type[nodes] == self._graph.node_code("number")
        return found

    def _values(self, numbers: I64) -> list[str | None]:
        """Return what number nodes say, as text: V8 hangs it on an edge `value`."""
        distinct, which = np.unique(numbers, return_inverse=True)
        values = internal_targets(self._graph, distinct, "value")
        named_so = np.where(values >= 0, self._graph.node_name[values], 0)
        texts = list(self._graph.strings.texts(named_so.tolist()))
        told = [text if value >= 0 else None for text, value in zip(texts, values.tolist(), strict=True)]
        return [told[index] for index in which.reshape(-1).tolist()]

    @cached_property
    def _shows_undefined(self) -> bool:
        """Whether a limit that was not set has an edge, to `undefined`."""
        graph = self._graph
        edges = edges_named(graph, "property", "_maxListeners")
        return bool((~self._is_number(graph.edge_target[edges])).any())

    @cached_property
    def _shows_numbers(self) -> bool:
        """Whether the file has the values of numbers."""
        graph = self._graph
        numbers = np.flatnonzero(graph.node_type == graph.node_code("number"))[:_KNOWN_NUMBERS]
        return bool((internal_targets(graph, numbers, "value") >= 0).any())


def _limit(text: str | None) -> _Limit:
    """Return the limit that a number's text states; 0 and Infinity are none."""
    try:
        number = float(text or "")
    except ValueError:
        return _Limit(None, "unknown")
    return _Limit(int(number), "set") if 0 < number < 1 << 53 else _Limit(None, "none")
