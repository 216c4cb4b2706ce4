"""The end of a process whose heap is full, with the last collections that V8 prints before it."""

from collections import deque

from memdoctor.model import OUT_OF_MEMORY
from memdoctor.readers.parts.logs.endings import one_line
from memdoctor.readers.parts.logs.errors import FULL
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.gc_records import Record, records_in
from memdoctor.readers.parts.logs.lines import bounds

NEEDLE = b"ut of memory"
_HEADING = b"--- Last few GCs ---"  # docker writes the brackets around it as escapes
_REACH = 1 << 14  # bytes from the heading to the message
_MOST_KEPT = 12


def end_of_heap(text: bytes, position: int, done: int) -> Found:
    """Return the fatal error on the line at a place, with the collections above it."""
    start, end = bounds(text, position)
    if FULL.search(text, start, end) is None:
        return Found(end)
    heading = text.rfind(_HEADING, max(done, position - _REACH), position)
    told = one_line(text, position, done, is_proven=heading >= 0)
    if told.kind != OUT_OF_MEMORY:
        return told
    records = [] if heading < 0 else _last(text, heading, position)
    return _found(told.end, position, str(told.detail["message"]), records)


def last_collections(text: bytes, position: int, done: int) -> Found | None:
    """Return the fatal error whose last collections stand at a place; None if they are of --trace-gc.

    Where the log ends before the error is named, its message is empty.
    """
    heading = text.rfind(_HEADING, max(done, position - _REACH // 4), position)
    if heading < 0:
        return None
    named = text.find(NEEDLE, position, position + _REACH)
    following = text.find(_HEADING, position, position + _REACH)
    while named >= 0 and not 0 <= following < named:
        if (found := end_of_heap(text, named, done)).kind == OUT_OF_MEMORY:
            return found
        named = text.find(NEEDLE, named + 1, position + _REACH)
    stop = min(position + _REACH // 4, following if following >= 0 else len(text))
    records = _last(text, heading, stop)
    end = bounds(text, records[-1].end if records else position)[1]
    return _found(end, position, "", records)


def _last(text: bytes, start: int, end: int) -> list[Record]:
    return list(deque(records_in(text, start, end), _MOST_KEPT))


def _found(end: int, at: int, message: str, records: list[Record]) -> Found:
    collections = tuple(record.full for record in records if record.full is not None)
    pid = records[-1].pid if records else None
    return Found(end, at, OUT_OF_MEMORY, {"message": message, "collections": collections}, pid=pid)
