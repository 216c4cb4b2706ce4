"""How much memory grew outside of what the snapshots show, going by what the process said beside them.

Without NumPy: rules import this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.processes import Process
from memdoctor.findings import HeapOverview
from memdoctor.units import MiB

_LEAST = 16 * MiB
_LEAST_SHARE = 0.5  # of what the process has grown by
_EXTERNAL_NOISE = 8 * MiB
_WRITING, _WRITING_PER_FILE = 64 * MiB, 4  # of the RSS that writing a snapshot leaves behind


@dataclass(frozen=True, slots=True)
class OutsideHeap:
    """What the process has grown by, what of it the snapshots show, and what is left. Sizes are bytes."""

    first: Figure
    last: Figure
    visible_growth: int
    formula: str
    allowance: int
    allowance_formula: str
    sure: bool

    @property
    def growth(self) -> int:
        """By how much the process has grown."""
        return int((self.last - self.first).value or 0)

    @property
    def unseen(self) -> int:
        """What of it no snapshot shows."""
        return self.growth - self.visible_growth - self.allowance


def growth_outside(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> OutsideHeap | None:
    """Return what grew outside of the heap, going by the samples beside the snapshots.

    None if nothing that is worth telling, or if nothing tells.
    """
    if len(looks) < 2 or looks[-1].runtime.is_bun:
        return None
    found = (_external(looks, heaps), _resident(looks, heaps))
    return next(
        (one for one in found if one and one.unseen >= max(_LEAST, _LEAST_SHARE * one.growth)), None
    )


def beside(processes: Sequence[Process], heaps: Sequence[HeapOverview]) -> tuple[Look, ...]:
    """Return the samples beside the snapshots: of files of the same name, else of the only process."""
    looks = [look for process in processes for look in process.looks]
    by_name = [_named_as(heap.source, looks) for heap in heaps]
    paired = [look for look in by_name if look is not None]
    if len(paired) == len(heaps):
        return tuple(paired)
    return tuple(processes[0].looks) if len(processes) == 1 else ()


def _named_as(snapshot: str, looks: Sequence[Look]) -> Look | None:
    """Return the one sample whose file has the name of a snapshot, but for what follows the first dot."""
    name = PurePath(snapshot).name.split(".", maxsplit=1)[0]
    found = [look for look in looks if PurePath(look.sample.source).name.split(".", maxsplit=1)[0] == name]
    return found[0] if len(found) == 1 else None


def _external(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> OutsideHeap | None:
    """Compare external memory with the array buffers in the snapshots."""
    first, last = looks[0].external, looks[-1].external
    if not (first.known and last.known):
        return None
    buffers = [int(heap.figures["typed_arrays_bytes"]) for heap in heaps]
    visible = max(buffers[-1] - buffers[0], 0)
    return OutsideHeap(
        first, last, visible, "array buffers, last − first", _EXTERNAL_NOISE, "noise of external", sure=True
    )


def _resident(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> OutsideHeap | None:
    """Compare the RSS with all objects, from the second sample on: the first snapshot takes most room."""
    start = 1 if len(looks) > 2 else 0
    first, last = looks[start].rss, looks[-1].rss
    if not (first.known and last.known):
        return None
    totals = [int(heap.figures["total_bytes"]) for heap in heaps]
    visible = max(totals[-1] - totals[min(start, len(totals) - 2)], 0)
    allowance = _WRITING + _WRITING_PER_FILE * max(int(heap.figures["file_bytes"]) for heap in heaps)
    return OutsideHeap(
        first,
        last,
        visible,
        "all objects, last − first",
        allowance,
        "64 MiB + 4 × the largest file",
        sure=len(looks) > 2,
    )
