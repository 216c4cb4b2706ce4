"""The process has been busy for most of its life.

## What it means
It used a processor for more than 80 % of the time since it started: it computes, it starts up, or it
spends its time in garbage collections.

## Evidence
`(user CPU + system CPU) ÷ uptime` above 0.8.

## What to do
In a young process nothing: start-up is busy. In an old one take a CPU profile, and in Node run with
`--trace-gc` to see how much of it is collection.

## When it is wrong
Several threads add up: a pool of workers reaches 0.8 without any of them being busy for long.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import percent

RULE = Rule("busy-process", "memory", Severity.INFO, "busy for most of its life")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample of a process that was busy since its start."""
    for look in measurements.looks:
        load = (look.cpu / look.uptime).named("load", "ratio")
        if load > 0.8:
            yield about_sample(
                RULE,
                look,
                f"a processor was busy for {percent(load.value or 0)} of the process's life",
                note=f"{percent(load.value or 0)} of its life",
                evidence=(look.cpu_user, look.cpu_system, look.uptime, load),
                why="It computes, starts up, or spends its time in garbage collections.",
                help="if it is not just starting, take a CPU profile or run with --trace-gc",
                figure="cpu_seconds",
            )
