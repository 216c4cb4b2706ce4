"""At its pace the JavaScript heap reaches its limit soon.

## What it means
The heap grows, and the room to its limit divided by the slope is a time that the samples can speak of.
At the limit V8 collects without pause and then ends the process: "JavaScript heap out of memory".

## Evidence
(limit − heap now) ÷ the ends of the slope's 90 % interval: the soonest and the latest time. Only for a
heap that grows with medium or high confidence, only against the limit of a proven Node (that V8 reports, or
that its options ask for), and only if the soonest time is at most ten times the window that was seen. An
error below one hour.

## What to do
`--max-old-space-size` gains time in proportion, no more. Take heap snapshots now, while there is room
for them: writing one needs about as much memory again.

## When it is wrong
A forecast continues a line. A cache that is full soon, or a load that ends, makes it bend before.
"""

from collections.abc import Iterator

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.findings import Evidence, Finding, Growth, Rule, Severity, Subject
from memdoctor.rules.about import about
from memdoctor.rules.about_growth import confidence, slopes
from memdoctor.units import duration, size

RULE = Rule(
    "limit-forecast",
    "growth",
    Severity.WARNING,
    "the JavaScript heap reaches its limit soon",
    explains=("growing-heap",),
)

_WINDOWS = 10  # how far beyond the samples a line may be drawn
_HOUR = 3600


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each process whose growing heap meets its limit within sight."""
    processes = {process.name: process for process in measurements.sampled_processes}
    for series, growth in measurements.judged:
        if growth.metric == "js_heap" and growth.verdict == "growing" and growth.confidence != "low":
            limit = _limit(processes[growth.process])
            if limit is not None:
                yield from _forecast(growth, series.last, limit)


def _limit(process: SampledProcess) -> Figure | None:
    """Return the last heap limit that V8 itself reported, else the one that was asked of it."""
    looks = [look for look in reversed(process.looks) if look.runtime.is_node]
    limits = (*(look.heap_limit for look in looks), *(look.requested_heap_limit for look in looks))
    return next((limit for limit in limits if limit > 0), None)


def _forecast(growth: Growth, now: Figure, limit: Figure) -> Iterator[Finding]:
    room = (limit - now).named("room")
    if not (room > 0 and growth.low and growth.high and growth.low > 0):
        return
    soonest, latest = (room.value or 0) / growth.high, (room.value or 0) / growth.low
    furthest = _WINDOWS * (growth.span_seconds or 0)
    if soonest > furthest:
        return
    when = f"{duration(soonest)} to {duration(latest)}"
    if latest > furthest:
        when = f"{duration(soonest)} or later"
    yield about(
        RULE,
        Subject("process", growth.process, process=growth.process),
        f"at its pace the JS heap reaches its limit of {size(limit.value)} in {when}",
        note=f"at its limit in {when}",
        severity=Severity.ERROR if soonest < _HOUR else Severity.WARNING,
        confidence=confidence(growth),
        evidence=(
            now,
            limit,
            *slopes(growth),
            room,
            Evidence("latest", latest, "seconds", formula="room ÷ slope, low"),
            Evidence("soonest", soonest, "seconds", formula="room ÷ slope, high"),
        ),
        why="At the limit V8 collects without pause, then ends the process.",
        help="take heap snapshots while there is room; a higher --max-old-space-size only gains time",
    )
