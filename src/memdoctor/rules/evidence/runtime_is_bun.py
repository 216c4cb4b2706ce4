"""The numbers come from Bun, not from Node.

## What it means
Bun answers Node's calls with numbers of another engine, JavaScriptCore. `heapUsed` includes external
memory, `heapSizeLimit` is made up, `peakMallocedMemory` is the peak RSS, handles and detached contexts
are always 0. The JavaScript heap is `heapUsed − external`. What is written about V8 does not apply.

## Evidence
`heapUsed` above 1.02 times `heapTotal`; or `mimalloc`, `objectTypeCounts` or `versions.bun` in the
document; or a heap limit of exactly 10 times `peakMallocedMemory`.

## What to do
Read the figures by this page, not by Node's documentation.

## When it is wrong
A Bun with little external memory may show none of these; then the runtime stays unknown.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule("runtime-is-bun", "evidence", Severity.INFO, "the numbers come from Bun, not from Node")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample that Bun wrote."""
    for look in measurements.looks:
        if look.runtime.is_bun:
            yield about_sample(
                RULE,
                look,
                "the runtime is Bun: the JS heap is heapUsed − external, V8's rules do not apply",
                note="heapUsed includes external",
                evidence=(*look.runtime.evidence, look.heap_used, look.heap_total),
                why="Bun answers Node's calls with the numbers of JavaScriptCore.",
                help="read heapUsed − external as the JS heap; ignore the heap limit and the handles",
                figure="runtime",
            )
