"""The lines of a recording: what `memdoctor watch` writes of a process at one look, and what it means.

The one who watches and the one who reads it back take a line for the same sample.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.model import RECORDING, Mark, Problem, Sample
from memdoctor.readers.parts import values
from memdoctor.readers.parts.diagnostics_fields import SECTIONS
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.json_text import pointer
from memdoctor.readers.parts.values import Converter

KIND, VERSION = "recording", 1  # of the first line: {"memdoctor": "recording", "version": 1}
INSIDE = ("memoryUsage", "heapStatistics")  # what the process itself said, by its inspector
_LONGEST_NAME = 120

# Key → field. Sizes are bytes, times seconds.
_FIELDS: dict[str, tuple[str, Converter]] = {
    "at": ("at", values.moment),
    "uptime": ("uptime", values.number),
    "pid": ("pid", values.whole),
    "program": ("program", values.text),
    "family": ("family", values.text),
    "rss": ("rss", values.whole),
    "pss": ("pss", values.whole),
    "uss": ("uss", values.whole),
    "swap": ("swap", values.whole),
    "left": ("memory_left", values.whole),
    "cpu": ("cpu_seconds", values.number),
    "descriptors": ("file_descriptors", values.whole),
    "threads": ("threads", values.whole),
    "processes": ("processes", values.whole),
    "heap_limit": ("requested_heap_limit", values.whole),
}


def heading(at: datetime, interval: float) -> dict[str, Any]:
    """Return the first line of a recording, and of each time that it goes on."""
    return {"memdoctor": KIND, "version": VERSION, "at": at, "interval": interval}


def is_heading(line: Mapping[str, Any]) -> bool:
    """Whether a line is the first of a recording."""
    return line.get("memdoctor") == KIND


def samples_of(line: Mapping[str, Any], source: str, place: str) -> Iterator[Sample | Problem]:
    """Yield the sample that a line is, and what in it could not be read."""
    draft = Draft(source)
    for key, (target, convert) in _FIELDS.items():
        draft.take(target, line.get(key), convert, pointer(f"{place}#", key))
    for section in INSIDE:
        inside = line.get(section)
        if isinstance(inside, dict):
            for key, (target, convert) in SECTIONS[section].items():
                draft.take(target, inside.get(key), convert, pointer(pointer(f"{place}#", section), key))
    yield from draft.problems
    fields = draft.fields
    if "at" not in fields or "rss" not in fields or "pid" not in fields:
        yield Problem(source, "a line without a time, a pid or its memory: left out", place=place)
        return
    for name in ("program", "family"):
        if name in fields:
            fields[name] = beginning(fields[name], _LONGEST_NAME)
    yield Sample(
        source,
        place,
        draft.places,
        series=f"{fields['pid']} since {line.get('start')}",
        document=RECORDING,
        marks=tuple(_marks(line, place)),
        **fields,
    )


def _marks(line: Mapping[str, Any], place: str) -> Iterator[Mark]:
    runtime = line.get("runtime")
    if runtime in {"node", "bun"}:
        yield Mark(str(runtime), "its program", f"{place}#/runtime")
