"""Asks processes to end, children before their parents; kills only what was allowed to be killed."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from memdoctor.analysis.processes.tree import Tree
from memdoctor.endings import End, Left, Outcome, Target
from memdoctor.live.ending.identity import State, hold, ignores_term, state_of
from memdoctor.live.ending.journal import Journal
from memdoctor.live.machine import one_look
from memdoctor.progress import tell

_PAUSE = 0.02  # seconds between two looks at what has been asked
_KILLED = 5.0  # seconds until what was killed must be gone
_FORCE = "--force kills it"

Before = Callable[[Target, str], None]
Sleep = Callable[[float], None]


@dataclass
class _Signalled:
    """One target, and what has happened to it so far."""

    target: Target
    signals: list[str] = field(default_factory=list)
    first_at: float = 0.0
    seconds: float | None = None
    end: End | None = None  # None until that is known
    detail: str = ""
    help: str = ""

    @property
    def waits(self) -> bool:
        """Whether it has been asked, and is not known to have ended."""
        return self.end is None and self.seconds is None and bool(self.signals)


class Ending:
    """Ends targets. What has become of them can be asked at any moment, also after an interruption."""

    def __init__(
        self,
        targets: Sequence[Target],
        journal: Journal | None = None,
        before: Before | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        """Take targets, parents first; `before` is called right before each signal, with its name.

        `sleep` waits so many seconds; an interruption that it raises ends `run`.
        """
        self._sleep = sleep
        self._asked = [_Signalled(one) for one in reversed(targets)]  # children before their parents
        self._journal, self._before = journal, before

    def run(self, wait: float, *, force: bool = False) -> None:
        """Send TERM to all, wait so many seconds for their end; with `force` then KILL what is left."""
        held: dict[int, str] = {}
        for root in dict.fromkeys(one.target.root for one in self._asked):
            group = [one for one in self._asked if one.target.root == root]
            if not force:
                _hold_back(group, held)
            self._signal([one for one in group if one.end is None], signal.SIGTERM)
            self._wake(group)
        self._wait(wait)
        if force and any(one.waits for one in self._asked):
            self._spare_new_parents()
            self._signal([one for one in self._asked if one.waits], signal.SIGKILL)
            self._wait(_KILLED)

    @property
    def gone(self) -> tuple[Target, ...]:
        """The targets that were asked and have ended."""
        return tuple(one.target for one in self._asked if one.seconds is not None)

    def finish(self) -> tuple[Outcome, ...]:
        """Note what has become of each target, and return it, parents first; also after an interruption."""
        for one in self._asked:
            if one.end is None:
                one.end, one.detail = _became(one)
            self._note(one, None, one.end)
        return tuple(_outcome(one, one.end or End.UNASKED) for one in reversed(self._asked))

    def _signal(self, several: Sequence[_Signalled], number: signal.Signals) -> None:
        """Send a signal to processes that belong together, and note it.

        All are held first, so that one follows the other at once: a parent that starts its child again when
        that has ended would else be quicker.
        """
        name = number.name.removeprefix("SIG")
        for one in several:
            if self._before is not None:
                self._before(one.target, name)
        holds = [(one, hold(one.target.process)) for one in several]
        try:
            for one, process in holds:
                try:
                    if process is not None and process.send(number):
                        one.signals.append(name)
                        one.first_at = one.first_at or time.monotonic()
                except PermissionError:
                    one.end, one.detail = End.DENIED, f"{name} was denied"
        finally:
            for one, process in holds:
                if process is not None:
                    process.close()
                if name in one.signals:
                    self._note(one, name, "sent")
                else:
                    self._look(one)

    def _spare_new_parents(self) -> None:
        """Leave those alone that have started something since: it would lose its parent."""
        tree = Tree(one_look())
        meant = {one.target.pid for one in self._asked}
        for one in self._asked:
            process = tree.by_pid.get(one.target.pid) if one.waits else None
            below = () if process is None else tree.descendants(process)
            new = next((child for child in below if child.pid not in meant and child.state != "Z"), None)
            if new is not None:
                name = f"{tree.program(new).name} (pid {new.pid})"
                one.end, one.detail = End.HELD, f"it has started {name} since, which would lose its parent"
                one.help = f"memdoctor reap {one.target.pid} --force ends both"

    def _wake(self, group: Sequence[_Signalled]) -> None:
        """Let processes go on that were stopped: they take TERM only then."""
        stopped = [one for one in group if one.waits and state_of(one.target.process) is State.STOPPED]
        self._signal(stopped, signal.SIGCONT)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            left = [one for one in self._asked if one.waits]
            for one in left:
                self._look(one)
            remaining = until - time.monotonic()
            if not any(one.waits for one in left) or remaining <= 0:
                return
            tell(f"waiting {remaining:.0f} s for {sum(one.waits for one in left)} to end")
            self._sleep(min(_PAUSE, remaining))

    def _look(self, one: _Signalled) -> None:
        """Note the end of a process if it has ended."""
        state = state_of(one.target.process)
        if one.end is not None or state not in (State.GONE, State.ZOMBIE):
            return
        if one.signals:
            one.seconds = time.monotonic() - one.first_at
        else:
            one.end = End.BEFORE

    def _note(self, one: _Signalled, name: str | None, outcome: str) -> None:
        if self._journal is not None:
            self._journal.note(one.target, name, outcome, one.detail)


def _hold_back(group: Sequence[_Signalled], held: dict[int, str]) -> None:
    """Leave parents alone whose child is known to ignore TERM: that would lose its parent.

    `held` has the parents of which that is known, by pid; children come first.
    """
    for one in group:
        process = one.target.process
        reason = held.get(process.pid)
        if reason is not None:
            one.end, one.detail = End.HELD, reason
        elif ignores_term(process):
            who = f"{one.target.row.program} (pid {process.pid})"
            reason = f"{who}, which it started, ignores TERM and would lose its parent"
        if reason is not None:
            held.setdefault(process.ppid or 0, reason)


def _outcome(one: _Signalled, end: End) -> Outcome:
    is_forced = end is End.HELD or (end is End.LEFT and Left(one.detail).yields_to_force)
    help_line = one.help or (_FORCE if is_forced else "")
    return Outcome(one.target, end, tuple(one.signals), one.seconds, one.detail, help_line)


def _became(one: _Signalled) -> tuple[End, str]:
    """Return what has become of a process by now, and what is to be said of it."""
    if not one.signals:
        return End.UNASKED, ""
    state = state_of(one.target.process)
    if state is State.GONE:
        return End.ENDED, ""
    if state is State.ZOMBIE:
        return End.ZOMBIE, "a zombie until its parent asks about it; it holds no memory"
    return End.LEFT, _left(one, state)


def _left(one: _Signalled, state: State) -> Left:
    """Return why a process has not ended, as far as that is to be seen."""
    if state is State.WAITING:
        return Left.DEVICE
    if "KILL" in one.signals:
        return Left.KILLED
    if state is State.STOPPED:
        return Left.STOPPED
    return Left.IGNORES if ignores_term(one.target.process) else Left.SLOW
