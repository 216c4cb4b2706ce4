"""Something is started again whenever it has ended.

## What it means
It crashes, or somebody ends it, and its parent starts the next one: killing it changes nothing. The cause
is what the parent does, or why the child cannot stay.

## Evidence
Three or more starts of one program with the same arguments under one parent, one after the other, each
living less than a third of the time that was watched: several captures, or `--for`. Tools that end by
design (sleep, ps, git …) are left out; what no runtime runs is possible, for it may be a poll.

## What to do
Read why the child ends (its log, its exit code). To end it for good end or mend the parent first.

## When it is wrong
A script that a timer runs every few seconds.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import (
    about_processes,
    busy,
    harms,
    loop_cost,
    loop_members,
    of_machine,
    pids,
    spoken_cost,
    who_has,
)
from memdoctor.units import duration, grouped

RULE = Rule(
    "respawn-loop", "processes", Severity.WARNING, "something is started again whenever it has ended"
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each loop."""
    for loop in machine.loops:
        name = loop.program.name
        parent = who_has(machine, loop.parent_pid)
        together = loop_cost(machine, loop)
        sure = loop.confidence is not Confidence.POSSIBLE
        level = Severity.WARNING if sure else Severity.INFO
        is_busy = bool(busy(machine, loop_members(machine, loop)))
        yield about_processes(
            RULE,
            f"{name} of {parent}",
            machine,
            f"{parent} started {name} {grouped(len(loop.starts))} times in {duration(loop.seconds)}: "
            f"{spoken_cost(together)}",
            pid=loop.parent_pid,
            note=f"{name} was started {grouped(len(loop.starts))} times",
            severity=Severity.ERROR if sure and (harms(machine, together) or is_busy) else level,
            confidence=loop.confidence,
            evidence=(
                Evidence("starts", len(loop.starts), pointer=loop.starts[0].place),
                pids(loop.starts),
                Evidence(
                    "lived", loop.life, "seconds", None, "median, from start to the look that missed it"
                ),
                Evidence("threads", together.threads, "", loop.starts[-1].place),
                Evidence("CPU", together.cpu_share, "share", formula="of one core, as its listing says"),
                *together.evidence(),
            ),
            why="one follows the other, and none of them lives long",
            help=f"see why {name} ends; to stop it, mend or end {parent} first",
            impact=together.held,
        )
