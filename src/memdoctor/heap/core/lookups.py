# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Looking up what edges of a name lead to."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def find_targets(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    names: cython.uint[::1],
    type_bits: cython.int,
    kind: cython.int,
    name: cython.uint,
    nodes: cython.longlong[::1],
    found: cython.longlong[::1],
) -> None:
    """Find what the first edge of that type and name of each node leads to; others keep what they have."""
    index: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    node: cython.Py_ssize_t
    with cython.nogil:
        for index in range(nodes.shape[0]):
            node = nodes[index]
            for edge in range(first_edge[node], first_edge[node + 1]):
                if names[edge] == name and (traits[edge] & type_bits) == kind:
                    found[index] = targets[edge]
                    break
