"""A figure is much larger than in the baseline.

## What it means
Both reports look at the same service, and one of its figures is larger now. It is a difference between
two reports, no growth: nobody watched it rise.

## Evidence
The figure now and in the baseline, each with its place: RSS, JS heap and external memory of a process,
the total of the last heap snapshot, the memory of all processes of one program. It must be larger by
more than 25 % and 8 MiB (`figure_regression_share`, `regression_bytes`). Of three looks or more at
one process the median is compared; and its last looks, the lowest of three, with what the baseline
reaches: its own last looks, and what at most a tenth of its looks exceed. From three looks in both
reports on it is likely, else possible. A process is the same one if PM2, a recording or a listing calls
it the same; pid, start and file name do not matter.

## What to do
Find out what changed between the two: the version, the load, the time since the start. Then look at the
process itself: `memdoctor watch`, or two heap snapshots. If the new size is meant, write the baseline
anew.

## When it is wrong
One look may be just before a collection, or under more load. A process that is only older may hold
more.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.regressions import AT_THE_END, MEDIAN, Rise, rises
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about, is_of_one_process
from memdoctor.units import grouped, percent, size, three_digits

RULE = Rule(
    "worse-than-baseline", "baseline", Severity.WARNING, "a figure is much larger than in the baseline"
)
_SEVERAL = 3


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each figure that is larger than in the baseline."""
    baseline = measurements.baseline
    is_alone = is_of_one_process(measurements)
    for rise in rises(measurements):
        yield _finding(rise, "" if baseline is None else baseline.title, is_alone=is_alone)


def _finding(rise: Rise, baseline: str, *, is_alone: bool) -> Finding:
    before, now = rise.before.value, float(rise.now.value or 0)
    more = _times(now / before) if before else "there was none"
    had = f"in the baseline of {baseline}"
    what = f"{rise.words} (median)" if rise.what == MEDIAN else rise.words
    if rise.what == AT_THE_END:
        what, had = f"{rise.words} at the end", f"the baseline of {baseline} reaches"
    which = f", {rise.what}" if rise.what else ""
    is_named = is_alone or rise.subject.kind != "process" or rise.subject.worker is not None
    whose = "" if is_named else f" ({rise.subject.name})"
    return about(
        RULE,
        rise.subject,
        f"{what} is {size(now)}, {had} {size(before)}: {more}{whose}",
        note=f"{size(before)} in the baseline",
        confidence=Confidence.LIKELY if rise.looks >= _SEVERAL else Confidence.POSSIBLE,
        evidence=(
            Evidence(f"baseline {rise.now.label}{which}", before, "bytes", rise.before.place),
            rise.now,
            Evidence("difference", now - before, "bytes", formula="now − baseline"),
        ),
        why="It is a difference between two reports, no growth: nobody watched it rise.",
        help="see what changed between the two; memdoctor watch PID tells whether it goes on",
        impact=now - before,
        topic=rise.words,
    )


def _times(factor: float) -> str:
    return (
        f"{percent(factor - 1)} more"
        if factor < 3
        else f"{three_digits(factor) if factor < 999 else grouped(factor)} times as much"
    )
