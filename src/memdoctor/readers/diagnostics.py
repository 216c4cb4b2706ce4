"""Diagnostics as JSON: /heapdump documents, process.memoryUsage(), v8.getHeapStatistics().

One document, a list of them, or an object that holds some by name. Every field is optional.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.diagnostics_fields import SECTIONS, kind_of, read_sample
from memdoctor.readers.json_text import MOST_BYTES, parse, pointer
from memdoctor.readers.opening import Opened

_WHAT_IT_IS = "a diagnostics document has some kilobytes; is this the right file?"
_DEEPEST = 3  # {"dumps": [{…}]} needs two


@dataclass(frozen=True, slots=True)
class _Document:
    """An object with memory figures, where it stands, its list if it is in one, its name if it has one."""

    value: Mapping[str, Any]
    place: str
    series: str | None
    label: str | None


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each document in the input, and what could not be trusted in it.

    Raises InputError if the input is no JSON or holds no memory figures.
    """
    root = parse(opened.read(MOST_BYTES, _WHAT_IT_IS))
    name = opened.source.name
    count = 0
    for found in _documents(root, name, f"{name}#"):
        if isinstance(found, Problem):
            yield found
            continue
        for record in read_sample(found.value, name, found.place, found.series, found.label):
            count += isinstance(record, Sample)
            yield record
    if not count:
        raise InputError(_nothing_in(root), "is this the -diagnostics.json that /heapdump wrote?")


def _documents(
    value: Any,
    name: str,
    place: str,
    *,
    depth: int = 0,
    series: str | None = None,
    label: str | None = None,
) -> Iterator[_Document | Problem]:
    """Yield the documents at `place` or up to a few levels below it, in order."""
    if isinstance(value, dict) and kind_of(value):
        yield _Document(value, place, series, label)
    elif depth < _DEEPEST and isinstance(value, dict):
        inside = [
            found
            for key, child in value.items()
            for found in _documents(
                child, name, pointer(place, key[:200]), depth=depth + 1, series=series, label=key
            )
        ]
        yield from inside
        if inside:
            yield from _strays(value, name, place)
    elif depth < _DEEPEST and isinstance(value, list):
        for index, child in enumerate(value):
            yield from _documents(child, name, pointer(place, str(index)), depth=depth + 1, series=place)


def _strays(wrapper: Mapping[str, Any], name: str, place: str) -> Iterator[Problem]:
    """Say which figures stand beside documents and so belong to none of them."""
    for section in SECTIONS:
        if section in wrapper:
            yield Problem(
                name,
                f"{section} stands beside the samples and belongs to none of them: left out",
                place=pointer(place, section),
            )


def _nothing_in(root: Any) -> str:
    if root in ({}, []):
        return "an empty JSON value: no diagnostics document"
    return "JSON, but no memory figures that memdoctor knows"
