"""What holds while a heap snapshot is read: errors say what they are about, and patience is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from memdoctor.errors import InputError
from memdoctor.heap.core import COMPILED, HOW_TO_COMPILE, expected_seconds
from memdoctor.progress import note
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.units import duration

INCOMPLETE = "is the file complete?"
_WORTH_SAYING = 3.0  # seconds


@contextmanager
def snapshot_content(opened: Opened) -> Iterator[Mapped]:
    """Map a snapshot's content; say of every error in the block that the input is a heap snapshot."""
    try:
        with opened.mapped() as content:
            _ask_for_patience(content.size)
            yield content
    except InputError as error:
        message = f"a heap snapshot, but {error.message}"
        raise InputError(message, error.help, place=error.place) from error


def _ask_for_patience(file_bytes: int) -> None:
    """Note how long a snapshot of that size will take, if the core is interpreted and it takes long."""
    seconds = expected_seconds(file_bytes)
    if not COMPILED and seconds > _WORTH_SAYING:
        note(f"the core is not compiled: this takes about {duration(seconds)}; {HOW_TO_COMPILE}")
