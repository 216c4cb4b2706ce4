"""Listeners of `EventTarget` and `AbortSignal` as Node has them: chains of `Listener` in a Map by event."""

import numpy as np

from memdoctor.analysis.heap.events.listeners import Listeners, function_inside
from memdoctor.analysis.heap.functions.functions import Functions
from memdoctor.analysis.heap.grouping import ends_of_chains
from memdoctor.heap.arrays import I64
from memdoctor.heap.edges import edges_named, edges_of
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named


def find_target_listeners(graph: HeapGraph, functions: Functions) -> Listeners:
    """Find the chains: `target[kEvents]` is a Map, and under each event has what leads to the first."""
    nodes = graph.of_class("Listener")
    function, _ = function_inside(graph, functions, nodes)
    known = function >= 0
    nodes, function = nodes[known], function[known]
    head = _heads(graph, nodes)
    heads, event = np.unique(head, return_inverse=True)
    target, label = _targets(graph, heads)
    known = (label >= 0)[event.reshape(-1)]
    used, event = np.unique(event.reshape(-1)[known], return_inverse=True)
    return Listeners(
        target[used],
        np.ones(len(used), np.int64),
        label[used],
        np.zeros(len(used), bool),
        event.reshape(-1).astype(np.int64),
        function[known],
        nodes[known],
        store="",
        no_limit="unknown",
    )


def _heads(graph: HeapGraph, nodes: I64) -> I64:
    """Return for each listener what leads to the first one of its chain; the last one of a ring: itself."""
    edges = edges_named(graph, "property", "next")
    in_chain = np.zeros(graph.node_count, bool)
    in_chain[nodes] = True
    edges = edges[in_chain[graph.edge_target[edges]]]
    before = nodes.copy()
    before[np.searchsorted(nodes, graph.edge_target[edges])] = graph.edge_sources(edges)
    inner = in_chain[before]
    links = np.arange(len(nodes))
    links[inner] = np.searchsorted(nodes, before[inner])
    return before[ends_of_chains(links)]


def _targets(graph: HeapGraph, heads: I64) -> tuple[I64, I64]:
    """Return the targets that chains belong to, and the strings that name their events; -1: none."""
    parent = graph.ways.parent
    tables = parent[heads].astype(np.int64)
    maps = parent[tables].astype(np.int64)
    label = np.full(len(heads), -1, np.int64)
    internal = graph.edge_code("internal")
    fitting = (graph.node_name[maps] == named(graph, "Map")) & (tables != heads)
    fitting &= graph.edge_type[graph.ways.edge[heads]] == internal if graph.edge_count else False
    if not fitting.any():
        return heads, label
    distinct, table = np.unique(tables[fitting], return_inverse=True)
    edges = edges_of(graph, distinct)
    edges = edges[graph.edge_type[edges] == internal]
    cells = graph.strings.numbers(graph.edge_name[edges].astype(np.int64))
    keys = np.searchsorted(distinct, graph.edge_sources(edges)) << 32 | (cells & 0xFFFFFFFF)
    order = np.argsort(keys, kind="stable")
    # A cell of the table has the event, the next one what leads to the listeners.
    own = graph.strings.numbers(graph.edge_name[graph.ways.edge[heads[fitting]]].astype(np.int64))
    wanted = table.reshape(-1) << 32 | (np.maximum(own - 1, 0) & 0xFFFFFFFF)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    found = edges[order[place]]
    names = graph.edge_target[found]
    is_text = (keys[order[place]] == wanted) & (own > 0)
    is_text &= graph.node_type[names] == graph.node_code("string")
    label[fitting] = np.where(is_text, graph.node_name[names].astype(np.int64), -1)
    return parent[maps].astype(np.int64), label
