"""Whether two snapshots show the same objects under the same ids.

V8 gives an object one id for as long as the isolate lives; Bun numbers the objects anew in each snapshot.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from memdoctor.analysis.heap.entries.tables import butterflies
from memdoctor.heap.arrays import I64, U32, Word
from memdoctor.heap.classes import plain_objects
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.lookup import places_in
from memdoctor.heap.strings import TEXT_TYPES

# So many ids are in both, at least: what a runtime has of its own. All else may rotate, however large.
_COMMON, _COMMON_COUNT = 0.05, 1000
# The oldest objects, those with the lowest ids, are of one class both times: nearly all in one process, up
# to 97 % in two (Node 26, which starts always alike). Of what comes and goes less can be told: an object at
# the place of one that has died may have its id.
_OLDEST, _KEPT = 30_000, 0.985
# What V8 has of its own is rewritten in place, as bytecode that is flushed: it says nothing of identity.
_OWN_TYPES = ("hidden", "code", "object shape")
_PLAIN, _TEXT, _OWN = range(3)  # kinds that are no class's


@dataclass(eq=False, frozen=True)
class Identities:
    """The nodes of a snapshot by ascending id, each with a number for its class."""

    ids: Word
    kinds: U32
    nodes: U32

    def find(self, ids: Word) -> I64:
        """Return where these ids stand in `ids`, -1 for those that are not there."""
        return places_in(self.ids, ids)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How many ids two snapshots have, how many both have, and how many of those are of one class.

    `oldest` are the lowest common ids, V8's own left out, `oldest_kept` those of them of one class.
    """

    before: int
    after: int
    common: int
    kept: int
    oldest: int
    oldest_kept: int

    @property
    def by_id(self) -> bool:
        """Whether the same id means the same object."""
        least = min(_COMMON * min(self.before, self.after), _COMMON_COUNT)
        if not self.common or self.common < least:
            return False
        return self.oldest_kept >= _KEPT * self.oldest


def identities(graph: HeapGraph) -> Identities:
    """Return the nodes of a snapshot by id.

    Plain objects are of one class, whatever their interface, and so are strings: V8 flattens them in place;
    and what V8 has of its own.
    """
    numbers = np.asarray(
        [zlib.crc32(name.encode("utf-8", "replace")) for name in graph.class_names], np.uint32
    )
    kinds = numbers[graph.class_id]
    kinds[plain_objects(graph)] = _PLAIN
    for kind, names in ((_TEXT, TEXT_TYPES), (_OWN, _OWN_TYPES)):
        kinds[np.isin(graph.node_type, [graph.node_code(name) for name in names])] = kind
    order = np.argsort(graph.node_id, kind="stable").astype(np.uint32)
    return Identities(graph.node_id[order], kinds[order], order)


def align(before: Identities, after: Identities) -> Alignment:
    """Compare the ids of two snapshots."""
    at = before.find(after.ids)
    common = np.flatnonzero(at >= 0)
    earlier, later = before.kinds[at[common]], after.kinds[common]
    same = earlier == later
    oldest = same[(earlier != _OWN) | (later != _OWN)][:_OLDEST]
    return Alignment(
        before=len(before.ids),
        after=len(after.ids),
        common=len(common),
        kept=int(np.count_nonzero(same)),
        oldest=len(oldest),
        oldest_kept=int(np.count_nonzero(oldest)),
    )


def has_stable_ids(graph: HeapGraph) -> bool:
    """Whether the runtime keeps ids over several snapshots: V8 does, Bun does not, in neither format."""
    return graph.format == "v8" and not len(butterflies(graph))


def newest_id(graph: HeapGraph) -> int:
    """Return the highest id of an object of V8's heap: it only rises. Others have even ids, by hash."""
    odd = graph.node_id[graph.node_id % 2 == 1]
    return int(odd.max(initial=0))
