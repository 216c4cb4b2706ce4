"""Long rows of values made short: what stands for all of them, in their order."""

from collections.abc import Callable, Sequence
from typing import TypeVar

One = TypeVar("One")


def extremes(ones: Sequence[One], value: Callable[[One], float], most: int) -> Sequence[One]:
    """Return at most `most` (4 or more): the first, the last, and of each part the lowest and the highest.

    So no tooth of a sawtooth is lost.
    """
    if len(ones) <= most:
        return ones
    length = -(-len(ones) // (most // 2 - 1))
    kept = {0, len(ones) - 1}
    for start in range(0, len(ones), length):
        part = range(start, min(start + length, len(ones)))
        kept |= {min(part, key=lambda at: value(ones[at])), max(part, key=lambda at: value(ones[at]))}
    return [ones[at] for at in sorted(kept)]


def in_words(most: int, count: int) -> tuple[str, ...]:
    """Return the note that a line has its extremes only; none where it has all of its values."""
    told = f"A line has at most {most} of its {count} values: the lowest and the highest of each part."
    return (told,) if count > most else ()


def evenly(ones: Sequence[One], most: int) -> Sequence[One]:
    """Return at most `most`, as far from each other as they can be: the first, the last; of one, that."""
    if len(ones) <= most:
        return ones
    if most < 2:
        return ones[-most:] if most else ()
    return [ones[at * (len(ones) - 1) // (most - 1)] for at in range(most)]
