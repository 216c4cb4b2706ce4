"""`memdoctor analyze`."""

from typing import Annotated

import typer

from memdoctor.cli.options import ReportOptions, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of

Inputs = Annotated[
    list[str] | None,
    typer.Argument(metavar="INPUT…", help="Files or folders; - is standard input.", show_default=False),
]


Every = Annotated[
    str | None,
    typer.Option("--every", metavar="TIME", help="The time between samples that carry none: 15s, 5m."),
]


Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="WHAT",
        help="Reckon with that: sessions=100/day, sessions=5000, total=54GB, limit=4GiB. Repeatable.",
    ),
]


@reporting
def analyze(
    options: ReportOptions, inputs: Inputs = None, every: Every = None, assume: Assume = None
) -> None:
    """Read anything, diagnose it: all inputs are one case.

    Reads heap snapshots, the diagnostics JSON of /heapdump, process.memoryUsage() and
    v8.getHeapStatistics(), also packed with gzip, xz or zstd. Several snapshots of one process, best
    three or more, show what grows and who holds it; those of other processes are judged
    one by one. Exit 0: done. 1: findings at or above --fail-on. 2: an input could not be read.
    """
    report_on(options, inputs, every, assume)


def report_on(
    options: ReportOptions,
    inputs: list[str] | None,
    every: str | None = None,
    assume: list[str] | None = None,
) -> None:
    """Diagnose inputs as one case, and exit with its code. The options are as they were typed.

    Raises UsageError for options that make no sense, and without an input.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import now, publish
    from memdoctor.engine import diagnose
    from memdoctor.errors import UsageError
    from memdoctor.readers.case import read_case

    typed = {**options.typed(), "assume": assume or None}
    settings = settings_of(typed, options.output)
    if not inputs:
        raise UsageError("nothing to analyze", "name a file or a folder, or - to read standard input")
    with shown_progress():
        report = diagnose(read_case(inputs, length_of_time(every, "--every")), settings, now())
    publish(report, settings, options.output, options.verbose - options.quiet)
