"""Which of many looks stand for all of them: the same in a report as in the case compared with it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Look = TypeVar("Look")
_SEVERAL = 3
_LAST = 3
_HIGH = 0.9


def telling(looks: Sequence[Look], value: Callable[[Look], float]) -> tuple[Look, Look, Look]:
    """Return the median look, one that at most a tenth exceed, and the lowest of the last three.

    Of fewer than three looks each is the last.
    """
    if len(looks) < _SEVERAL:
        return looks[-1], looks[-1], looks[-1]
    ordered = sorted(looks, key=value)
    last = len(ordered) - 1
    return ordered[last // 2], ordered[int(_HIGH * last)], min(looks[-_LAST:], key=value)
