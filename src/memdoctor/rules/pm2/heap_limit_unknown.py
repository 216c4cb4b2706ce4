"""How near the heap limit is cannot be told: PM2 does not show it.

## What it means
Nothing sets `--max-old-space-size`, or the look does not show whether anything does. Then V8's default
holds: some gigabytes (4.0 to 4.2 GiB measured on Node 20 to 24 with 24 GiB of memory), less on a machine or
in a container with less than about 8 GiB; not the tens of MiB that PM2 shows as heap size.

## Evidence
The options of node in the look (`interpreter args`, `node_args`, NODE_OPTIONS): none of them is a limit.

## What to do
`node -p "v8.getHeapStatistics().heap_size_limit / 2**20"` in the worker's environment tells the limit in
MiB. To set one: `--node-args=--max-old-space-size=512`, then start the app anew, for a restart keeps the
options that it had.

## When it is wrong
A program can be started by a script of its own with options that PM2 does not know of.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.workers.worker import DEFAULT_LIMIT
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_workers, heap_looks

RULE = Rule("heap-limit-unknown", "pm2", Severity.INFO, "PM2 does not show the heap limit")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield one finding for all workers with a heap and without a known limit."""
    looks = [
        look
        for look in heap_looks(measurements)
        if not (look.heap_limit.known or look.requested_heap_limit.known)
    ]
    if not looks:
        return
    workers = measurements.workers
    options = {one.name: look.shows_options for one, look in workers.shown} if workers else {}
    unset = all(options.get(look.sample.worker or "") for look in looks)
    last = looks[-1]
    yield about_workers(
        RULE,
        looks,
        f"no heap limit is set: {DEFAULT_LIMIT}" if unset else "the heap limit is not shown",
        note="no limit is set" if unset else "the limit is not shown",
        evidence=(last.heap_used, last.heap_total, Evidence("limit", "not shown", "", last.sample.place)),
        why="the heap size that PM2 shows is what V8 has committed, which it makes larger when it must",
        help='ask the worker: node -p "v8.getHeapStatistics().heap_size_limit"',
    )
