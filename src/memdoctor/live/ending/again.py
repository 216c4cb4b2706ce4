"""A second look, right before signals: what is not any more what a person saw is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memdoctor.analysis.processes.looks import identity_of
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.program import program_of
from memdoctor.endings import End, Outcome, Plan, Spared, Target, Why
from memdoctor.live.ending.guards import Me
from memdoctor.live.ending.plan import planned
from memdoctor.model import GONE, INHERITED, PRESENT, Process

_WAITS = "sleep"
_AGAIN = "look again: memdoctor reap {}--dry-run"


def still_meant(
    plan: Plan, before: Machine, now: Machine, who: Me
) -> tuple[tuple[Target, ...], tuple[Outcome, ...]]:
    """Return the targets of a plan that are still to be ended, and what is to be said of the others.

    A target is left out together with all of its group when one of them has another parent, when one has
    started something that nobody saw, when somebody is at the other end of a stream again, or when the
    analysis would not say any more what it said. What only took the place of another one, as in a loop of
    commands, is taken in.
    """
    fresh = planned(now, plan.asked, who)
    meant = {identity_of(one.process) for one in fresh.targets}
    refused = {one.pid: _refused(one) for one in fresh.spared}
    kept: list[Target] = []
    left: list[Outcome] = []
    for root in dict.fromkeys(one.root for one in plan.targets):
        group = [one for one in plan.targets if one.root == root]
        there = [one for one in group if _now(now, one) is not None]
        left += [_ended_before(now, one) for one in group if one not in there]
        fresh_ones = _newcomers(there, now)
        others = (one for one in fresh_ones if not _stands_in(one, group, before, now))
        changes: list[str] = [*_changes(there, now), *(_started(one, now) for one in others)]
        reason = next(iter(changes), None)
        if reason is None and any(identity_of(one.process) not in meant for one in there):
            reason = refused.get(root, "memdoctor ps does not say any more that it was left behind")
        if reason is None:
            by_pid = {one.pid: one for one in there}  # with what they weigh: the second look does not ask
            pids = by_pid.keys() | {one.pid for one in fresh_ones}
            kept += [
                by_pid.get(one.pid) or replace(one, root=root) for one in fresh.targets if one.pid in pids
            ]
        else:
            again = _AGAIN.format(f"{root} " if root in plan.asked.pids else "")
            left += [Outcome(one, End.CHANGED, detail=reason, help=again) for one in there]
    return tuple(kept), tuple(left)


def _refused(one: Spared) -> str:
    """Return why something is not to be ended any more."""
    return one.reason if one.why is Why.REFUSED else f"memdoctor ps is not certain any more: {one.reason}"


def _now(machine: Machine, target: Target) -> Process | None:
    """Return a target as it is now, None if it has ended."""
    found = machine.tree.by_pid.get(target.pid)
    if found is None or found.state == "Z" or identity_of(found) != identity_of(target.process):
        return None
    return found


def _ended_before(machine: Machine, target: Target) -> Outcome:
    other = machine.tree.by_pid.get(target.pid)
    if other is None or other.state == "Z":
        return Outcome(target, End.BEFORE)
    name = machine.program(other).name
    return Outcome(
        target, End.BEFORE, detail=f"pid {target.pid} is another process now, {name}: not touched"
    )


def _changes(group: Sequence[Target], machine: Machine) -> Iterator[str]:
    """Yield what has changed about processes of one group since they were shown."""
    for target in group:
        now = _now(machine, target)
        if now is None:
            continue
        name = f"{target.row.program} (pid {target.pid})"
        if machine.program(now).path != program_of(target.process).path:
            yield f"{name} runs another program now, {machine.program(now).name}"
        if now.ppid != target.process.ppid:
            yield f"{name} has another parent now, pid {now.ppid}"
        if any(_is_back(target.process, now, number) for number in (0, 1, 2)):
            yield f"somebody is at the other end of a stream of {name} again"


def _newcomers(group: Sequence[Target], machine: Machine) -> tuple[Process, ...]:
    """Return what runs below processes of a group, and was not there when that was shown."""
    known = {one.pid for one in group}
    there = [now for one in group if (now := _now(machine, one)) is not None]
    below = machine.with_descendants(there)
    return tuple(one for one in below if one.pid not in known and one.state != "Z")


def _stands_in(newcomer: Process, group: Sequence[Target], before: Machine, now: Machine) -> bool:
    """Whether a process took the place of one that has ended: a loop goes on.

    Between two commands a loop may wait, which is another program.
    """
    program = now.program(newcomer)
    ended = [one.process for one in group if _now(now, one) is None]
    if program.name == _WAITS and any(one.ppid == newcomer.ppid for one in ended):
        return True
    return any(before.program(one).same_service == program.same_service for one in ended)


def _started(newcomer: Process, machine: Machine) -> str:
    parent = machine.tree.parent(newcomer)
    name = "it" if parent is None else f"{machine.program(parent).name} (pid {parent.pid})"
    return f"{name} has started {machine.program(newcomer).name} (pid {newcomer.pid}) meanwhile"


def _is_back(before: Process, now: Process, number: int) -> bool:
    """Whether a stream that led to nobody leads to somebody."""
    old, new = before.streams.get(number), now.streams.get(number)
    return old is not None and old.peer in (GONE, INHERITED) and new is not None and new.peer == PRESENT
