"""Much of the RSS is neither JavaScript heap nor external memory.

## What it means
The rest of the RSS belongs to native code: the allocator's retained pages, compiled code, thread
stacks, addons, mapped files. No heap snapshot shows it.

## Evidence
`RSS − heapTotal − external` of at least 512 MiB and at least half of the RSS. An error from ten
minutes of age on, a warning before: start-up often leaves such a rest.

## What to do
Compare with a process of the same program that just idles. `/proc/PID/smaps`, `vmmap` or VMMap show
which mappings it is. If it stays after a burst, the allocator kept the pages: another allocator or a
restart after bursts helps; a growing rest points to an addon.

## When it is wrong
Memory that several processes share is counted in each one's RSS. External memory that Bun had not yet
counted (young Buffers) lands here too.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, percent, size

RULE = Rule(
    "native-resident",
    "memory",
    Severity.ERROR,
    "RSS that is neither JS heap nor external",
    explains=("at-high-water",),
)

_SMALLEST = 512 * MiB
_SETTLED = 600  # seconds
_WHY = "Allocator pages, compiled code, stacks and addons: no heap snapshot shows them."
_WHY_BUN = "Allocator pages, compiled code, addons; and Buffers that Bun has not counted as external yet."


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample whose RSS is mostly native."""
    for look in measurements.looks:
        if look.native >= _SMALLEST and look.native >= look.rss * 0.5:
            share = (look.native / look.rss).named("share", "ratio")
            yield about_sample(
                RULE,
                look,
                f"{size(look.native.value)} of the RSS is neither JS heap nor external",
                note=f"{percent(share.value or 0)} of the RSS",
                evidence=(look.rss, look.heap_total, look.external, look.native, share),
                why=_WHY_BUN if look.runtime.is_bun else _WHY,
                help="see which mappings it is (smaps, vmmap, VMMap); compare with an idle process",
                severity=Severity.ERROR if look.uptime >= _SETTLED else Severity.WARNING,
                confidence=Confidence.LIKELY,
                impact=look.native.value,
            )
