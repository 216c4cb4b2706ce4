"""One metric of one process over time: what growth is judged by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.analysis.trend import Point
from memdoctor.units import MiB

YOUNG = 60  # seconds: what a process holds before says nothing of growth
# V8 collects the old generation when it is at most four times what the last collection left
# (kMaxHeapGrowingFactor), and the young one when its semi-space is full, of 16 MiB at most.
_GROWING_FACTOR, _SEMI_SPACE = 4, 16 * MiB

# Metric → its unit, and whether a collector takes it back only now and then.
METRICS: dict[str, tuple[str, bool]] = {
    "js_heap": ("bytes", True),
    "external": ("bytes", False),
    "array_buffers": ("bytes", False),
    "rss": ("bytes", False),
    "handles": ("count", False),
    "file_descriptors": ("count", False),
    "threads": ("count", False),
    "processes": ("count", False),
}


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one metric of one process, in time order.

    Times are seconds from any origin, or positions where the samples are not `timed`. `slack` is
    garbage that a collector may not have taken yet, `resolution` the step to which values were rounded,
    both in the metric's unit. `young`: fewer than two samples are older than a minute.
    """

    process: str
    metric: str
    unit: str
    collected: bool
    points: tuple[Point, ...]
    timed: bool
    young: bool
    slack: float
    resolution: float
    first: Figure
    last: Figure
    early: tuple[Point, ...] = ()  # of the first minute, which are left out
    uncollected: float | None = None  # beyond it a collection must have run, where the runtime tells
    half_full: float | None = None  # half of the heap's limit: there V8 collects at the latest

    @property
    def span(self) -> float:
        """Seconds (or positions) from the first to the last value."""
        return self.points[-1][0] - self.points[0][0]


def series_of(process: SampledProcess) -> Iterator[Series]:
    """Yield a series for each metric that at least two samples of the process report."""
    clock = _clock(process.looks)
    times = clock or [float(index) for index in range(len(process.looks))]
    for metric, (unit, collected) in METRICS.items():
        known = [
            (time, look)
            for time, look in zip(times, process.looks, strict=True)
            if _measured(look, metric).known
        ]
        settled = [(time, look) for time, look in known if not look.uptime < YOUNG]
        if len(known) < 2:
            continue
        used = settled if len(settled) > 1 else known
        points = _points(used, metric)
        looks = [look for _, look in used]
        floors = all(look.sample.after_collection for look in looks)  # what is left is all live
        yield Series(
            process=process.name,
            metric=metric,
            unit=unit,
            collected=collected and not floors,
            points=points,
            timed=clock is not None,
            young=len(settled) < 2,
            early=_early(known, points, metric) if used is settled else (),
            slack=max(map(_uncollected, looks)) if collected and not floors else 0.0,
            resolution=max(look.sample.resolution or 0 for look in looks) if unit == "bytes" else 0.0,
            first=_measured(looks[0], metric),
            last=_measured(looks[-1], metric),
            uncollected=_uncollected_at_most([look for _, look in known]) if collected else None,
            half_full=_half_full([look for _, look in known]) if collected else None,
        )


def _measured(look: Look, metric: str) -> Figure:
    """Return the figure, unless it only follows from a reported rate: that would be a circle."""
    figure: Figure = getattr(look, metric)
    return Figure(figure.label) if metric == "rss" and figure.derived else figure


def _clock(looks: tuple[Look, ...]) -> list[float] | None:
    """Return the time of each look: by uptime, else by timestamp, else as told; else None."""
    uptimes = [look.sample.uptime for look in looks]
    if None not in uptimes:
        return [float(uptime or 0) for uptime in uptimes]
    stamps = [look.sample.at for look in looks]
    if None not in stamps:
        return [stamp.timestamp() for stamp in stamps if stamp is not None]
    told = [look.sample.elapsed for look in looks]
    return [float(seconds or 0) for seconds in told] if None not in told else None


def _uncollected(look: Look) -> float:
    """Return half of the committed heap that is not in use: V8 may fill it before it collects."""
    idle = (look.heap_total - look.heap_used).value
    return 0.5 * idle if idle and idle > 0 and not look.runtime.is_bun else 0.0


def _uncollected_at_most(looks: list[Look]) -> float | None:
    """Return how far a heap of V8 can grow before it is collected, from the least that it held."""
    if any(look.runtime.is_bun for look in looks):
        return None
    least = min(look.js_heap.value or 0 for look in looks)
    return _GROWING_FACTOR * least + _SEMI_SPACE


def _half_full(looks: list[Look]) -> float | None:
    """Return half of the heap's limit, where V8 tells it or was asked for it.

    It is what V8 lets the old generation grow to before its first full collection
    (Heap::ConfigureHeap: initial_old_generation_size).
    """
    known = [look for look in looks if look.runtime.is_node]
    limits = [look.heap_limit.value or look.requested_heap_limit.value for look in known]
    return next((0.5 * limit for limit in reversed(limits) if limit), None)


def _points(timed: Iterable[tuple[float, Look]], metric: str) -> tuple[Point, ...]:
    return tuple(_distinct((time, float(_measured(look, metric).value or 0)) for time, look in timed))


def _early(known: Iterable[tuple[float, Look]], points: Sequence[Point], metric: str) -> tuple[Point, ...]:
    """Return the points of the first minute, at other times than those that are judged."""
    times = {time for time, _ in points}
    return _points(
        ((time, look) for time, look in known if look.uptime < YOUNG and time not in times), metric
    )


def _distinct(points: Iterator[Point]) -> Iterator[Point]:
    """Yield points without those at a time that was already seen."""
    times: set[float] = set()
    for point in points:
        if point[0] not in times:
            times.add(point[0])
            yield point
