"""The time of samples that carry none: from the file's name, from the file itself, or as the user says."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from memdoctor.model import (
    BESIDE,
    LAST_CHANGE,
    NAME,
    Problem,
    ProcessTable,
    Sample,
    Snapshot,
)
from memdoctor.text import is_beside

# 2026-11-20T09-32-17, 20261120-093217, 20261120.093217 and the like.
_IN_A_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[T_.\- ]?"
    r"([0-2]\d)[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d)(?!\d)"
)
# Seconds since 1970, from 2017 to 2033: 1795166481.854.
_EPOCH_IN_A_NAME = re.compile(r"(?<!\d)1[5-9]\d{8}(?:\.\d{1,6})?(?!\d)")
_CLOSE = timedelta(seconds=5)
_AT_ONCE = timedelta(seconds=1)

Timed = TypeVar("Timed", Snapshot, ProcessTable)


def with_times(samples: Sequence[Sample], every: float | None, problems: list[Problem]) -> Iterator[Sample]:
    """Yield the samples; what has neither time nor uptime is given one where that can be told honestly.

    `every` is the time between the samples of a list in seconds. Which time was taken is a problem each.
    """
    of_source = Counter(sample.source for sample in samples)
    lone = [sample for sample in samples if _untimed(sample) and of_source[sample.source] == 1]
    times = _file_times(lone) if len(samples) > 1 else {}
    position: Counter[str] = Counter()
    for sample in samples:
        if sample.place in times:
            at, whence = times[sample.place]
            problems.append(Problem(sample.source, f"its time is that of {whence}", place=sample.place))
            yield replace(sample, at=at, places={**sample.places, "at": sample.source})
        elif every is not None and _untimed(sample) and sample.series is not None:
            if not position[sample.series]:
                problems.append(Problem(sample.source, f"no times: one sample every {every:g} s, as told"))
            yield replace(sample, elapsed=position[sample.series] * every)
            position[sample.series] += 1
        else:
            yield sample


def with_file_times(snapshots: Sequence[Snapshot], samples: Sequence[Sample]) -> tuple[Snapshot, ...]:
    """Return snapshots with the time in their files' names, else with that of samples beside them.

    A sample is beside a snapshot if its file is named so, with another ending. Else it is the time of the
    files' last change.

    They hold no time themselves. A file's time may be that of a copy: it is for what comes after to judge.
    """
    named = [time_in_name(one.source.name) for one in snapshots]
    if snapshots and all(named):
        return tuple(replace(one, at=at, time_from=NAME) for one, at in zip(snapshots, named, strict=True))
    told = [_beside(one, samples) for one in snapshots]
    if snapshots and all(told):
        return tuple(replace(one, at=at, time_from=BESIDE) for one, at in zip(snapshots, told, strict=True))
    return _by_last_change(snapshots, [one.source.name for one in snapshots])


def with_look_times(tables: Sequence[ProcessTable], every: float | None) -> tuple[ProcessTable, ...]:
    """Return listings of processes with their times: of content or name; of the rest as told, or of files.

    What one listing tells holds whatever is brought beside it. Files count only for listings that tell no
    time, and only where each of these is a file of its own.
    """
    told = [_told(table) for table in tables]
    untold = [table for table in told if table.at is None]
    if every is not None:
        timed = [replace(one, elapsed=index * every) for index, one in enumerate(untold)]
    else:
        timed = list(_by_last_change(untold, [table.source for table in untold]))
    rest = iter(timed)
    return tuple(next(rest) if table.at is None else table for table in told)


def _told(table: ProcessTable) -> ProcessTable:
    """Return a listing with the time in its name, where it shows none itself.

    A name is also finer than the whole seconds that a listing shows, if it means the same moment.
    """
    at = time_in_name(table.source)
    if at is None or (table.at is not None and abs(table.at - at) >= _CLOSE):
        return table
    return replace(table, at=at, time_from=NAME)


def _by_last_change(items: Sequence[Timed], files: Sequence[str]) -> tuple[Timed, ...]:
    """Return the items with the time of their files' last change, where each has one of its own."""
    written = [last_change(file) for file in files]
    if len(items) < 2 or not _tell_when(written):
        return tuple(items)
    return tuple(replace(one, at=at, time_from=LAST_CHANGE) for one, at in zip(items, written, strict=True))


def _tell_when(written: Sequence[datetime | None]) -> bool:
    """Whether times of files may tell when each was written: a copy, or a checkout, writes all at once."""
    known = [at for at in written if at is not None]
    return len({*known}) == len(written) and max(known) - min(known) >= _AT_ONCE


def _beside(snapshot: Snapshot, samples: Sequence[Sample]) -> datetime | None:
    found = [one.at for one in samples if is_beside(one.source, snapshot.source.name)]
    return found[0] if len(found) == 1 else None


def _untimed(sample: Sample) -> bool:
    return sample.at is None and sample.uptime is None


def _file_times(lone: Sequence[Sample]) -> dict[str, tuple[datetime, str]]:
    """Return the time of each sample that is alone in its file: by name, else by files that differ."""
    named = {sample.place: (at, NAME) for sample in lone if (at := time_in_name(sample.source))}
    rest = [sample for sample in lone if sample.place not in named]
    written = {sample.place: last_change(sample.source) for sample in rest}
    if len(rest) > 1 and _tell_when([*written.values()]):
        named |= {place: (at, LAST_CHANGE) for place, at in written.items() if at is not None}
    return named


def time_in_name(source: str) -> datetime | None:
    """Return the time that stands in the name of a file."""
    found = _IN_A_NAME.search(Path(source).name)
    if found is None:
        epoch = _EPOCH_IN_A_NAME.search(Path(source).name)
        return None if epoch is None else datetime.fromtimestamp(float(epoch[0]), UTC)
    try:
        return datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # the 31st of February
        return None


def last_change(source: str) -> datetime | None:
    """Return when a file was changed last, None of what is none."""
    try:
        return datetime.fromtimestamp(Path(source).stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None
