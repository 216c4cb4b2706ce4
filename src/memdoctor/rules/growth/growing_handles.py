"""The number of handles, of open files or of threads grows.

## What it means
Timers, sockets, watchers, listeners or files are opened and not closed. Each costs little memory, and
each may keep what its callback refers to. Open files end at the limit of the process.

## Evidence
In heap snapshots: objects such as `Timeout` and `Socket` that become more, and who holds them; that is a
finding of the family `heap`. In samples: the number of active handles, of open file descriptors or of
threads rises: Theil–Sen slope, Mann–Kendall p of at most 0.05 (0.17 for three samples, 0.01 for ten and
more), by at least 16 and 5 %.

## What to do
Clear each timer (`clearInterval`, `clearTimeout`) and close each socket when what it belongs to ends. For
handles see `process.getActiveResourcesInfo()`, for files `ls -l /proc/PID/fd` or `lsof -p PID`, for
threads `ps -T -p PID`: the kind that repeats points to the place that does not close.

## When it is wrong
A server that gets more clients in the window has more sockets. Bun always reports 0 handles.
"""

from collections.abc import Iterator
from dataclasses import replace

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_growth import about_growth
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-handles",
    "growth",
    Severity.WARNING,
    "handles, open files or threads grow in number",
    explains=EXPLAINS,
)

_IN_HEAP = replace(RULE, family="heap")
_HELP = {
    "handles": "see which kind repeats: `process.getActiveResourcesInfo()`",
    "file_descriptors": "see which kind repeats: `ls -l /proc/PID/fd`, `lsof -p PID`",
    "threads": "see which kind repeats: `ps -T -p PID`",
}


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each process and kind of handle that becomes more."""
    for series, growth in measurements.judged:
        if growth.metric in _HELP and growth.verdict == "growing":
            yield about_growth(
                RULE,
                series,
                growth,
                why="They are opened and not closed; each may keep what its callback refers to.",
                help=_HELP[growth.metric],
            )
    yield from tell(
        _IN_HEAP,
        measurements,
        "handles",
        why="Each stays, with all that its callback sees, until it is cleared or closed.",
        help="clear or close each when what it belongs to ends (`clearInterval`, `close`, `abort`)",
    )
