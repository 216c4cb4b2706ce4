"""`memdoctor pm2`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ReportOptions, length_of_time, reporting

if TYPE_CHECKING:
    from memdoctor.model import Case

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="APP|FILE…",
        help="Apps by name or number; or files: what PM2 printed, and logs. Without: all of this machine.",
        show_default=False,
    ),
]
Window = Annotated[
    str | None, typer.Option("--for", metavar="TIME", help="Watch so long, 5m: growth and restarts.")
]
Interval = Annotated[
    str, typer.Option("--interval", metavar="TIME", help="The time between two looks in a window.")
]
Home = Annotated[
    str | None,
    typer.Option(
        "--home", metavar="DIR", help="The folder of PM2, else PM2_HOME or ~/.pm2.", show_default=False
    ),
]
Every = Annotated[
    str | None,
    typer.Option("--every", metavar="TIME", help="The time between files that carry none: 15s, 5m."),
]
NoLogs = Annotated[bool, typer.Option("--no-logs", help="Leave out the logs of the apps and pm2.log.")]


@reporting
def pm2(  # noqa: PLR0917 - each is an option, given by name
    options: ReportOptions,
    inputs: Inputs = None,
    window: Window = None,
    interval: Interval = "15s",
    home: Home = None,
    every: Every = None,
    no_logs: NoLogs = False,
) -> None:
    """Show what PM2 runs: heap, memory, restarts, crash loops, and what its numbers mean.

    Of this machine, with the logs of the apps; no PM2 is ever started. Or of files: pm2 describe, jlist,
    ls, pm2.log, logs of apps.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import now, publish
    from memdoctor.config import load_settings
    from memdoctor.engine import diagnose
    from memdoctor.readers.apps import only

    settings = load_settings(options.typed(), os.environ, Path.cwd())
    seconds, pause = length_of_time(window, "--for"), length_of_time(interval, "--interval")
    files = [name for name in inputs or () if _is_file(name)]
    apps = [name for name in inputs or () if not _is_file(name)]
    with shown_progress():
        if files:
            case = _of_files(files, length_of_time(every, "--every"), seconds, home)
        else:
            from memdoctor.live.pm2 import this_pm2

            case = this_pm2(seconds, pause or 15.0, None if home is None else Path(home))
        case = only(case, apps)
        if not files and not no_logs:
            from memdoctor.live.pm2_logs import with_logs

            case = with_logs(case, None if home is None else Path(home))
        report = diagnose(case, settings, now())
    publish(report, settings, options.output, options.verbose - options.quiet)


def _is_file(name: str) -> bool:
    """Whether a word names an input: a file that is there, or what can be no app."""
    try:
        return name == "-" or Path(name).exists() or "/" in name or "\\" in name
    except (OSError, ValueError):
        return True


def _of_files(files: list[str], every: float | None, seconds: float | None, home: str | None) -> "Case":
    from memdoctor.errors import UsageError
    from memdoctor.readers.case import read_case

    if seconds is not None or home is not None:
        option = "--for" if seconds is not None else "--home"
        raise UsageError(f"{option} is for this machine, not for files", "leave it out, or the files")
    return read_case(files, every)
