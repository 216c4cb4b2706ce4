"""`memdoctor watch`."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ReportOptions, complete_rule, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of
from memdoctor.units import count_of

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.live.interrupts import Interrupts
    from memdoctor.live.sampling.clock import Clock
    from memdoctor.live.sampling.inspected import Inspected
    from memdoctor.live.sampling.recorder import Recorder
    from memdoctor.model import Case, Sample
    from memdoctor.watching import Watch

_INTERVAL, _SHORTEST = 5.0, 0.2  # seconds
Targets = Annotated[
    list[str] | None,
    typer.Argument(metavar="PID|NAME…", help="Processes, with all that they start.", show_default=False),
]
Interval = Annotated[
    str | None,
    typer.Option(
        "--interval", metavar="TIME", help="The time between two looks, else 5s.", show_default=False
    ),
]
Window = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="TIME", help="Watch so long, 30m; else until Ctrl-C.", show_default=False
    ),
]
Record = Annotated[
    str | None,
    typer.Option(
        "--record",
        metavar="FILE",
        help="Append each look, as JSON Lines that analyze reads; an earlier recording goes on.",
        show_default=False,
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="growing|RULE",
        help="Stop as soon as this is found.",
        autocompletion=complete_rule,
        show_default=False,
    ),
]
Inspect = Annotated[
    str | None,
    typer.Option(
        "--inspect",
        metavar="HOST:PORT",
        help="Ask a Node that runs with --inspect for its heap, too.",
        show_default=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Watch all that a name matches, without a question.")]


@reporting
def watch(  # noqa: PLR0917 - each is an option, given by name
    options: ReportOptions,
    targets: Targets = None,
    interval: Interval = None,
    window: Window = None,
    record: Record = None,
    until: Until = None,
    inspect: Inspect = None,
    yes: Yes = False,
) -> None:
    """Watch processes and what they start: memory, CPU, files, threads, and whether they grow.

    On a terminal as a table, in a pipe one line a look; at the end the report. Ctrl-C ends it.
    """
    from memdoctor.cli.live_output import shown
    from memdoctor.cli.publish import now, publish, tell
    from memdoctor.engine import diagnose
    from memdoctor.live.interrupts import EndedError, Interrupts

    settings = settings_of(options.typed(), options.output)
    _check_until(until)
    wanted = _Wanted(targets or [], _pause(interval), record, inspect, yes)
    seconds = length_of_time(window, "--for")
    code = None
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts())
        watched = _prepared(wanted, settings, interrupts, stack)
        show = stack.enter_context(shown(settings, quiet=options.quiet))
        try:
            for moment in watched.run(wanted.pause, seconds, until, is_shown=show is not None):
                if show is not None:
                    show(moment)
        except EndedError as error:
            code = 128 + error.number
    if watched.stopped_by is not None:
        tell(f"stopped: {watched.stopped_by}", word="note")
    elif until is not None and code is None:
        tell(f"{until} was not found", word="note")
    if watched.failure is not None:
        tell(watched.failure.message, watched.failure.help)
        code = watched.failure.exit_code
    report = diagnose(_case(watched, record), settings, now())
    publish(report, settings, options.output, options.verbose - options.quiet, exit_code=code)


def _case(watched: "Watch", record: str | None) -> "Case":
    """Return what was seen: the whole recording, where there is one."""
    from memdoctor.readers.case import read_case

    if record is None or watched.failure is not None:
        return watched.case()
    case = read_case([record])
    return replace(case, problems=(*case.problems, *watched.problems))


def _check_until(until: str | None) -> None:
    """Raise UsageError for what is neither `growing` nor a rule that a recording can show."""
    from memdoctor.errors import UsageError
    from memdoctor.rules.registry import FAMILIES
    from memdoctor.text import closest
    from memdoctor.watching import FAMILIES_OF_RECORDINGS, GROWING

    names = (GROWING, *(name for family in FAMILIES_OF_RECORDINGS for name in FAMILIES[family]))
    if until is not None and until not in names:
        others = {name for rules in FAMILIES.values() for name in rules}
        help_line = "no look at a process shows that" if until in others else closest(until, names)
        raise UsageError(f"--until cannot be {until}", help_line)


def _pause(interval: str | None) -> float:
    from memdoctor.errors import UsageError

    pause = length_of_time(interval, "--interval") or _INTERVAL
    if pause < _SHORTEST:
        raise UsageError(f"--interval is at least {_SHORTEST} s", "looks themselves take time")
    return pause


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be watched, how often, where it is recorded, and whom to ask for its heap."""

    targets: Sequence[str]
    pause: float
    record: str | None
    inspect: str | None
    yes: bool


def _prepared(wanted: _Wanted, settings: "Settings", interrupts: "Interrupts", stack: ExitStack) -> "Watch":
    """Return the watch of what was named, recording where that is wanted."""
    from memdoctor.cli.targets import named_processes
    from memdoctor.live import NAME
    from memdoctor.live.machine import one_look
    from memdoctor.live.sampling.clock import Clock
    from memdoctor.live.sampling.names import is_pid
    from memdoctor.live.sampling.roster import Roster
    from memdoctor.live.sampling.sampler import Sampler
    from memdoctor.model import Source
    from memdoctor.watching import Watch

    clock, table = Clock(interrupts.sleep), one_look()
    inspected = _inspected(wanted.inspect, stack)
    own = [] if inspected is None or wanted.targets else [str(inspected.process_in(table).pid)]
    roots = named_processes([*wanted.targets, *own], table, yes=wanted.yes)
    names = [word for word in wanted.targets if not is_pid(word)]
    recorder, earlier = _recording(wanted, clock, stack)
    sampler = Sampler(Roster(roots, names, table), wanted.pause, clock, inspected)
    source = Source(NAME if wanted.record is None else wanted.record, "live", format="recording")
    return Watch(sampler, settings, clock, source=source, recorder=recorder, earlier=earlier)


def _inspected(inspect: str | None, stack: ExitStack) -> "Inspected | None":
    """Return the process behind HOST:PORT. Raises UsageError for what is no such place."""
    if inspect is None:
        return None
    from memdoctor.errors import UsageError
    from memdoctor.live.sampling.inspected import Inspected

    host, _, port = inspect.removeprefix("ws://").rstrip("/").rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise UsageError(f"--inspect: {inspect} is no HOST:PORT", "such as 127.0.0.1:9229")
    inspected = Inspected(host.strip("[]") or "127.0.0.1", int(port))
    stack.callback(inspected.close)
    return inspected


def _recording(
    wanted: _Wanted, clock: "Clock", stack: ExitStack
) -> tuple["Recorder | None", list["Sample"]]:
    """Return what records, and the samples that an earlier recording holds already."""
    if wanted.record is None:
        return None, []
    from memdoctor.cli.publish import tell
    from memdoctor.errors import UsageError
    from memdoctor.live.sampling.recorder import Recorder
    from memdoctor.readers.case import read_case

    if wanted.record == "-":
        raise UsageError("a recording is a file", "--record FILE")
    recorder = Recorder(Path(wanted.record), clock.now(), wanted.pause)  # it declines what is no recording
    stack.callback(recorder.close)
    if not recorder.goes_on:
        return recorder, []
    case = read_case([wanted.record])
    if case.samples:
        tell(
            f"{wanted.record} goes on: {count_of(len(case.samples), 'sample is', 'samples are')} in it",
            word="note",
        )
    for problem in case.problems:
        if not problem.unread:
            tell(f"{problem.place or problem.source}: {problem.message}", word="note")
    return recorder, list(case.samples)
