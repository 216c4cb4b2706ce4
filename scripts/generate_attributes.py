"""The page of what rules and scripts can ask: the attributes of measurements, looks, samples and heaps."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from types import MemberDescriptorType
from typing import Any

import memdoctor
from memdoctor.analysis.look import Look, Reported
from memdoctor.analysis.measurements import Measurements
from memdoctor.heap.aggregates import ClassRow
from memdoctor.heap.duplicates import DuplicateString
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.statistics import Statistics
from memdoctor.model import Mark, Sample

_SNAPSHOT = Path(__file__).resolve().parent.parent / "fixtures/snapshots/piles-node20-1.heapsnapshot.xz"

_INTRODUCTION = """# Attributes

What a [rule of your own](library.md#a-rule-of-your-own) and a script can ask. Sizes are bytes, durations
seconds, times aware `datetime` in UTC. None, and a figure whose `value` is None, is *not reported* or
*not known*, never 0.
"""

_OF_LOOKS = """One sample as figures: `measurements.looks`. A figure has `value`, `unit`, `label`, and where
it was read (`pointer`) or how it was derived (`formula`): see [how they reckon](library.md#figures).
"""
_OF_HEAPS = """`memdoctor.load(snapshot)`, with [the meaning of DevTools](heap-numbers.md). `N` is the
number of nodes, `E` that of edges; a node is its index, from 0, in the order of the file. Each table is
computed when it is first asked for, and kept. Columns are NumPy's; what is uint32 here is uint64 in files
whose numbers need it. Names come from the file: escape them before they reach a terminal or a page.
"""

# What a sample has beside the numbers that are figures of a look.
_OF_SAMPLES = {
    "source": "the input, as it was named",
    "place": "where in it the sample stands: `dumps.json#/1`",
    "places": "for each field that was reported where it stands: `{'rss': 'dump.json#/memoryUsage/rss'}`",
    "series": "the list that it is an element of",
    "document": "diagnostics, recording, PM2, or the call whose result it is",
    "at": "when it was taken, in UTC",
    "uptime": "seconds since the start of the process",
    "elapsed": "seconds since the first sample of its list, as the user says",
    "pid": "of the process",
    "platform": "linux, darwin, win32",
    "node_version": "what the runtime claims to be compatible with",
    "bun_version": "of Bun",
    "writer": "the program that wrote the document",
    "writer_version": "of that program",
    "trigger": "why it was written, as reported",
    "dump_number": "which dump of its process it is, as reported",
    "marks": "what only one runtime writes, and where it stands",
    "worker": "what a process manager calls the process: the app's name and number",
    "program": "what the process runs",
    "family": "of a recording: the process that was watched with all that it started",
    "label": "what a person wrote beside it",
    "after_collection": "whether it is the heap just after a full collection",
    "resolution": "bytes to which the sizes were rounded, if they were",
    "rss": "bytes resident in RAM",
    "heap_usage": "share of the committed heap that is used, as PM2 shows it: 0.88",
    "spaces": "the heap spaces of V8: `name`, and `size`, `used`, `available` in bytes",
    "object_counts": "objects by the name of their type",
    "protected_counts": "objects that native code protects, by the name of their type",
    "hints": "what the document itself says of its numbers",
}
# What values of a sample are, so that every figure of a look can be told with its unit.
_WORDS = {"source": "s", "place": "s", "marks": (Mark("bun", "for its figures", "s"),)}


def attributes_page() -> str:
    """Return the page. Raises LookupError for an attribute that nothing is said of."""
    graph = memdoctor.load(_SNAPSHOT)
    parts = (
        _INTRODUCTION,
        "## Measurements\n",
        "What `check(measurements)` is given. Each analysis is made once, when it is first asked for.\n",
        _table(("Attribute", "What it is"), _told(Measurements)),
        "## Look\n",
        _OF_LOOKS,
        _table(("Figure", "Unit", "What it is"), _figures()),
        "And what is no figure:\n",
        _table(("Attribute", "What it is"), _not_figures()),
        "## Sample\n",
        "`look.sample`: what was read, with nothing computed.\n",
        _table(("Attribute", "What it is"), _of_samples()),
        "## HeapGraph\n",
        _OF_HEAPS,
        _table(("Attribute", "Type", "What it is"), _of_graphs(graph)),
        "And the rows that it has. Sizes are bytes:\n",
        _table(("Row", "Fields", "What it is"), map(_record, (ClassRow, Statistics, DuplicateString))),
    )
    return "\n".join(parts)


def public(kind: type) -> list[str]:
    """Return the names that a class offers: fields, properties and methods, in the order of the code."""
    own = [field.name for field in fields(kind)] if hasattr(kind, "__dataclass_fields__") else []
    return [*own, *(name for name in vars(kind) if not name.startswith("_") and name not in own)]


def _told(kind: type) -> Iterator[tuple[str, str]]:
    for name in public(kind):
        yield f"`{name}`", _first_paragraph(vars(kind)[name])


def _figures() -> Iterator[tuple[str, str, str]]:
    look = example_look()
    for name in public(Look):
        if isinstance(getattr(look, name), memdoctor.Figure):
            yield f"`{name}`", unit_of(name), _first_paragraph(vars(Look)[name])


def example_look() -> Look:
    """Return a look at a sample that reports everything."""
    numbers = {
        field.name: 1 << 20 for field in fields(Sample) if field.name in {*vars(Look), "rss", "uptime"}
    }
    values: dict[str, Any] = {**_WORDS, **numbers}
    return Look(Sample(**values))


def unit_of(name: str) -> str:
    """Return the unit of a figure of a look."""
    figure = getattr(example_look(), name)
    if not figure.unit:
        raise LookupError(f"Look.{name} has no unit")
    return str(figure.unit)


def _not_figures() -> Iterator[tuple[str, str]]:
    yield "`sample`", "what was read: [below](#sample)"
    for name in public(Look):
        if not isinstance(getattr(example_look(), name), memdoctor.Figure):
            yield f"`{name}`", _first_paragraph(vars(Look)[name])


def _of_samples() -> Iterator[tuple[str, str]]:
    same = []
    for field in fields(Sample):
        if field.name in _OF_SAMPLES:
            yield f"`{field.name}`", _OF_SAMPLES[field.name]
        elif isinstance(vars(Look).get(field.name), Reported):
            same.append(f"`{field.name}`")
        else:
            raise LookupError(f"nothing is said of Sample.{field.name}")
    yield ", ".join(same), "the numbers of the figures of that name, as reported"


_OF_GRAPHS = {
    "source": "the input, as it was named",
    "format": "v8 or jsc",
    "node_types": "names of the types of nodes",
    "edge_types": "names of the types of edges",
    "numbered": "the types of edges whose name is a number and not the index of a string",
    "root": "the node that all ways begin at",
    "nodes": "the columns of nodes as they stand in the file: `nodes.size` has its sizes",
    "edges": "the columns of edges, those of the first node first",
    "strings": "texts by their index: decoded when they are asked for",
    "locations": "where functions, and the constructors of objects, stand; None where the file has none",
    "extra_native_bytes": "native memory that V8 declares outside of any node",
    "file_bytes": "of the file, unpacked",
}


def _of_graphs(graph: HeapGraph) -> Iterator[tuple[str, str, str]]:
    for name in public(HeapGraph):
        value = getattr(graph, name)
        about = _OF_GRAPHS.get(name) or _first_paragraph(vars(HeapGraph)[name])
        called = f"{name}{_parameters(value)}" if inspect.ismethod(value) else name
        yield f"`{called}`", type_of(graph, value), about


def _parameters(method: Callable[..., Any]) -> str:
    named = inspect.signature(method).parameters.values()
    return f"({', '.join(str(one.replace(annotation=one.empty, default=one.empty)) for one in named)})"


def type_of(graph: HeapGraph, value: Any) -> str:
    """Return what a value is: of an array its type and shape, in nodes and edges."""
    if inspect.ismethod(value):
        return "method"
    if hasattr(value, "dtype"):
        sizes = {graph.node_count: "N", graph.node_count + 1: "N + 1", graph.edge_count: "E"}
        return f"{value.dtype}, ({sizes.get(len(value), 'n')},)"
    if isinstance(value, tuple) and value and hasattr(value[0], "dtype"):
        return " and ".join(type_of(graph, item) for item in value)
    return f"`{type(value).__name__}`"


def _record(kind: type) -> tuple[str, str, str]:
    names = [name for name in public(kind) if isinstance(vars(kind)[name], property | MemberDescriptorType)]
    return f"`{kind.__name__}`", ", ".join(f"`{name}`" for name in names), _paragraphs(kind)


def _paragraphs(kind: type) -> str:
    return re.sub(r"\s+", " ", inspect.getdoc(kind) or "").strip()


def _first_paragraph(thing: Any) -> str:
    """Return what a docstring begins with, on one line. Raises LookupError where there is none."""
    function = thing.func if isinstance(thing, cached_property) else thing
    text = inspect.getdoc(function) or ""
    if not text:
        raise LookupError(f"nothing is said of {thing}")
    line = re.sub(r"\s+", " ", text.partition("\n\n")[0]).removesuffix(".")
    return line.replace("|", "\\|")


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows))
    return "\n".join(lines).replace("| --- |", "|---|").replace(" --- |", "---|") + "\n"
