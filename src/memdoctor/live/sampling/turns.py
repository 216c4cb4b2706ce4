"""PSS and USS in turn: the kernel walks all pages for them, so only a few processes are asked at a look."""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

from memdoctor.analysis.processes.looks import identity_of
from memdoctor.live.sampling.roster import Member
from memdoctor.live.system import system
from memdoctor.model import Process, ProcessTable

_SHARE = 0.0015  # of one core


class Turns:
    """Whose turn it is, and how much time they may take."""

    def __init__(self, interval: float) -> None:
        self._most = interval * _SHARE  # seconds at a look
        self._saved = 0.0
        self._waiting: deque[tuple[int, object]] = deque()

    def weighed(
        self, members: Iterable[Member], table: ProcessTable
    ) -> Mapping[tuple[int, object], Process]:
        """Return those whose turn it is with PSS and USS, where the system shows them."""
        there = {identity_of(one.process): one.process for one in members}
        waiting = [key for key in self._waiting if key in there]
        known = set(waiting)
        self._waiting = deque([*waiting, *(key for key in there if key not in known)])
        self._saved = min(self._saved + self._most, 20 * self._most)
        found: dict[tuple[int, object], Process] = {}
        while self._waiting and len(found) < len(there) and self._saved > 0:
            key = self._waiting.popleft()
            started = time.perf_counter()
            [found[key]] = (
                system().weighed(replace(table, processes=(there[key],)), {there[key].pid}).processes
            )
            self._saved -= time.perf_counter() - started
            self._waiting.append(key)
        return found
