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

from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, busy, cpu_words, of_machine, pids
from memdoctor.units import count_of, percent

RULE = Rule("busy-orphan", "processes", Severity.ERROR, "an orphan burns CPU")


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield one finding for all busy orphans."""
    sure = [
        one for orphan in machine.orphans if orphan.is_sure for one in (orphan.process, *orphan.descendants)
    ]
    found = busy(machine, sure)
    if not found:
        return
    share = sum(machine.looks.cpu(one).known for one in found)
    recent = all(machine.looks.cpu(one).is_recent for one in found)
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
            Evidence("busiest", percent(machine.looks.cpu(found[0]).known), pointer=found[0].place),
            pids(found),
            Evidence("cores", f"{share:.1f}", "", None, "sum of their shares of one core"),
        ),
        why=f"nobody reads what they compute; the busiest uses {cpu_words(machine, found[0])}",
        help="end them by pid" if recent else "measure it now: memdoctor ps --for 10s; end them by pid",
    )
