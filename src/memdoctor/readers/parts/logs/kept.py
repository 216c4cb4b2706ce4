"""The events of one log on their way: equal ones in a row are one, and of too many some are left out."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from memdoctor.model import EXIT, MEMORY_RESTART, ONLINE, START, STOP
from memdoctor.readers.parts.logs.pm2_lines import KINDS as OF_PM2
from memdoctor.readers.parts.logs.stamps import Stamp

FIRST, LAST = 500, 1_000  # of the events of a kind, so many are kept
_FIRST_OF_PM2, _LAST_OF_PM2 = 2_000, 4_000  # all its kinds together: what they tell, they tell in turns
_NEVER_ONE = frozenset({START, ONLINE, EXIT, STOP})


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

    def takes(self, other: "Draft") -> bool:
        """Whether another event tells the same again."""
        return (
            self.kind == other.kind
            and self.kind not in _NEVER_ONE
            and (self.pid, self.app, self.pm_id) == (other.pid, other.app, other.pm_id)
            and self.detail == other.detail
        )


@dataclass(slots=True)
class _Group:
    """The events of one kind: the first ones, the last ones, and how many there were."""

    first: list[Draft]
    last: deque[Draft]
    most_first: int
    count: int = 0

    def add(self, draft: Draft) -> None:
        """Take an event."""
        self.count += 1
        if len(self.first) < self.most_first:
            self.first.append(draft)
        else:
            self.last.append(draft)


@dataclass(slots=True)
class Kept:
    """The events of one log, of each kind so many at most."""

    _groups: dict[str, _Group] = field(default_factory=dict)
    _latest: Draft | None = None

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(self, draft: Draft) -> None:
        """Take an event; one that tells the same as the one before it is only counted."""
        latest = self._latest
        if latest is not None and latest.takes(draft):
            latest.count += 1
            latest.last_line, latest.last_stamp = draft.line, draft.stamp
            return
        self._latest = draft
        name = "PM2" if draft.kind in OF_PM2 else draft.kind
        if name not in self._groups:
            is_pm2 = name == "PM2"
            most = _LAST_OF_PM2 if is_pm2 else LAST
            self._groups[name] = _Group([], deque(maxlen=most), _FIRST_OF_PM2 if is_pm2 else FIRST)
        self._groups[name].add(draft)

    def drafts(self) -> list[Draft]:
        """Return what was kept, in the order of the log."""
        kept = (draft for group in self._groups.values() for draft in (*group.first, *group.last))
        drafts = sorted(kept, key=lambda draft: draft.line)
        _name_restarted(drafts)
        return drafts

    def left_out(self) -> Iterator[str]:
        """Yield what to say of events that were left out."""
        for name, group in self._groups.items():
            if missing := group.count - len(group.first) - len(group.last):
                kept = f"the first {len(group.first)} and the last {len(group.last)} were read"
                yield f"{group.count} {name} events: {kept}, {missing} were left out"


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
