"""External memory is accounted for that is not in RAM.

## What it means
`external` counts what the program asked for, RSS counts what is in RAM. Where the first is far
above the second, the difference is capacity that was never touched, or memory that the system has
compressed or swapped out. On Linux without swap it costs nothing; on macOS it may sit in the
compressor; on Windows it still counts against the commit limit.

## Evidence
`external` above 256 MiB, and `external + heapTotal` more than 1.25 times the RSS. A missing
`heapTotal` counts as 0. The amount is `external + heapTotal − RSS`.

## What to do
Do not size a machine, and do not file a leak, by `external`. Ask the system what the process costs:
`footprint -p PID` on macOS, Private Bytes on Windows, Pss and Swap in `/proc/PID/smaps_rollup` on
Linux. What holds the buffers is still worth finding.

## When it is wrong
When RSS is low because the process was swapped out as a whole: then the memory is real and slow.
Node counts external memory one collection late, so a value read just after a large release is stale.
"""

from collections.abc import Iterator

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule(
    "external-not-resident",
    "memory",
    Severity.WARNING,
    "external memory that is not in RAM",
    explains=("external-never-resident", "buffer-dominated", "stream-buffer-capacity"),
)

_WHY = {
    "linux": "Asked for, but not in RAM: never touched, which is free, or swapped out",
    "darwin": "Asked for, but not in RAM: never touched, compressed or swapped out",
    "win32": "Asked for, but not in RAM: it still counts against the commit limit",
}
_STALE = "Asked for, but not in RAM: never touched, swapped out, or freed since the last collection"
_WHY_ANYWHERE = "Asked for, but not in RAM: free only on Linux without swap"
_HELP = {
    "linux": "see Swap and Pss in /proc/PID/smaps_rollup before calling it a leak",
    "darwin": "see `footprint -p PID`, or Memory in Activity Monitor, for its real cost",
    "win32": "see Private Bytes of the process before calling it a leak",
}
_HELP_ANYWHERE = "see smaps_rollup (Linux), footprint (macOS), Private Bytes (Windows)"


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample with external memory far above its RSS."""
    for look in measurements.looks:
        if look.external_exceeds_ram:
            yield _finding(look)


def _swap(look: Look) -> str | None:
    """Return what the swap figure of the document itself answers."""
    if look.swap.value is None:
        return None
    if look.swap >= look.not_resident * 0.5:
        return f"{size(look.swap.value)} of the process is in swap: that is real memory"
    in_swap = f"only {size(look.swap.value)}" if look.swap > 0 else "nothing"
    return f"{in_swap} of it is in swap: the rest was never touched, or is freed"


def _finding(look: Look) -> Finding:
    platform = look.sample.platform or ""
    missing = look.not_resident
    what = "the reported external" if missing <= look.external else "external memory and JS heap"
    return about_sample(
        RULE,
        look,
        f"{size(missing.value)} of {what} is not in RAM",
        note=f"{size(missing.value)} of it not in RAM",
        evidence=(look.external, look.rss, look.heap_total, missing),
        why=_STALE if look.runtime.is_node else _WHY.get(platform, _WHY_ANYWHERE),
        help=_swap(look) or _HELP.get(platform, _HELP_ANYWHERE),
        impact=missing.value,
    )
