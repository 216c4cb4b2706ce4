"""A log of objects whose first lines hold no memory figures: read before others are asked in vain.

What they would know better is left to them: if a figure stands further below, nothing is read here.
"""

from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Event, Log, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.logs.reading import FiguresError, Reading

_FIGURES = (b'"rss"', b'"heapUsed"')


def read(opened: Opened) -> Iterator[Event | Log | Problem]:
    """Yield what a log tells, and at the end the log itself.

    Raises InputError if there are memory figures in it, or if it could not be read again.
    """
    if not opened.repeatable:
        raise InputError("a log from a pipe can be read once only")
    reading = Reading.of(opened)
    try:
        if any(True for _ in reading.samples(opened, stop_at=_FIGURES)):
            raise FiguresError
    except FiguresError as error:
        raise InputError("a log with memory figures in it") from error
    yield from reading.events()
