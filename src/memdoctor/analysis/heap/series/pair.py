"""The first and the last snapshot of a series, object by object."""

from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.scopes import is_scope_of_v8
from memdoctor.analysis.heap.series.alignment import Alignment, Identities, align
from memdoctor.analysis.heap.series.outline import Outline
from memdoctor.analysis.heap.series.replaced import match_replaced
from memdoctor.heap.arrays import I64, Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.core.tree import add_up
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.raw import raw

GONE = -1
_CODE = ("code", "closure", "hidden", "object shape")


class Pair:
    """Two snapshots of one process. Where ids mean nothing, every object is new in the last one."""

    def __init__(self, first: tuple[Inside, Identities], last: tuple[Inside, Identities]) -> None:
        self.first, self._first_ids = first
        self.last, self._last_ids = last

    @cached_property
    def alignment(self) -> Alignment:
        """Whether the same id means the same object in both."""
        return align(self._first_ids, self._last_ids)

    @cached_property
    def _matched(self) -> tuple[I64, I64]:
        """What each object of the last snapshot was in the first one, and the other way round."""
        before = self._counterparts(self._last_ids, self._first_ids)
        after = self._counterparts(self._first_ids, self._last_ids)
        if self.alignment.by_id and self.first is not self.last:
            match_replaced(self.first, self.last, before, after)
        return before, after

    def _counterparts(self, these: Identities, others: Identities) -> I64:
        found = np.full(len(these.ids), GONE, np.int64)
        if self.alignment.by_id:
            at = others.find(these.ids)
            same = (at >= 0) & (others.kinds[at] == these.kinds)
            found[these.nodes] = np.where(same, others.nodes[at].astype(np.int64), GONE)
        return found

    @property
    def before(self) -> I64:
        """What each object of the last snapshot was in the first one, -1 if it was not there."""
        return self._matched[0]

    @property
    def after(self) -> I64:
        """What each object of the first snapshot is in the last one, -1 if it is gone."""
        return self._matched[1]

    @cached_property
    def is_old(self) -> Flags:
        """Which objects of the last snapshot were there in the first one, or stand for one that was."""
        return self.before >= 0

    @cached_property
    def first_outline(self) -> Outline:
        """The dominator tree of the first snapshot as a program sees it."""
        return Outline(self.first)

    @cached_property
    def outline(self) -> Outline:
        """That of the last one."""
        return Outline(self.last)

    @cached_property
    def change(self) -> I64:
        """By how many bytes what each object of the last snapshot retains has changed.

        What was not there before has come with what it retains now, without what was there before.
        """
        first, last = self.first.graph, self.last.graph
        change = _added_up(last, self._own_change())
        change[self.is_old] = (
            last.retained_size[self.is_old] - first.retained_size[self.before[self.is_old]]
        )
        return change

    @cached_property
    def gross(self) -> I64:
        """How many bytes have come to what each object dominates, whatever has gone from it."""
        return _added_up(self.last.graph, np.maximum(self._own_change(), 0))

    @cached_property
    def change_outside(self) -> I64:
        """Of what is new or has grown, the bytes of array buffers: memory outside the JS heap."""
        return self._change_of(self.first.external.is_buffer, self.last.external.is_buffer)

    @cached_property
    def change_of_code(self) -> I64:
        """Of what is new or has grown, the bytes of functions, scopes and code, and what V8 knows of it."""
        return self._change_of(_is_code(self.first.graph), _is_code(self.last.graph))

    def _change_of(self, before: Flags, after: Flags) -> I64:
        """Return by how much the objects of these sets have changed that each object dominates."""
        return _added_up(self.last.graph, self._own_change(before, after))

    def _own_change(self, before: Flags | bool = True, after: Flags | bool = True) -> I64:
        """Return by how much the shallow size of each object has changed; outside of a set it is 0."""
        now = np.where(after, self.last.graph.shallow_size, 0).astype(np.int64)
        then = np.where(before, self.first.graph.shallow_size, 0).astype(np.int64)
        now[self.is_old] -= then[self.before[self.is_old]]
        return now

    @cached_property
    def freed(self) -> I64:
        """Of what each object of the first snapshot retained, the bytes that are gone in the last one."""
        first = self.first.graph
        return _added_up(first, np.where(self.after == GONE, first.shallow_size.astype(np.int64), 0))


def _is_code(graph: HeapGraph) -> Flags:
    # Elsewhere arrays are what objects keep their entries in; here these bytes are the objects' own.
    kinds = (*_CODE, "array") if graph.has_user_roots else _CODE
    found: Flags = np.isin(graph.node_type, [graph.node_code(name) for name in kinds])
    sources = graph.node_type == graph.node_code("string")  # what only code leads to is its text
    sources &= graph.node_type[graph.dominator] == graph.node_code("code")
    found |= sources | of_classes(graph, is_scope_of_v8)
    return found


def _added_up(graph: HeapGraph, counted: I64) -> I64:
    """Return for each node the sum over all that it dominates."""
    tree = graph.dominator_tree
    everything = int(counted.sum())
    add_up(raw(tree.order), raw(tree.of_node), raw(counted))
    counted[graph.root] = everything
    return counted
