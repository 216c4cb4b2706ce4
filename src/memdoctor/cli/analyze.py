"""`memdoctor analyze`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from memdoctor.cli.options import ReportOptions, reporting

Inputs = Annotated[
    list[str] | None,
    typer.Argument(metavar="INPUT…", help="Files or folders; - is standard input.", show_default=False),
]


@reporting
def analyze(options: ReportOptions, inputs: Inputs = None) -> None:
    """Read anything, diagnose it: all inputs are one case.

    Reads the diagnostics JSON of /heapdump, process.memoryUsage() and v8.getHeapStatistics(),
    also gzipped. Exit 0: done. 1: findings at or above --fail-on. 2: an input could not be read.
    """
    from memdoctor.cli.publish import now, publish
    from memdoctor.config import load_settings
    from memdoctor.engine import diagnose
    from memdoctor.errors import UsageError
    from memdoctor.readers.case import read_case

    settings = load_settings(options.typed(), os.environ, Path.cwd())
    if not inputs:
        raise UsageError("nothing to analyze", "name a file or a folder, or - to read standard input")
    report = diagnose(read_case(inputs), settings, now())
    publish(report, settings, options.output, options.verbose - options.quiet)
