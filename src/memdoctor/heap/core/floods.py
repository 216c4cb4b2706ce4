# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""What spreads along edges: reachability, attachment, ownership, distance.

Edges come in CSR order: those of node `n` are `first_edge[n]` to `first_edge[n + 1] - 1`. A trait is an
edge's type with the bits of `memdoctor.heap.traits` above it.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def spread(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    type_bits: cython.int,
    follows: cython.uchar[::1],
    seen: cython.uchar[::1],
    states: cython.uchar[::1],
    state: cython.int,
    stack: cython.uint[::1],
    waiting: cython.Py_ssize_t,
) -> None:
    """Give `state` to every node not `seen` that can be reached from the `waiting` ones on the stack.

    Edges are followed if `follows` is not 0 for their type.
    """
    edge: cython.Py_ssize_t
    node: cython.Py_ssize_t
    child: cython.Py_ssize_t
    with cython.nogil:
        while waiting > 0:
            waiting -= 1
            node = stack[waiting]
            for edge in range(first_edge[node], first_edge[node + 1]):
                child = targets[edge]
                if seen[child] == 0 and follows[traits[edge] & type_bits]:
                    seen[child] = 1
                    states[child] = state
                    stack[waiting] = child
                    waiting += 1


def find_owners(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    barrier: cython.int,
    owners: cython.uint[::1],
    unowned: cython.uint,
    shared: cython.uint,
    stack: cython.uint[::1],
) -> None:
    """Spread ownership from every node that owns itself, as far as it goes.

    `owners` tells for each node who owns it; `unowned` and `shared` stand for nobody and several. A node
    enters the stack at most twice: when it gets an owner, and when it turns out to have several.
    """
    edge: cython.Py_ssize_t
    child: cython.uint
    owner: cython.uint
    held: cython.uint
    node: cython.Py_ssize_t = 0
    nodes: cython.Py_ssize_t = owners.shape[0]
    waiting: cython.Py_ssize_t = 0
    with cython.nogil:
        while True:
            if waiting > 0:
                waiting -= 1
                child = stack[waiting]
            else:
                while node < nodes and owners[node] != cython.cast(cython.uint, node):
                    node += 1
                if node == nodes:
                    break
                child = node
                node += 1
            owner = owners[child]
            for edge in range(first_edge[child], first_edge[child + 1]):
                if traits[edge] & barrier:
                    continue
                held = owners[targets[edge]]
                if held == unowned:
                    owners[targets[edge]] = owner
                elif held == targets[edge] or held == owner or held == shared:
                    continue
                else:
                    owners[targets[edge]] = shared
                stack[waiting] = targets[edge]
                waiting += 1


def move_to_owners(
    owners: cython.uint[::1],
    shared: cython.uint,
    takes: cython.uchar[::1],
    types: cython.uchar[::1],
    root: cython.uint,
    sizes: word[::1],
) -> None:
    """Move the size of every node with one owner to it; an owner takes it if `takes` its type does."""
    node: cython.Py_ssize_t
    owner: cython.uint
    with cython.nogil:
        for node in range(owners.shape[0]):
            owner = owners[node]
            if owner >= shared or owner == cython.cast(cython.uint, node):
                continue
            if owner != root and takes[types[owner]]:
                sizes[owner] += sizes[node]
                sizes[node] = 0


def find_distances(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    names: cython.uint[::1],
    barrier: cython.int,
    paired: cython.int,
    pair_of: cython.uint[::1],
    pending: cython.uchar[::1],
    distances: cython.int[::1],
    unreached: cython.int,
    queue: cython.uint[::1],
    waiting: cython.Py_ssize_t,
) -> None:
    """Walk breadth first from the `waiting` nodes in the queue, which have their distance.

    Of two edges with the bit `paired` and one pair, the second that is met counts: `pending` remembers
    the first, across calls.
    """
    edge: cython.Py_ssize_t
    node: cython.Py_ssize_t
    child: cython.Py_ssize_t
    pair: cython.Py_ssize_t
    taken: cython.Py_ssize_t = 0
    distance: cython.int
    with cython.nogil:
        while taken < waiting:
            node = queue[taken]
            taken += 1
            distance = distances[node] + 1
            for edge in range(first_edge[node], first_edge[node + 1]):
                child = targets[edge]
                if distances[child] != unreached or (traits[edge] & barrier) != 0:
                    continue
                if traits[edge] & paired:
                    pair = pair_of[names[edge]]
                    pending[pair] = 1 - pending[pair]
                    if pending[pair]:
                        continue
                distances[child] = distance
                queue[waiting] = child
                waiting += 1


def mark_inessential(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    names: cython.uint[::1],
    ids: word[::1],
    owned: cython.uchar[::1],
    root: cython.Py_ssize_t,
    type_bits: cython.int,
    shortcut: cython.int,
    weak: cython.int,
    paired: cython.int,
    inessential: cython.int,
    pair_of: cython.uint[::1],
    table_of: cython.ulonglong[::1],
) -> None:
    """Set the bit `inessential` on every edge that retains nothing.

    Those are weak edges, edges to oneself, shortcuts that are not the root's, edges into what the page
    owns from what it does not, and of a WeakMap's pairs the edge from the table.
    """
    node: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    child: cython.Py_ssize_t
    nodes: cython.Py_ssize_t = first_edge.shape[0] - 1
    trait: cython.int
    inside: cython.int
    with cython.nogil:
        for node in range(nodes):
            inside = owned[node] if node != root else 1
            for edge in range(first_edge[node], first_edge[node + 1]):
                trait = traits[edge]
                child = targets[edge]
                if (
                    (trait & weak) != 0
                    or child == node
                    or (inside == 0 and owned[child] != 0)
                    or ((trait & type_bits) == shortcut and node != root)
                    or ((trait & paired) != 0 and table_of[pair_of[names[edge]]] == ids[node])
                ):
                    traits[edge] = trait | inessential
