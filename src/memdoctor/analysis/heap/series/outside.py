"""How much memory grew outside of what the snapshots show, going by what the process said beside them.

Without NumPy: rules import this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.overviews import HeapOverview
from memdoctor.text import is_beside
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
    allowed_for: str
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


def beside(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> tuple[Look, ...]:
    """Return a sample for each snapshot: the one whose file is named so, else as many in their order.

    Nothing if neither fits, or if they are of several processes.
    """
    found = [[look for look in looks if is_beside(look.sample.source, heap.source)] for heap in heaps]
    if all(len(of_heap) == 1 for of_heap in found):
        return tuple(of_heap[0] for of_heap in found)
    pids = {look.sample.pid for look in looks}
    return tuple(looks) if len(looks) == len(heaps) and len(pids) == 1 else ()


def _external(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> OutsideHeap | None:
    """Compare external memory with the array buffers in the snapshots."""
    first, last = looks[0].external, looks[-1].external
    if not (first.known and last.known):
        return None
    buffers = [int(heap.figures["typed_arrays_bytes"]) for heap in heaps]
    visible = max(buffers[-1] - buffers[0], 0)
    return OutsideHeap(
        first,
        last,
        visible,
        "array buffers, last − first",
        _EXTERNAL_NOISE,
        "8 MiB",
        "noise",
        sure=True,
    )


def _resident(looks: Sequence[Look], heaps: Sequence[HeapOverview]) -> OutsideHeap | None:
    """Compare the RSS with all objects, from the second sample on: the first snapshot takes most room."""
    start = 1 if len(looks) > 2 else 0
    first, last = looks[start].rss, looks[-1].rss
    if not (first.known and last.known):
        return None
    totals = [int(heap.figures["total_bytes"]) for heap in heaps]
    visible = max(totals[-1] - totals[start], 0)
    allowance = _WRITING + _WRITING_PER_FILE * max(int(heap.figures["file_bytes"]) for heap in heaps)
    return OutsideHeap(
        first,
        last,
        visible,
        "all objects, last − first",
        allowance,
        "64 MiB + 4 × the largest file",
        "writing them",
        sure=len(looks) > 2,
    )
