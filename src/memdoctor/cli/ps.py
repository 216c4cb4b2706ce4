"""`memdoctor ps`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ReportOptions, ShowArgs, complete_from, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of
from memdoctor.config import SORTS

if TYPE_CHECKING:
    from memdoctor.model import Case

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE…",
        help="Listings: several looks, or machines; - is standard input. Without: this machine.",
        show_default=False,
    ),
]
Orphans = Annotated[bool, typer.Option("--orphans", help="List the orphans, and what they started.")]
Zombies = Annotated[bool, typer.Option("--zombies", help="List the zombies.")]
Duplicates = Annotated[bool, typer.Option("--duplicates", help="List daemons that run several times.")]
Tree = Annotated[bool, typer.Option("--tree", help="List processes below the one that started them.")]
Family = Annotated[
    str | None,
    typer.Option(
        "--family", metavar="NAME", help="List the processes of a program or of a family of tools."
    ),
]
Pss = Annotated[bool, typer.Option("--pss", help="PSS and USS of all processes, not only of suspects.")]
Window = Annotated[
    str | None,
    typer.Option("--for", metavar="TIME", help="Watch so long, 10s: loops, and the CPU of now."),
]
Sort = Annotated[
    str | None,
    typer.Option(
        "--sort", metavar="|".join(SORTS), help="The order of rows.", autocompletion=complete_from(*SORTS)
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns", metavar="LIST", help="Of a listing without a heading: pid,ppid,rss,etime,args."
    ),
]


@reporting
def ps(  # noqa: PLR0917 - each is an option, given by name
    options: ReportOptions,
    inputs: Inputs = None,
    orphans: Orphans = False,
    zombies: Zombies = False,
    duplicates: Duplicates = False,
    tree: Tree = False,
    family: Family = None,
    pss: Pss = False,
    window: Window = None,
    sort: Sort = None,
    columns: Columns = None,
    show_args: ShowArgs = False,
) -> None:
    """Show processes as programs: orphans, leaked children, duplicates, zombies, loops, with reasons.

    Of this machine, or of a listing from another one: ps, pstree -p, busybox, macOS, BSD, wmic, tasklist,
    Get-CimInstance as JSON. Best is ps -eo pid,ppid,sid,stat,rss,etime,args.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import now, publish
    from memdoctor.engine import diagnose
    from memdoctor.errors import UsageError
    from memdoctor.reports.listing import RULES, Wanted, listed
    from memdoctor.text import closest

    if sort is not None and sort not in SORTS:
        raise UsageError(f"--sort cannot be {sort}", closest(sort, SORTS))
    typed = {**options.typed(), "show_arguments": show_args or None}
    settings = settings_of(typed, options.output)
    most = None if options.top is None else settings.top
    asked = {"orphans": orphans, "zombies": zombies, "duplicates": duplicates}
    kinds = tuple(name for name, wanted in asked.items() if wanted)
    if kinds and not settings.select:  # what was asked for is what is told
        asked_rules = tuple(rule for name in kinds for rule in RULES[name])
        settings = replace(settings, select=(*asked_rules, "budget") if settings.budget else asked_rules)
    seconds = length_of_time(window, "--for")
    with shown_progress():
        case = _case(inputs, columns, seconds, pss=pss)
        report = diagnose(case, replace(settings, top=0), now())
    report = listed(report, Wanted(kinds, family, tree, sort, most))
    publish(report, settings, options.output, options.verbose - options.quiet)


def _case(inputs: list[str] | None, columns: str | None, seconds: float | None, *, pss: bool) -> "Case":
    """Return the listings that were named, or this machine."""
    from memdoctor.errors import UsageError

    if inputs:
        if seconds is not None or pss:
            option = "--for" if seconds is not None else "--pss"
            raise UsageError(
                f"{option} is for this machine, not for a listing", "leave it out, or the files"
            )
        from memdoctor.readers.case import read_case

        return read_case(inputs, columns=columns)
    if columns is not None:
        raise UsageError("--columns is for a listing", "name its file, or - for standard input")
    from memdoctor.live.machine import this_machine

    return this_machine(seconds, pss=pss)
