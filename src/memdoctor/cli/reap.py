"""`memdoctor reap`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import Redact, ShowArgs, length_of_time
from memdoctor.cli.outgoing import cleaned, redacted_as, redactor

if TYPE_CHECKING:
    from memdoctor.endings import Asked, Plan, Reaping
    from memdoctor.live.ending.carry_out import How
    from memdoctor.live.ending.guards import Me
    from memdoctor.model import Case

_PIDS = 1 << 31  # more no system has
Pids = Annotated[
    list[int] | None,
    typer.Argument(
        metavar="PID…",
        help="Processes to end, with what they started. Without: the orphans.",
        show_default=False,
    ),
]
Orphans = Annotated[bool, typer.Option("--orphans", help="End the orphans that are certain.")]
Leaked = Annotated[
    list[int] | None,
    typer.Option("--leaked", metavar="PID", help="End what this living process has leaked, if certain."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show the list; so it is without a terminal, too.")
]
Yes = Annotated[bool, typer.Option("--yes", help="End them without asking.")]
Force = Annotated[bool, typer.Option("--force", help="KILL what has not ended on TERM in time.")]
Wait = Annotated[
    str,
    typer.Option(
        "--wait", metavar="TIME", help="How long they have to end, and are watched for their return."
    ),
]
Window = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="TIME",
        help="Watch so long before; --leaked alone takes 61s where children look leaked.",
        show_default=False,
    ),
]
Log = Annotated[
    str | None,
    typer.Option(
        "--log",
        metavar="FILE",
        help="The log of what was ended, else reap.jsonl of this user's state folder.",
        show_default=False,
    ),
]
NoLog = Annotated[bool, typer.Option("--no-log", help="Write no log.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object; never asks: a dry run without --yes.")]


def reap(  # noqa: PLR0917 - each is an option, given by name
    pids: Pids = None,
    orphans: Orphans = False,
    leaked: Leaked = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    force: Force = False,
    wait: Wait = "5s",
    window: Window = None,
    log: Log = None,
    no_log: NoLog = False,
    as_json: Json = False,
    show_args: ShowArgs = False,
    redact: Redact = None,
) -> None:
    """End what ps found to be left behind, safely.

    Shows the list with reasons and what it frees, asks, looks again. Without a pid only what is certain.
    TERM first, children before their parents, each checked by pid and start right before its signal.
    """
    from memdoctor.analysis.processes.machine import Machine
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import tell_removed
    from memdoctor.endings import Asked, Reaping
    from memdoctor.errors import UsageError
    from memdoctor.live.ending.carry_out import How
    from memdoctor.live.ending.guards import me
    from memdoctor.live.ending.plan import planned

    redacted_as(redact)
    for given, against, words in (
        (dry_run, yes, "--dry-run and --yes"),
        (no_log, log, "--no-log and --log"),
    ):
        if given and against:
            raise UsageError(f"{words} contradict each other", "leave one of them out")
    named, parents = tuple(pids or ()), tuple(leaked or ())
    for pid in (*named, *parents):
        if not 0 <= pid < _PIDS:
            raise UsageError(f"{pid} is no pid", "memdoctor ps shows the processes that run")
    if log is not None and log in {"", "-"}:
        raise UsageError("the log is a file", "--log FILE, or --no-log")
    asked = Asked(named, orphans or not (named or parents), parents)
    how = How(length_of_time(wait, "--wait") or 0, force, _log(log, no_log=no_log))
    seconds = length_of_time(window, "--for")
    who = me()
    with shown_progress():
        case = _case(asked, seconds)
        plan = planned(Machine(case), asked, who, show_arguments=show_args and redactor() is None)
    if asked.orphans or asked.leaked:
        _tell_unseen(case)
    _tell_refused(plan)
    reaping = Reaping(plan)
    if not as_json:
        _show(plan)
    if plan.targets and (yes or not (dry_run or as_json or not _on_terminal())):
        reaping = _ended(plan, case, who, how, yes=yes)
    _publish(reaping, how, as_json=as_json)
    tell_removed()
    raise typer.Exit(reaping.exit_code)


def _case(asked: "Asked", seconds: float | None) -> "Case":
    """Return this machine; watched for a minute if only that can show that children are leaked."""
    from memdoctor.analysis.processes.leaked import APART
    from memdoctor.analysis.processes.machine import Machine
    from memdoctor.live.machine import this_machine

    case = this_machine(seconds, also=asked.pids)
    if seconds is None and any(leak.parent.pid in asked.leaked for leak in Machine(case).leaks):
        return this_machine(APART + 1, also=asked.pids)
    return case


def _log(name: str | None, *, no_log: bool) -> Path | None:
    from memdoctor.live.ending.journal import usual_place

    if no_log:
        return None
    return usual_place() if name is None else Path(name)


def _ended(plan: "Plan", case: "Case", who: "Me", how: "How", *, yes: bool) -> "Reaping":
    """Ask if that is still to be done, and carry the plan out."""
    from memdoctor.cli.asking import agreed
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import tell
    from memdoctor.endings import Reaping
    from memdoctor.errors import CaptureError
    from memdoctor.live.ending.carry_out import carry_out
    from memdoctor.reports.reaping import question

    if sys.platform == "win32":
        raise CaptureError("Windows has no signal that asks a process to end", "taskkill /PID ends one")
    try:
        if not agreed(question(plan), yes=yes):
            return Reaping(plan, declined=True)
    except KeyboardInterrupt:
        return Reaping(plan, interrupted=True)
    with shown_progress():
        reaping = carry_out(plan, case, who, how)
    if reaping.log_error is not None:
        tell(f"the log {reaping.log} is not complete: {reaping.log_error}", word="note")
    return reaping


def _on_terminal() -> bool:
    """Whether somebody sees the list and can answer."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _tell_unseen(case: "Case") -> None:
    """Tell what the system does not show: nothing could be judged by that."""
    from memdoctor.cli.publish import tell

    for problem in case.problems:
        tell(problem.message, problem.help, word="note")


def _tell_refused(plan: "Plan") -> None:
    """Tell what was named by its pid and is not ended."""
    from memdoctor.cli.publish import tell
    from memdoctor.reports.reaping import spoken

    for one in plan.refused:
        tell(f"not ended: {spoken(one)}", one.help)


def _show(plan: "Plan") -> None:
    from memdoctor.cli.publish import columns, say
    from memdoctor.endings import Reaping
    from memdoctor.reports import reaping_terminal
    from memdoctor.reports.render import Style

    text = reaping_terminal.plan(cleaned(Reaping(plan)), Style(columns()))
    say(text and f"{text}\n")


def _publish(reaping: "Reaping", how: "How", *, as_json: bool) -> None:
    from memdoctor.cli.publish import columns, now, say
    from memdoctor.reports.render import Style

    reaping = cleaned(reaping)
    if as_json:
        from memdoctor.reports import reaping_json

        say(reaping_json.render(reaping, now(), wait=how.wait, force=how.force))
        return
    from memdoctor.reports import reaping_terminal

    say(reaping_terminal.result(reaping, Style(columns())))
