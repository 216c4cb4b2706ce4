"""The snapshots of a case, read one after the other: no more than two graphs are in memory at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.series.alignment import Alignment, align, identities
from memdoctor.analysis.heap.series.look import HeapLook, look_at
from memdoctor.analysis.heap.series.order import Order, in_order
from memdoctor.analysis.heap.series.pair import Pair
from memdoctor.analysis.heap.series.told_apart import not_in_series, told_apart
from memdoctor.errors import InputError
from memdoctor.model import Problem, Snapshot


@dataclass(eq=False, frozen=True)
class HeapSeries:
    """Snapshots in time order: the first and the last with their graphs, of the others what is kept.

    With one snapshot the pair is that one and itself.
    """

    order: Order
    pair: Pair

    @property
    def growth(self) -> int:
        """By how many bytes the heap has grown from the first to the last."""
        return self.looks[-1].total - self.looks[0].total

    @property
    def looks(self) -> tuple[HeapLook, ...]:
        """The looks in time order."""
        return self.order.looks


class ReadHeaps:
    """The snapshots of a case: those of one process as a series, each of the others by itself."""

    def __init__(self, snapshots: Sequence[Snapshot], every: float | None) -> None:
        self._reading = _Reading()
        for snapshot in sorted(snapshots, key=_likely_time):
            self._reading.look(snapshot)
        self._order: Order | None = None
        self._apart: tuple[HeapLook, ...] = ()
        if self._reading.looks:
            together, self._apart = told_apart(self._reading.looks)
            self._order = in_order(together, every)
            self._reading.problems += not_in_series(together, self._apart)

    @cached_property
    def series(self) -> HeapSeries | None:
        """The most snapshots of one process, the last where no two are; None if they cannot be read."""
        if self._order is None:
            return None
        ends = self._order.looks[0], self._order.looks[-1]
        self._reading.keep_only(ends)
        insides = [inside for inside in map(self._reading.inside, ends) if inside is not None]
        if len(insides) < len(ends):
            return None
        first, last = zip(insides, (look.identities for look in ends), strict=True)
        return HeapSeries(self._order, Pair(first, last))

    @property
    def apart(self) -> tuple[HeapLook, ...]:
        """The looks at snapshots that cannot be compared with those of the series."""
        return tuple(look for look in self._apart if look.overview.source not in self._reading.unread)

    @property
    def alignments(self) -> tuple[tuple[str, Alignment], ...]:
        """The source of each snapshot apart, and how its ids fit the last one of the series."""
        if self._order is None:
            return ()
        last = self._order.looks[-1].identities
        return tuple((one.overview.source, align(one.identities, last)) for one in self.apart)

    def each_apart(self) -> Iterator[HeapSeries]:
        """Return each snapshot apart as one that came alone.

        Where it is let go before the next, and all this is before the series, no third graph is in memory.
        """
        return filter(None, map(self._alone, self.apart))

    def _alone(self, look: HeapLook) -> HeapSeries | None:
        if not self._reading.has(look):
            self._reading.keep_only(() if self._order is None else self._order.looks[:1])
        inside = self._reading.inside(look)
        if inside is None:
            return None
        itself = inside, look.identities
        return HeapSeries(Order((look,), "time"), Pair(itself, itself))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong, also with what was to be read again."""
        _ = self.series
        return tuple(self._reading.problems)

    @property
    def unread(self) -> frozenset[str]:
        """The sources of snapshots that are damaged, or gone when they were to be read again."""
        _ = self.series
        return frozenset(self._reading.unread)


def _likely_time(snapshot: Snapshot) -> float:
    """Return the time to read a snapshot by; it is not yet sure."""
    return 0.0 if snapshot.at is None else snapshot.at.timestamp()


class _Reading:
    """Snapshots on their way: the graph of the oldest so far is kept, and that of the one just read."""

    def __init__(self) -> None:
        self.looks: list[HeapLook] = []
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        self._kept: list[tuple[HeapLook, Inside]] = []

    def look(self, snapshot: Snapshot) -> None:
        """Read a snapshot, and keep what is needed of it."""
        del self._kept[1:]  # before the next one is read
        read = self._read(snapshot)
        if read is None:
            return
        inside, look = read
        twin = next((one for one in self.looks if _is_same(one, look)), None)
        if twin is not None:
            where = twin.overview.source
            self.problems.append(Problem(snapshot.source.name, f"the same snapshot as {where}: left out"))
            return
        self.looks.append(look)
        self._kept.append((look, inside))
        self._kept.sort(key=lambda kept: kept[0].newest_id)

    def has(self, look: HeapLook) -> bool:
        """Whether the graph of a look is in memory."""
        return any(kept is look for kept, _ in self._kept)

    def keep_only(self, looks: Sequence[HeapLook]) -> None:
        """Let go of the graphs of all other looks."""
        self._kept = [(look, inside) for look, inside in self._kept if look in looks]

    def inside(self, look: HeapLook) -> Inside | None:
        """Return the graph of a look; it is read again if it was let go. None if it is no longer there."""
        for kept, inside in self._kept:
            if kept is look:
                return inside
        again = self._read(look.snapshot)
        if again is None:
            return None
        self._kept.append((look, again[0]))
        return again[0]

    def _read(self, snapshot: Snapshot) -> tuple[Inside, HeapLook] | None:
        """Read a snapshot; what is wrong with it becomes a problem, once."""
        try:
            graph, problems = snapshot.read()
            inside = Inside(graph)
            look = look_at(snapshot, inside, identities(graph))
        except InputError as error:
            source = snapshot.source.name
            problems = (Problem(source, error.message, error.help, error.place, unread=snapshot.named),)
            self._tell(problems)
            self.unread.add(source)
            return None
        self._tell(problems)
        return inside, look

    def _tell(self, problems: Sequence[Problem]) -> None:
        self.problems += [problem for problem in problems if problem not in self.problems]


def _is_same(one: HeapLook, other: HeapLook) -> bool:
    """Whether two files hold the same snapshot."""
    figures, others = (dict(look.overview.figures) for look in (one, other))
    return figures == others and one.newest_id == other.newest_id
