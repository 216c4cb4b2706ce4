"""What taking snapshots of a process would mean for it: found out beforehand, with nothing done to it."""

from dataclasses import dataclass

from memdoctor.live.inspector import ports
from memdoctor.live.inspector.cost import Cost, cost_of
from memdoctor.live.inspector.preflight import open_inspector, places_of_bun, refuse_deaf
from memdoctor.live.inspector.target import Target
from memdoctor.live.memory_left import Room, room_for
from memdoctor.units import MiB

# A Node takes so much before it has any heap: 44 MB of RSS with 4 MB of heap, Node 20.
_WITHOUT_HEAP, _LEAST_HEAP = 32 * MiB, 4 * MiB


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the inspector is open already, if it is; what a snapshot costs at most; what is free."""

    open_at: ports.Address | None
    most: Cost
    room: Room | None


def plan_for(target: Target, *, force: bool) -> Plan:
    """Return the plan. Raises CaptureError if the inspector would not open."""
    open_at: ports.Address | None
    if target.runtime == "bun":
        [open_at, *others] = places_of_bun(target)
        if others:  # it chose one of them
            open_at = (open_at[0], 0)
    else:
        open_at = open_inspector(target)
        if open_at is None:
            refuse_deaf(target, force=force)
    return Plan(open_at, most_of(target), room_for(target.pid))


def most_of(target: Target) -> Cost:
    """Return what a snapshot costs at most, as long as only the size of the whole process is known."""
    size = (target.process.rss or 0) + (target.process.swap or 0)
    return cost_of(max(size - _WITHOUT_HEAP, _LEAST_HEAP))
