"""A heap over time as a person notes it: a time or a word in each line, and used and committed heap.

    startup   15.30/18.42 MiB
    +7 min    17.05/22.42 MiB
    restart   17.32/22.67 MiB

A restart begins another process: nothing is joined across it.
"""

from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import HEAP_TIMELINE, Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of
from memdoctor.readers.parts.timeline_rows import Row, row_of, used_comes_second
from memdoctor.text import file_name

_HELP = "a line for each look, such as: +7 min  17.05/22.42 MiB"


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each line with a time or a word and two sizes.

    Raises InputError if there is none.
    """
    name = opened.source.name
    text, told = text_of(opened)
    yield from told
    swapped, life, last, count = False, 0, -1.0, 0
    for number, line in numbered(text):
        swapped = swapped or used_comes_second(line)
        row = row_of(line, swapped=swapped)
        if row is None:
            continue
        back = row.elapsed is not None and row.elapsed < last
        if count and (row.restarts or back):
            life += 1
            if not row.restarts:
                message = "the times go back: taken for a restart"
                yield Problem(name, message, place=f"{name}:{number}")
            last = -1.0
        elapsed = 0.0 if row.starts and row.elapsed is None else row.elapsed
        last = last if elapsed is None else elapsed
        count += 1
        yield _sample(row, name, number, life, elapsed)
    if not count:
        raise InputError("no used and committed heap in its lines", _HELP)


def _sample(row: Row, name: str, number: int, life: int, elapsed: float | None) -> Sample:
    place = f"{name}:{number}"
    places = dict.fromkeys(("heap_used", "heap_total", "elapsed"), place)
    return Sample(
        source=name,
        place=place,
        places=places,
        series=f"{name}, {life} restarts",
        document=HEAP_TIMELINE,
        elapsed=elapsed,
        worker=file_name(name),
        label=row.label,
        resolution=row.resolution,
        heap_used=row.used,
        heap_total=row.committed,
        heap_usage=row.usage,
    )
