"""External memory that is not in array buffers.

## What it means
External memory holds more than array buffers. Under Bun the rest are Buffers and typed arrays
allocated by size, bodies of Response and Blob, and long strings. Under Node it is memory that native
code has announced, and it may be one collection out of date.

## Evidence
`external − arrayBuffers` of at least 256 MiB.

## What to do
Under Node take a second sample after some minutes before you believe it. Under Bun look for Buffers
and Blobs that are kept.

## When it is wrong
After a large release Node still shows the old amount until the next major collection.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, size

RULE = Rule(
    "other-external",
    "memory",
    Severity.INFO,
    "external memory outside array buffers",
)

_SMALLEST = 256 * MiB


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample with much external memory outside array buffers."""
    for look in measurements.looks:
        if look.other_external >= _SMALLEST:
            bun = look.runtime.is_bun
            yield about_sample(
                RULE,
                look,
                f"{size(look.other_external.value)} of external memory is not in array buffers",
                note="Buffers, bodies, strings" if bun else "may be one collection old",
                evidence=(look.external, look.array_buffers, look.other_external),
                why="Bun counts Buffers, bodies and strings here, not among the array buffers."
                if bun
                else "Node corrects this number at the next major collection only.",
                help="look for Buffers and Blobs that are kept" if bun else "take a second sample",
                impact=look.other_external.value,
                figure="other_external_bytes",
            )
