"""A signal in a piece of a log."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from memdoctor.readers.parts.logs.gc_records import Record

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Found(NamedTuple):  # there may be millions
    """What a place of a log was found to be; nothing, if it has no kind.

    `end` is where to look on: what stands before it belongs to this. `at` is the place that it is told of.
    """

    end: int
    at: int = 0
    kind: str | None = None
    detail: Mapping[str, Any] = _NOTHING
    pid: int | None = None
    app: str | None = None
    pm_id: int | None = None
    record: Record | None = None  # one collection of --trace-gc
    zone: timedelta | None = None  # of the local times from here on


# Takes a text, the place of a needle in it, and the end of what has been told already.
Handler = Callable[[bytes, int, int], Found]
