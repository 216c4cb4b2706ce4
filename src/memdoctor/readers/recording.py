"""A recording of `memdoctor watch`: one line for each process and look. It may end anywhere."""

from collections.abc import Iterator
from typing import Any

import orjson

from memdoctor.cuts import beginning
from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import recording


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each line that is whole.

    Raises InputError if there is none.
    """
    name = opened.source.name
    count = 0
    for number, line in enumerate(opened.lines(), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        value = _object(line)
        if value is None:
            cut = "a line that is no object: was memdoctor ended while it wrote?"
            yield Problem(name, cut, place=place)
            continue
        if recording.is_heading(value):
            if value.get("version") != recording.VERSION:
                said = (
                    f"written by another memdoctor, as version {beginning(str(value.get('version')), 20)}"
                )
                yield Problem(name, said, "read it with that one", place=place)
            continue
        for record in recording.samples_of(value, name, place):
            count += isinstance(record, Sample)
            yield record
    if not count:
        raise InputError("a recording without any look", "it was ended before the first one")


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
