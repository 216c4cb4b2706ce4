"""When PM2 was asked, which it does not print: from a line above, from the file, or as the user says."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from memdoctor.model import LAST_CHANGE, NAME, App, Problem
from memdoctor.readers.parts.timing import last_change, time_in_name
from memdoctor.units import grouped

_SLACK = 5.0  # seconds by which a file may be written late
_Look = tuple[str, int]  # a file, and which of the looks in it


def with_app_times(apps: Sequence[App], every: float | None, problems: list[Problem]) -> tuple[App, ...]:
    """Return apps with the time of their look: by their file's name, as told, or by its last change.

    All apps of one look were seen at one moment. The time of a file is none for several looks in it. Which
    time was taken is a problem for each file.
    """
    looks = list(_looks(apps))
    untimed = dict.fromkeys(look for app, look in zip(apps, looks, strict=True) if app.at is None)
    others = any(app.at for app in apps)
    times = _by_name(list(untimed))
    elapsed: dict[_Look, float] = {}
    if every is not None and not (times or others):
        elapsed = {look: index * every for index, look in enumerate(untimed)}
    elif not (times or others):
        times = _by_last_change(list(untimed), _homes(apps, looks))
        if not _agree(
            [(app, times[look][0]) for app, look in zip(apps, looks, strict=True) if look in times]
        ):
            times = {}
    problems += _told(untimed, times, elapsed, every, others=len(set(looks)) > len(untimed) + 1)
    return tuple(
        replace(app, at=times[look][0], time_from=times[look][1])
        if look in times and app.at is None
        else replace(app, elapsed=elapsed.get(look))
        for app, look in zip(apps, looks, strict=True)
    )


def _looks(apps: Sequence[App]) -> Iterator[_Look]:
    """Yield the look that each app is part of: an app that a file shows again is in the next look."""
    number: Counter[str] = Counter()
    seen: dict[str, set[tuple[str, int | None]]] = defaultdict(set)  # in the look that goes on
    for app in apps:
        if (app.name, app.pm_id) in seen[app.source]:
            number[app.source] += 1
            seen[app.source].clear()
        seen[app.source].add((app.name, app.pm_id))
        yield app.source, number[app.source]


def _by_name(looks: Sequence[_Look]) -> dict[_Look, tuple[datetime, str]]:
    """Return the times in the names of files that hold one look each."""
    several = {file for file, number in looks if number}
    return {look: (at, NAME) for look in looks if look[0] not in several and (at := time_in_name(look[0]))}


def _homes(apps: Sequence[App], looks: Sequence[_Look]) -> dict[_Look, str]:
    """Return the home of the daemon that each look is at, where one of its apps tells it."""
    homes: dict[_Look, str] = {}
    for app, look in zip(apps, looks, strict=True):
        if app.home is not None:
            homes.setdefault(look, app.home)
    return homes


def _by_last_change(looks: Sequence[_Look], homes: dict[_Look, str]) -> dict[_Look, tuple[datetime, str]]:
    """Return when files were changed last, if each of several holds one look and has a time of its own.

    The only look at a daemon has no other that it comes before or after, and gets none.
    """
    if any(number for _, number in looks):
        return {}
    unknown = len(looks) - len(homes)
    at_one = Counter(homes.values())
    several = [
        look for look in looks if (at_one[homes[look]] + unknown if look in homes else len(looks)) > 1
    ]
    written = {look: (at, LAST_CHANGE) for look in several if (at := last_change(look[0]))}
    return written if len({at for at, _ in written.values()}) == len(several) else {}


def _agree(timed: Sequence[tuple[App, datetime]]) -> bool:
    """Whether times fit the uptimes of processes: those of copies do not."""
    lives: dict[tuple[str | int | None, ...], list[tuple[datetime, App]]] = defaultdict(list)
    for app, at in timed:
        lives[app.home, app.name, app.pm_id, app.restarts].append((at, app))
    for looks in lives.values():
        looks.sort(key=lambda item: item[0])
        for (at, before), (later, after) in pairwise(looks):
            passed = (later - at) / timedelta(seconds=1)
            if before.uptime is not None and after.uptime is not None:
                grain = max(before.uptime_grain, after.uptime_grain) + _SLACK
                if abs(after.uptime - before.uptime - passed) > grain:
                    return False
            elif before.started_at and after.started_at and after.started_at > later:
                return False
    return True


def _told(
    untimed: dict[_Look, None],
    times: dict[_Look, tuple[datetime, str]],
    elapsed: dict[_Look, float],
    every: float | None,
    *,
    others: bool,
) -> Iterator[Problem]:
    """Yield which times were taken, and which looks have none though others do: each once."""
    if len(elapsed) > 1:
        yield Problem(next(iter(elapsed))[0], f"no times: one look every {every:g} s, as told")
    if times:
        (first, _), (_, whence) = next(iter(times.items()))
        yield Problem(first, f"the time of {_counted(len(times))} is that of {whence}")
    rest = [look for look in untimed if look not in times and look not in elapsed]
    if rest and (times or others):
        yield Problem(rest[0][0], f"{_counted(len(rest))} without a time, as others have: in no series")


def _counted(count: int) -> str:
    return "a look" if count == 1 else f"{grouped(count)} looks"
