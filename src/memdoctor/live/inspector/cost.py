"""What a heap snapshot costs the process that is asked for it, by the size of its heap.

Measured on Node 20 and 24, small objects (docs/capture.md): it stands still for 0.04 to 0.1 s per MB of
heap, its RSS grows by 15 to 17 times its heap, and the file is twice as large as the heap.
"""

from dataclasses import dataclass

from memdoctor.errors import CaptureError
from memdoctor.live.memory_left import Room
from memdoctor.units import MiB, duration, size

LARGEST_HEAP = 500 * MiB  # beyond that it stands still for most of a minute
_SECONDS_PER_BYTE, _LEAST_SECONDS = 0.1 / MiB, 0.2
_MEMORY, _FILE = 18, 2  # times the heap
_LEAST_MEMORY, _LEAST_FILE = 64 * MiB, 8 * MiB
_PATIENCE, _LEAST_PATIENCE = 20, 300.0  # times the expected seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """What is to be expected: seconds of standing still, bytes of memory and of disk."""

    heap: int
    seconds: float
    memory: int
    file: int

    @property
    def patience(self) -> float:
        """Seconds after which nothing is expected any more."""
        return max(_PATIENCE * self.seconds, _LEAST_PATIENCE)


def cost_of(heap: int) -> Cost:
    """Return what a snapshot of a heap of so many bytes costs.

    >>> cost_of(100 * MiB).seconds, cost_of(100 * MiB).memory // MiB
    (10.2, 1864)
    """
    return Cost(
        heap,
        round(_LEAST_SECONDS + heap * _SECONDS_PER_BYTE, 1),
        _LEAST_MEMORY + heap * _MEMORY,
        _LEAST_FILE + heap * _FILE,
    )


def refuse_unaffordable(cost: Cost, room: Room | None, disk: int, *, force: bool, held: int = 0) -> None:
    """Raise CaptureError for too large a heap or too little memory, unless forced; or for too little disk.

    `room` is None where nothing tells how much memory is free. `held` are the bytes that the process keeps
    from the snapshot before: it uses them again.
    """
    heap = f"its heap has {size(cost.heap)}"
    if disk < cost.file:
        message = f"{heap}: the file would take about {size(cost.file)}, {size(disk)} are free"
        raise CaptureError(message, "-o DIR takes another folder")
    if force:
        return
    help_line = "--force takes it all the same; --report-on-signal and memdoctor watch cost nothing"
    if room is not None and room.free + held < cost.memory:
        free = f"{room.of} has {size(room.free)} free"
        message = f"{heap}: a snapshot takes up to {size(cost.memory)} of memory, {free}"
        raise CaptureError(f"{message}; it could be killed for that", help_line)
    if cost.heap > LARGEST_HEAP:
        message = f"{heap}: it would stand still for about {duration(cost.seconds)}"
        raise CaptureError(message, help_line)
