# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""The dominator tree: Lengauer and Tarjan's algorithm with path compression, without recursion.

T. Lengauer, R. E. Tarjan: A fast algorithm for finding dominators in a flowgraph, ACM TOPLAS 1 (1979).
Nodes are numbered in the order of a depth-first search; all arrays but the first are by that number. An
edge to a higher number is folded into the semidominator at once; only the others, a minority, are stored.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def number_nodes(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    inessential: cython.int,
    starts: cython.uint[::1],
    numbered: cython.Py_ssize_t,
    number: cython.uint[::1],
    order: cython.uint[::1],
    parents: cython.uint[::1],
    next_edge: word[::1],
) -> cython.Py_ssize_t:
    """Give numbers, from `numbered` on, to what each of `starts` leads to; return the next number.

    `number` holds 0 for a node without one, and the number + 1 otherwise. The starts hang on the first of
    all nodes.
    """
    index: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    last: cython.Py_ssize_t
    child: cython.Py_ssize_t
    current: cython.uint
    first: cython.uint
    found: cython.int
    count: cython.Py_ssize_t = numbered
    with cython.nogil:
        for index in range(starts.shape[0]):
            child = starts[index]
            if number[child] != 0:
                continue
            current = count
            first = current
            count += 1
            number[child] = count
            order[current] = child
            parents[current] = 0
            next_edge[current] = first_edge[child]
            while True:
                found = 0
                last = first_edge[order[current] + 1]
                edge = next_edge[current]
                while edge < last:
                    child = targets[edge]
                    if number[child] == 0 and (traits[edge] & inessential) == 0:
                        found = 1
                        break
                    edge += 1
                next_edge[current] = edge
                if found:
                    parents[count] = current
                    order[count] = child
                    next_edge[count] = first_edge[child]
                    current = count
                    count += 1
                    number[child] = count
                elif current == first:
                    break
                else:
                    current = parents[current]
    return count


def count_backward(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    inessential: cython.int,
    number: cython.uint[::1],
    semi: cython.uint[::1],
    counts: word[::1],
) -> None:
    """Fold edges to higher numbers into `semi`, and count for each node the edges from higher ones.

    The count of node `n` goes to `counts[n + 1]`.
    """
    node: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    nodes: cython.Py_ssize_t = first_edge.shape[0] - 1
    source: cython.uint
    target: cython.uint
    with cython.nogil:
        for node in range(nodes):
            if number[node] == 0:
                continue
            source = number[node] - 1
            for edge in range(first_edge[node], first_edge[node + 1]):
                if traits[edge] & inessential:
                    continue
                target = number[targets[edge]] - 1
                if source > target:
                    counts[target + 1] += 1
                elif semi[target] > source:
                    semi[target] = source


def store_backward(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    targets: cython.uint[::1],
    inessential: cython.int,
    number: cython.uint[::1],
    ends: word[::1],
    sources: cython.uint[::1],
) -> None:
    """Store the edges that `count_backward` counted, by target; `ends` holds their starts, and moves on."""
    node: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    nodes: cython.Py_ssize_t = first_edge.shape[0] - 1
    source: cython.uint
    target: cython.uint
    with cython.nogil:
        for node in range(nodes):
            if number[node] == 0:
                continue
            source = number[node] - 1
            for edge in range(first_edge[node], first_edge[node + 1]):
                if traits[edge] & inessential:
                    continue
                target = number[targets[edge]] - 1
                if source > target:
                    sources[ends[target]] = source
                    ends[target] += 1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _evaluate(
    parents: cython.uint[::1],
    semi: cython.uint[::1],
    label: cython.uint[::1],
    node: cython.uint,
    in_forest: cython.uint,
) -> cython.uint:
    """Return the node with the least semidominator above `node` in its tree, and compress the path.

    Nodes from `in_forest` on hang on their parent; the others are roots of trees. The way up reverses
    the pointers and the way down restores them, so that no stack is needed.
    """
    nobody: cython.uint = 0xFFFFFFFF
    below: cython.uint = nobody
    current: cython.uint = node
    following: cython.uint
    root: cython.uint
    while parents[current] >= in_forest:
        following = parents[current]
        parents[current] = below
        below = current
        current = following
    root = parents[current]
    while below != nobody:
        following = parents[below]
        if semi[label[current]] < semi[label[below]]:
            label[below] = label[current]
        parents[below] = root
        current = below
        below = following
    return label[node]


def find_dominators(
    ends: word[::1],
    sources: cython.uint[::1],
    parents: cython.uint[::1],
    semi: cython.uint[::1],
    label: cython.uint[::1],
    dominators: cython.uint[::1],
) -> None:
    """Fill `dominators`, all by number; everything else is used up.

    `semi` comes with the least source of all edges from lower numbers; the edges from higher ones are
    `sources[ends[n - 1]]` to `sources[ends[n] - 1]`. `label` comes as 0, 1, 2 …, and `dominators` as
    0xFFFFFFFF everywhere. Until it has its value, a node's place there serves the buckets, which are
    lists: before the node is processed it holds the first of its own bucket, which is empty again by
    then; after that, the next in the bucket that the node is in.
    """
    count: cython.Py_ssize_t = parents.shape[0]
    node: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    parent: cython.uint
    best: cython.uint
    waiting: cython.uint
    following: cython.uint
    nobody: cython.uint = 0xFFFFFFFF
    with cython.nogil:
        for node in range(count - 1, 0, -1):
            for edge in range(ends[node - 1], ends[node]):
                best = _evaluate(parents, semi, label, sources[edge], node + 1)
                semi[node] = min(semi[node], semi[best])
            dominators[node] = dominators[semi[node]]
            dominators[semi[node]] = node
            parent = parents[node]
            waiting = dominators[parent]
            dominators[parent] = nobody
            while waiting != nobody:
                following = dominators[waiting]
                best = _evaluate(parents, semi, label, waiting, node)
                dominators[waiting] = best if semi[best] < semi[waiting] else parent
                waiting = following
        dominators[0] = 0
        for node in range(1, count):
            if dominators[node] != semi[node]:
                dominators[node] = dominators[dominators[node]]


def add_up(order: cython.uint[::1], dominators: cython.uint[::1], totals: cython.longlong[::1]) -> None:
    """Add each node's total to that of its dominator: `totals` comes with the nodes' own sizes."""
    node: cython.Py_ssize_t
    with cython.nogil:
        for node in range(order.shape[0] - 1, 0, -1):
            totals[dominators[order[node]]] += totals[order[node]]


def count_children(dominators: cython.uint[::1], counts: cython.uint[::1]) -> None:
    """Count the nodes that each node dominates at once; those of node `n` go to `counts[n + 1]`."""
    node: cython.Py_ssize_t
    with cython.nogil:
        for node in range(dominators.shape[0]):
            if dominators[node] != cython.cast(cython.uint, node):
                counts[dominators[node] + 1] += 1


def store_children(
    dominators: cython.uint[::1], ends: cython.uint[::1], children: cython.uint[::1]
) -> None:
    """Store the children that `count_children` counted; `ends` holds their starts, and moves on."""
    node: cython.Py_ssize_t
    parent: cython.uint
    with cython.nogil:
        for node in range(dominators.shape[0]):
            parent = dominators[node]
            if parent != cython.cast(cython.uint, node):
                children[ends[parent]] = node
                ends[parent] += 1
