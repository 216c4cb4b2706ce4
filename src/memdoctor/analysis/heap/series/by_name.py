"""What grows between snapshots in which ids mean nothing: by the names of owners and of classes.

The numbers are right for all objects of a name together. That they are the same objects, and who holds
them, is not shown by the files: it is a hypothesis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from memdoctor.analysis.heap.entries.typed_arrays import ELEMENT_BYTES
from memdoctor.analysis.heap.holders.blame import is_worth_telling
from memdoctor.analysis.heap.holders.missing_edges import likely_holders
from memdoctor.analysis.heap.series.growing import MOST_TOLD, P95, least_growth
from memdoctor.analysis.heap.series.look import Total
from memdoctor.analysis.heap.series.series import HeapSeries
from memdoctor.analysis.heap.series.verdict import GROWING, SPREAD, judge
from memdoctor.findings import Confidence, HeapGrowth
from memdoctor.heap.arrays import I64

_MOST_COMPARED = 40  # classes and owners, with each other
_LEAST_COUNT = 10  # more in the last snapshot than in the first
_MAIN = 0.8  # of the bytes: the objects that have them are asked
_BUFFERS = frozenset({"Buffer", "ArrayBuffer", "SharedArrayBuffer", *ELEMENT_BYTES})
_INTERNAL = ("(", "system / ")  # no classes of the program
_OF_CODE = frozenset({"Function", "FunctionExecutable", "FunctionCodeBlock", "FunctionRareData"})


@dataclass(eq=False, frozen=True)
class _Candidate:
    """All objects of a class, or all collections of an owner, with their numbers in each snapshot."""

    name: str
    collection: str | None
    nodes: I64
    totals: tuple[Total | None, ...]

    @property
    def growth(self) -> int:
        """Bytes by which what they retain has grown."""
        first, last = self.totals[0], self.totals[-1]
        return (last.retained_bytes if last else 0) - (first.retained_bytes if first else 0)

    @property
    def counts(self) -> tuple[int | None, ...]:
        """How many entries or objects there were."""
        if self.collection is None:
            return tuple(0 if one is None else one.count for one in self.totals)
        return tuple(0 if one is None else one.entries for one in self.totals)


class GrowingByName:
    """The classes and the owners of collections of which there is more."""

    def __init__(self, series: HeapSeries, share: float) -> None:
        self._series = series
        self._looks = series.looks
        self._inside = series.pair.last
        self._outline = series.pair.outline
        self._least = least_growth(series, share)

    def told(self) -> tuple[HeapGrowth, ...]:
        """Return what grows, the most first; what is inside of something that grows is part of it."""
        kept: list[_Candidate] = []
        for one in sorted(self._candidates(), key=lambda one: -one.growth)[:_MOST_COMPARED]:
            if not any(self._is_below(one, (other,)) for other in kept):
                kept.append(one)
        told = [
            one for one in kept if not self._is_below(one, [other for other in kept if other is not one])
        ]
        whole = max(self._series.growth, sum(one.growth for one in told), 1)
        return tuple(self._growth(one, whole) for one in told[:MOST_TOLD])

    def spread(self) -> tuple[HeapGrowth, ...]:
        """Return the classes of which there is more, spread over so many holders that none stands out."""
        return tuple(
            replace(one, verdict=SPREAD, confidence=Confidence.POSSIBLE)
            for one in self.told()
            if one.kind == "class" and one.verdict == GROWING
        )

    def _candidates(self) -> Iterator[_Candidate]:
        for name in self._looks[-1].classes:
            if not name.startswith(_INTERNAL) and name not in _OF_CODE:
                totals = tuple(look.classes.get(name) for look in self._looks)
                yield from self._grown(name, None, totals)
        for kind, owner in self._looks[-1].owners:
            if "." in owner:
                totals = tuple(look.owners.get((kind, owner)) for look in self._looks)
                yield from self._grown(owner, kind, totals)

    def _grown(self, name: str, kind: str | None, totals: tuple[Total | None, ...]) -> Iterator[_Candidate]:
        one = _Candidate(name, kind, np.empty(0, np.int64), totals)
        first, last = one.counts[0], one.counts[-1]
        if one.growth < self._least or first is None or last is None or last < first + _LEAST_COUNT:
            return
        nodes = self._collections(kind, name) if kind else self._inside.graph.of_class(name)
        if len(nodes) and is_worth_telling(self._inside, int(nodes[0])):
            yield _Candidate(name, kind, nodes, one.totals)

    def _collections(self, kind: str, owner: str) -> I64:
        """Return a collection of an owner: the one with most entries."""
        for group in self._inside.collections.groups:
            if (group.kind, group.owner) == (kind, owner):
                return np.asarray([group.node])
        return np.empty(0, np.int64)

    def _is_below(self, inner: _Candidate, others: Sequence[_Candidate]) -> bool:
        """Whether most objects of one are inside objects of others, or are their entries."""
        if not others:
            return False
        retained = self._inside.graph.retained_size[inner.nodes]
        order = np.argsort(-retained, kind="stable")
        most = int(np.searchsorted(np.cumsum(retained[order]), _MAIN * retained.sum())) + 1
        above = np.concatenate([outer.nodes for outer in others])
        return self._outline.is_mostly_below(inner.nodes[order[:most]], above)

    def _growth(self, one: _Candidate, whole: int) -> HeapGrowth:
        inside, graph, order = self._inside, self._inside.graph, self._series.order
        counts = one.counts
        known = [count for count in counts if count is not None]
        verdict = judge(known, order.times if len(known) == len(counts) else None, counted=True)
        sure = Confidence.LIKELY if verdict.word == GROWING else Confidence.POSSIBLE
        example = int(one.nodes[np.argmax(graph.retained_size[one.nodes])])
        sizes = graph.retained_size[one.nodes]
        span, added = order.span, (counts[-1] or 0) - (counts[0] or 0)
        last, entry = one.totals[-1], one.name if one.collection is None else self._entry(one)
        mean = last.retained_bytes // max(counts[-1] or 1, 1) if last else None
        return HeapGrowth(
            holder=one.name,
            kind="class" if one.collection is None else _kind(entry),
            collection=one.collection,
            collections=1 if one.collection is None or last is None else last.count,
            entry=entry,
            counted="objects" if one.collection is None else "entries",
            counts=counts,
            retained=tuple(0 if total is None else total.retained_bytes for total in one.totals),
            growth_bytes=one.growth,
            share=one.growth / whole,
            entry_bytes=mean,
            entry_bytes_p95=int(np.quantile(sizes, P95)) if one.collection is None else None,
            verdict=verdict.word,
            monotonicity=verdict.monotonicity,
            confidence=sure,
            counts_per_second=None if span is None else added / span,
            bytes_per_second=None if span is None else one.growth / span,
            path=inside.paths.to(example).text,
            holder_id=None if one.collection is None else inside.id_of(example),
            entry_id=inside.id_of(example),
            held_by=self._held_by(one),
        )

    def _entry(self, one: _Candidate) -> str:
        """Return what there is most of in a collection."""
        inside = self._inside
        below = self._outline.right_below(one.nodes)
        if not len(below):
            return "entries"
        _, which = np.unique(inside.paths.called[below], return_inverse=True)
        most = int(np.argmax(np.bincount(which, weights=inside.graph.retained_size[below])))
        return inside.owners.node(int(below[which == most][0]))

    def _held_by(self, one: _Candidate) -> tuple[str, ...]:
        """Return the collections that may hold objects to which no edge leads."""
        first, _ = self._inside.graph.retainers
        alone = first[one.nodes] == first[one.nodes + 1]
        if one.collection is not None or 2 * np.count_nonzero(alone) < len(one.nodes):
            return ()
        return tuple(
            f"{candidate.owner} ({candidate.kind})"
            for candidate in likely_holders(self._inside, one.nodes)
            if candidate.owner is not None
        )


def _kind(entry: str) -> str:
    return "buffers" if entry in _BUFFERS else "collection"
