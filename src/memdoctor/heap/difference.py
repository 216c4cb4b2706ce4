"""What changed between two snapshots of one process, by class: the Comparison of DevTools, and more.

Objects are the same where they have the same id. Only V8 keeps ids over several snapshots.
"""

from dataclasses import dataclass

import numpy as np

from memdoctor.heap.aggregates import Key, class_keys, retained_by_key
from memdoctor.heap.arrays import I64, U32, Flags
from memdoctor.heap.classes import classify
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.lookup import MISSING, places_in
from memdoctor.heap.together import together


@dataclass(frozen=True, slots=True)
class ClassChange:
    """One class: what was added and removed, and how much what stayed has grown.

    Added and removed are as in DevTools: an object whose class has changed is both. `grown_bytes` is the
    change in shallow size of objects that are there both times, `grown_count` how many of them are larger
    now; the change in retained size is that of the outermost objects of the class.
    """

    name: str
    location: tuple[int, int, int] | None
    added_count: int
    added_bytes: int
    removed_count: int
    removed_bytes: int
    grown_count: int
    grown_bytes: int
    count: int
    shallow_bytes: int
    retained_bytes: int
    retained_before_bytes: int

    @property
    def delta_count(self) -> int:
        """How many more there are now."""
        return self.added_count - self.removed_count

    @property
    def delta_bytes(self) -> int:
        """By how much the shallow size of all of them has changed."""
        return self.added_bytes - self.removed_bytes + self.grown_bytes

    @property
    def delta_retained_bytes(self) -> int:
        """By how much what they retain has changed."""
        return self.retained_bytes - self.retained_before_bytes


def class_changes(before: HeapGraph, after: HeapGraph) -> tuple[ClassChange, ...]:
    """Return the classes in which something changed, the largest change of the retained size first.

    Plain objects of both are sorted into the interfaces of `after`, as DevTools does.
    """
    keys_before, keys_after, rows = _joint_keys(before, after)
    count = len(rows)
    (before_retained, after_retained) = together(
        lambda: retained_by_key(before, keys_before, count),
        lambda: retained_by_key(after, keys_after, count),
    )
    counted_before, counted_after = before.shallow_size > 0, after.shallow_size > 0
    same = same_nodes(before, after)  # of each node of `after`, that of `before`
    old = same.clip(min=0)
    stayed = (same >= 0) & counted_after & counted_before[old] & (keys_before[old] == keys_after)
    gone = counted_before.copy()
    gone[same[stayed]] = False

    def counts(keys: U32, which: Flags) -> I64:
        return np.bincount(keys[which], minlength=count).astype(np.int64)

    def sums(keys: U32, which: Flags, sizes: I64) -> I64:
        return np.bincount(keys[which], weights=sizes[which], minlength=count).astype(np.int64)

    now, then = after.shallow_size.astype(np.int64), before.shallow_size.astype(np.int64)
    change = np.where(stayed, now - then[old], 0)
    new = counted_after & ~stayed
    columns = (
        counts(keys_after, new),
        sums(keys_after, new, now),
        counts(keys_before, gone),
        sums(keys_before, gone, then),
        counts(keys_after, change > 0),
        sums(keys_after, stayed, change),
        counts(keys_after, counted_after),
        sums(keys_after, counted_after, now),
        after_retained,
        before_retained,
    )
    table = np.stack(columns, axis=1)
    differs = (table[:, :6] != 0).any(axis=1) | (after_retained != before_retained)
    changed = np.flatnonzero(differs).tolist()
    found = [ClassChange(*rows[row], *table[row].tolist()) for row in changed]
    return tuple(
        sorted(found, key=lambda one: (-abs(one.delta_retained_bytes), one.name, one.location or ()))
    )


def same_nodes(before: HeapGraph, after: HeapGraph) -> I64:
    """Return for each node of `after` the node of `before` with the same id, -1 where there is none."""
    order = np.argsort(before.node_id, kind="stable")
    at = places_in(before.node_id[order], after.node_id)
    found: I64 = np.where(at == MISSING, MISSING, order[at])
    return found


def _joint_keys(before: HeapGraph, after: HeapGraph) -> tuple[U32, U32, list[Key]]:
    """Return the row of each node of both snapshots in one table, and what its rows are of."""
    rows: dict[Key, int] = {}

    def joint(graph: HeapGraph) -> U32:
        classes = graph.classification if graph is after else classify(graph, after.interfaces)
        keys, names = class_keys(graph, classes)
        numbers = np.asarray([rows.setdefault(name, len(rows)) for name in names], np.uint32)
        return numbers[keys]

    after_keys = joint(after)
    return joint(before), after_keys, list(rows)
