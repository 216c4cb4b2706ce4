"""One document to one sample: which key means which field, in which unit.

Keys of the /heapdump document (Claude Code, qwen-code) and of Node's process and v8 modules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from memdoctor.model import Mark, Problem, Sample, Space
from memdoctor.readers.parts import values
from memdoctor.readers.parts.document import Document
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.json_text import pointer
from memdoctor.readers.parts.smaps import read_smaps
from memdoctor.readers.parts.values import Converter

_MEMORY_USAGE: dict[str, tuple[str, Converter]] = {
    "rss": ("rss", values.whole),
    "heapTotal": ("heap_total", values.whole),
    "heapUsed": ("heap_used", values.whole),
    "external": ("external", values.whole),
    "arrayBuffers": ("array_buffers", values.whole),
}

_HEAP_STATISTICS: dict[str, tuple[str, Converter]] = {
    "heap_size_limit": ("heap_limit", values.whole),
    "malloced_memory": ("malloced", values.whole),
    "peak_malloced_memory": ("peak_malloced", values.whole),
    "number_of_detached_contexts": ("detached_contexts", values.whole),
    "number_of_native_contexts": ("native_contexts", values.whole),
    "total_heap_size": ("heap_total", values.whole),
    "used_heap_size": ("heap_used", values.whole),
    "external_memory": ("external", values.whole),
}

_TOP: dict[str, tuple[str, Converter]] = {
    "timestamp": ("at", values.moment),
    "@timestamp": ("at", values.moment),
    "time": ("at", values.moment),
    "ts": ("at", values.moment),
    "t": ("at", values.moment),
    "uptimeSeconds": ("uptime", values.number),
    "uptime": ("uptime", values.number),
    "pid": ("pid", values.whole),
    "platform": ("platform", values.text),
    "nodeVersion": ("node_version", values.text),
    "trigger": ("trigger", values.text),
    "dumpNumber": ("dump_number", values.whole),
    "activeHandles": ("handles", values.whole),
    "activeRequests": ("requests", values.whole),
    "openFileDescriptors": ("file_descriptors", values.whole),
}

# Of these an object that holds one document says when and where it was taken.
CONTEXT = {
    key: _TOP[key] for key in ("timestamp", "@timestamp", "time", "ts", "t", "uptime", "pid", "platform")
}

# Section → key → field. Where two keys mean one field, the first in this order is taken.
SECTIONS: dict[str, dict[str, tuple[str, Converter]]] = {
    "memoryUsage": _MEMORY_USAGE,
    "memoryGrowthRate": {
        "bytesPerSecond": ("reported_rate", values.number),
        "mbPerHour": ("reported_rate_per_hour", values.number),
    },
    "v8HeapStats": {
        "heapSizeLimit": ("heap_limit", values.whole),
        "mallocedMemory": ("malloced", values.whole),
        "peakMallocedMemory": ("peak_malloced", values.whole),
        "detachedContexts": ("detached_contexts", values.whole),
        "nativeContexts": ("native_contexts", values.whole),
        "totalHeapSize": ("heap_total", values.whole),
        "usedHeapSize": ("heap_used", values.whole),
    },
    "heapStatistics": _HEAP_STATISTICS,
    "resourceUsage": {
        "maxRSS": ("max_rss", values.whole),
        "userCPUTime": ("cpu_user", values.microseconds),
        "systemCPUTime": ("cpu_system", values.microseconds),
    },
}

# Untouched process.resourceUsage() has these too, and its maxRSS is in KiB on every system.
_ONLY_IN_THE_API = frozenset({"minorPageFault", "fsRead", "voluntaryContextSwitches"})

_WRITERS = {"ccVersion": "Claude Code", "qwenVersion": "qwen-code"}


def kind_of(document: Mapping[str, Any]) -> str | None:
    """Return which kind of document an object is, or None if it holds no memory figures."""
    if any(key in document for key in ("memoryUsage", "v8HeapStats", "heapStatistics")):
        return "diagnostics"
    if sum(key in document for key in _MEMORY_USAGE) > 1:
        return "process.memoryUsage()"
    if sum(key in document for key in _HEAP_STATISTICS) > 1:
        return "v8.getHeapStatistics()"
    return None


def read_sample(found: Document, name: str, **more: Any) -> Iterator[Sample | Problem]:
    """Yield the sample that a document holds, if it holds any memory figure, and its problems.

    `more` are fields of the sample that stand outside the document.
    """
    draft, document, place = Draft(name), found.value, found.place
    _take_keys(draft, document, _TOP, place)
    for key, (raw, where) in found.context.items():
        target, convert = CONTEXT[key]
        draft.take(target, raw, convert, where)
    for section, keys in _sections(draft, document, place):
        _take_keys(draft, section.value, keys, section.place)
    _take_raw_units(draft, document)
    _take_details(draft, document, place)
    marks = tuple(_marks(document, place, found.label))
    yield from draft.finish(place, series=found.series, document=found.kind, marks=marks, **more)


@dataclass(frozen=True, slots=True)
class _Section:
    value: Mapping[str, Any]
    place: str


def _sections(
    draft: Draft, document: Mapping[str, Any], place: str
) -> Iterator[tuple[_Section, dict[str, tuple[str, Converter]]]]:
    """Yield where keys may stand, the best first: the two calls' results also in the document itself."""
    for key, keys in SECTIONS.items():
        value = document.get(key)
        if isinstance(value, dict):
            yield _Section(value, pointer(place, key)), keys
        elif value is not None:
            draft.problems.append(
                Problem(draft.name, f"{key} is no object: not read", place=pointer(place, key))
            )
        if key == "memoryUsage":
            yield _Section(document, place), _MEMORY_USAGE
    yield _Section(document, place), _HEAP_STATISTICS


def _take_keys(
    draft: Draft,
    section: Mapping[str, Any],
    keys: Mapping[str, tuple[str, Converter]],
    place: str,
) -> None:
    for key, (target, convert) in keys.items():
        if key in section:
            draft.take(target, section[key], convert, pointer(place, key))


def _take_raw_units(draft: Draft, document: Mapping[str, Any]) -> None:
    usage = document.get("resourceUsage")
    if isinstance(usage, dict) and "max_rss" in draft.fields and _ONLY_IN_THE_API & usage.keys():
        draft.fields["max_rss"] *= 1024


def _take_details(draft: Draft, document: Mapping[str, Any], place: str) -> None:
    """Take what is no plain number: spaces, counts, smaps, hints, versions."""

    def take(target: str, key: str, convert: Converter, value: Any) -> None:
        draft.take(target, value, convert, pointer(place, key))

    take("object_counts", "objectTypeCounts", values.counts, document.get("objectTypeCounts"))
    take(
        "protected_counts",
        "protectedObjectTypeCounts",
        values.counts,
        document.get("protectedObjectTypeCounts"),
    )
    for key in ("v8HeapSpaces", "heapSpaceStatistics"):
        take("spaces", key, _spaces, document.get(key))
    mimalloc = document.get("mimalloc")
    if isinstance(mimalloc, dict):
        for key in ("reserved", "committed"):
            take(f"mimalloc_{key}", f"mimalloc/{key}", _current, mimalloc.get(key))
    versions = document.get("versions")
    if isinstance(versions, dict):
        take("bun_version", "versions/bun", values.text, versions.get("bun"))
        take("node_version", "versions/node", values.text, versions.get("node"))
    for key, writer in _WRITERS.items():
        take("writer_version", key, values.text, document.get(key))
        if isinstance(document.get(key), str):
            draft.fields.setdefault("writer", writer)
    take("hints", "analysis", _hints, document.get("analysis"))
    _take_smaps(draft, document.get("smapsRollup"), pointer(place, "smapsRollup"))


def _take_smaps(draft: Draft, text: Any, place: str) -> None:
    if not isinstance(text, str):
        return
    rollup = read_smaps(text)
    for target, value in rollup.figures.items():
        draft.take(target, value, values.whole, place)
    if rollup.rounded:
        problem = "smapsRollup is not as the kernel writes it: its figures are rounded"
        draft.problems.append(Problem(draft.name, problem, place=place))


def _spaces(raw: Any) -> tuple[Space, ...]:
    if not isinstance(raw, list):
        raise values.WrongKindError("heap spaces are no list")
    return tuple(
        Space(
            str(item.get("name", item.get("space_name", "?"))),
            values.whole_or_none(item.get("size", item.get("space_size"))),
            values.whole_or_none(item.get("used", item.get("space_used_size"))),
            values.whole_or_none(item.get("available", item.get("space_available_size"))),
        )
        for item in raw[:64]
        if isinstance(item, dict)
    )


def _current(raw: Any) -> int:
    """Return mimalloc's figure: an object of total, peak and current, or a plain number."""
    if isinstance(raw, dict):
        raw = raw.get("current", raw.get("total"))
    return values.whole(raw)


def _hints(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, dict):
        raise values.WrongKindError("analysis is no object")
    leaks, risks = raw.get("potentialLeaks"), raw.get("risks")
    hints = leaks if isinstance(leaks, list) else []
    messages = (
        [risk.get("message") for risk in risks if isinstance(risk, dict)] if isinstance(risks, list) else []
    )
    return tuple(hint for hint in [*hints, *messages][:64] if isinstance(hint, str))


def _marks(document: Mapping[str, Any], place: str, label: str | None) -> Iterator[Mark]:
    """Yield what only one runtime writes."""
    for key in ("mimalloc", "objectTypeCounts"):
        if key in document:
            yield Mark("bun", f"{key}, which only Bun writes", pointer(place, key))
    versions = document.get("versions")
    if isinstance(versions, dict) and "bun" in versions:
        yield Mark("bun", "versions.bun", pointer(place, "versions/bun"))
    elif isinstance(versions, dict) and "v8" in versions:
        yield Mark("node", "versions.v8 without versions.bun", pointer(place, "versions/v8"))
    if "qwenVersion" in document:
        yield Mark("node", "qwenVersion: qwen-code runs on Node", pointer(place, "qwenVersion"))
    said = document.get("runtime")
    for runtime in ("bun", "node"):
        if said == runtime:
            yield Mark(runtime, f"runtime says {runtime}", pointer(place, "runtime"))
        elif label == runtime:
            yield Mark(runtime, f"the document calls it {runtime}", place)
