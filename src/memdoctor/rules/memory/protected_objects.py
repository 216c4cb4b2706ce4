"""The runtime itself keeps very many objects of one kind alive.

## What it means
Protected objects are roots: watchers, timers and child processes that are active and therefore never
collected, with everything their callbacks capture.

## Evidence
`protectedObjectTypeCounts` (Bun): more than 100 StatWatcher, 200 Timeout or 50 Subprocess.

## What to do
Close watchers (`fs.unwatchFile`), clear timers (`clearInterval`), and let child processes end when
their work does.

## When it is wrong
A program that watches a large tree on purpose has as many watchers.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule(
    "protected-objects",
    "memory",
    Severity.WARNING,
    "very many watchers, timers or children",
)

_MANY = {"StatWatcher": 100, "Timeout": 200, "Subprocess": 50}


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample with too many watchers, timers or child processes."""
    for look in measurements.looks:
        counts = look.sample.protected_counts
        many = {kind: counts.get(kind, 0) for kind in _MANY if counts.get(kind, 0) > _MANY[kind]}
        if many:
            place = look.sample.places.get("protected_counts")
            named = ", ".join(f"{count} {kind}" for kind, count in many.items())
            yield about_sample(
                RULE,
                look,
                f"kept alive by the runtime: {named}",
                note=named,
                evidence=tuple(
                    Evidence(kind, count, "objects", f"{place}/{kind}") for kind, count in many.items()
                ),
                why="Active watchers, timers and children are roots: nothing they capture is collected.",
                help="close watchers (fs.unwatchFile), clear timers, end child processes",
                confidence=Confidence.LIKELY,
            )
