"""The numbers have the shape of a fetch body that is held in oversized chunks.

## What it means
Bun before 1.4 backs every chunk of a streamed body with an ArrayBuffer of 256 or 512 KiB, however
little data arrived. A body of 200 MB that is held is then reported as 1 to 1.5 GB of external memory,
most of it never touched.

## Evidence
Bun older than 1.4 or of unknown version, where both `external-not-resident` and `buffer-dominated`
hold.

## What to do
Look in a heap snapshot for many ArrayBuffers of 262 288 or 524 432 bytes and one Response that holds
them. In Claude Code the self-update download was such a body: update, restart, or turn the automatic
update off to confirm.

## When it is wrong
Any large set of untouched ArrayBuffers has this shape. Only the buffer sizes in a snapshot prove it.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule(
    "stream-buffer-capacity",
    "memory",
    Severity.WARNING,
    "a fetch body held in oversized chunks",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each old Bun whose untouched external memory is mostly array buffers."""
    for look in measurements.looks:
        if look.runtime.bun_before_1_4 and look.external_exceeds_ram and look.mostly_buffers:
            yield about_sample(
                RULE,
                look,
                f"{size(look.array_buffers.value)} of array buffers look like a held fetch body "
                "in oversized chunks",
                note="the shape of a held fetch body",
                evidence=(look.array_buffers, look.external, look.rss, look.not_resident),
                why="Bun before 1.4 backs each chunk of a body with 256 or 512 KiB, however small.",
                help="find ArrayBuffers of 262 288 or 524 432 bytes and the Response that holds them; "
                "in Claude Code update it, or turn the automatic update off to confirm",
                confidence=Confidence.POSSIBLE,
                impact=look.not_resident.value,
            )
