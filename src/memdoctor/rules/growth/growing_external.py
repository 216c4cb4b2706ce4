"""The external memory of a process grows.

## What it means
Memory outside the JavaScript heap that JavaScript objects keep becomes more: buffers, bodies of
requests and responses, blobs. The heap can stay small meanwhile, for it holds only their owners.

## Evidence
`external`, or `arrayBuffers` where external is not reported, rises over the samples: Theil–Sen slope,
Mann–Kendall p of at most 0.05 (0.17 for three samples, 0.01 for ten and more), at least 16 MiB and 5 %.
Two samples show a difference only, and the finding says so.

## What to do
Take a heap snapshot and look at who retains ArrayBuffer, Buffer, Response and Blob objects. Cancel bodies
that are not read; bound queues between a fast producer and a slow consumer.

## When it is wrong
External memory is what was asked for, not what is in RAM: see the RSS beside it. A large transfer that
is still going on looks the same until it ends.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_growth import about_growth

RULE = Rule("growing-external", "growth", Severity.WARNING, "external memory grows")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each process whose external memory grows."""
    reported = {growth.process for growth in measurements.growth if growth.metric == "external"}
    for series, growth in measurements.judged:
        instead = growth.metric == "array_buffers" and growth.process not in reported
        if (growth.metric == "external" or instead) and growth.verdict == "growing":
            yield about_growth(
                RULE,
                series,
                growth,
                why="Buffers and bodies are kept; the JS heap holds only their owners.",
                help="take a heap snapshot and find who retains the ArrayBuffers, Buffers and Responses",
            )
