"""How far long work is, told to whoever listens: the command line, or nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Stages = Callable[[str, int, int], None]
Notes = Callable[[str], None]

_listeners: list[tuple[Stages, Notes]] = []


@contextmanager
def listening(stages: Stages, notes: Notes) -> Iterator[None]:
    """Let these two hear of all work until the end of the block."""
    _listeners.append((stages, notes))
    try:
        yield
    finally:
        _listeners.pop()


def tell(stage: str, done: int = 0, total: int = 0) -> None:
    """Say which stage the work is in, and how many bytes of it are done, if that can be said."""
    for stages, _ in _listeners[-1:]:
        stages(stage, done, total)


def note(text: str) -> None:
    """Say what the user should know about this work."""
    for _, notes in _listeners[-1:]:
        notes(text)
