"""Memory outside the JS heap as a view, and how much of it a snapshot does not see."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.outside.external import External, Outside
from memdoctor.analysis.heap.view import MOST_ROWS, Ask, Column, View
from memdoctor.model import Sample, Source
from memdoctor.units import size

_NEAR = 4096  # bytes; two counts of one thing that are no further apart agree
_COLUMNS = (
    Column("what", "memory", "name"),
    Column("holder", "holder", "name"),
    Column("count", "count", "count"),
    Column("bytes", "bytes", "bytes"),
    Column("node_id", "largest", "id"),
)
_TOTALS = (
    Column("array_buffers_bytes", "array buffers", "bytes"),
    Column("external_strings_bytes", "external strings", "bytes"),
    Column("other_native_bytes", "other native", "bytes"),
    Column("extra_native_bytes", "native outside of nodes", "bytes"),
    Column("visible_bytes", "visible in all", "bytes"),
)
_GAPS = (
    Column("reported_in", "reported by", "name"),
    Column("reported_external_bytes", "external", "bytes"),
    Column("external_gap_bytes", "  of it not visible", "bytes"),
    Column("reported_array_buffers_bytes", "arrayBuffers", "bytes"),
    Column("array_buffers_gap_bytes", "  of it not visible", "bytes"),
    Column("reported_rss_bytes", "RSS", "bytes"),
    Column("reported_heap_used_bytes", "heapUsed", "bytes"),
)
_UNSEEN = (
    "a snapshot does not show what native code allocates for itself: addons, zlib, WebAssembly.Memory, "
    "the allocator's own room"
)
_ASK = "save what process.memoryUsage() returns and name it after the snapshot: then the gap is shown"
_IN_OBJECTS = (
    "in Bun's snapshots the bytes of a buffer are part of the size of its object, headers with them; "
    "process.memoryUsage() may count them elsewhere"
)


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return native memory by kind and holder, the largest first."""
    external = inside.external
    rows = tuple(_row(inside, group) for group in external.groups(ask.rows(MOST_ROWS)))
    totals = _totals(external)
    facts = [column for column in _TOTALS if totals[column.key] or column == _TOTALS[-1]]
    if ask.sample is not None:
        totals = {**totals, **_gaps(external, ask.sample)}
        facts += [column for column in _GAPS if totals[column.key] is not None]
    return View(
        "external",
        (source,),
        _COLUMNS,
        rows,
        totals,
        external.group_count,
        inside.counts,
        notes=tuple(_notes(totals, ask.sample)),
        facts=tuple(facts),
        most=MOST_ROWS,
    )


def _row(inside: Inside, group: Outside) -> Mapping[str, Any]:
    return {
        "what": group.name if group.kind == "native" else group.kind,
        "holder": group.holder,
        "count": group.count,
        "bytes": group.bytes,
        "node_id": inside.id_of(group.node),
        "kind": group.kind,
        "class": group.name,
    }


def _totals(external: External) -> Mapping[str, Any]:
    return {
        "array_buffers_bytes": external.bytes_of("array buffer"),
        "external_strings_bytes": external.bytes_of("external string"),
        "other_native_bytes": external.bytes_of("native"),
        "extra_native_bytes": external.extra_bytes,
        "visible_bytes": external.visible_bytes,
        "engine_bytes": external.bytes_of("engine"),
        "in_objects": external.in_objects,
    }


def _gaps(external: External, sample: Sample) -> Mapping[str, Any]:
    """Return what the process said, and what of it the snapshot does not show; it may be negative."""
    gap, buffers = None, None
    if sample.external is not None:
        gap = sample.external - external.visible_bytes
    if sample.array_buffers is not None:
        buffers = sample.array_buffers - external.bytes_of("array buffer")
    return {
        "reported_external_bytes": sample.external,
        "reported_array_buffers_bytes": sample.array_buffers,
        "reported_rss_bytes": sample.rss,
        "reported_heap_used_bytes": sample.heap_used,
        "external_gap_bytes": gap,
        "array_buffers_gap_bytes": buffers,
        "reported_in": sample.place,
    }


def _notes(totals: Mapping[str, Any], sample: Sample | None) -> Iterator[str]:
    if totals["in_objects"]:
        yield _IN_OBJECTS
    if engine := totals["engine_bytes"]:
        yield f"{size(engine)} of native are the engine's own objects: in the heap, and not counted here"
    yield _UNSEEN
    if sample is None:
        yield _ASK
        return
    if sample.external is None and sample.array_buffers is None:
        yield f"{sample.place} says neither external nor arrayBuffers: there is nothing to compare"
    if min(totals["external_gap_bytes"] or 0, totals["array_buffers_gap_bytes"] or 0) < -_NEAR:
        yield "below zero: the snapshot shows more than was reported, or is of another moment"
