"""The heap limit that was asked for is not the one in force.

## What it means
`--max-old-space-size` stands in NODE_OPTIONS or on the command line, and V8 works with another limit.
Either the option did not reach this process, or a later one won.

## Evidence
The limit that V8 reports is not between the requested size and that plus 25 % and 192 MiB. V8's limit
is the old generation, which the option sets, and about three semi-spaces of the young one.

## What to do
See which value wins: NODE_OPTIONS comes first, the command line after it, and the last one counts. A
container, a process manager or a wrapper script may drop the environment. The number is in MiB.

## When it is wrong
A large `--max-semi-space-size` raises the limit further. A worker thread has limits of its own
(`resourceLimits`).
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, size

RULE = Rule(
    "heap-limit-not-applied",
    "growth",
    Severity.WARNING,
    "the heap limit that was asked for is not in force",
)

_YOUNG_SHARE, _YOUNG = 0.25, 192 * MiB  # what the young generation adds at most


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample of a proven Node whose limit does not follow the option."""
    for look in measurements.looks:
        requested, limit = look.requested_heap_limit, look.heap_limit
        if not (look.runtime.is_node and requested > 0 and limit > 0):
            continue
        most = (requested.value or 0) * (1 + _YOUNG_SHARE) + _YOUNG
        if limit < requested or limit > most:
            yield about_sample(
                RULE,
                look,
                f"a heap limit of {size(requested.value)} was asked for, {size(limit.value)} is in force",
                note=f"not the {size(requested.value)} that were asked for",
                evidence=(requested, limit),
                why="The option did not reach this process, or a later one won.",
                help="look at NODE_OPTIONS and the command line of the running process",
                confidence=Confidence.LIKELY,
                figure="heap_limit_bytes",
            )
