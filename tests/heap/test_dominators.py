"""Dominators and what follows from them, against networkx and against their definition."""

import tempfile
from pathlib import Path

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import memdoctor
from memdoctor.heap.graph import HeapGraph

from snapshots import Snapshot, from_edges

Edges = list[tuple[int, int]]


def _load(snapshot: Snapshot) -> HeapGraph:
    with tempfile.TemporaryDirectory() as folder:
        return memdoctor.load(snapshot.write(Path(folder) / "made.heapsnapshot"))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    """Draw graphs with cycles, cliques nobody reaches, orphans, self-loops and repeated edges."""
    count = draw(st.integers(1, 24))
    node = st.integers(0, count - 1)
    return count, draw(st.lists(st.tuples(node, node), max_size=60))


def _as_devtools_walks(count: int, edges: Edges) -> "nx.DiGraph[int]":
    """Return the graph of what retains; what nothing retains hangs on the root."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((source, target) for source, target in edges if source != target)
    reached = {0} | nx.descendants(graph, 0)
    for node in range(count):
        if node not in reached and graph.in_degree(node) == 0:
            graph.add_edge(0, node)
    return graph


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_networkx_finds_the_same(drawn: tuple[int, Edges]) -> None:
    count, edges = drawn
    found = nx.immediate_dominators(_as_devtools_walks(count, edges), 0)
    # What only an unreachable clique leads to hangs on the root, each node by itself.
    expected = [found.get(node, 0) if node else 0 for node in range(count)]
    assert _load(from_edges(count, edges)).dominator.tolist() == expected


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_what_a_node_retains_is_what_goes_when_it_goes(drawn: tuple[int, Edges]) -> None:
    count, edges = drawn
    graph = _load(from_edges(count, edges))
    walks = _as_devtools_walks(count, edges)
    everything = {0} | nx.descendants(walks, 0)
    for node in everything - {0}:
        without = walks.copy()
        without.remove_node(node)
        freed = everything - ({0} | nx.descendants(without, 0))
        assert graph.retained_size[node] == sum(freed)  # a node's size is its number
    assert graph.retained_size[0] == sum(range(count))


def test_a_path_of_a_million_nodes() -> None:
    count = 1_000_000
    graph = _load(from_edges(count, ((node, node + 1) for node in range(count - 1)), [1] * count))
    assert np.array_equal(graph.dominator, np.maximum(np.arange(count) - 1, 0))
    assert np.array_equal(graph.retained_size[1:], np.arange(count - 1, 0, -1))
    assert graph.distance[-1] == count - 1


def test_a_fan_below_a_long_path_takes_no_square_time() -> None:
    depth, fan = 60_000, 60_000
    path = [(node, node + 1) for node in range(depth)]
    leaves = [(holder, depth + 1 + leaf) for holder in (depth, 0) for leaf in range(fan)]
    graph = _load(from_edges(depth + fan + 1, path + leaves, [1] * (depth + fan + 1)))
    assert not graph.dominator[depth + 1 :].any()
    assert graph.retained_size[1] == depth


def test_weak_edges_and_edges_to_oneself_retain_nothing() -> None:
    made = Snapshot()
    holder, other = made.object("Holder"), made.object("Other")
    kept = made.node("object", "Kept", 100)
    made.edge(holder, kept)
    made.edge(other, kept, "w", "weak")
    made.edge(kept, kept, "self")
    graph = _load(made)
    assert graph.dominator[kept] == holder
    assert graph.retained_size[[holder, other, kept]].tolist() == [116, 16, 100]
