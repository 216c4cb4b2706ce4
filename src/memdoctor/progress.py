"""How far long work is, told to whoever listens: the command line on a terminal, else nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]

_listener: Listener | None = None


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let `listener` hear of the stages of all work until the end of the block."""
    global _listener  # noqa: PLW0603 - one terminal, one listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


def tell(stage: str, done: int = 0, total: int = 0) -> None:
    """Say which stage the work is in, and how many bytes of it are done, if that can be said."""
    if _listener is not None:
        _listener(stage, done, total)
