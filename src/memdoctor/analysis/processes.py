"""Which samples belong to one process. Joining two processes would make a slope out of nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memdoctor.analysis.look import Look

_START_TOLERANCE = timedelta(seconds=2)
_SAME_IN_ONE_PROCESS = ("pid", "platform", "node_version", "writer_version")


@dataclass(frozen=True)
class Process:
    """The looks at one process, in time order, and its start where it is known."""

    name: str
    looks: tuple[Look, ...]
    started_at: datetime | None


def started_at(look: Look) -> datetime | None:
    """Return timestamp − uptime: the one key that survives everything but a restart."""
    if look.sample.at is None or look.sample.uptime is None or look.sample.uptime < 0:
        return None
    try:
        return look.sample.at - timedelta(seconds=look.sample.uptime)
    except OverflowError:
        return None


def in_time_order(looks: Sequence[Look]) -> tuple[Look, ...]:
    """Return looks by timestamp, those without one keeping the order they were given in, after them."""
    timed = sorted((look for look in looks if look.sample.at), key=_when)
    untimed = [look for look in looks if look.sample.at is None]
    return (*timed, *untimed)


def group(looks: Sequence[Look]) -> tuple[Process, ...]:
    """Group looks by process: same start, same pid, or one list in one document; else apart."""
    groups: list[list[Look]] = []
    candidates: dict[object, list[list[Look]]] = {}
    for look in looks:
        near = (members for clue in _clues(look) for members in candidates.get(clue, ()))
        home = next((members for members in near if not contradiction(members[-1], look)), None)
        if home is None:
            home = []
            groups.append(home)
        home.append(look)
        for clue in _clues(look):
            known = candidates.setdefault(clue, [])
            if not any(members is home for members in known):
                known.append(home)
    return tuple(Process(_name(members), _ordered(members), started_at(members[0])) for members in groups)


def _clues(look: Look) -> list[object]:
    """Return what two looks at one process have in common, at least one of it."""
    clues: list[object] = []
    start = started_at(look)
    if start is not None:
        slot = int(start.timestamp() // _START_TOLERANCE.total_seconds())
        clues += [("start", slot - 1), ("start", slot), ("start", slot + 1)]
    if look.sample.pid is not None:
        clues.append(("pid", look.sample.pid))
    if look.sample.series is not None:
        clues.append(("series", look.sample.series))
    return clues


def contradiction(one: Look, other: Look) -> str | None:
    """Return what proves that two looks are not at one process, or None if nothing does."""
    first, second = started_at(one), started_at(other)
    if first and second and abs(first - second) > _START_TOLERANCE:
        return "start times"
    if one.runtime.name and other.runtime.name and one.runtime.name != other.runtime.name:
        return "runtimes"
    for field in _SAME_IN_ONE_PROCESS:
        mine, theirs = getattr(one.sample, field), getattr(other.sample, field)
        if mine is not None and theirs is not None and mine != theirs:
            return field.replace("_", " ") + "s"
    if _dump_order_conflict(one, other):
        return "dump order"
    return None


def _dump_order_conflict(one: Look, other: Look) -> bool:
    first, second = one.sample, other.sample
    if first.at is None or second.at is None:
        return False
    if first.dump_number is None or second.dump_number is None:
        return False
    if first.dump_number == 0 and second.dump_number == 0:
        return False  # every public dump is number 0
    earlier, later = (first, second) if first.at <= second.at else (second, first)
    return (earlier.dump_number or 0) > (later.dump_number or 0)


def _ordered(members: list[Look]) -> tuple[Look, ...]:
    if all(look.sample.at for look in members):
        return tuple(sorted(members, key=_when))
    if all(look.sample.uptime is not None for look in members):
        return tuple(sorted(members, key=lambda look: look.sample.uptime or 0))
    return tuple(members)


def _when(look: Look) -> datetime:
    assert look.sample.at is not None  # noqa: S101 - callers filter
    return look.sample.at


def _name(members: list[Look]) -> str:
    first = members[0]
    start = started_at(first)
    if first.sample.pid is not None:
        return f"pid {first.sample.pid}"
    if start is not None:
        return f"started {start:%Y-%m-%dT%H:%M:%SZ}"
    return first.sample.place
