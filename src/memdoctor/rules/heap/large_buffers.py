"""The array buffers of one holder are a large part of the memory.

## What it means
Buffers and typed arrays keep their bytes outside the JS heap: a heap limit does not hold for them, and
`heapUsed` does not show them. They are freed with the small object that stands for them in the heap, so
whoever holds that object holds the bytes.

## Evidence
The array buffers that are reached over one field are at least 5 % of all that the snapshot sees, each
counted once even where many Buffers share it. In Bun's snapshots the bytes are in the size of the object.

## What to do
See what the field named keeps, and for how long: frames, chunks and file contents that nobody reads again.
A small slice of a large buffer keeps all of it: copy the slice (`Buffer.from(slice)`) where it lives
long. `memdoctor heap external FILE` lists all holders.

## When it is wrong
An image editor, a model, a cache of files: programs whose data is buffers.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, field_of, in_heap, share_of_heap
from memdoctor.units import grouped, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.outside.external import Outside

RULE = Rule(
    "large-buffers",
    "heap",
    Severity.WARNING,
    "array buffers of one holder are much of the memory",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each holder whose array buffers are a large part of the total."""
    for inside in measurements.insides:
        least = int(measurements.thresholds.heap_share * inside.total)
        for buffers in inside.external.buffers(least):
            if buffers.holder is not None:
                yield _finding(measurements, inside, buffers, buffers.holder)


def _finding(measurements: Measurements, inside: "Inside", buffers: "Outside", holder: str) -> Finding:
    count = f"{grouped(buffers.count)} array buffer{'s' if buffers.count > 1 else ''}"
    hold = "hold" if buffers.count > 1 else "holds"
    return about_holder(
        RULE,
        measurements,
        inside,
        field_of(holder),
        f"{count} of {holder} {hold} {size(buffers.bytes)} outside the JS heap",
        note=f"{size(buffers.bytes)} in {count}, outside the JS heap",
        evidence=(
            Evidence("array buffers", buffers.count, "buffers", pointer=in_heap(inside, buffers.node)),
            Evidence("their bytes", buffers.bytes, "bytes", formula=_formula(inside)),
            share_of_heap(inside, buffers.bytes, "share of all that is seen"),
        ),
        why="The bytes live as long as the objects that stand for them; no heap limit holds for them.",
        help=f"see what {holder} keeps, and how long; copy small slices out of large buffers",
        impact=buffers.bytes,
        confidence=Confidence.CERTAIN,
        topic=holder,
    )


def _formula(inside: "Inside") -> str:
    if inside.external.in_objects:
        return "Σ sizes of the objects, which in Bun hold the bytes"
    return "Σ sizes of JSArrayBufferData"
