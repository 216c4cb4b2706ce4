"""When what grows is full: the room that is left, divided by the slope that the samples carry."""

from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.overviews import Growth

_WINDOWS = 10  # how far beyond the samples a line may be drawn

HEAP, MEMORY = "heap limit", "memory left"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a metric that grows meets a limit: between `soonest` and `latest`, seconds from the last look.

    `furthest` is how far the samples let one look. `limit` is None where only the room is known.
    """

    growth: Growth
    now: Figure
    limit: Figure | None
    room: Figure
    of: str
    soonest: float
    latest: float
    furthest: float


def forecasts(measurements: Measurements) -> Iterator[Forecast]:
    """Yield when growing heaps meet their limit, and growing processes the end of the memory.

    Only of growth of medium or high confidence, and only if the soonest time is within sight.
    """
    processes = {process.name: process for process in measurements.sampled_processes}
    for series, growth in measurements.judged:
        if growth.verdict != "growing" or growth.confidence == "low":
            continue
        process = processes[growth.process]
        if growth.metric == "js_heap" and (limit := _heap_limit(process)) is not None:
            yield from _until(growth, series.last, limit, (limit - series.last).named("room"), HEAP)
        if growth.metric == "rss" and (left := process.looks[-1].memory_left).known:
            yield from _until(growth, series.last, None, left, MEMORY)


def _heap_limit(process: SampledProcess) -> Figure | None:
    """Return the last heap limit that V8 itself reported, else the one that was asked of it."""
    looks = [look for look in reversed(process.looks) if look.runtime.is_node]
    limits = (*(look.heap_limit for look in looks), *(look.requested_heap_limit for look in looks))
    return next((limit for limit in limits if limit > 0), None)


def _until(growth: Growth, now: Figure, limit: Figure | None, room: Figure, of: str) -> Iterator[Forecast]:
    if not (room > 0 and growth.low and growth.high and growth.low > 0):
        return
    soonest, latest = (room.value or 0) / growth.high, (room.value or 0) / growth.low
    furthest = _WINDOWS * (growth.span_seconds or 0)
    if soonest <= furthest:
        yield Forecast(growth, now, limit, room, of, soonest, latest, furthest)
