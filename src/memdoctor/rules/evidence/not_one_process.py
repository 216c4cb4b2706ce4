"""The dumps do not come from one process.

## What it means
A difference between two processes is no growth. A newer dump with more memory proves nothing if it was
another process, another version or another machine.

## Evidence
Start times (timestamp − uptime) that differ by more than 2 s; or other pids, platforms, versions or
runtimes; or dump numbers that run against time.

## What to do
Take two dumps of the same process, ten minutes apart, without a restart between them.

## When it is wrong
If the clock was set between the dumps.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess, differing
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_case

RULE = Rule("not-one-process", "evidence", Severity.ERROR, "the dumps do not come from one process")

_NAMED = 8

_WORDS = {
    "start": "{} start times",
    "pid": "{} pids",
    "runtime": "{} runtimes",
    "platform": "{} platforms",
    "node_version": "{} runtime versions",
    "writer_version": "{} versions of the writer",
    "restart": "the uptime falls",
    "overlap": "lists of samples overlap in time",
    "dump order": "dump numbers run against time",
}


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield one finding if any samples provably are of different processes."""
    processes = [process for process in measurements.sampled_processes if process.looks[0].is_dump]
    apart = differing(processes)
    if apart:
        words = (_WORDS[fact].format(count) for fact, count in apart.items())
        named = [process for process in processes if process.facts][:_NAMED]
        yield about_case(
            RULE,
            f"the samples are not of one process: {', '.join(words)}",
            note="not one process",
            evidence=tuple(_evidence(process) for process in named or processes[:_NAMED]),
            why="A difference between two processes is no growth.",
            help="take two dumps of the same process, 10 minutes apart",
            severity=Severity.INFO if set(apart) == {"restart"} else None,
        )


def _evidence(process: SampledProcess) -> Evidence:
    first = process.looks[0].sample
    start = process.started_at
    return Evidence(
        "started" if start else "process",
        f"{start:%Y-%m-%dT%H:%M:%SZ}" if start else process.name,
        "",
        first.places.get("at", first.place),
        formula="timestamp − uptime" if start else None,
    )
