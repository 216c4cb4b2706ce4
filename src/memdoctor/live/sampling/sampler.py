"""One look after the other at some processes and their families, as lines of a recording."""

from typing import TYPE_CHECKING, Any

from memdoctor.analysis.processes.looks import Identity, identity_of
from memdoctor.analysis.processes.program import program_of
from memdoctor.live.memory_left import Groups, groups_of, left_in
from memdoctor.live.sampling.clock import Clock
from memdoctor.live.sampling.roster import Member, Roster
from memdoctor.live.sampling.turns import Turns
from memdoctor.live.system import system
from memdoctor.model import MEMORY, Process
from memdoctor.readers.parts.heap_flags import in_command_line
from memdoctor.text import file_name

if TYPE_CHECKING:
    from memdoctor.live.sampling.inspected import Inspected

_RUNTIMES = {"node": "node", "nodejs": "node", "bun": "bun"}


class Sampler:
    """Looks at those who are watched. PSS and USS are only there where it was their turn."""

    def __init__(
        self, roster: Roster, interval: float, clock: Clock, inspected: "Inspected | None" = None
    ) -> None:
        self._roster, self._clock, self._inspected = roster, clock, inspected
        self._turns = Turns(interval)
        self._machine = system().Watched()
        self._started: dict[Identity, float] = {}  # on the clock
        self.hidden: set[Identity] = set()  # processes of which not all is shown

    def look(self) -> list[dict[str, Any]]:
        """Return a line of a recording for each process that is watched."""
        at = self._clock.now().isoformat()
        table = self._machine.look()
        members = self._roster.members(table)
        weighed = self._turns.weighed(members, table)
        groups: dict[Groups, int | None] = {}
        inside = self._inspected.look([one.process for one in members]) if self._inspected else {}
        lines = []
        for member in members:
            process = weighed.get(identity_of(member.process), member.process)
            if MEMORY in process.unseen:
                self.hidden.add(identity_of(process))
            values = {
                "at": at,
                **self._facts(member, process),
                "left": _left(process.pid, table.memory_available, groups),
                **inside.get(process.pid, {}),
            }
            lines.append({key: value for key, value in values.items() if value is not None})
        self._started = {
            identity_of(one.process): self._started[identity_of(one.process)] for one in members
        }
        return lines

    def _facts(self, member: Member, process: Process) -> dict[str, Any]:
        swap, descriptors = system().changing(process.pid)
        return {
            "pid": process.pid,
            "start": _start(process),
            "program": program_of(process).name,
            "uptime": round(self._uptime(process), 2),
            "family": f"{program_of(member.root).name}, pid {member.root.pid}",
            "runtime": _runtime(process),
            "rss": process.rss,
            "pss": process.pss,
            "uss": process.uss,
            "swap": swap,
            "cpu": process.cpu_seconds,
            "descriptors": descriptors,
            "threads": process.threads,
            "processes": member.processes,
            "heap_limit": _heap_limit(process),
        }

    def _uptime(self, process: Process) -> float:
        now = self._clock.seconds()
        return now - self._started.setdefault(identity_of(process), now - (process.age or 0.0))


def _left(pid: int, available: int | None, known: dict[Groups, int | None]) -> int | None:
    """Return how much memory is left for a process; `known` are the groups that were asked at this look."""
    groups = groups_of(pid)
    if groups not in known:
        room = left_in(groups)
        known[groups] = None if room is None else room.free
    return min((one for one in (available, known[groups]) if one is not None), default=None)


def _heap_limit(process: Process) -> int | None:
    """Return the heap limit that node was asked for on its command line."""
    if _runtime(process) != "node":
        return None
    asked = in_command_line(list(process.argv or ()))
    return None if asked is None else asked.bytes


def _runtime(process: Process) -> str | None:
    """Return node or bun where the program that runs is one of them."""
    path = process.exe or (process.argv[0] if process.argv else "")
    return _RUNTIMES.get(file_name(path).removesuffix(".exe"))


def _start(process: Process) -> int | str | None:
    """Return when a process started, as it is written; never its arguments."""
    if process.start_ticks is not None:
        return process.start_ticks
    return None if process.started_at is None else process.started_at.isoformat()
