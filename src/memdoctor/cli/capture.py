"""`memdoctor capture`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import Redact, ReportOptions, length_of_time
from memdoctor.cli.outgoing import outgoing, redacted_as

if TYPE_CHECKING:
    from memdoctor.live.inspector.plan import Plan
    from memdoctor.live.inspector.series import Taken, Wish
    from memdoctor.live.inspector.target import Target

_SERIES, _EVERY = 4, "5m"

Pid = Annotated[
    int, typer.Argument(metavar="PID", help="A Node, or a Bun that was started with --inspect.")
]
Snapshots = Annotated[
    int | None,
    typer.Option(
        "--snapshots",
        metavar="N",
        min=1,
        max=100,
        help=f"How many: 1, and {_SERIES} with --every.",
        show_default=False,
    ),
]
Every = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="TIME",
        help=f"The time from one to the next: {_EVERY} if there are several.",
        show_default=False,
    ),
]
Folder = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="DIR", help="Write there, else here.", show_default=False),
]
Collect = Annotated[
    bool, typer.Option("--gc", help="Collect garbage also before the memory figures are read.")
]
Analyze = Annotated[bool, typer.Option("--analyze", help="Analyze the snapshots at the end.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Despite a heap over 500 MiB, too little memory, or a handler of SIGUSR1."
    ),
]


def capture(  # noqa: PLR0917 - each is an option, given by name
    pid: Pid,
    snapshots: Snapshots = None,
    every: Every = None,
    output: Folder = None,
    collect: Collect = False,
    analyze: Analyze = False,
    yes: Yes = False,
    force: Force = False,
    redact: Redact = None,
) -> None:
    """Take heap snapshots of a running Node, one or a series, safely.

    It stands still for each, up to 0.1 s per MB of its heap, and takes up to 18 times its heap in memory.
    Its inspector is opened for a moment, and closed before the first. All that is said first, and asked.
    A series is --snapshots 4 --every 5m. Exit 0: done. 1: not all of it. 2: refused.
    """
    from memdoctor.cli.asking import agreed
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import tell
    from memdoctor.errors import UsageError
    from memdoctor.live.inspector.files import make_folder
    from memdoctor.live.inspector.plan import plan_for
    from memdoctor.live.inspector.series import Wish
    from memdoctor.live.inspector.session import require_library
    from memdoctor.live.inspector.target import target_of

    redacted_as(redact)
    seconds = length_of_time(every or _EVERY, "--every") or 0
    if every is not None and snapshots == 1:
        raise UsageError("--every is for several snapshots", f"--snapshots {_SERIES}")
    count = snapshots or (1 if every is None else _SERIES)
    require_library()
    target = target_of(pid)
    plan = plan_for(target, force=force)
    wish = Wish(Path(output or "."), count, seconds, collect=collect, force=force)
    _explain(target, wish, plan)
    if not agreed("Go ahead?", yes=yes):
        tell("nothing was done", word="note")
        raise typer.Exit(1)
    make_folder(wish.folder)
    with shown_progress():
        taken, code = _capture(target, wish)
    _end(taken, code, analyze=analyze, redact=redact)


def _explain(target: "Target", wish: "Wish", plan: "Plan") -> None:
    """Say what will happen to the process, and what may happen meanwhile."""
    import textwrap

    from memdoctor.cli.publish import columns, tell, tell_line
    from memdoctor.units import duration, size

    several = f"{wish.snapshots} heap snapshots" if wish.snapshots > 1 else "a heap snapshot"
    pace = f", one every {duration(wish.every)}" if wish.snapshots > 1 else ""
    free = "" if plan.room is None else f"; {plan.room.of} has {size(plan.room.free)} free"
    where, when = _inspector(target, plan)
    user = target.process.user or "its user"
    lines = {
        "stands still": f"at most {duration(plan.most.seconds)} each time, by its size of "
        f"{size(target.process.rss)}: it answers nobody meanwhile",
        "memory": f"at most {size(plan.most.memory)} more, most of it kept until it ends{free}",
        "not in it": "the heaps of worker threads",
        "inspector": where,
        "security": f"{when} any user of this machine can run code as {user} in it",
        "files": f"{wish.folder}/{target.runtime}-{target.pid}-…, for {user} alone: they hold all secrets "
        "that are in its memory",
    }
    tell_line(f"{several} of {target.name}{pace}")
    for name, line in lines.items():
        text = textwrap.fill(
            outgoing(line), columns() - 1, initial_indent=f"  {name:13} ", subsequent_indent=" " * 16
        )
        for part in text.splitlines():
            tell_line(part)
    if target.child is not None:
        tell(f"is its child meant? memdoctor capture {target.child}", word="note")


def _inspector(target: "Target", plan: "Plan") -> tuple[str, str]:
    """Return where the inspector is or will be, and when it is open, in words."""
    host, port = plan.open_at or (target.inspector.host, target.inspector.port)
    place = f"{host}:{port}" if port else f"a port of {host} that is free"
    if plan.open_at is not None:
        where = place if port else f"a port of {host} that it chose"
        return f"open already at {where}, and left so", "as it is open"
    return f"opened by SIGUSR1 at {place} for a moment, closed before the first", "in that moment"


def _capture(target: "Target", wish: "Wish") -> tuple[list["Taken"], int]:
    """Return what was taken, and the exit code; the paths are printed as soon as the files are whole."""
    from memdoctor.cli.publish import say, tell
    from memdoctor.errors import MemdoctorError
    from memdoctor.live.inspector.series import take_all
    from memdoctor.live.interrupts import EndedError, Interrupts
    from memdoctor.progress import note
    from memdoctor.text import printable
    from memdoctor.units import duration

    taken: list[Taken] = []
    try:
        with Interrupts() as interrupts:
            for one in take_all(target, wish, interrupts):
                taken.append(one)
                for path in (one.snapshot, one.figures):
                    say(f"{printable(outgoing(str(path)))}\n")
                note(f"{len(taken)} of {wish.snapshots} taken in {duration(one.seconds)}")
    except EndedError as error:
        tell(
            f"ended by {error}: if a snapshot has begun, the process stands still until it is over",
            word="note",
        )
        return taken, 128 + error.number
    except MemdoctorError as error:
        if not taken:
            raise
        tell(error.message, error.help)
        return taken, 1
    return taken, 0


def _end(taken: list["Taken"], code: int, *, analyze: bool, redact: bool | None) -> None:
    """Analyze the files, or say how to; and exit."""
    import shlex

    from memdoctor.cli.analyze import report_on
    from memdoctor.cli.publish import tell, tell_removed

    files = [str(path) for one in taken for path in (one.snapshot, one.figures)]
    if analyze and code == 0:
        report_on(ReportOptions(redact=redact), files)
    elif files:
        tell(f"memdoctor analyze {shlex.join(files)}", word="next")
        tell_removed()
    raise typer.Exit(code)
