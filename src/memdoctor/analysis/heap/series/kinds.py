"""What kind of thing grows: that decides which words and which advice fit."""

import numpy as np

from memdoctor.analysis.heap.handles.handle_kinds import KIND_OF
from memdoctor.analysis.heap.holders.blame import is_collection_of_the_program
from memdoctor.analysis.heap.series.holders import Holder
from memdoctor.analysis.heap.series.pair import Pair
from memdoctor.heap.arrays import Flags
from memdoctor.heap.strings import TEXT_TYPES

_MAIN = 0.5
_DETACHED = 2
_SLICES = ("sliced string",)  # each keeps the whole text that it is cut from


def kind_of(pair: Pair, holder: Holder) -> str:
    """Return one of the kinds of `HeapGrowth`, by what most of the growth is."""
    inside, graph, entries = pair.last, pair.last.graph, holder.entries
    change = np.maximum(pair.change[entries], 0)
    whole = max(int(change.sum()), 1)

    def mostly(which: Flags) -> bool:
        return int(change[which].sum()) >= _MAIN * whole

    types = graph.node_type[entries]
    in_collection = len(holder.collections) > 0
    own = in_collection and is_collection_of_the_program(inside, int(holder.collections[0]))
    outside = int(np.maximum(pair.change_outside[entries], 0).sum())
    texts = _SLICES if in_collection else TEXT_TYPES
    tests = (
        ("detached-dom", mostly(graph.detachedness[entries] == _DETACHED)),
        ("listeners", mostly(inside.emitters.is_listener[entries])),
        ("handles", inside.owners.node(holder.example) in KIND_OF and not own),
        ("buffers", outside >= _MAIN * whole),
        ("strings", mostly(np.isin(types, [graph.node_code(name) for name in texts]))),
        ("closures", mostly(types == graph.node_code("closure")) and not own),
        ("collection", in_collection),
    )
    return next((kind for kind, fits in tests if fits), "object")
