"""Diagnostics as JSON: /heapdump documents, process.memoryUsage(), v8.getHeapStatistics().

One document, a list of them, or an object that holds some by name. Every field is optional.
"""

from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.diagnostics_fields import read_sample
from memdoctor.readers.parts.documents import documents_in, nothing_in
from memdoctor.readers.parts.json_text import MOST_BYTES, parse, repeated_keys

_WHAT_IT_IS = "a diagnostics document has some kilobytes; is this the right file?"


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each document in the input, and what could not be trusted in it.

    Raises InputError if the input is no JSON or holds no memory figures.
    """
    data = opened.read(MOST_BYTES, _WHAT_IT_IS)
    root = parse(data)
    name = opened.source.name
    count = 0
    for found in documents_in(root, name, f"{name}#"):
        if isinstance(found, Problem):
            yield found
            continue
        for record in read_sample(found, name):
            count += isinstance(record, Sample)
            yield record
    if not count:
        raise InputError(nothing_in(root), "is this the -diagnostics.json that /heapdump wrote?")
    for key, line in repeated_keys(data, root):
        yield Problem(name, f"{key} stands there twice: the last one counts", place=f"{name}:{line}")
