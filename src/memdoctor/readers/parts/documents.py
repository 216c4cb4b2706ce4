"""Where in a parsed value the documents stand: it may be one, a list of them, or hold some by name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from memdoctor.cuts import beginning
from memdoctor.model import Problem
from memdoctor.readers.parts.diagnostics_fields import CONTEXT, SECTIONS, kind_of
from memdoctor.readers.parts.document import Document
from memdoctor.readers.parts.json_text import pointer

_DEEPEST = 3  # {"dumps": [{…}]} needs two
_LONGEST_TEXT = 1 << 20


def documents_in(
    value: Any,
    name: str,
    place: str,
    *,
    depth: int = 0,
    series: str | None = None,
    label: str | None = None,
) -> Iterator[Document | Problem]:
    """Yield the documents at `place` or up to a few levels below it, in order."""
    if isinstance(value, str):
        yield from _encoded_twice(value, name, place, depth, series)
    elif isinstance(value, dict) and (kind := kind_of(value)):
        yield Document(value, place, kind, series, label)
    elif depth < _DEEPEST and isinstance(value, dict):
        inside = [
            found
            for key, child in value.items()
            for found in documents_in(
                child, name, pointer(place, beginning(key, 200)), depth=depth + 1, series=series, label=key
            )
        ]
        if sum(isinstance(found, Document) for found in inside) == 1:
            inside = [_within(found, value, place) for found in inside]
        yield from inside
        if inside:
            yield from _strays(value, name, place)
    elif depth < _DEEPEST and isinstance(value, list):
        for index, child in enumerate(value):
            yield from documents_in(child, name, pointer(place, str(index)), depth=depth + 1, series=place)


def _within(found: Document | Problem, holder: Mapping[str, Any], place: str) -> Document | Problem:
    """Give a document what the object around it says of its time and process; the nearest object counts."""
    if isinstance(found, Problem):
        return found
    around = {key: (holder[key], pointer(place, key)) for key in CONTEXT if key in holder}
    return replace(found, context={**around, **found.context})


def _encoded_twice(
    text: str, name: str, place: str, depth: int, series: str | None
) -> Iterator[Document | Problem]:
    """Yield the documents of a text that is JSON itself, as a logger makes of an object."""
    if depth >= _DEEPEST or len(text) > _LONGEST_TEXT or text.lstrip()[:1] not in {"{", "["}:
        return
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    found = list(documents_in(value, name, place, depth=depth + 1, series=series))
    if found:
        yield Problem(name, "JSON inside a text: read", place=place)
    yield from found


def _strays(wrapper: Mapping[str, Any], name: str, place: str) -> Iterator[Problem]:
    """Say which figures stand beside documents and so belong to none of them."""
    for section in SECTIONS:
        if section in wrapper:
            yield Problem(
                name,
                f"{section} stands beside the samples and belongs to none of them: left out",
                place=pointer(place, section),
            )


def nothing_in(root: Any) -> str:
    """Return what to say of a value without documents."""
    if root in ({}, []):
        return "an empty JSON value: no diagnostics document"
    return "JSON, but no memory figures that memdoctor knows"
