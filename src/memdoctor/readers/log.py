"""Logs of Node, Bun and PM2, of any length: what happened, the heap after collections, the time covered."""

from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Event, Log, Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.logs.heads import has_signal, is_of_pm2_or_v8, is_timed
from memdoctor.readers.parts.logs.reading import Reading

_TEXT = "text without any memory figures"
_HELP = "memdoctor finds warnings, fatal errors, restarts of PM2 and --trace-gc in logs, and their times"


def read(opened: Opened) -> Iterator[Event | Log | Sample | Problem]:
    """Yield what a log tells, and at the end the log itself.

    Raises InputError if there is no signal in it, and most of its lines have no time either; or behind
    all that could be read, if its compression is broken.
    """
    what = "binary data, in no format memdoctor knows" if b"\0" in opened.head else _TEXT
    nothing = InputError(what, _HELP, place="line 1")
    is_log = is_timed(opened.head) or is_of_pm2_or_v8(opened.head)
    if not (is_log or opened.repeatable or has_signal(opened.head)):
        raise nothing  # it may be endless
    reading = Reading.of(opened)
    yield from reading.samples(opened)
    if not (is_log or reading.says_something):
        raise reading.failure or nothing
    yield from reading.events()
