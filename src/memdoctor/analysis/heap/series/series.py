"""The snapshots of a case, read one after the other: no more than two graphs are in memory at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.series.alignment import align, identities
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
    def growth(self) -> int:
        """By how many bytes the heap has grown from the first to the last."""
        return self.looks[-1].total - self.looks[0].total

    @property
    def looks(self) -> tuple[HeapLook, ...]:
        """The looks in time order."""
        return self.order.looks


@dataclass(eq=False, frozen=True)
class ReadHeaps:
    """The snapshots of a case as one series, None if none can be read; problems, and unread sources."""

    series: HeapSeries | None = None
    problems: tuple[Problem, ...] = ()
    unread: frozenset[str] = frozenset()


def read_series(snapshots: Sequence[Snapshot], every: float | None) -> ReadHeaps:
    """Read the snapshots of a case; what cannot be read becomes a problem."""
    reading = _Reading()
    for snapshot in sorted(snapshots, key=_likely_time):
        reading.look(snapshot)
    if not reading.looks:
        return reading.result(None)
    looks = _of_one_process(reading.looks, reading.problems)
    order = in_order(looks, every)
    ends = order.looks[0], order.looks[-1]
    reading.keep_only(ends)
    insides = [inside for inside in map(reading.inside, ends) if inside is not None]
    if len(insides) < len(ends):
        return reading.result(None)
    first, last = zip(insides, (look.identities for look in ends), strict=True)
    return reading.result(HeapSeries(order, Pair(first, last)))


def _of_one_process(looks: Sequence[HeapLook], problems: list[Problem]) -> Sequence[HeapLook]:
    """Return the largest group of looks whose ids mean the same; the others become problems.

    Where no two fit, as with Bun, all are returned: they can be compared by names.
    """
    groups: list[list[HeapLook]] = []
    for look in looks:
        if look.stable_ids:
            fitting = (one for one in groups if align(one[0].identities, look.identities).by_id)
            group = next(fitting, None)
            if group is None:
                groups.append([look])
            else:
                group.append(look)
    largest = max(groups, key=len, default=[])
    if len(largest) < 2 or len(largest) == len(looks):
        return looks
    for look in looks:
        if look not in largest:
            message = "its ids are those of another process: left out of the series"
            problems.append(Problem(look.overview.source, message, "analyze it by itself"))
    return largest


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

    def result(self, series: HeapSeries | None) -> ReadHeaps:
        """Return the series with what was wrong."""
        return ReadHeaps(series, tuple(self.problems), frozenset(self.unread))

    def _tell(self, problems: Sequence[Problem]) -> None:
        self.problems += [problem for problem in problems if problem not in self.problems]


def _is_same(one: HeapLook, other: HeapLook) -> bool:
    """Whether two files hold the same snapshot."""
    figures, others = (dict(look.overview.figures) for look in (one, other))
    return figures == others and one.newest_id == other.newest_id
