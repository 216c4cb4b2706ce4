"""Which samples belong to one process. Joining two processes would make a slope out of nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from memdoctor.analysis.look import Look
from memdoctor.model import TRACE_GC

_START_TOLERANCE = timedelta(seconds=2)

# What cannot change within a process, by the name a conflict goes by.
_FIXED = ("pid", "platform", "node_version", "writer_version")


_Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class SampledProcess:
    """The looks at one process, in time order, and what is known of it.

    `name` is unlike every other process's of the case. `facts` are its start, runtime, pid, platform and
    versions as far as any of its samples tells. `apart` is why its first sample was not taken for
    another one's: `restart` or `dump order`, where no fact says so.
    """

    name: str
    looks: tuple[Look, ...]
    facts: dict[str, object]
    apart: str | None = None

    @property
    def started_at(self) -> datetime | None:
        """Timestamp − uptime, the one key that survives everything but a restart."""
        start = self.facts.get("start")
        return start if isinstance(start, datetime) else None


@dataclass(slots=True)
class _Group:
    """A process on its way: the looks so far, and all that they tell."""

    looks: list[Look] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    apart: str | None = None
    lists: set[str] = field(default_factory=set)  # the timed lists that its looks come from

    def conflict(self, look: Look, facts: dict[str, object], spans: dict[str, _Span]) -> str | None:
        """Return what proves that a look is not at this process, or None if nothing does."""
        mine, before = look.sample.series, self.looks[-1].sample
        if look.sample.document == before.document == TRACE_GC and mine != before.series:
            return "isolate"  # of a worker thread, or of another log's process
        if before.worker and look.sample.worker and before.worker != look.sample.worker:
            return "worker"
        same_pid = "pid" in facts and facts["pid"] == self.facts.get("pid")
        others = self.lists - {mine} if mine in spans and not same_pid else set()
        if mine is not None and any(_overlap(spans[mine], spans[other]) for other in others):
            return "overlap"
        for name, value in facts.items():
            known = self.facts.get(name)
            if known is not None and not _agree(known, value):
                return name
        after = look.sample
        if before.at and after.at:
            return "dump order" if _dump_order_conflict(before.dump_number, after.dump_number) else None
        fell = before.uptime is not None and after.uptime is not None and after.uptime < before.uptime
        return "restart" if fell and before.series is not None and before.series == after.series else None

    def add(self, look: Look, facts: dict[str, object], spans: dict[str, _Span]) -> None:
        self.looks.append(look)
        if look.sample.series is not None and look.sample.series in spans:
            self.lists.add(look.sample.series)
        self.facts = {**facts, **self.facts}


def in_time_order(looks: Sequence[Look]) -> tuple[Look, ...]:
    """Return looks by timestamp; those without one come after, in the order they were given in."""
    timed = [(look.sample.at, index) for index, look in enumerate(looks) if look.sample.at]
    untimed = [look for look in looks if look.sample.at is None]
    return (*(looks[index] for _, index in sorted(timed)), *untimed)


def group(looks: Sequence[Look]) -> tuple[SampledProcess, ...]:
    """Group looks, given in time order, by process: same start, same pid, or one list; else apart."""
    groups: list[_Group] = []
    candidates: dict[object, list[_Group]] = {}
    spans = _spans(looks)
    for look in looks:
        facts = _facts(look)
        home, apart = None, None
        for clue in _clues(look, facts):
            for candidate in candidates.get(clue, ()):
                conflict = candidate.conflict(look, facts, spans)
                if conflict is None:
                    home = candidate
                elif conflict not in facts:
                    apart = conflict
        if home is None:
            home = _Group(apart=apart)
            groups.append(home)
        home.add(look, facts, spans)
        for clue in _marks(look, facts):
            known = candidates.setdefault(clue, [])
            if not any(member is home for member in known):
                known.append(home)
    names = list(_unique(groups))
    return tuple(
        SampledProcess(name, _with_runtime(_ordered(members.looks)), members.facts, members.apart)
        for name, members in zip(names, groups, strict=True)
    )


def _spans(looks: Sequence[Look]) -> dict[str, _Span]:
    """Return the first and the last time of each list; two lists at once are two processes."""
    spans: dict[str, _Span] = {}
    for look in looks:
        at, series = look.sample.at, look.sample.series
        if at is not None and series is not None:
            first, last = spans.get(series, (at, at))
            spans[series] = (min(first, at), max(last, at))
    return spans


def _overlap(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def differing(processes: Sequence[SampledProcess]) -> dict[str, int]:
    """Return what tells processes apart: each fact with its number of different values."""
    found = {}
    for fact in ("start", "runtime", *_FIXED):
        values = [process.facts[fact] for process in processes if fact in process.facts]
        starts = sorted(value for value in values if isinstance(value, datetime))
        apart = sum(later - earlier > _START_TOLERANCE for earlier, later in pairwise(starts))
        count = 1 + apart if starts else len(set(values))
        if count > 1:
            found[fact] = count
    for reason in {process.apart for process in processes if process.apart}:
        found[reason] = 2
    return found


def _facts(look: Look) -> dict[str, object]:
    sample = look.sample
    facts: dict[str, object] = {name: getattr(sample, name) for name in _FIXED}
    facts["runtime"] = look.runtime.name
    if sample.at is not None and sample.uptime is not None and sample.uptime >= 0:
        with suppress(OverflowError):
            facts["start"] = sample.at - timedelta(seconds=sample.uptime)
    return {name: value for name, value in facts.items() if value is not None}


def _agree(one: object, other: object) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) <= _START_TOLERANCE
    return one == other


def _marks(look: Look, facts: dict[str, object]) -> Iterator[object]:
    """Yield under what a look's process can be found again."""
    start = facts.get("start")
    if isinstance(start, datetime):
        yield "start", _slot(start)
    if facts.get("pid") == 1:  # every container has one
        yield "pid", look.sample.source
    elif "pid" in facts:
        yield "pid", facts["pid"]
    if look.sample.series is not None:
        yield "series", look.sample.series


def _clues(look: Look, facts: dict[str, object]) -> Iterator[object]:
    """Yield where to look for a process that a look may belong to."""
    start = facts.get("start")
    if isinstance(start, datetime):
        yield "start", _slot(start) - 1
        yield "start", _slot(start) + 1
    yield from _marks(look, facts)


def _slot(start: datetime) -> int:
    epoch = datetime(1970, 1, 1, tzinfo=start.tzinfo)
    return (start - epoch) // _START_TOLERANCE


def _dump_order_conflict(earlier: int | None, later: int | None) -> bool:
    # Number 0 says nothing: every public dump has it.
    return bool(earlier) and later is not None and (earlier or 0) > later


def _ordered(looks: list[Look]) -> tuple[Look, ...]:
    """Return looks by uptime where some have no timestamp; else they are in time order already."""
    if all(look.sample.at for look in looks):
        return tuple(looks)
    if all(look.sample.uptime is not None for look in looks):
        return tuple(sorted(looks, key=lambda look: look.sample.uptime or 0))
    return tuple(looks)


def _with_runtime(looks: tuple[Look, ...]) -> tuple[Look, ...]:
    """Let a sample that does not show its runtime take it from one of its process that does."""
    told = next((look.runtime for look in looks if look.runtime.name), None)
    if told is None:
        return looks
    return tuple(look if look.runtime.name else Look(look.sample, told) for look in looks)


def _unique(groups: list[_Group]) -> Iterator[str]:
    """Yield a name for each process: its worker's, its pid or start; where that repeats, a place too."""
    used: set[str] = set()
    lives: Counter[str] = Counter()
    for members in groups:
        first, start = members.looks[0].sample, members.facts.get("start")
        name = f"pid {members.facts['pid']}" if "pid" in members.facts else None
        if first.program is not None:
            name = f"{first.program}, {name}" if name else first.program
        worker = first.worker
        if worker is not None:
            name = f"{worker}, {name or f'restart {lives[worker]}'}" if lives[worker] else worker
            lives[worker] += 1
        if isinstance(start, datetime) and (name is None or name in used):
            name = f"{name}, " * bool(name) + f"started {start:%Y-%m-%dT%H:%M:%SZ}"
        if name is None:
            name = first.place
        elif name in used:
            name = f"{name}, {first.place}"
        used.add(name)
        yield name
