"""The heap is close to its limit.

## What it means
The options of node set a limit, and what is in use is nearly as much. V8 collects more and more often
there, then ends the process: "JavaScript heap out of memory".

## Evidence
Used heap ÷ limit. Of several looks at one process the lowest counts, for V8 lets garbage lie until it needs
the room: a warning from 85 %. One look is only a hint, from 90 %: the next collection may free much.

## What to do
Find out what is live: two heap snapshots, minutes apart. If the program needs that much, raise
`--max-old-space-size`, and start the app anew (`pm2 delete`, `pm2 start`): a restart keeps its options.

## When it is wrong
A program that was given a small limit on purpose may live there for long.
"""

from collections.abc import Iterator
from itertools import groupby

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_workers, heap_looks
from memdoctor.units import percent

RULE = Rule("heap-near-limit", "pm2", Severity.WARNING, "the heap is close to its limit")
_FLOOR, _SINGLE = 0.85, 0.9  # of the limit: the lowest of several looks, one look
_SEVERAL = 3


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for the last process of each worker whose heap is nearly at its limit."""
    limited = [look for look in heap_looks(measurements) if look.requested_heap_limit.known]
    lives = [list(looks) for _, looks in groupby(limited, key=lambda look: look.sample.series)]
    last = {looks[-1].sample.worker: looks for looks in lives}
    for looks in last.values():
        several = len(looks) >= _SEVERAL
        lowest = min(looks, key=_share)
        if _share(lowest) >= (_FLOOR if several else _SINGLE):
            yield _found(lowest, len(looks), several=several)


def _share(look: Look) -> float:
    return (look.heap_used / look.requested_heap_limit).value or 0.0


def _found(look: Look, count: int, *, several: bool) -> Finding:
    share = percent(_share(look))
    return about_workers(
        RULE,
        [look],
        f"it uses {share} of its heap limit" + (f", at least, in {count} looks" if several else ""),
        note=f"{share} of its heap limit in use",
        severity=None if several else Severity.INFO,
        confidence=Confidence.LIKELY if several else Confidence.POSSIBLE,
        evidence=(
            look.heap_used,
            look.requested_heap_limit,
            Evidence("of limit", _share(look), "share", formula="used ÷ limit"),
        ),
        why="V8 collects more and more often near its limit, then ends the process",
        help="see what is live: heap snapshots; a larger --max-old-space-size only if it needs that much",
        impact=int(look.heap_used.value or 0),
    )
