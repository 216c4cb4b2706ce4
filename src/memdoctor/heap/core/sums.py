# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Sums over nodes, by class and by what leads to them."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def sum_outermost(
    ends: cython.uint[::1],
    children: cython.uint[::1],
    root: cython.uint,
    keys: cython.uint[::1],
    sizes: word[::1],
    retained: cython.longlong[::1],
    sums: cython.longlong[::1],
    inside: cython.uchar[::1],
    stack: cython.uint[::1],
    leave_at: cython.uint[::1],
    leave_key: cython.uint[::1],
) -> None:
    """Sum per key what its outermost nodes retain: those that no node of the same key dominates.

    Nodes without a size do not count. The children of `n` are `children[ends[n - 1]]` to
    `children[ends[n] - 1]`. A key is left when the stack is down again to where it was entered.
    """
    node: cython.uint
    key: cython.uint
    child: cython.Py_ssize_t
    first: cython.Py_ssize_t
    waiting: cython.Py_ssize_t = 1
    entered: cython.Py_ssize_t = 0
    stack[0] = root
    with cython.nogil:
        while waiting > 0:
            waiting -= 1
            node = stack[waiting]
            first = ends[node - 1] if node > 0 else 0
            key = keys[node]
            if inside[key] == 0 and sizes[node] != 0:
                sums[key] += retained[node]
                if cython.cast(cython.uint, first) < ends[node]:
                    inside[key] = 1
                    leave_at[entered] = waiting
                    leave_key[entered] = key
                    entered += 1
            for child in range(first, ends[node]):
                stack[waiting] = children[child]
                waiting += 1
            while entered > 0 and leave_at[entered - 1] == waiting:
                entered -= 1
                inside[leave_key[entered]] = 0


def count_up_to_two(targets: cython.uint[::1], counts: cython.uchar[::1]) -> None:
    """Count the edges that lead to each node; 2 means that there are several."""
    edge: cython.Py_ssize_t
    with cython.nogil:
        for edge in range(targets.shape[0]):
            if counts[targets[edge]] < 2:
                counts[targets[edge]] += 1


def count_retainers(targets: cython.uint[::1], counts: word[::1]) -> None:
    """Count the edges that lead to each node."""
    edge: cython.Py_ssize_t
    with cython.nogil:
        for edge in range(targets.shape[0]):
            counts[targets[edge]] += 1


def store_retainers(targets: cython.uint[::1], ends: word[::1], edges: word[::1]) -> None:
    """Store the edges by what they lead to, in their order; `ends` holds the starts, and moves on."""
    edge: cython.Py_ssize_t
    with cython.nogil:
        for edge in range(targets.shape[0]):
            edges[ends[targets[edge]]] = edge
            ends[targets[edge]] += 1


def sum_by_key(
    keys: cython.uint[::1],
    sizes: word[::1],
    distances: cython.int[::1],
    counts: cython.longlong[::1],
    sums: cython.longlong[::1],
    nearest: cython.int[::1],
) -> None:
    """Count nodes by key, add up their sizes, and find the least distance. No size, no node."""
    node: cython.Py_ssize_t
    key: cython.uint
    with cython.nogil:
        for node in range(keys.shape[0]):
            if sizes[node] == 0:
                continue
            key = keys[node]
            if counts[key] == 0 or distances[node] < nearest[key]:
                nearest[key] = distances[node]
            counts[key] += 1
            sums[key] += sizes[node]
