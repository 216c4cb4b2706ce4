"""How much of the RSS is the process's own.

## What it means
`Private_Dirty` is memory that belongs to this process alone and was written: what ending it would free.
The rest of the RSS are files, code and pages shared with other processes.

## Evidence
`Private_Dirty` and `Rss` of the smaps rollup.

## What to do
Use the private part when you add up several processes: their RSS counts shared pages again.

## When it is wrong
The rollup is read at another moment than the RSS; in a fast-changing process the two differ.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import percent, size

RULE = Rule("private-memory", "memory", Severity.INFO, "how much of the RSS is the process's own")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample with a smaps rollup."""
    for look in measurements.looks:
        share = (look.private_dirty / look.smaps_rss).named("share", "ratio")
        if share.value is not None:
            yield about_sample(
                RULE,
                look,
                f"{size(look.private_dirty.value)} of the RSS is the process's own, "
                f"{percent(share.value)} of it",
                note=f"{percent(share.value)} of Rss, the rest is shared",
                evidence=(look.private_dirty, look.smaps_rss, share),
                why="Ending the process frees what is private; files and shared pages stay.",
                help="add up Private_Dirty or Pss, not RSS, over several processes",
                figure="private_dirty_bytes",
            )
