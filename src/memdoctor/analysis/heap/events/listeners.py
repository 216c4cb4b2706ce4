"""Where listeners hang: in the `_events` of emitters, and on the elements of a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from memdoctor.analysis.heap.functions.functions import Functions
from memdoctor.heap.arrays import I64, Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.edges import degrees, edges_named, edges_of, targets_of
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named

_INNER = ("listener", "fn", "callback")  # the function inside of what `once` and others hang there
_DOM = ("V8EventListener", "Detached V8EventListener", "V8EventHandlerNonNull")
_PART_OF_LISTENER = re.compile(r"(?:Detached )?blink::|.*EventListener", re.S)
_STEPS_TO_ELEMENT = 8


@dataclass(eq=False, frozen=True)
class Listeners:
    """Listeners by their event.

    Of each event: the (first) emitter, how many emitters, the index of its name's string (-1: none),
    and whether it is no emitter of the kind that Node has. Of each listener: its event, its function,
    and what stands for it in the emitter: the function, or what is wrapped around it.
    """

    emitter: I64
    emitters: I64
    label: I64
    foreign: Flags
    event: I64
    function: I64
    holder: I64
    store: str = "_events"  # the field that the events are in
    no_limit: str | None = None  # why none of the emitters has a limit
    numbers: Mapping[int, str] = field(default_factory=dict)  # events whose name is a number

    def __len__(self) -> int:
        return len(self.emitter)


def find_listeners(graph: HeapGraph, functions: Functions) -> Listeners:
    """Find the listeners in objects with `_events`: an event has a function, or an array of them."""
    emitters, stores = _stores(graph)
    edges = edges_of(graph, stores)
    edges = edges[np.isin(graph.edge_type[edges], _field_codes(graph))]
    property_code = graph.edge_code("property")
    proto = (graph.edge_type[edges] == property_code) & (
        graph.edge_name[edges] == named(graph, "__proto__")
    )
    edges = edges[~proto]
    # One store is of one emitter: where several have it, of the first.
    owner = np.searchsorted(stores, graph.edge_sources(edges))
    targets = graph.edge_target[edges].astype(np.int64)
    lists = np.flatnonzero(graph.node_name[targets] == named(graph, "Array"))
    lists = lists[~functions.is_function[targets[lists]]]
    event, holder = _spread(graph, targets, lists)
    function, foreign = function_inside(graph, functions, holder)
    known = function >= 0
    event, holder, function, foreign = event[known], holder[known], function[known], foreign[known]
    used, event = np.unique(event, return_inverse=True)
    named_so = graph.edge_type[edges[used]] == property_code
    names = graph.edge_name[edges[used]].astype(np.int64)
    is_foreign = np.zeros(len(used), bool)
    is_foreign[event[foreign]] = True
    return Listeners(
        emitters[owner[used]],
        np.ones(len(used), np.int64),
        np.where(named_so, names, -1),
        is_foreign,
        event.reshape(-1).astype(np.int64),
        function,
        holder,
        numbers={key: str(names[key]) for key in np.flatnonzero(~named_so).tolist()},
    )


def _stores(graph: HeapGraph) -> tuple[I64, I64]:
    """Return the emitters and their `_events`, by ascending store."""
    edges = edges_named(graph, "property", "_events")
    stores, first = np.unique(graph.edge_target[edges], return_index=True)
    return graph.edge_sources(edges[first]), stores.astype(np.int64)


def _field_codes(graph: HeapGraph) -> list[int]:
    return [graph.edge_code("property"), graph.edge_code("element")]


def _spread(graph: HeapGraph, targets: I64, lists: I64) -> tuple[I64, I64]:
    """Return what hangs on each event, with the event: what is in its array, or the one thing there."""
    plain = np.setdiff1d(np.arange(len(targets)), lists)
    counts = degrees(graph, targets[lists])
    edges = edges_of(graph, targets[lists])
    events = np.repeat(lists, counts)
    elements = graph.edge_type[edges] == graph.edge_code("element")
    held = graph.edge_target[edges[elements]].astype(np.int64)
    return np.concatenate([plain, events[elements]]), np.concatenate([targets[plain], held])


def function_inside(graph: HeapGraph, functions: Functions, holders: I64) -> tuple[I64, Flags]:
    """Return the function in each, -1 for none, and whether it is wrapped otherwise than Node does."""
    distinct, which = np.unique(holders, return_inverse=True)
    found = np.where(functions.is_function[distinct], distinct, -1)
    foreign = found < 0
    for name in _INNER:
        # Node wraps in a function, others in objects.
        asked = np.flatnonzero(foreign & (found < 0)) if name != "listener" else np.arange(len(distinct))
        inner = targets_of(graph, distinct[asked], "property", name)
        known = inner >= 0
        known[known] = functions.is_function[inner[known]]
        found[asked[known]] = inner[known]
        if name == "listener":
            foreign &= ~known
    which = which.reshape(-1)
    return found[which], foreign[which]


def find_dom_listeners(graph: HeapGraph, functions: Functions) -> Listeners:
    """Find the functions that listen on elements of documents; by their code and the elements' tag.

    The file does not name the event.
    """
    of_dom = of_classes(graph, lambda name: name in _DOM)
    natives = np.flatnonzero(of_dom & (graph.node_type == graph.node_code("native")))
    edges = edges_of(graph, natives)
    edges = edges[functions.is_function[graph.edge_target[edges]]]
    sources, first = np.unique(graph.edge_sources(edges), return_index=True)
    function = graph.edge_target[edges[first]].astype(np.int64)
    elements = _elements(graph, sources)
    groups = functions.group[functions.rows(function)].astype(np.int64)
    keys = groups * np.int64(len(graph.class_names) + 1) + graph.class_id[elements]
    _, begin, event = np.unique(keys, return_index=True, return_inverse=True)
    event = event.reshape(-1).astype(np.int64)
    pairs = np.unique(np.stack([event, elements]), axis=1) if len(event) else np.empty((2, 0), np.int64)
    return Listeners(
        elements[begin],
        np.bincount(pairs[0], minlength=len(begin)),
        np.full(len(begin), -1, np.int64),
        np.zeros(len(begin), bool),
        event,
        function,
        function,
        no_limit="none",
    )


def _elements(graph: HeapGraph, natives: I64) -> I64:
    """Return what each listener hangs on: the first on the way there that is no part of a listener."""
    is_part = of_classes(graph, _PART_OF_LISTENER.match)
    found = natives
    for _ in range(_STEPS_TO_ELEMENT):
        found = np.where(is_part[found], graph.ways.parent[found].astype(np.int64), found)
    return found
