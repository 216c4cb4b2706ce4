"""One object a line: JSON Lines, pino, winston, and objects behind a log's prefix. Read as a stream."""

from collections.abc import Iterator
from typing import Any

import orjson

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.diagnostics_fields import read_sample
from memdoctor.readers.parts.documents import documents_in
from memdoctor.readers.parts.lenient import NotAValueError, parse_value
from memdoctor.readers.parts.prefix import timed, writer
from memdoctor.units import count_of, ordinal

_EVERY = 2_500  # lines that are parsed before only every second is, and so on


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each line that holds one; of very many lines, for evenly chosen ones.

    Raises InputError if no line does.
    """
    name = opened.source.name
    step, parsed, count, unread = 1, 0, 0, 0
    first_unread = number = 0
    for number, line in enumerate(opened.lines(), start=1):
        if number % step:
            continue
        start, end = line.find(b"{"), line.rfind(b"}")
        if not 0 <= start < end:
            continue
        parsed += 1
        if parsed % _EVERY == 0:
            step *= 2
        value = _value(line[start : end + 1])
        if value is None:
            unread += 1
            first_unread = first_unread or number
            continue
        for record in _records(value, line[:start], name, number):
            count += isinstance(record, Sample)
            yield record
    if not count:
        raise InputError("no memory figures in its lines", "is this the right log?")
    if unread:
        yield Problem(
            name, f"{count_of(unread, 'line')} whose object cannot be read", place=f"{name}:{first_unread}"
        )
    if step > 1:
        yield Problem(
            name, f"{count_of(number, 'line')}: in the end only every {ordinal(step)} was read", place=name
        )


def _value(data: bytes) -> Any:
    """Return the object in a line, or None if there is none."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        parsed = parse_value(data.decode("utf-8", errors="replace"), 0)
    except NotAValueError:
        return None
    return None if parsed.cut_at is not None else parsed.value


def _records(value: Any, prefix: bytes, name: str, number: int) -> Iterator[Sample | Problem]:
    place, before = f"{name}:{number}", prefix.decode("utf-8", errors="replace")
    series = f"{name} {writer(before, value)}".strip()
    for found in documents_in(value, name, f"{place}#", series=series):
        if isinstance(found, Problem):
            yield found
            continue
        for record in read_sample(found, name):
            yield timed(record, before, place)
