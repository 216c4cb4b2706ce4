# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Names: the classes of nodes, and the properties of plain objects, by which interfaces are found."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

word = cython.fused_type(cython.uint, cython.ulonglong)


def largest_name(
    traits: cython.uchar[::1], names: cython.uint[::1], type_bits: cython.int, texts: cython.uchar[::1]
) -> cython.longlong:
    """Return the largest name of the edges of those types whose names are `texts`, or -1."""
    edge: cython.Py_ssize_t
    largest: cython.longlong = -1
    with cython.nogil:
        for edge in range(traits.shape[0]):
            if names[edge] > largest and texts[traits[edge] & type_bits]:
                largest = names[edge]
    return largest


def mark_own_names(
    types: cython.uchar[::1],
    names: cython.uint[::1],
    by_name: cython.uchar[::1],
    marks: cython.uchar[::1],
) -> None:
    """Mark the names of the nodes whose type is named by itself."""
    node: cython.Py_ssize_t
    with cython.nogil:
        for node in range(types.shape[0]):
            if by_name[types[node]]:
                marks[names[node]] = 1


def name_classes(
    types: cython.uchar[::1],
    names: cython.uint[::1],
    by_name: cython.uchar[::1],
    of_type: cython.uint[::1],
    of_name: cython.uint[::1],
    classes: cython.uint[::1],
) -> None:
    """Give each node the class of its name, if `by_name` says so for its type, else that of its type."""
    node: cython.Py_ssize_t
    with cython.nogil:
        for node in range(types.shape[0]):
            classes[node] = of_name[names[node]] if by_name[types[node]] else of_type[types[node]]


def mark_names(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    names: cython.uint[::1],
    type_bits: cython.int,
    wanted: cython.int,
    nodes: cython.uint[::1],
    most: cython.Py_ssize_t,
    marks: cython.uchar[::1],
) -> None:
    """Mark the names of the first `most` edges of type `wanted` of each of the nodes."""
    index: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    found: cython.Py_ssize_t
    with cython.nogil:
        for index in range(nodes.shape[0]):
            found = 0
            for edge in range(first_edge[nodes[index]], first_edge[nodes[index] + 1]):
                if traits[edge] & type_bits == wanted:
                    marks[names[edge]] = 1
                    found += 1
                    if found == most:
                        break


def group_by_names(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    names: cython.uint[::1],
    type_bits: cython.int,
    wanted: cython.int,
    nodes: cython.uint[::1],
    lengths: cython.uchar[::1],
    left_out: cython.uint,
    room: cython.Py_ssize_t,
    table: cython.uint[::1],
    hashes: cython.ulonglong[::1],
    sizes: cython.uint[::1],
    firsts: cython.uint[::1],
    counts: cython.uint[::1],
) -> cython.Py_ssize_t:
    """Group nodes by the sequence of names of their edges of type `wanted`; return how many groups.

    A sequence ends before a name that no longer fits into `room`: `{`, then the `lengths` of the names
    with `, ` between them; the first always fits. The name `left_out` is none. `table` (a power of two, at
    least twice as long as `nodes`, zeros) holds group + 1; `hashes` and `sizes` tell a group's sequence,
    `firsts` its first node, by index, `counts` how many it has. Nodes without such an edge are in no group.
    """
    index: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    other: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    taken: cython.Py_ssize_t
    other_taken: cython.Py_ssize_t
    groups: cython.Py_ssize_t = 0
    mask: cython.Py_ssize_t = table.shape[0] - 1
    slot: cython.Py_ssize_t
    hash_of: cython.ulonglong
    prime: cython.ulonglong = 0x100000001B3
    low_bits: cython.ulonglong = 0x3FFFFFFFFFFFFFFF  # in C what is above them wraps, in Python it does not
    length: cython.Py_ssize_t
    same: cython.int
    group: cython.Py_ssize_t
    with cython.nogil:
        for index in range(nodes.shape[0]):
            hash_of = 14695981039346
            length = 1
            taken = 0
            stop = first_edge[nodes[index] + 1]
            for edge in range(first_edge[nodes[index]], stop):
                if traits[edge] & type_bits != wanted or names[edge] == left_out:
                    continue
                if length > 1 and length + lengths[names[edge]] > room:
                    break
                length += lengths[names[edge]] + (2 if length > 1 else 0)
                taken += 1
                hash_of = ((hash_of ^ names[edge]) * prime) & low_bits
                hash_of ^= hash_of >> 29
            if taken == 0:
                continue
            slot = cython.cast(cython.Py_ssize_t, hash_of & mask)
            while True:
                if table[slot] == 0:
                    table[slot] = groups + 1
                    hashes[groups] = hash_of
                    sizes[groups] = taken
                    firsts[groups] = index
                    counts[groups] = 1
                    groups += 1
                    break
                group = table[slot] - 1
                same = hashes[group] == hash_of and sizes[group] == taken
                if same:
                    # Equal hashes are compared name by name.
                    other = first_edge[nodes[firsts[group]]]
                    edge = first_edge[nodes[index]]
                    other_taken = 0
                    while other_taken < taken:
                        while traits[edge] & type_bits != wanted or names[edge] == left_out:
                            edge += 1
                        while traits[other] & type_bits != wanted or names[other] == left_out:
                            other += 1
                        if names[other] != names[edge]:
                            same = 0
                            break
                        edge += 1
                        other += 1
                        other_taken += 1
                if same:
                    counts[group] += 1
                    break
                slot = (slot + 1) & mask
    return groups


def match_interfaces(
    first_edge: word[::1],
    traits: cython.uchar[::1],
    names: cython.uint[::1],
    type_bits: cython.int,
    wanted: cython.int,
    nodes: cython.uint[::1],
    starts: cython.uint[::1],
    properties: cython.uint[::1],
    asked_by: cython.uint[::1],
    asked_starts: cython.uint[::1],
    asked: cython.uint[::1],
    stamps: cython.uint[::1],
    matches: cython.uint[::1],
) -> None:
    """Find for each node the interface with the most properties that are all its own; the first of equals.

    Interface `i` has `properties[starts[i]]` to `properties[starts[i + 1] - 1]`. It is tried on nodes
    that have the one property it is listed under: those of name `n` are, if `asked_by[n]` is not 0,
    `asked[asked_starts[asked_by[n] - 1]]` and on. `matches` gets the interface + 1, or 0 for none.
    """
    index: cython.Py_ssize_t
    edge: cython.Py_ssize_t
    first: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    candidate: cython.Py_ssize_t
    which: cython.uint
    property_: cython.Py_ssize_t
    best: cython.uint
    best_size: cython.uint
    size: cython.uint
    bucket: cython.uint
    stamp: cython.uint
    with cython.nogil:
        for index in range(nodes.shape[0]):
            first = first_edge[nodes[index]]
            stop = first_edge[nodes[index] + 1]
            stamp = index + 1
            for edge in range(first, stop):
                if traits[edge] & type_bits == wanted:
                    stamps[names[edge]] = stamp
            best = 0
            best_size = 0
            for edge in range(first, stop):
                if traits[edge] & type_bits != wanted:
                    continue
                bucket = asked_by[names[edge]]
                if bucket == 0:
                    continue
                for candidate in range(asked_starts[bucket - 1], asked_starts[bucket]):
                    which = asked[candidate]
                    size = starts[which + 1] - starts[which]
                    if size < best_size or (size == best_size and which + 1 > best):
                        continue
                    property_ = starts[which]
                    while property_ < starts[which + 1] and stamps[properties[property_]] == stamp:
                        property_ += 1
                    if property_ == starts[which + 1]:
                        best = which + 1
                        best_size = size
            matches[index] = best
