"""The events of one log on their way: equal ones in a row are one, and of too many some are left out."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from memdoctor.model import EXIT, MEMORY_RESTART, ONLINE, START, STOP
from memdoctor.readers.parts.logs.pm2_lines import KINDS as OF_PM2
from memdoctor.readers.parts.logs.stamps import Stamp
from memdoctor.units import count_of, grouped

FIRST, LAST = 500, 1_000  # of the events of a kind, so many are kept
_TIMES_OF_PM2 = 4  # as many of all its kinds together: what they tell, they tell in turns
_NEVER_ONE = frozenset({START, ONLINE, EXIT, STOP})
_MOST_APPS = 64  # of a kind; the others share one group
_OTHERS = object()
_MOST_JUMPS = 20  # back in time, of a log whose lines are in order
_NEARLY = 0.9  # of the largest group: an app that tells so much makes room itself
_MOST_SAID = 5  # apps of a kind that are named


@dataclass(slots=True)
class Draft:
    """An event whose time is not yet known to be of a zone."""

    line: int
    kind: str
    stamp: Stamp | None
    pid: int | None
    app: str | None
    pm_id: int | None
    detail: Mapping[str, Any]
    count: int = 1
    last_line: int | None = None
    last_stamp: Stamp | None = None
    is_back: bool = False  # it tells the same as the one before it, but its time is an earlier one

    def takes(self, other: "Draft") -> bool:
        """Whether another event tells the same again."""
        return (
            self.kind == other.kind
            and self.kind not in _NEVER_ONE
            and (self.pid, self.app, self.pm_id) == (other.pid, other.app, other.pm_id)
            and self.detail == other.detail
        )

    def join(self, other: "Draft") -> None:
        """Count another event that tells the same."""
        self.count += other.count
        self.last_line, self.last_stamp = other.last_line or other.line, other.last_stamp or other.stamp


def is_earlier(one: Stamp | None, other: Stamp | None) -> bool:
    """Whether a time is known to be before another."""
    return one is not None and other is not None and one.offset == other.offset and one.wall < other.wall


@dataclass(slots=True)
class _Group:
    """The events of one kind and one app: the first ones, the last ones, and how many there were."""

    most_first: int
    first: list[Draft] = field(default_factory=list)
    last: deque[Draft] = field(default_factory=deque)
    count: int = 0

    def __len__(self) -> int:
        return len(self.first) + len(self.last)

    @property
    def missing(self) -> int:
        """How many were left out."""
        return self.count - len(self)

    def add(self, draft: Draft) -> None:
        """Take an event."""
        is_first = not self.missing and not self.last and len(self.first) < self.most_first
        self.count += 1
        if is_first:
            self.first.append(draft)
        else:
            self.last.append(draft)

    def leave_one_out(self) -> None:
        """Leave out one from the middle; twice as many of the last ones are kept as of the first."""
        if 2 * len(self.first) > len(self.last):
            self.first.pop()
        else:
            self.last.popleft()


class _Groups:
    """The events of one kind, in groups by app. What is too much is taken from the largest group."""

    def __init__(self, times: int) -> None:
        self._most_first, self._most = times * FIRST, times * (FIRST + LAST)
        self.by_app: dict[object, _Group] = {}
        self._length = 0
        self._largest = self._most  # no group but the one that grows now is larger

    def add(self, draft: Draft) -> None:
        """Take an event."""
        app: object = draft.pm_id if draft.app is None else draft.app
        if app not in self.by_app and len(self.by_app) >= _MOST_APPS:
            app = _OTHERS
        group = self.by_app.get(app)
        if group is None:
            group = self.by_app[app] = _Group(self._most_first)
        group.add(draft)
        if self._length < self._most:
            self._length += 1
        elif len(group) > _NEARLY * self._largest:
            group.leave_one_out()
        else:
            largest = max(self.by_app.values(), key=len)
            self._largest = len(largest)
            largest.leave_one_out()

    def left_out(self, name: str) -> Iterator[str]:
        """Yield what to say of events that were left out."""
        missing = sorted(
            ((app, group) for app, group in self.by_app.items() if group.missing),
            key=lambda one: one[1].missing,
            reverse=True,
        )
        for app, group in missing[:_MOST_SAID]:
            whose = f" of {app}" if isinstance(app, str) else " of other apps" if app is _OTHERS else ""
            kept = (
                f"the first {grouped(len(group.first))} and the last {grouped(len(group.last))} were read"
            )
            events = count_of(group.count, f"{name} event")
            yield f"{events}{whose}: {kept}, {count_of(group.missing, 'was', 'were')} left out"
        if rest := missing[_MOST_SAID:]:
            missing_too = sum(group.missing for _, group in rest)
            events = count_of(missing_too, f"{name} event")
            were = "was" if missing_too == 1 else "were"
            yield f"{events} of {count_of(len(rest), 'more app')} {were} left out"


@dataclass(slots=True)
class Kept:
    """The events of one log, of each kind so many at most: as many of each app as there is room for."""

    _groups: dict[str, _Groups] = field(default_factory=dict)
    _latest: Draft | None = None
    _jumps: int = 0  # back in time

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(self, draft: Draft) -> None:
        """Take an event; one that tells the same as the one before it is only counted."""
        if (latest := self._latest) is not None:
            is_back = is_earlier(draft.stamp, latest.last_stamp or latest.stamp)
            self._jumps += is_back
            if latest.takes(draft):
                if not is_back or not self.is_in_order:
                    latest.join(draft)
                    return
                draft.is_back = True  # a copy may begin here
        self._latest = draft
        name = "PM2" if draft.kind in OF_PM2 else draft.kind
        if name not in self._groups:
            self._groups[name] = _Groups(_TIMES_OF_PM2 if name == "PM2" else 1)
        self._groups[name].add(draft)

    def drafts(self) -> list[Draft]:
        """Return what was kept, in the order of the log."""
        groups = (group for groups in self._groups.values() for group in groups.by_app.values())
        drafts = sorted((draft for group in groups for draft in (*group.first, *group.last)), key=_line)
        _name_restarted(drafts)
        return drafts

    @property
    def is_in_order(self) -> bool:
        """Whether the time jumps back so seldom that what follows may be a copy."""
        return self._jumps <= _MOST_JUMPS

    @property
    def left_out(self) -> int:
        """How many events were left out."""
        return sum(group.missing for groups in self._groups.values() for group in groups.by_app.values())

    def losses(self) -> Iterator[str]:
        """Yield what to say of events that were left out."""
        for name, groups in self._groups.items():
            yield from groups.left_out(name)


def _line(draft: Draft) -> int:
    return draft.line


def _name_restarted(drafts: list[Draft]) -> None:
    """Name the apps that PM2 restarted for their memory by number alone: lines below name them."""
    names: dict[int, str] = {}
    for draft in reversed(drafts):
        if draft.kind not in OF_PM2 or draft.pm_id is None:
            continue
        if draft.app is not None:
            names[draft.pm_id] = draft.app
        elif draft.kind == MEMORY_RESTART:
            draft.app = names.get(draft.pm_id)
