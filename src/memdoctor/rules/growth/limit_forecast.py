"""At its pace the JavaScript heap reaches its limit soon, or the process takes the last of the memory.

## What it means
The heap grows, and the room to its limit divided by the slope is a time that the samples can speak of.
At the limit V8 collects without pause and then ends the process: "JavaScript heap out of memory".
Where the memory in RAM grows, the room is what its control group or the machine has left: at its end the
kernel ends processes, not always the one that grew.

## Evidence
Room ÷ the ends of the slope's 90 % interval: the soonest and the latest time. Only for growth of medium or
high confidence. Of a heap the room is (limit − heap now), only against the limit of a proven Node (that V8
reports, or that its options ask for). Of a process it is what a recording of `memdoctor watch` saw as left:
`memory.max` of the control group, or `MemAvailable`. Only if the soonest time is at most ten times the
window that was seen. An error below one hour.

## What to do
`--max-old-space-size` gains time in proportion, no more. Take heap snapshots now, while there is room
for them: writing one needs about as much memory again.

## When it is wrong
A forecast continues a line. A cache that is full soon, or a load that ends, makes it bend before. The
memory of the machine is shared: what others take or give back moves its end.
"""

from collections.abc import Iterator

from memdoctor.analysis.limits import HEAP, Forecast
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity, Subject
from memdoctor.rules.about import about
from memdoctor.rules.about_growth import confidence, slopes
from memdoctor.units import duration, size

RULE = Rule(
    "limit-forecast",
    "growth",
    Severity.WARNING,
    "the JavaScript heap reaches its limit soon, or the process the end of the memory",
    explains=("growing-heap", "growing-rss"),
)

_HOUR = 3600


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each growth that meets its limit within sight; a heap's before the machine's."""
    of_heaps = set()
    for one in measurements.forecasts:
        if one.of == HEAP:
            of_heaps.add(one.growth.process)
        elif one.growth.process in of_heaps:
            continue
        yield _finding(one)


def _finding(one: Forecast) -> Finding:
    when = f"{duration(one.soonest)} to {duration(one.latest)}"
    if one.latest > one.furthest:
        when = f"{duration(one.soonest)} or later"
    room = "room" if one.limit is not None else one.room.label
    return about(
        RULE,
        Subject("process", one.growth.process, process=one.growth.process),
        f"at its pace {_what(one)} in {when}",
        note=f"at its limit in {when}",
        severity=Severity.ERROR if one.soonest < _HOUR else Severity.WARNING,
        confidence=confidence(one.growth),
        evidence=(
            one.now,
            *(() if one.limit is None else (one.limit,)),
            *slopes(one.growth),
            one.room,
            Evidence("latest", one.latest, "seconds", formula=f"{room} ÷ slope, low"),
            Evidence("soonest", one.soonest, "seconds", formula=f"{room} ÷ slope, high"),
        ),
        why="At the limit V8 collects without pause, then ends the process."
        if one.of == HEAP
        else "Without memory the kernel ends processes, not always the one that grew.",
        help="take heap snapshots while there is room; a higher --max-old-space-size only gains time"
        if one.of == HEAP
        else "find out what grows before, or set a limit that ends this process and no other",
    )


def _what(one: Forecast) -> str:
    if one.limit is not None:
        return f"the JS heap reaches its limit of {size(one.limit.value)}"
    return f"it takes the {size(one.room.value)} of memory that are left"
