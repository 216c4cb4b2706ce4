"""What is told of parts of a case beside the findings: numbers. Sizes are bytes, times seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AppOverview:
    """One instance of an app at the last of `looks` looks at it, as PM2 reports it.

    `uptime` is derived from start and look where both are known, else what PM2 printed. `usage` is used ÷
    committed, the share that PM2 calls heap usage; `limit_known` whether node's options were shown, so
    that no limit means that of V8.
    """

    source: str
    place: str
    worker: str
    name: str
    pm_id: int | None
    pid: int | None
    status: str | None
    mode: str | None
    at: datetime | None
    started_at: datetime | None
    looks: int
    restarts: int | None
    unstable_restarts: int | None
    uptime: float | None
    interpreter: str | None
    node_version: str | None
    rss: int | None
    heap_used: int | None
    heap_total: int | None
    usage: float | None
    heap_limit: int | None
    limit_known: bool
    memory_limit: int | None

    @property
    def of_limit(self) -> float | None:
        """Used ÷ limit, where the limit is known."""
        return self.heap_used / self.heap_limit if self.heap_used is not None and self.heap_limit else None


@dataclass(frozen=True, slots=True)
class LevelsOverview:
    """The figures of one sampled process over all its looks; `source` is that of the last.

    By JSON name: of how many looks, the median, what at most a tenth of them exceed, the lowest of the last
    three, whether they are derived.
    """

    source: str
    process: str
    worker: str | None
    figures: Mapping[str, Mapping[str, int | float | None]]


@dataclass(frozen=True, slots=True)
class Moment:
    """One row of a worker's timeline: when, what its memory was, what happened.

    `elapsed` is the time in seconds since the start of the process where that is known (`is_since_start`),
    else since whatever its source counts from. `life` tells its processes apart, None where nothing does.
    """

    worker: str
    place: str
    at: datetime | None
    elapsed: float | None
    used: int | None = None
    committed: int | None = None
    rss: int | None = None
    event: str = ""
    life: int | None = None
    is_since_start: bool = False
    is_collection: bool = False  # `event` is a collection that the numbers, or a trace, show

    @property
    def usage(self) -> float | None:
        """Used ÷ committed: what PM2 calls heap usage."""
        return self.used / self.committed if self.used is not None and self.committed else None


@dataclass(frozen=True, slots=True)
class EventOverview:
    """One event of a log, with the values in it; equal ones in a row are one, with their `count`."""

    source: str
    line: int
    kind: str
    at: datetime | None
    worker: str | None
    pid: int | None
    count: int
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EpisodeOverview:
    """Exits of one worker that follow each other. `cause` is the kind of the errors next to them.

    `healed_after` runs from the first exit to the start that lasted, None where that is not proven.
    """

    worker: str
    exits: int
    first_at: datetime | None
    last_at: datetime | None
    gap: float
    by: str  # window, beat
    cause: str
    healed_after: float | None
    up: float | None


@dataclass(frozen=True, slots=True)
class LogOverview:
    """A log that was read: its lines, the time it covers, and what times without a zone were taken for."""

    source: str
    lines: int
    first_at: datetime | None
    last_at: datetime | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class WatchedOverview:
    """One process of a recording. Sizes are bytes, times seconds; what was measured last is what it is now.

    `cpu_share` is of one core, over the looks. `ended`: others were still seen when it was not. `verdict`
    is that of the `metric` that says most. `limit_in` are the soonest and the latest time until `limit_of`
    is full, where the samples carry that.
    """

    source: str
    process: str
    program: str
    pid: int | None
    family: str | None
    first_at: datetime
    last_at: datetime
    ended: bool
    looks: int
    rss_first: int | None
    rss: int | None
    rss_most: int | None
    pss: int | None
    uss: int | None
    swap: int | None
    heap_used: int | None
    cpu_share: float | None
    file_descriptors: int | None
    threads: int | None
    metric: str | None
    verdict: str | None
    limit_in: tuple[float, float] | None
    limit_of: str | None


@dataclass(frozen=True, slots=True)
class FamilyOverview:
    """Processes that run one program, together. `memory` is PSS where `is_pss`, else RSS."""

    name: str
    processes: int
    memory: int | None
    is_pss: bool
    swap: int | None
    cpu_share: float | None
    threads: int | None
    age: float | None  # of the oldest
    wrong: str  # how many of which kind: "12 orphans"


@dataclass(frozen=True, slots=True)
class HeapInside:
    """What is in one snapshot, for formats that draw it: its classes, and the top of its dominator tree.

    `tree` has the rows of the view `dominators`, in the order of the tree, each with its `depth`.
    """

    source: str
    total_bytes: int
    class_count: int
    classes: tuple[Mapping[str, Any], ...]
    tree: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class NestedGrowth:
    """Collections inside the entries of what grows: `grown` of `seen` have more now.

    Those are `seen` that an earlier snapshot has, too. `before` and `after` are medians of the entries of
    what has grown, when it was first seen and now.
    """

    name: str
    grown: int
    seen: int
    before: int
    after: int
    node_id: int


@dataclass(frozen=True, slots=True)
class Compared:
    """An earlier report that this one was compared with, and how many findings are left out for it.

    `known` ones are here and there, and no worse; `gone` ones are only there.
    """

    name: str
    at: datetime | None
    title: str  # what it is called in a sentence
    known: int
    gone: int


@dataclass(frozen=True, slots=True)
class Growth:
    """The verdict on one metric of one process over time.

    Slopes are in the metric's unit (bytes, count) per second, `low` and `high` their 90 % interval.
    `points` are (seconds, value), `floors` the lowest of each part of the time where those decided. `early`
    are those of the first minute, which no verdict rests on; `collections` are points of both before which
    the value fell by more than noise. Without `span_seconds` times are positions, from 0.
    """

    process: str
    metric: str
    unit: str
    verdict: str  # growing, steady, plateau, decelerating, step, shrinking, rising-uncollected, refused
    per_second: float | None
    low: float | None
    high: float | None
    confidence: str | None  # low, medium, high
    samples: int
    span_seconds: float | None
    reason: str
    difference: float
    points: tuple[tuple[float, float], ...]
    floors: tuple[tuple[float, float], ...]
    early: tuple[tuple[float, float], ...] = ()
    collections: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class HeapOverview:
    """One heap snapshot: its numbers by their JSON name, and the largest of its classes by retained size.

    All numbers are derived: sums over the nodes of the file, as DevTools makes them.
    """

    source: str
    figures: Mapping[str, Any]  # with the format: v8, jsc
    classes: tuple[Mapping[str, Any], ...]


def heaps_alone(heaps: Sequence[HeapOverview], series: Sequence[str]) -> tuple[HeapOverview, ...]:
    """Return the snapshots that are in no series; `series` are the sources of those that are in one."""
    return tuple(heap for heap in heaps if heap.source not in series)


def heaps_judged(heaps: Sequence[HeapOverview], series: Sequence[str]) -> tuple[HeapOverview, ...]:
    """Return the snapshots that are judged by what is in them: those in no series, and the last of one."""
    return heaps_alone(heaps, series) + tuple(heap for heap in heaps if heap.source in series[-1:])
