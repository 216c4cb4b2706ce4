"""An orphan burns CPU.

## What it means
Nobody waits for what it computes. Often it reads the end of its input again and again in a loop.

## Evidence
A certain or likely orphan, or what it started, used half a core or more: measured in a window of two
seconds or more, or as macOS reports it. The %CPU of Linux is an average since the start: then it is a
warning, not an error.

## What to do
End it by pid. In its code: end when standard input ends.

## When it is wrong
As for orphaned-process.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, busy, count_of, cpu_words, pids
from memdoctor.units import percent

RULE = Rule("busy-orphan", "processes", Severity.ERROR, "an orphan burns CPU")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield one finding for all busy orphans."""
    machine = measurements.machine
    if machine is None:
        return
    sure = [
        one for orphan in machine.orphans if orphan.is_sure for one in (orphan.process, *orphan.descendants)
    ]
    found = busy(machine, sure)
    if not found:
        return
    share = sum(machine.looks.cpu_share(one) or 0 for one in found)
    recent = all(one.cpu_is_recent for one in found)
    names = ", ".join(dict.fromkeys(machine.program(one).name for one in found[:3]))
    certain = all(machine.verdicts[one.pid].confidence is Confidence.CERTAIN for one in found)
    over = "" if recent else " on average since their start"
    yield about_processes(
        RULE,
        "busy orphans",
        machine,
        f"{count_of(len(found), 'orphan burns', 'orphans burn')} {share:.1f} cores{over}: {names}",
        note=f"{len(found)} of the orphans burn {share:.1f} cores{over}",
        severity=Severity.ERROR if recent else Severity.WARNING,
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        evidence=(
            Evidence("busiest", percent(machine.looks.cpu_share(found[0]) or 0), pointer=found[0].place),
            pids(found),
            Evidence("cores", f"{share:.1f}", "", None, "sum of their shares of one core"),
        ),
        why=f"nobody reads what they compute; the busiest uses {cpu_words(machine, found[0])}",
        help="end them by pid" if recent else "measure it now: memdoctor ps --for 10s; end them by pid",
    )
