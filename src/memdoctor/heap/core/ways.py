# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Shortest ways from a root to a node: over which edge each node is reached, and which ways are alike."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def choose_parents(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    names: cython.uint[::1],
    type_bits: cython.int,
    barrier: cython.int,
    paired: cython.int,
    ranks: cython.uchar[::1],
    property_type: cython.int,
    poor_name: cython.uint,
    unreached: cython.int,
    distances: cython.int[::1],
    best: cython.uchar[::1],
    parents: cython.uint[::1],
    edges: word[::1],
) -> None:
    """Choose for each node the edge over which it is reached on a shortest way.

    Of several the one whose type has the lowest rank, then the first in the file. A property `poor_name`
    and the pairs of a WeakMap come last.
    """
    node: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    child: cython.Py_ssize_t
    distance: cython.int
    trait: cython.int
    rank: cython.uchar
    with cython.nogil:
        for node in range(first_edge.shape[0] - 1):
            if distances[node] == unreached:
                continue
            distance = distances[node] + 1
            for edge in range(first_edge[node], first_edge[node + 1]):
                child = targets[edge]
                trait = traits[edge]
                if distances[child] != distance or (trait & barrier) != 0:
                    continue
                rank = ranks[trait & type_bits]
                if (trait & paired) != 0:
                    rank = 17
                elif (trait & type_bits) == property_type and names[edge] == poor_name:
                    rank = 16
                if rank < best[child]:
                    best[child] = rank
                    parents[child] = node
                    edges[child] = edge


def digest_ways(
    nodes: cython.uint[::1],
    parents: cython.uint[::1],
    steps: cython.ulonglong[::1],
    base: cython.ulonglong,
    merged: cython.int,
    digests: cython.ulonglong[::1],
    last: cython.ulonglong[::1],
    known: cython.uchar[::1],
    stack: cython.uint[::1],
) -> None:
    """Give each of the nodes, and each node on the way there, a digest of the steps of that way.

    A step of 0 is not counted, nor, if `merged`, is one that is the same as the step before it: a list of
    any length is one step. The way begins at a node that is its own parent.
    """
    index: cython.Py_ssize_t
    waiting: cython.Py_ssize_t = 0
    node: cython.Py_ssize_t
    parent: cython.Py_ssize_t
    wrap: cython.ulonglong = 0xFFFFFFFFFFFFFFFF  # in Python nothing wraps by itself
    with cython.nogil:
        for index in range(nodes.shape[0]):
            node = nodes[index]
            while known[node] == 0:
                known[node] = 1
                stack[waiting] = node
                waiting += 1
                node = parents[node]
            while waiting > 0:
                waiting -= 1
                node = stack[waiting]
                parent = parents[node]
                digests[node] = digests[parent] if parent != node else 0
                last[node] = last[parent] if parent != node else 0
                if steps[node] != 0 and (merged == 0 or steps[node] != last[node]):
                    digests[node] = (digests[node] * base + steps[node]) & wrap
                    last[node] = steps[node]
