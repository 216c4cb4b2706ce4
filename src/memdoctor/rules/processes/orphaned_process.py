"""The process that these were made for has ended, and they have not.

## What it means
A session, a terminal or a worker started them and died, or was killed. Nobody talks to them any more; they
hold their memory, and some of them burn CPU.

## Evidence
Points for signs: whose child it is now, whether anybody is at the other end of its input and output,
whether its terminal and the leader of its session are gone, which program it is. From 75 with a closed
stream it is certain, from 45 likely. CPU and memory are the impact, never a sign. A listing shows no
streams: likely at most.

## What to do
Look at the oldest, then end them by pid and start time. Then end the cause: the parent must close what it
starts when it ends, and a child on standard streams must end when its input does.

## When it is wrong
A daemon that forks twice and closes nothing looks like an orphan of known tooling. What `nohup` keeps shows
as likely in a listing, for that shows no streams. An orphan whose streams lead to /dev/null is taken for a
daemon.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.orphans import CERTAIN, LIKELY, Orphan
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import (
    about_processes,
    ended_sessions,
    of_machine,
    pids,
    reasons,
    severity,
    spoken_cost,
    who,
)
from memdoctor.units import count_of, grouped

RULE = Rule(
    "orphaned-process",
    "processes",
    Severity.WARNING,
    "processes live on whose parent has ended",
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield one finding for all orphans of each confidence."""
    for confidence in Confidence:
        group = [orphan for orphan in machine.told_orphans if orphan.confidence is confidence]
        if group:
            yield _finding(machine, confidence, group)


def _finding(machine: Machine, confidence: Confidence, group: list[Orphan]) -> Finding:
    processes = [orphan.process for orphan in group]
    together = cost(machine.with_descendants(processes))
    below = together.processes - len(group)
    started = f", with {below} that they started" if below > 0 else ""
    names = machine.names(processes)
    how = _HOW[confidence]
    single = len(group) == 1
    what = (
        f"{names} is {how}an orphan"
        if single
        else f"{grouped(len(group))} processes are {how}orphans: {names}"
    )
    return about_processes(
        RULE,
        who(machine, processes[0]) if single else f"{confidence} orphans",
        machine,
        f"{what}{started}{ended_sessions(machine, group)}, {spoken_cost(together)}",
        pid=processes[0].pid if single else None,
        note=count_of(len(group), f"{confidence} orphan"),
        severity=severity(machine, together, confidence),
        confidence=confidence,
        evidence=(
            pids(processes),
            *together.evidence(),
            Evidence(
                "points",
                max(orphan.points for orphan in group),
                formula=f"of the surest; certain from {CERTAIN}, likely from {LIKELY}",
            ),
        ),
        why=reasons(([*(s.text for s in one.signs), *one.caps] for one in group), len(group)),
        help=f"{'' if single else 'each with its reasons: memdoctor ps --orphans -v; '}"
        "end by pid what started when it says here",
        impact=together.held,
    )


_HOW = {Confidence.CERTAIN: "", Confidence.LIKELY: "likely ", Confidence.POSSIBLE: "possibly "}
