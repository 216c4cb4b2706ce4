"""Array buffers make up most of the external memory.

## What it means
Most of what is outside the JavaScript heap are ArrayBuffers: chunks of fetch and stream bodies,
files read whole, binary messages. Under Bun, `Buffer.alloc` and `new Uint8Array(n)` are *not* in
this number, so these are buffers that came from the runtime's own streams or from `ArrayBuffer`.

## Evidence
`arrayBuffers` of at least 512 MiB and at least 0.8 of `external`; where `external` is missing, the
size alone.

## What to do
Look for bodies that are read and kept: a Response that is never consumed to its end, chunks pushed
into an array, a download held in memory.

## When it is wrong
It says what the memory is, not that it is too much: a program that works on large binary data has
large buffers.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import percent, size

RULE = Rule(
    "buffer-dominated",
    "memory",
    Severity.WARNING,
    "external memory is mostly array buffers",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample whose external memory is mostly array buffers."""
    for look in measurements.looks:
        share = (look.array_buffers / look.external).named("share", "ratio")
        if look.mostly_buffers:
            held = size(look.array_buffers.value)
            part = held if share.value is None else percent(share.value)
            yield about_sample(
                RULE,
                look,
                f"array buffers hold {held}, most of the external memory"
                if share.known
                else f"array buffers hold {held}; the external memory as a whole is not reported",
                note=f"{part} array buffers",
                evidence=(look.array_buffers, look.external, share),
                why="Bodies of fetches and streams, and data read whole, live in array buffers.",
                help="look for responses that are never read to their end, and for kept chunks",
                impact=look.array_buffers.value,
            )
