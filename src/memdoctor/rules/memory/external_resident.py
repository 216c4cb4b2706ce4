"""External memory is large and is held in RAM.

## What it means
Memory outside the JavaScript heap (buffers, stream and fetch bodies, native strings) is large, and
the RSS is large enough to hold it. This is real memory, and a heap snapshot shows only its owners,
not its bytes.

## Evidence
`external` of at least 512 MiB, and RSS of at least 0.8 times `external`.

## What to do
Find who holds the buffers: take a heap snapshot and look at the retainers of ArrayBuffer, Buffer,
Response and Blob objects. A second dump ten minutes later shows whether it grows.

## When it is wrong
One sample shows a size, not growth: a burst that is about to be released looks the same. RSS may also
be large for another reason while the external memory was never touched.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, size

RULE = Rule(
    "external-resident",
    "memory",
    Severity.ERROR,
    "large external memory, held in RAM",
    explains=("buffer-dominated", "at-high-water"),
)

_SMALLEST = 512 * MiB


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample whose RSS carries large external memory."""
    for look in measurements.looks:
        if look.external >= _SMALLEST and look.rss >= look.external * 0.8:
            most = "" if look.rss >= look.external else "most of "
            share = (look.rss / look.external).named("share", "ratio")
            yield about_sample(
                RULE,
                look,
                f"{most}{size(look.external.value)} external is in RAM (RSS {size(look.rss.value)})",
                note="in RAM",
                evidence=(look.external, look.rss, share),
                why="Buffers and native data outside the JS heap; the RSS is large enough to hold them.",
                help="take a heap snapshot and find who retains the ArrayBuffers, Buffers and Responses",
                confidence=Confidence.LIKELY,
                impact=look.external.value,
            )
