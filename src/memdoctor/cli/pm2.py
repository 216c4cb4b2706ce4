"""`memdoctor pm2`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ReportOptions, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of

if TYPE_CHECKING:
    from memdoctor.model import Case

_FILES = frozenset({".txt", ".log", ".json", ".jsonl", ".md", ".err", ".out", ".gz", ".xz", ".zst"})
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
    str | None,
    typer.Option(
        "--interval",
        metavar="TIME",
        help="The time between two looks in a window, else 15s.",
        show_default=False,
    ),
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
    interval: Interval = None,
    home: Home = None,
    every: Every = None,
    no_logs: NoLogs = False,
) -> None:
    """Show what PM2 runs: its heaps, restarts and crash loops.

    Of this machine, with the logs of the apps; no PM2 is ever started. Or of files: pm2 describe, jlist,
    ls, pm2.log, logs of apps.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import now, publish
    from memdoctor.engine import diagnose
    from memdoctor.readers.apps import only
    from memdoctor.readers.case import read_case

    settings = settings_of(options.typed(), options.output)
    names = [name for name in inputs or () if not _is_file(name)]
    files = [name for name in inputs or () if _is_file(name)]
    live: dict[str, object] = {"--for": window, "--interval": interval, "--home": home}
    live["--no-logs"] = no_logs or None
    _refuse(live if files else {"--every": every}, "this machine, not for files" if files else "files")
    with shown_progress():
        if files:
            case = only(read_case(files, length_of_time(every, "--every")), names)
        else:
            case = _of_this_machine(window, interval, home, names, with_logs=not no_logs)
        report = diagnose(case, settings, now())
    publish(report, settings, options.output, options.verbose - options.quiet)


def _of_this_machine(
    window: str | None, interval: str | None, home: str | None, names: list[str], *, with_logs: bool
) -> "Case":
    from memdoctor.live.pm2 import this_pm2
    from memdoctor.live.pm2_logs import and_logs

    seconds, pause = length_of_time(window, "--for"), length_of_time(interval, "--interval")
    folder = None if home is None else Path(home)
    case = this_pm2(seconds, pause, folder, names)
    return and_logs(case, folder) if with_logs else case


def _is_file(name: str) -> bool:
    """Whether a word names an input: a file that is there, or what can be no app."""
    try:
        is_package = name.startswith("@") and name.count("/") == 1  # PM2 may call an app so
        is_named_so = Path(name).suffix in _FILES or (("/" in name or "\\" in name) and not is_package)
        return name == "-" or Path(name).exists() or is_named_so
    except (OSError, ValueError):
        return True


def _refuse(options: dict[str, object], place: str) -> None:
    """Raise UsageError for an option that says nothing about what is read."""
    from memdoctor.errors import UsageError

    for option, value in options.items():
        if value is not None:
            raise UsageError(f"{option} is for {place}", "leave it out")
