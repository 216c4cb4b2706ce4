"""Ending processes: what was asked for, what is to be ended and what not, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memdoctor.analysis.processes.costs import Cost, cost
from memdoctor.findings import ProcessOverview
from memdoctor.model import Process


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants ended: processes by pid, orphans, what living processes have leaked."""

    pids: tuple[int, ...] = ()
    orphans: bool = False
    leaked: tuple[int, ...] = ()  # pids of the parents


@dataclass(frozen=True, slots=True)
class Target:
    """A process that is to be ended, with its row in `memdoctor ps`.

    `root` is the pid of what it is ended for: its own, or that of the process which started it.
    """

    process: Process
    row: ProcessOverview
    root: int
    warnings: tuple[str, ...] = ()

    @property
    def pid(self) -> int:
        """The pid: with the start of the process what tells it from all others."""
        return self.process.pid


class Why(StrEnum):
    """Why something is not to be ended."""

    UNSURE = "unsure"  # not certain: it can be named by pid
    REFUSED = "refused"  # never, or not by this user


@dataclass(frozen=True, slots=True)
class Spared:
    """A process that is not to be ended, and why. `named`: somebody asked for it by its pid."""

    pid: int
    why: Why
    reason: str
    help: str = ""
    row: ProcessOverview | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be ended, parents first, and what is not.

    `notes` say what there was not to be found; `user` is who asks.
    """

    asked: Asked
    targets: tuple[Target, ...] = ()
    spared: tuple[Spared, ...] = ()
    notes: tuple[str, ...] = ()
    user: str | None = None

    @property
    def unsure(self) -> tuple[Spared, ...]:
        """What was found, but is not certain enough."""
        return tuple(one for one in self.spared if one.why is Why.UNSURE)

    @property
    def refused(self) -> tuple[Spared, ...]:
        """What was named by its pid, and may not be ended."""
        return tuple(one for one in self.spared if one.why is Why.REFUSED and one.named)

    @property
    def cost(self) -> Cost:
        """What all targets hold together."""
        return cost_of(self.targets)


class End(StrEnum):
    """What became of a process."""

    ENDED = "ended"
    ZOMBIE = "zombie"  # it has ended, and its parent has not asked about it
    BEFORE = "ended-before"  # nothing was sent to it
    LEFT = "still-there"
    HELD = "held-back"  # what it started is still there
    CHANGED = "left-out"  # it is not what it was when it was shown
    DENIED = "denied"
    UNASKED = "not-asked"  # interrupted before

    @property
    def is_gone(self) -> bool:
        """Whether it holds no memory any more."""
        return self in (End.ENDED, End.ZOMBIE, End.BEFORE)


class Left(StrEnum):
    """Why a process is still there after the signals that it got, in words."""

    IGNORES = "it ignores TERM"
    SLOW = "it has not ended on TERM"
    STOPPED = "it is stopped, and takes no signal before it goes on"
    DEVICE = "it waits for a device, and takes no signal before that answers"
    KILLED = "it was killed, and has not ended yet"

    @property
    def yields_to_force(self) -> bool:
        """Whether KILL would end it now."""
        return self in (Left.IGNORES, Left.SLOW, Left.STOPPED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a target: the signals that it got, and the seconds from the first to its end."""

    target: Target
    end: End
    signals: tuple[str, ...] = ()
    seconds: float | None = None
    detail: str = ""
    help: str = ""

    @property
    def ended_by(self) -> str:
        """The last signal that ends processes: CONT only lets one take it."""
        return next(name for name in reversed(self.signals) if name != "CONT")


@dataclass(frozen=True, slots=True)
class Respawn:
    """A process that was started in the place of one that was ended, by whom, and how to stop that.

    `is_left_behind`: the ended one started it itself when it was asked to end.
    """

    pid: int
    started_at: datetime | None
    program: str
    instead_of: int
    parent_pid: int | None
    parent: str
    help: str
    is_left_behind: bool = False


@dataclass(frozen=True, slots=True)
class Reaping:
    """One call from its plan to its end. `done` is whether signals were to be sent."""

    plan: Plan
    done: bool = False
    declined: bool = False  # the question was answered with no
    outcomes: tuple[Outcome, ...] = ()
    respawns: tuple[Respawn, ...] = ()
    log: str | None = None
    log_error: str | None = None  # why it is not complete
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0 all are gone, 1 something is left or came back, 2 nothing could be done, 130 on Ctrl-C."""
        if self.interrupted:
            return 130
        if not self.plan.targets:
            return 2 if self.plan.refused else 0
        if self.outcomes and all(one.end is End.DENIED for one in self.outcomes):
            return 2
        gone = self.done and all(one.end.is_gone for one in self.outcomes)
        return 0 if gone and not self.respawns and not self.plan.refused else 1

    def having(self, *ends: End) -> tuple[Outcome, ...]:
        """Return the outcomes that are one of these."""
        return tuple(one for one in self.outcomes if one.end in ends)


def cost_of(targets: Iterable[Target]) -> Cost:
    """Return what targets hold together, by their last look."""
    return cost(one.process for one in targets)
