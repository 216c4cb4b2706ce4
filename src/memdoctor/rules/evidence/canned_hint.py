"""A hint of the document is a fixed text, not a diagnosis.

## What it means
"Native memory > heap - leak may be in native addons (node-pty, sharp, etc.)" is printed whenever
`RSS − heapUsed` exceeds `heapUsed`. It names no culprit: node-pty and sharp are part of the text.

## Evidence
`analysis.potentialLeaks` holds that text.

## What to do
Do not search those packages because of it. See what the RSS is made of.

## When it is wrong
The condition may be true for a real native leak, too; the text just does not show it.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule("canned-hint", "evidence", Severity.INFO, "a hint that is a fixed text, no diagnosis")

_TEXT = "Native memory > heap"


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample with the fixed hint about native memory."""
    for look in measurements.looks:
        if any(_TEXT in hint for hint in look.sample.hints):
            beyond = (look.rss - look.heap_used).named("beyond heapUsed")
            yield about_sample(
                RULE,
                look,
                '"Native memory > heap" is a fixed text: it names no culprit',
                note='"Native memory > heap" is a fixed text, no culprit',
                evidence=(look.rss, look.heap_used, beyond),
                why="It is printed whenever RSS − heapUsed exceeds heapUsed; node-pty and sharp are "
                "part of the text.",
                help="see what the RSS is made of before you search in addons",
            )
