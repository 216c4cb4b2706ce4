"""Which snapshots are of one process: growth is told between these, the others are judged alone."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.heap.series.alignment import align
from memdoctor.analysis.heap.series.look import HeapLook
from memdoctor.model import Problem

_HELP = "what grows in it shows beside other snapshots of its own process"


def told_apart(looks: Sequence[HeapLook]) -> tuple[Sequence[HeapLook], tuple[HeapLook, ...]]:
    """Return the largest group of looks that can be compared, and all others.

    Where no two can, the last is a group by itself. At least one look is needed.
    """
    by_ids = _by_ids(sorted((one for one in looks if one.stable_ids), key=lambda one: one.newest_id))
    largest = max([*by_ids, *_by_format([one for one in looks if not one.stable_ids])], key=len)
    together = largest if len(largest) > 1 else looks[-1:]
    return together, tuple(one for one in looks if one not in together)


def not_in_series(together: Sequence[HeapLook], apart: Sequence[HeapLook]) -> Iterator[Problem]:
    """Yield for each look beside a series why it is not in it."""
    if len(together) < 2:
        return
    for look in apart:
        by_ids = look.stable_ids and together[0].stable_ids
        why = "its ids are those of another process" if by_ids else "it is of another runtime or format"
        yield Problem(look.overview.source, f"{why}: not in the series, judged by itself", _HELP)


def _by_ids(looks: Sequence[HeapLook]) -> list[list[HeapLook]]:
    """Group looks whose ids mean the same. They come by their newest id, which only rises."""
    groups: list[list[HeapLook]] = []
    for look in looks:
        fitting = (one for one in groups if align(one[0].identities, look.identities).by_id)
        group = next(fitting, None)
        if group is None:
            groups.append([look])
        else:
            group.append(look)
    return groups


def _by_format(looks: Sequence[HeapLook]) -> list[list[HeapLook]]:
    """Group looks of Bun: their ids mean nothing, so that those of one format are compared by names."""
    groups: dict[str, list[HeapLook]] = {}
    for look in looks:
        groups.setdefault(look.overview.figures["format"], []).append(look)
    return list(groups.values())
