"""Counts how many graphs of snapshots are in memory at once."""

import gc
import weakref
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Snapshot


class GraphsAlive:
    """Looks at each reading of a snapshot: `read` counts them, `most` is the most graphs at once."""

    def __init__(self) -> None:
        self._alive: weakref.WeakSet[HeapGraph] = weakref.WeakSet()
        self.most = 0
        self.read = 0

    def counting(self, snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
        """Return snapshots that are counted as they are read."""
        return tuple(replace(one, read=partial(self._read, one)) for one in snapshots)

    def _read(self, snapshot: Snapshot) -> Any:
        gc.collect()
        self.read += 1
        self.most = max(self.most, len(self._alive) + 1)
        graph, problems = snapshot.read()
        self._alive.add(graph)
        return graph, problems
