"""What grows between snapshots in which the same id is the same object."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.analysis.heap.entries.tables import UNKNOWN
from memdoctor.analysis.heap.holders.blame import BOOKKEEPING, is_of_the_runtime, is_worth_telling
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.words import event_path, function_with_place
from memdoctor.analysis.heap.series.holders import SCOPE_OF_NODE, Holder, Holders
from memdoctor.analysis.heap.series.kinds import kind_of
from memdoctor.analysis.heap.series.look import ABSENT
from memdoctor.analysis.heap.series.nested import Nesting
from memdoctor.analysis.heap.series.outline import Outline, sample
from memdoctor.analysis.heap.series.pair import GONE
from memdoctor.analysis.heap.series.series import HeapSeries
from memdoctor.analysis.heap.series.verdict import DIFFERENCE, GROWING, TURNOVER, UNSEEN, Verdict, judge
from memdoctor.findings import Confidence, HeapGrowth
from memdoctor.heap.arrays import I64

if TYPE_CHECKING:
    from memdoctor.analysis.heap.events.emitters import Event

_LEAST_BYTES = 16 * 1024
_LEAST_OF_HEAP = 0.0002  # what is less is lost among all that comes and goes in a large heap
_OWN = 1 / 3  # of the growth of a collection is its own, or it is that of what is nested in it
P95 = 0.95
MOST_TOLD = 12
_MAIN = 0.5
_STAY = 0.7  # of the entries of the first snapshot, in a leak
_OF_THE_RUNTIME = ("handles", "listeners")  # what it keeps for the program
_EXPORTS = "Module.exports"
_MANY_ALIKE = 10  # functions that run the same code

Counts = tuple[int | None, ...]


def least_growth(series: HeapSeries, share: float) -> float:
    """Return the growth in bytes from which on something is told."""
    return max(share * max(series.growth, 0), _LEAST_BYTES, _LEAST_OF_HEAP * series.looks[-1].total)


class Growing:
    """The holders of growth, with their numbers in each snapshot."""

    def __init__(self, series: HeapSeries, share: float) -> None:
        self._series = series
        self._pair = series.pair
        self._inside = series.pair.last
        self._graph = series.pair.last.graph
        self._looks = series.looks
        self._outline = series.pair.outline
        self._least = least_growth(series, share)

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """What holds growth, without what is nested in the entries of another one."""
        found = Holders(self._pair, self._least).found()
        return tuple(self._whole(found))

    @cached_property
    def bookkeeping(self) -> int:
        """Bytes by which what remembers objects without keeping them has grown."""
        return sum(holder.growth for holder in self.holders if self._is_bookkeeping(holder))

    def told(self) -> tuple[HeapGrowth, ...]:
        """Return what grows, what has grown most first.

        Weak references that the program keeps are told only if nothing else grows: they follow it else.
        """
        blamed = [holder for holder in self.holders if self._may_be_blamed(holder)]
        own = [holder for holder in blamed if not self._is_bookkeeping(holder)] or blamed
        whole = max(self._series.growth, sum(holder.growth for holder in self.holders), 1)
        found = [self._growth(holder, whole) for holder in own[:MOST_TOLD]]
        found.sort(key=lambda one: -_weight(one))
        return tuple(_as_one(found))

    def _whole(self, found: Sequence[Holder]) -> list[Holder]:
        """Return the holders; what grows inside the entries of a collection is part of its growth."""
        kept = list(found)
        for inner in sorted(found, key=lambda holder: holder.growth):
            outer = next((one for one in kept if one is not inner and self._holds(one, inner)), None)
            if outer is not None and outer.growth >= _OWN * (outer.growth + inner.growth):
                kept.remove(inner)
                kept[kept.index(outer)] = replace(outer, growth=outer.growth + inner.growth)
        return kept

    def _holds(self, outer: Holder, inner: Holder) -> bool:
        """Whether the objects of one are inside the entries of the other."""
        if not len(inner.nodes) or not np.isin(outer.nodes, outer.collections).any():
            return False
        return self._outline.is_mostly_below(inner.nodes, outer.nodes)

    def _is_bookkeeping(self, holder: Holder) -> bool:
        return self._remembers(holder) or self._inside.owners.node(holder.example) in BOOKKEEPING

    def _remembers(self, holder: Holder) -> bool:
        """Whether a holder only remembers objects that others keep."""
        return any(self._inside.owners.node(int(node)) in BOOKKEEPING for node in holder.nodes[:1])

    def _may_be_blamed(self, holder: Holder) -> bool:
        """Whether it is the program's: neither a cache of modules nor the runtime's own functions."""
        nodes = holder.collections if len(holder.collections) else holder.nodes
        node = int(nodes[0]) if len(nodes) else holder.example
        if not holder.name or self._remembers(holder):
            return False
        names = (self._inside.owners.node(holder.example), self._inside.owners.name(node) or "")
        inner = any(name.startswith(SCOPE_OF_NODE) for name in names)
        if inner and kind_of(self._pair, holder) not in _OF_THE_RUNTIME:
            return False
        told = is_worth_telling(self._inside, node) and not is_of_the_runtime(self._inside, node)
        return told and not self._is_code(holder)

    def _is_code(self, holder: Holder) -> bool:
        """Whether code was loaded or compiled: no data has grown, and no function is there many times."""
        code = int(np.maximum(self._pair.change_of_code[holder.entries], 0).sum())
        if code < _MAIN * int(np.maximum(self._pair.change[holder.entries], 0).sum()):
            return False
        if holder.name == _EXPORTS:
            return True  # a library may make its functions by the dozen
        functions = self._inside.functions
        nodes = holder.entries[functions.is_function[holder.entries]]
        if not len(nodes):
            return True
        _, alike = np.unique(functions.group[functions.rows(nodes)], return_counts=True)
        return int(alike.max()) < _MANY_ALIKE

    def _growth(self, holder: Holder, whole: int) -> HeapGrowth:
        kind = kind_of(self._pair, holder)
        counted, counts = self._counts(holder)
        retained = self._retained(holder)
        verdict = self._judged(holder, counts, retained)
        inside, span = self._inside, self._series.order.span
        event = self._event(holder) if kind == "listeners" else None
        function = self._function(holder, kind)
        if event is not None:
            function = function_with_place(inside, event.function)
        collection = int(holder.collections[0]) if len(holder.collections) else None
        node = collection if collection is not None else int(holder.nodes[0]) if len(holder.nodes) else None
        added = None if counts[0] is None or counts[-1] is None else counts[-1] - counts[0]
        mean, p95 = self._entry_bytes(holder, added)
        return HeapGrowth(
            holder=holder.name if event is None else event_path(inside, event),
            kind=kind,
            collection=None if collection is None else inside.owners.node(collection),
            collections=max(len(holder.collections), 1),
            entry=inside.owners.node(holder.example),
            counted=counted,
            counts=counts,
            retained=retained,
            growth_bytes=holder.growth,
            share=min(holder.growth / whole, 1.0),
            entry_bytes=mean,
            entry_bytes_p95=p95,
            verdict=verdict.word,
            monotonicity=verdict.monotonicity,
            confidence=Confidence(verdict.confidence),
            counts_per_second=None if span is None or added is None else added / span,
            bytes_per_second=None if span is None else holder.growth / span,
            path=inside.paths.to(node if node is not None else holder.example).text,
            holder_id=None if node is None else inside.id_of(node),
            entry_id=inside.id_of(holder.example),
            function=function,
            nested=self._nested.below(holder.collections),
            also=self._also_in(holder),
        )

    def _also_in(self, holder: Holder) -> tuple[str, ...]:
        """Return the other collections that most entries are in: none, where one dominates them."""
        if len(holder.nodes) and np.isin(holder.nodes, holder.collections).any():
            return ()
        graph, owners = self._graph, self._inside.owners
        first, edges = graph.retainers
        asked = sample(holder.entries)
        names = Counter[str]()
        for node in asked.tolist():
            leading = edges[int(first[node]) : int(first[node + 1])]
            leading = leading[graph.edge_type[leading] != graph.edge_code("weak")]
            sources = self._outline.whole[graph.edge_sources(leading)].astype(np.int64)
            found = np.setdiff1d(
                sources[self._inside.collections.is_collection[sources]], holder.collections
            )
            names.update({owners.name(int(one)) or "" for one in found})
        told = (name for name, count in names.items() if name and 2 * count > len(asked))
        return tuple(name for name in told if name != holder.name)

    def _judged(self, holder: Holder, counts: Counts, retained: Counts) -> Verdict:
        """Judge the numbers; where most entries of the first snapshot are gone, they follow a load.

        In a leak they stay. If there are twice as many in the end it is told as one all the same.
        """
        verdict = self._of_numbers(counts, retained)
        first, last = counts[0], counts[-1]
        if verdict.word != GROWING or first is None or last is None or last >= 2 * first:
            return verdict
        if self._stayed(holder) >= _STAY:
            return verdict
        return Verdict(TURNOVER, verdict.monotonicity, "possible")

    def _stayed(self, holder: Holder) -> float:
        """Return the part of the entries of the first snapshot that are there in the last one, too."""
        pair = self._pair
        above = pair.before[holder.above]
        entries = pair.first_outline.right_below(above[above != GONE])
        name = self._inside.owners.node(holder.example)
        kinds, which = np.unique(pair.first.paths.called[entries], return_inverse=True)
        examples = [int(entries[np.argmax(which == kind)]) for kind in range(len(kinds))]
        alike = [pair.first.owners.node(node) == name for node in examples]
        entries = entries[np.asarray(alike, bool)[which]] if len(kinds) else entries
        return float((pair.after[entries] != GONE).mean()) if len(entries) else 1.0

    def _of_numbers(self, counts: Counts, retained: Counts) -> Verdict:
        """Judge the number of entries where it is known and does not fall, else the bytes."""
        times = self._series.order.times
        for values, counted in ((counts, True), (retained, False)):
            known = [value for value in values if value is not None]
            if len(known) == len(values):
                verdict = judge(known, times, counted=counted)
                if not counted or verdict.rises or known[-1] > known[0]:
                    return verdict
        return Verdict(UNSEEN if len(self._looks) > 2 else DIFFERENCE, 0.0, "possible")

    def _counts(self, holder: Holder) -> tuple[str, Counts]:
        """Return how many entries there were in each snapshot, else objects of the entries' class."""
        if len(holder.collections):
            counts = self._entries(holder)
            if all(count is not None for count in counts) or holder.example in holder.collections:
                return "entries", counts
        name = self._inside.owners.node(holder.example)
        everywhere = tuple(look.called.get(name, 0) for look in self._looks)
        first, last = self._ends(holder, name)
        others = everywhere[-1] - last  # what is elsewhere; that changes, or it can be left out
        if others == everywhere[0] - first:
            return "entries", tuple(count - others for count in everywhere)
        return "objects", everywhere

    def _ends(self, holder: Holder, name: str) -> tuple[int, int]:
        """Return how many objects of that name lie below a holder in the first and the last snapshot."""
        before = self._pair.before[holder.above]
        return (
            _below(self._pair.first, self._pair.first_outline, before[before != GONE], name),
            _below(self._inside, self._outline, holder.above, name),
        )

    def _entries(self, holder: Holder) -> Counts:
        """Return the entries of the collections by their ids; of new ones, by the name of their owner."""
        ids = self._graph.node_id[holder.collections]
        found = [look.entries_of(ids) for look in self._looks]
        if (found[0] == ABSENT).all():
            kind = self._kind_of_collection(int(holder.collections[0]))
            named = [look.owners.get((kind, holder.name)) for look in self._looks]
            if named[0] is not None:
                return tuple(0 if one is None else one.entries for one in named)
        return tuple(
            None if (entries == UNKNOWN).any() else int(np.maximum(entries, 0).sum()) for entries in found
        )

    def _kind_of_collection(self, node: int) -> str:
        """Return by which kind of collection a node was counted: one that extends Array counts as one."""
        kinds = self._inside.collections.kinds
        return next((one.kind for one in kinds if (one.node == node).any()), "")

    def _retained(self, holder: Holder) -> Counts:
        """Return what the objects that dominate the growth retained in each snapshot."""
        if not len(holder.nodes):
            return (None,) * len(self._looks)
        ids = self._graph.node_id[holder.nodes]
        return tuple(int(np.maximum(look.retained_by(ids), 0).sum()) for look in self._looks)

    def _entry_bytes(self, holder: Holder, added: int | None) -> tuple[int | None, int | None]:
        """Return what an entry of the most frequent kind retains: the mean, and the 95th percentile.

        Of a list each object holds all after it: there the mean is what each has added.
        """
        called = self._inside.paths.called
        alike = holder.entries[called[holder.entries] == called[holder.example]]
        heads = np.isin(self._outline.parent[alike], holder.above) & (self._outline.head[alike] == alike)
        if added is not None and int(heads.sum()) < added // 2:
            return holder.growth // added, None
        sizes = self._graph.retained_size[alike]
        return int(sizes.mean()), int(np.quantile(sizes, P95))

    def _event(self, holder: Holder) -> "Event | None":
        """Return the event that the entries listen to."""
        for event in self._inside.emitters.events:
            path = event_path(self._inside, event)
            if path == holder.name or (not event.store and event.listeners >= len(holder.entries) // 2):
                return event
        return None

    def _function(self, holder: Holder, kind: str) -> str | None:
        """Return the function that grows in number, or that most of the timers call, with its place."""
        functions = self._inside.functions
        if kind == "closures" and functions.is_function[holder.example]:
            return function_with_place(self._inside, holder.example)
        called = self._inside.handles.called_by(holder.entries) if kind == "handles" else None
        return None if called is None else function_with_place(self._inside, called)

    @cached_property
    def _nested(self) -> Nesting:
        return Nesting(self._inside, self._outline, self._looks)


def _below(inside: Inside, outline: Outline, above: I64, name: str) -> int:
    """Count the objects of that name right below some objects; of a list all that are in it."""
    nodes = outline.right_below(above)
    _, first, counts = np.unique(inside.paths.called[nodes], return_index=True, return_counts=True)
    return sum(
        count
        for node, count in zip(nodes[first].tolist(), counts.tolist(), strict=True)
        if inside.owners.node(node) == name
    )


def _as_one(found: Sequence[HeapGrowth]) -> Iterator[HeapGrowth]:
    """Yield what grows; holders that got as many each time, in one object or of one class, are one leak."""
    leaks: dict[tuple[Counts, str], list[HeapGrowth]] = {}
    for one in found:
        owner = one.holder.rpartition(".")[0]
        keys = [(one.counts, owner), (one.counts, one.entry)] if one.is_counted else [((), one.holder)]
        known = next((leaks[key] for key in keys if key in leaks), [])
        known.append(one)
        leaks.update((key, known) for key in keys)
    for alike in {id(group): group for group in leaks.values()}.values():
        largest, *others = alike
        yield replace(
            largest,
            growth_bytes=sum(one.growth_bytes for one in alike),
            share=min(sum(one.share for one in alike), 1.0),
            also=tuple(dict.fromkeys((*(one.holder for one in others), *largest.also))),
        )


def _weight(one: HeapGrowth) -> float:
    """Return by what growth is ranked: bytes, less of what does not rise each time, or in number."""
    return one.growth_bytes * (0.5 + one.monotonicity / 2) * (1 if one.is_counted else 0.6)
