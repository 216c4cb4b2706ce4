"""Which of two lists of alike things go together: those of one file first, then those of nearest size."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Now = TypeVar("Now")
Before = TypeVar("Before")
What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Item(Generic[What]):
    """Something to be paired: its file, and its size."""

    file: str
    size: float
    what: What


def paired(
    now: Sequence[Item[Now]], before: Sequence[Item[Before]]
) -> tuple[list[tuple[Now, Before | None]], list[Before]]:
    """Return each of `now` with one of `before`, None where there is none; and those that are left."""
    files: dict[str, tuple[list[Item[Now]], list[Item[Before]]]] = defaultdict(lambda: ([], []))
    for item in now:
        files[item.file][0].append(item)
    for known in before:
        files[known.file][1].append(known)
    found: list[tuple[Now, Before | None]] = []
    rest: list[Item[Now]] = []
    left: list[Item[Before]] = []
    for of_now, of_before in files.values():
        pairs, alone, unpaired = _aligned(of_now, of_before)
        found += pairs
        rest += alone
        left += unpaired
    pairs, alone, left = _aligned(rest, left)
    found += pairs
    found += [(item.what, None) for item in alone]
    return found, [item.what for item in left]


def _aligned(
    now: Sequence[Item[Now]], before: Sequence[Item[Before]]
) -> tuple[list[tuple[Now, Before | None]], list[Item[Now]], list[Item[Before]]]:
    """Pair by size: as many as there are in order, else each with the nearest."""
    items, left = sorted(now, key=_size), sorted(before, key=_size)
    pairs: list[tuple[Now, Before | None]] = []
    if len(items) == len(left):
        return [(a.what, b.what) for a, b in zip(items, left, strict=True)], [], []
    alone: list[Item[Now]] = []
    for item in items:
        place = bisect_left(left, item.size, key=_size)
        near = [index for index in (place - 1, place) if 0 <= index < len(left)]
        if not near:
            alone.append(item)
            continue
        best = min(near, key=lambda index: abs(left[index].size - item.size))
        pairs.append((item.what, left.pop(best).what))
    return pairs, alone, left


def _size(item: Item[Any]) -> float:
    return item.size
