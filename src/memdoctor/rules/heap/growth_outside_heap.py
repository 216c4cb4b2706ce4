"""Memory grows outside of the heap.

## What it means
The process takes more memory, and the objects in its snapshots do not account for it: native memory of
add-ons, compression, TLS or WebAssembly, threads, or what the allocator keeps. No snapshot shows it.

## Evidence
What the process reported beside the snapshots: the growth of `external` beyond what the snapshots show of
it, else of the RSS beyond the growth of all objects. Writing a snapshot itself takes memory that is not
given back at once: of the RSS four times the largest file and 64 MiB are taken for that.

## What to do
Compare `process.memoryUsage()` without taking snapshots; look at native add-ons and at WebAssembly
memories; `node --report-on-signal` and `/proc/PID/smaps` show which mappings grow.

## When it is wrong
After a burst the allocator keeps pages for a while. Memory that was mapped is counted when it is touched.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_case
from memdoctor.units import size

RULE = Rule("growth-outside-heap", "heap", Severity.WARNING, "memory grows outside of the heap")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding if the process has grown by far more than its heap."""
    outside = measurements.growth_outside_heap
    if outside is None:
        return
    yield about_case(
        RULE,
        f"{outside.first.label} grew by {size(outside.growth)}, what the snapshots show by "
        f"{size(outside.visible_growth)}: {size(outside.unseen)} grew outside of the heap, beyond the "
        f"{size(outside.allowance)} that are allowed for {outside.allowed_for}",
        note=f"{size(outside.unseen)} outside of the heap",
        evidence=(
            outside.first.named(f"first {outside.first.label}"),
            outside.last.named(f"last {outside.last.label}"),
            Evidence("in the snapshots", outside.visible_growth, "bytes", formula=outside.formula),
            Evidence("allowed", outside.allowance, "bytes", formula=outside.allowance_formula),
            Evidence("outside", outside.unseen, "bytes", formula="growth − in the snapshots − allowed"),
        ),
        why="No heap snapshot shows native memory, so what holds it cannot be found in one.",
        help="look at native add-ons, compression and WebAssembly; compare smaps of two moments",
        severity=None if outside.sure else Severity.INFO,
        confidence=Confidence.LIKELY if outside.sure else Confidence.POSSIBLE,
        impact=outside.unseen,
    )
