"""Heap snapshots of a process, one or a series, each with its memory figures beside it."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.attaching import HeapSource, attached
from memdoctor.live.inspector.cost import Cost, cost_of, refuse_unaffordable
from memdoctor.live.inspector.files import whole_file
from memdoctor.live.inspector.plan import most_of
from memdoctor.live.inspector.target import Target
from memdoctor.live.interrupts import Interrupts
from memdoctor.live.memory_left import room_for, room_on_disk
from memdoctor.progress import note, tell
from memdoctor.units import duration, size

# Of a Bun it is JavaScriptCore's own format.
_ENDINGS = {"node": ".heapsnapshot", "bun": ".jsc.json"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: how many snapshots, seconds from one to the next, and where they go.

    With `collect` garbage is collected before the figures are read; `force` takes a heap of any size.
    """

    folder: Path
    snapshots: int = 1
    every: float = 300.0
    collect: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The files of one snapshot, both whole, and for how many seconds it took."""

    snapshot: Path
    figures: Path
    seconds: float


def take_all(target: Target, wish: Wish, interrupts: Interrupts) -> Iterator[Taken]:
    """Take the snapshots and yield each.

    Raises CaptureError if one cannot be taken, EndedError if a signal came; what was yielded is whole.
    """
    with attached(target, interrupts, force=wish.force) as source:
        series = _Series(source, target, wish)
        begin = time.monotonic()
        for number in range(wish.snapshots):
            due = begin + number * wish.every
            while (left := due - time.monotonic()) > 0:
                tell(f"snapshot {number + 1} of {wish.snapshots} in {duration(left)}")
                target.check()
                interrupts.sleep(min(left, 1.0))
            yield series.take()


class _Series:
    """The snapshots of one attachment."""

    def __init__(self, source: HeapSource, target: Target, wish: Wish) -> None:
        self._source, self._target, self._wish = source, target, wish
        self._rss: int | None = None  # before the first snapshot: each takes memory that is not given back

    def take(self) -> Taken:
        """Take one snapshot, and the memory figures of the moment before it."""
        source, target, wish = self._source, self._target, self._wish
        if wish.collect:
            source.collect_garbage(most_of(target).patience)
        figures = source.memory()
        cost = self._affordable(figures)
        note(f"heap {size(cost.heap)}: it stands still for about {duration(cost.seconds)}")
        ending = _ENDINGS[target.runtime]
        path = wish.folder / f"{target.runtime}-{target.pid}-{_moment(wish, target)}{ending}"
        begin = time.monotonic()
        _write_snapshot(source, path, cost)
        seconds = time.monotonic() - begin
        beside = path.with_name(f"{path.name.removesuffix(ending)}.json")
        with whole_file(beside) as write:
            write(json.dumps(figures, indent=2).encode() + b"\n")
        return Taken(path, beside, seconds)

    def _affordable(self, figures: dict[str, object]) -> Cost:
        """Return what the snapshot costs. Raises CaptureError if that is too much."""
        cost, rss = cost_of(_in_use(figures, "heapUsed")), _in_use(figures, "rss")
        self._rss = self._rss or rss
        room, disk = room_for(self._target.pid), room_on_disk(self._wish.folder)
        refuse_unaffordable(cost, room, disk, force=self._wish.force, held=max(rss - self._rss, 0))
        return cost


def _write_snapshot(source: HeapSource, path: Path, cost: Cost) -> None:
    """Write a snapshot. Raises CaptureError, with no file left, if it is not whole."""
    written, end = 0, b""
    with whole_file(path) as write:

        def count(data: bytes) -> None:
            nonlocal written, end
            write(data)
            written, end = written + len(data), data[-8:] or end
            tell("the process stands still; written", written)

        source.take_snapshot(count, cost.patience)
        if not end.rstrip().endswith(b"}"):
            raise CaptureError("the process gives a snapshot that is cut")


def _in_use(figures: dict[str, object], name: str) -> int:
    """Return the bytes that one of the figures of memoryUsage() tells, 0 if it is not there."""
    usage = figures.get("memoryUsage")
    used = usage.get(name) if isinstance(usage, dict) else None
    return used if isinstance(used, int) else 0


def _moment(wish: Wish, target: Target) -> str:
    """Return the time, in UTC, for a name that no file in the folder has yet."""
    while True:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        if not any(wish.folder.glob(f"{target.runtime}-{target.pid}-{moment}*")):
            return moment
        time.sleep(0.05)
