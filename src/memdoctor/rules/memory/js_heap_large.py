"""The live JavaScript heap is large.

## What it means
Objects of the program itself fill the heap. This is the case in which a heap snapshot is worth taking.
Under Bun the heap is `heapUsed − external`, for Bun counts external memory into `heapUsed`.

## Evidence
An error from 1 GiB on, or in Node from 0.9 of the heap limit; a warning in Node from 0.75 of the
limit; a note from 512 MiB. Below that the heap is called small. Where the runtime cannot be told and
`heapUsed` could hold external memory, nothing is said.

## What to do
Take two or three heap snapshots some minutes apart and compare them. In Node, near the limit, the
process will soon spend its time in collections and then end: raise `--max-old-space-size` to gain
time.

## When it is wrong
Bun up to 1.3.14 updates `heapUsed` only at small collections, so the value may be old. Before a major
collection the heap holds garbage too.
"""

from collections.abc import Iterator

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import GiB, MiB, percent, size

RULE = Rule("js-heap-large", "memory", Severity.ERROR, "the live JavaScript heap is large")

_LARGE = GiB
_NOTABLE = 512 * MiB


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample whose JS heap is large, or near its limit in Node."""
    for look in measurements.looks:
        severity = _severity(look)
        if severity is not None:
            share = (look.js_heap / look.heap_limit).named("share", "ratio")
            limited = look.runtime.is_node and share.value is not None
            of_limit = f", {percent(share.value or 0)} of its limit" if limited else ""
            yield about_sample(
                RULE,
                look,
                f"the JS heap holds {size(look.js_heap.value)}{of_limit}",
                note=f"large{of_limit}",
                evidence=(look.js_heap, look.heap_limit, look.heap_total, share)
                if limited
                else (look.js_heap, look.heap_used, look.heap_total),
                why="These are the program's own objects: a heap snapshot shows who holds them.",
                help="take heap snapshots a few minutes apart and compare them",
                severity=severity,
                impact=look.js_heap.value,
            )


def _severity(look: Look) -> Severity | None:
    heap = look.js_heap
    limit = look.heap_limit if look.runtime.is_node and look.heap_limit > 0 else None
    if heap >= _LARGE or (limit and heap >= limit * 0.9):
        return Severity.ERROR
    if limit and heap >= limit * 0.75:
        return Severity.WARNING
    return Severity.INFO if heap >= _NOTABLE else None
