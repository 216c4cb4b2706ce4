"""What is kept of a snapshot when its graph is let go: numbers by the ids of objects, and by class."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.overview import heap_overview
from memdoctor.analysis.heap.series.alignment import Identities, has_stable_ids, newest_id
from memdoctor.heap.arrays import I64, Word
from memdoctor.heap.lookup import MISSING, places_in
from memdoctor.model import Snapshot
from memdoctor.overviews import HeapOverview

ABSENT = -2  # no such object in this snapshot

Signature = tuple[str, str]  # the kind of a collection, and who owns it


@dataclass(frozen=True, slots=True)
class Total:
    """Collections of one kind with an owner of one name, or objects of one class."""

    count: int
    entries: int | None
    retained_bytes: int


@dataclass(eq=False, frozen=True)
class HeapLook:
    """One snapshot of a series, without its graph."""

    snapshot: Snapshot
    overview: HeapOverview
    newest_id: int
    stable_ids: bool  # whether the runtime keeps ids over several snapshots
    identities: Identities
    retained: I64  # bytes, in the order of the ids
    collection_ids: Word
    entries: I64  # of each collection, -1 where they cannot be counted
    owners: Mapping[Signature, Total]
    classes: Mapping[str, Total]
    called: Mapping[str, int]  # how many objects are called so: by their class, functions by their name

    @property
    def total(self) -> int:
        """Bytes of all objects."""
        return int(self.overview.figures["total_bytes"])

    def entries_of(self, ids: Word) -> I64:
        """Return how many entries the collections with these ids had: -1 unknown, -2 there was none."""
        return _at(self.collection_ids, self.entries, ids)

    def retained_by(self, ids: Word) -> I64:
        """Return what the objects with these ids retained, -2 for those that were not there."""
        return _at(self.identities.ids, self.retained, ids)


def look_at(snapshot: Snapshot, inside: Inside, identities: Identities) -> HeapLook:
    """Return what is kept of a snapshot."""
    graph = inside.graph
    kinds = inside.collections.kinds
    nodes = np.concatenate([np.empty(0, np.int64), *(one.node for one in kinds)])
    entries = np.concatenate([np.empty(0, np.int64), *(one.entries for one in kinds)])
    ids, first = np.unique(graph.node_id[nodes], return_index=True)
    return HeapLook(
        snapshot=snapshot,
        overview=heap_overview(inside),
        newest_id=newest_id(graph),
        stable_ids=has_stable_ids(graph),
        identities=identities,
        retained=graph.retained_size[identities.nodes],
        collection_ids=ids,
        entries=entries[first],
        owners=_owners(inside),
        classes=_classes(inside),
        called=_called(inside),
    )


def _at(ids: Word, values: I64, wanted: Word) -> I64:
    at = places_in(ids, wanted)
    found = np.full(len(wanted), ABSENT, np.int64)
    found[at != MISSING] = values[at[at != MISSING]]
    return found


def _owners(inside: Inside) -> Mapping[Signature, Total]:
    """Return the collections of each owner. Those that no field leads to are left out."""
    found: dict[Signature, Total] = {}
    for group in inside.collections.groups:
        if group.owner is not None:
            key = (group.kind, group.owner)
            found.setdefault(key, Total(group.collections, group.entries, group.retained_bytes))
    return found


def _classes(inside: Inside) -> Mapping[str, Total]:
    """Return how many objects there are of each class, wherever its constructor stands."""
    counts, retained = Counter[str](), Counter[str]()
    for row in inside.graph.classes:
        counts[row.name] += row.count
        retained[row.name] += row.retained_bytes
    return {name: Total(count, None, retained[name]) for name, count in counts.items()}


def _called(inside: Inside) -> Mapping[str, int]:
    """Return how many objects of each name there are."""
    _, first, counts = np.unique(inside.paths.called, return_index=True, return_counts=True)
    found = Counter[str]()
    for node, count in zip(first.tolist(), counts.tolist(), strict=True):
        found[inside.owners.node(node)] += count
    return found
