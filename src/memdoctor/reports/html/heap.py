"""Inside the last snapshot: what it is made of, who retains it, and its classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from memdoctor.analysis.heap.view import CLASS_COLUMNS, Column
from memdoctor.findings import Report
from memdoctor.overviews import HeapInside
from memdoctor.reports import heap as heaps
from memdoctor.reports.case_report.blocks import more
from memdoctor.reports.case_report.evidence import kinds
from memdoctor.reports.cells import cell
from memdoctor.reports.html.blocks import fold, unfolded
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.plot import Plot, bytes_axis, color
from memdoctor.reports.html.table import of_view
from memdoctor.reports.html.tree import Branch, tree
from memdoctor.units import count_of, grouped, percent, size

_SHADES = ("tree-a", "tree-b", "tree-c", "tree-d", "tree-e", "tree-f")
_NODE = Column("node_id", "node", "id")
_TREE_COLUMNS = (
    Column("object", "object", "tree"),
    Column("count", "count", "count"),
    Column("retained_bytes", "retained", "bytes"),
    Column("share", "share", "share"),
    Column("holder", "held by", "name"),
)
_MOST_TREE_ROWS = 80
# What most look for stands where a phone shows it.
_CLASS_ORDER = ("class", "count", "retained_bytes", "shallow_bytes", "distance")
_CLASSES = tuple(sorted(CLASS_COLUMNS, key=lambda column: _CLASS_ORDER.index(column.key)))


def plots(report: Report) -> Iterator[Plot]:
    """Yield what the last snapshot is made of, and its dominator tree."""
    inside = report.overview.inside
    if inside is None:
        return
    yield from _kinds(report, inside.source)
    if len(inside.tree) > 1:
        yield _dominators(inside)


def _kinds(report: Report, source: str) -> Iterator[Plot]:
    heap = next((one for one in report.overview.heaps if one.source == source), None)
    bytes_of = dict(heaps.kinds(heap)) if heap else {}
    if heap is None or not bytes_of:
        return
    total = heap.figures["total_bytes"]
    sizes = list(bytes_of.values())
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(bytes_of),
        "x": sizes,
        "text": [f"{size(one)}, {percent(one / total)}" if total > 0 else size(one) for one in sizes],
        "textposition": "auto",
        "hoverinfo": "text",
        "marker": {"color": color("heap")},
    }
    axes = {"xaxis": bytes_axis(max(sizes)), "yaxis": {"autorange": "reversed", "fixedrange": True}}
    # Of one snapshot the same table stands below; of several only what they have in common.
    is_told = report.overview.heap_series is None
    told = Html("") if is_told else fold("Its kinds of memory as a table", unfolded(kinds(heap)))
    yield Plot(f"What the heap is made of: {source}", [bars], axes, height=90 + 30 * len(sizes), told=told)


def _dominators(inside: HeapInside) -> Plot:
    title = f"Who retains the heap: the dominator tree of {inside.source}, by retained size"
    note = tag(
        "p",
        "Objects of one class below one object are one box. A click opens it; the way back is above it.",
        class_="hint drawn-only",
    )
    return replace(tree(title, list(_branches(inside.tree))), told=join(note, _largest(inside.tree)))


def _largest(branches: Sequence[Mapping[str, Any]]) -> Html:
    """Return the largest branches as a table, in the order of the tree.

    None is larger than the one that it stands below, which comes before it: so that one is there, too.
    """
    by_size = sorted(range(len(branches)), key=lambda number: -branches[number]["retained_bytes"])
    rows = [branches[number] for number in sorted(by_size[:_MOST_TREE_ROWS])]
    left = len(branches) - len(rows)
    some = f"The {len(rows)} largest of {count_of(len(branches), 'branch', 'branches')}"
    title = f"{some if left else 'The tree'} as a table"
    table = of_view(_TREE_COLUMNS, rows, "dominator tree")
    return fold(title, table, *((tag("p", more(left)),) if left else ()))


def _branches(rows: Sequence[Mapping[str, Any]]) -> Iterator[Branch]:
    """Yield the rows with the number of the row above each, and a shade for each large branch."""
    way: list[int] = []
    shade, tops = "rest", 0
    for number, row in enumerate(rows):
        del way[row["depth"] :]
        if row["depth"] == 1:
            shade = _SHADES[tops % len(_SHADES)]
            tops += 1
        yield Branch(
            f"{row['object']} × {grouped(row['count'])}" if row["count"] > 1 else row["object"],
            row["retained_bytes"],
            row["shallow_bytes"],
            way[-1] if way else None,
            f"held by {row['holder']}" if row["holder"] else f"node {cell(_NODE, row)}",
            shade,
        )
        way.append(number)


def classes(report: Report) -> Html:
    """Return the class table, to be sorted and searched where there is JavaScript."""
    inside = report.overview.inside
    if inside is None or not inside.classes:
        return Html("")
    left = inside.class_count - len(inside.classes)
    command = "memdoctor heap classes FILE --top 0"
    rest = tag("p", f"… and {count_of(left, 'smaller class', 'smaller classes')}: {command}.")
    shown = f"{count_of(len(inside.classes), 'class', 'classes')}, the largest retained size first"
    return tag(
        "section",
        tag("h4", f"Classes of {inside.source}"),
        tag("p", shown, class_="hint", role="status"),
        of_view(_CLASSES, inside.classes, "classes of the snapshot", is_sorted=True),
        *((rest,) if left > 0 else ()),
        class_="classes",
    )


def without_classes(report: Report) -> Report:
    """Return the report without the short class table of the snapshot whose whole one is on the page."""
    overview = report.overview
    if overview.inside is None:
        return report
    source = overview.inside.source
    heaps_left = (replace(one, classes=()) if one.source == source else one for one in overview.heaps)
    return replace(report, overview=replace(overview, heaps=tuple(heaps_left)))
