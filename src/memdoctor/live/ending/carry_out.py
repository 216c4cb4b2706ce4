"""A plan carried out: a second look, signals, and a watch for what comes back."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Outcome, Plan, Reaping, Respawn, Target
from memdoctor.live.ending.again import still_meant
from memdoctor.live.ending.guards import Me
from memdoctor.live.ending.journal import Journal
from memdoctor.live.ending.respawn import came_back
from memdoctor.live.ending.signals import Before, Ending
from memdoctor.live.interrupts import EndedError, Interrupts
from memdoctor.live.machine import looked_again
from memdoctor.model import Case


@dataclass(frozen=True, slots=True)
class How:
    """How processes are ended: seconds to wait, whether to kill, the log, who is told of each signal."""

    wait: float = 5.0
    force: bool = False
    log: Path | None = None
    before: Before | None = None


def carry_out(plan: Plan, case: Case, who: Me, how: How) -> Reaping:
    """End the targets of a plan that was made of a case; return what became of each.

    An interruption (Ctrl-C, TERM) ends the waiting: what was signalled until then is returned, too.

    Raises UsageError if the log cannot be written: then nothing has been signalled.
    """
    ending, interrupted = Ending(plan.targets), False
    left: tuple[Outcome, ...] = ()
    respawns: tuple[Respawn, ...] = ()
    with ExitStack() as open_files:
        journal = None if how.log is None else open_files.enter_context(Journal(how.log))
        interrupts = open_files.enter_context(Interrupts())  # no signal is sent and not noted
        try:
            now = Machine(looked_again(case))
            targets, left = still_meant(plan, Machine(case), now, who)
            interrupts.check()
            ending = Ending(targets, journal, how.before, interrupts.sleep)
            ending.run(how.wait, force=how.force)
            respawns = came_back(ending.gone, now, how.wait, interrupts.sleep)
        except EndedError:
            interrupted = True
        outcomes = _in_order(plan.targets, (*ending.finish(), *left))
        if journal is not None:
            _note(journal, left)
    return Reaping(
        plan,
        done=True,
        outcomes=outcomes,
        respawns=respawns,
        log=None if how.log is None else str(how.log.absolute()),
        log_error=None if journal is None else journal.error,
        interrupted=interrupted,
    )


def _note(journal: Journal, left: tuple[Outcome, ...]) -> None:
    """Note what was left out at the second look."""
    for one in left:
        journal.note(one.target, None, one.end, one.detail)


def _in_order(targets: tuple[Target, ...], outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Return outcomes in the order in which their targets were shown, then those of newcomers."""
    places = {target.pid: place for place, target in enumerate(targets)}
    return tuple(sorted(outcomes, key=lambda one: places.get(one.target.pid, len(places))))
