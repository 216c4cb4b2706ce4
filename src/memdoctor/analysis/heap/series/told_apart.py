"""Which snapshots are of one process: growth is told between these, the others are judged alone."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.heap.series.alignment import align
from memdoctor.analysis.heap.series.look import HeapLook
from memdoctor.model import Problem

# Classes that each of two programs has for itself. Measured: 3 and 5 of two small ones, 0 within one.
_OWN_CLASSES, _OWN_SHARE = 3, 0.03
_HELP = "what grows in it shows beside other snapshots of its own process"


def told_apart(looks: Sequence[HeapLook]) -> tuple[Sequence[HeapLook], tuple[HeapLook, ...]]:
    """Return the largest group of looks that can be compared, and all others.

    Where no two can, the last is a group by itself. At least one look is needed.
    """
    by_ids = _by_ids(sorted((one for one in looks if one.stable_ids), key=lambda one: one.newest_id))
    largest = max([*by_ids, *_by_names([one for one in looks if not one.stable_ids])], key=len)
    together = largest if len(largest) > 1 else looks[-1:]
    return together, tuple(one for one in looks if one not in together)


def not_in_series(together: Sequence[HeapLook], apart: Sequence[HeapLook]) -> Iterator[Problem]:
    """Yield for each look beside a series why it is not in it."""
    if len(together) < 2:
        return
    for look in apart:
        why = f"{_why(look, together[0])}: not in the series, judged by itself"
        yield Problem(look.overview.source, why, _HELP)


def _why(look: HeapLook, other: HeapLook) -> str:
    if look.stable_ids and other.stable_ids:
        return "its ids are those of another process"
    if _format(look) == _format(other):
        return "its classes are those of another program"
    return "it is of another runtime or format"


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


def _by_names(looks: Sequence[HeapLook]) -> list[list[HeapLook]]:
    """Group looks of Bun: their ids mean nothing, so that those of one program are compared by names."""
    groups: list[list[HeapLook]] = []
    for look in looks:
        group = next((one for one in groups if _may_be_of_one_program(one[-1], look)), None)
        if group is None:
            groups.append([look])
        else:
            group.append(look)
    return groups


def _may_be_of_one_program(one: HeapLook, other: HeapLook) -> bool:
    """Whether nothing speaks against it: a program gets classes, and hardly loses others meanwhile."""
    if _format(one) != _format(other):
        return False
    mine, others = _named_classes(one), _named_classes(other)
    own = min(len(mine - others), len(others - mine))
    return own < max(_OWN_CLASSES, _OWN_SHARE * min(len(mine), len(others)))


def _named_classes(look: HeapLook) -> set[str]:
    """Return the classes that have a name of their own: shapes of plain objects come and go."""
    return {name for name in look.classes if name[:1].isalpha()}


def _format(look: HeapLook) -> str:
    return str(look.overview.figures["format"])
