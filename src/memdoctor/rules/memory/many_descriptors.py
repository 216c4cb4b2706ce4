"""The process has very many open file descriptors.

## What it means
Files, sockets or pipes are opened and not closed. Each holds kernel memory and often a buffer, and at
the limit the next open fails.

## Evidence
More than 500 open descriptors, or at least 80 % of the limit where it is known. A command-line tool
has some dozens.

## What to do
List them: `ls -l /proc/PID/fd`, or `lsof -p PID` on macOS. One kind repeated points to the place that
does not close.

## When it is wrong
A server with many clients has a descriptor for each.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import grouped

RULE = Rule(
    "many-descriptors",
    "memory",
    Severity.WARNING,
    "very many open file descriptors",
)

_MANY = 500


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample with too many descriptors."""
    for look in measurements.looks:
        descriptors, limit = look.file_descriptors, look.descriptor_limit
        if descriptors > _MANY or descriptors >= limit * 0.8:
            yield about_sample(
                RULE,
                look,
                f"{grouped(descriptors.value or 0)} file descriptors are open",
                note="very many",
                evidence=(descriptors, limit),
                why="Descriptors that are opened and never closed end at the limit of the process.",
                help="list them (`ls -l /proc/PID/fd`, `lsof -p PID`) and see which kind repeats",
                confidence=Confidence.LIKELY,
            )
