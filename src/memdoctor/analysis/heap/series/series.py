"""The snapshots of a case, read one after the other: no more than two graphs are in memory at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.series.alignment import identities
from memdoctor.analysis.heap.series.look import HeapLook, look_at
from memdoctor.analysis.heap.series.order import Order, in_order
from memdoctor.analysis.heap.series.pair import Pair
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
    def looks(self) -> tuple[HeapLook, ...]:
        """The looks in time order."""
        return self.order.looks


def read_series(
    snapshots: Sequence[Snapshot], every: float | None
) -> tuple[HeapSeries | None, tuple[Problem, ...]]:
    """Read the snapshots of a case; what cannot be read becomes a problem. None if no one can be read."""
    reading = _Reading()
    for snapshot in sorted(snapshots, key=_likely_time):
        reading.look(snapshot)
    if not reading.looks:
        return None, tuple(reading.problems)
    order = in_order(reading.looks, every)
    ends = order.looks[0], order.looks[-1]
    reading.keep_only(ends)
    first, last = map(reading.inside, ends)
    pair = Pair((first, ends[0].identities), (last, ends[1].identities))
    return HeapSeries(order, pair), tuple(reading.problems)


def _likely_time(snapshot: Snapshot) -> float:
    """Return the time to read a snapshot by; it is not yet sure."""
    return 0.0 if snapshot.at is None else snapshot.at.timestamp()


class _Reading:
    """Snapshots on their way: the graph of the oldest so far is kept, and that of the one just read."""

    def __init__(self) -> None:
        self.looks: list[HeapLook] = []
        self.problems: list[Problem] = []
        self._kept: list[tuple[HeapLook, Inside]] = []

    def look(self, snapshot: Snapshot) -> None:
        """Read a snapshot, and keep what is needed of it."""
        del self._kept[1:]  # before the next one is read
        try:
            graph, problems = snapshot.read()
            inside = Inside(graph)
            look = look_at(snapshot, inside, identities(graph))
        except InputError as error:
            source = snapshot.source.name
            self.problems.append(
                Problem(source, error.message, error.help, error.place, unread=snapshot.named)
            )
            return
        self.problems += problems
        twin = next((one for one in self.looks if _is_same(one, look)), None)
        if twin is not None:
            where = twin.overview.source
            self.problems.append(Problem(snapshot.source.name, f"the same snapshot as {where}: left out"))
            return
        self.looks.append(look)
        self._kept.append((look, inside))
        self._kept.sort(key=lambda kept: kept[0].newest_id)

    def keep_only(self, looks: Sequence[HeapLook]) -> None:
        """Let go of the graphs of all other looks."""
        self._kept = [(look, inside) for look, inside in self._kept if look in looks]

    def inside(self, look: HeapLook) -> Inside:
        """Return the graph of a look; it is read again if it was let go."""
        for kept, inside in self._kept:
            if kept is look:
                return inside
        inside = Inside(look.snapshot.read()[0])
        self._kept.append((look, inside))
        return inside


def _is_same(one: HeapLook, other: HeapLook) -> bool:
    """Whether two files hold the same snapshot."""
    figures, others = (dict(look.overview.figures) for look in (one, other))
    return figures == others and one.newest_id == other.newest_id
