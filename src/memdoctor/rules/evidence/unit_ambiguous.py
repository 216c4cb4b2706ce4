"""The sizes were rounded to megabytes, and the rate tells which.

## What it means
Figures that passed through a table are rounded, and "MB" there may mean 1 000 000 or 1 048 576 bytes.
The reported rate is in MiB per hour and equals RSS ÷ uptime, so it tells which of the two was meant.

## Evidence
All sizes are whole tenths of a MB, or of a MiB; `RSS ÷ (mbPerHour × uptime)` is then near 1.049
for MB and near 1 for MiB.

## What to do
Bring the exact document if you have it. Until then trust three digits at most.

## When it is wrong
By chance a process may have round sizes; two or more of them are very unlikely to be round at once.
"""

from collections.abc import Iterator

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB

RULE = Rule("unit-ambiguous", "evidence", Severity.INFO, "the sizes were rounded to megabytes")

_MB = 1_000_000
_TOLERANCE = 0.03  # of a rate whose figures are rounded


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample with rounded sizes whose rate and uptime tell the unit."""
    for look in measurements.looks:
        unit = _rounded_to(look)
        if unit is None or look.rss.derived or look.uptime.derived:
            continue
        by_rate = (look.reported_rate_per_hour * look.uptime / 3600).named("MB by the rate")
        printed = (look.rss / unit).named("MB as printed")
        ratio = (printed / by_rate).named("ratio", "ratio")
        if ratio.known:
            yield _finding(look, ratio)


def _finding(look: Look, ratio: Figure) -> Finding:
    decimal, binary = ratio.near(MiB / _MB, _TOLERANCE), ratio.near(1, _TOLERANCE)
    told = decimal != binary
    if told:
        meant = "1 000 000 bytes (MB)" if decimal else "1 048 576 bytes (MiB)"
    else:
        meant = "1 000 000 or 1 048 576 bytes: the rate does not tell"
    return about_sample(
        RULE,
        look,
        f"the sizes are rounded; their megabyte is {meant}",
        note=f"rounded; a megabyte is {meant}",
        evidence=(look.rss, look.reported_rate_per_hour, look.uptime, ratio),
        why="The rate is in MiB per hour and equals RSS ÷ uptime, so it gives the unit away.",
        help="bring the exact document if you have it; trust three digits at most",
        confidence=Confidence.LIKELY if told else Confidence.POSSIBLE,
    )


def _rounded_to(look: Look) -> int | None:
    """Return the megabyte to which all reported sizes are rounded, or None."""
    sizes = [
        figure.value
        for figure in (
            look.rss,
            look.heap_used,
            look.heap_total,
            look.external,
            look.array_buffers,
        )
        if figure.value
    ]
    if len(sizes) < 2:
        return None
    for unit in (_MB, MiB):
        if all(_is_round(value, unit) for value in sizes):
            return unit
    return None


def _is_round(value: float, unit: int) -> bool:
    tenths = round(value * 10 / unit)
    return abs(tenths * unit / 10 - value) <= 1
