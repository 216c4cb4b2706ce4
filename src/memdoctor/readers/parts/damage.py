"""A damaged heap snapshot is told to be one: its reader alone knows what it would have been."""

from collections.abc import Iterator
from contextlib import contextmanager

from memdoctor.errors import InputError

INCOMPLETE = "is the file complete?"


@contextmanager
def told_as_snapshot() -> Iterator[None]:
    """Say of every error in the block that the input is a heap snapshot."""
    try:
        yield
    except InputError as error:
        message = f"a heap snapshot, but {error.message}"
        raise InputError(message, error.help, place=error.place) from error
