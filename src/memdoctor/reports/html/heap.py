"""Inside the last snapshot: what it is made of, who retains it, and its classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from memdoctor.analysis.heap.view import CLASS_COLUMNS, Column
from memdoctor.findings import Report
from memdoctor.overviews import HeapInside
from memdoctor.reports import heap as heaps
from memdoctor.reports.cells import cell
from memdoctor.reports.html.blocks import fold, indented, scrolled
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.plot import Plot, bytes_axis, color
from memdoctor.reports.html.tree import Branch, tree
from memdoctor.units import grouped, percent, size

_SHADES = ("tree-a", "tree-b", "tree-c", "tree-d", "tree-e", "tree-f")
_TREE_COLUMNS = (
    Column("object", "object", "tree"),
    Column("count", "count", "count"),
    Column("retained_bytes", "retained", "bytes"),
    Column("share", "share", "share"),
    Column("holder", "held by", "name"),
)
_MOST_TREE_ROWS = 80


def plots(report: Report) -> Iterator[Plot]:
    """Yield what the last snapshot is made of, and its dominator tree."""
    inside = report.overview.inside
    if inside is None:
        return
    yield from _kinds(report)
    if len(inside.tree) > 1:
        yield _dominators(inside)


def _kinds(report: Report) -> Iterator[Plot]:
    heap = report.overview.heaps[-1]
    kinds = list(heaps.kinds(heap))
    total = heap.figures["total_bytes"]
    if kinds and total > 0:
        bars = {
            "type": "bar",
            "orientation": "h",
            "y": [name for name, _ in kinds],
            "x": [count for _, count in kinds],
            "text": [f"{size(count)}, {percent(count / total)}" for _, count in kinds],
            "textposition": "auto",
            "hoverinfo": "text",
            "marker": {"color": color("heap")},
        }
        yield Plot(
            "What the heap is made of",
            [bars],
            {
                "xaxis": bytes_axis(max(count for _, count in kinds)),
                "yaxis": {"autorange": "reversed", "fixedrange": True},
            },
            height=90 + 30 * len(kinds),
        )


def _dominators(inside: HeapInside) -> Plot:
    plot = tree("Who retains the heap: the dominator tree, by retained size", list(_branches(inside.tree)))
    rows = inside.tree[:_MOST_TREE_ROWS]
    table = _table(_TREE_COLUMNS, rows)
    told = fold(f"The first {len(rows)} branches of the tree as a table", scrolled(table, "dominator tree"))
    note = tag(
        "p",
        "Objects of one class below one object are one box. A click opens it; the way back is above it.",
        class_="hint",
    )
    return replace(plot, told=join(note, told))


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


_NODE = Column("node_id", "node", "id")


def classes(report: Report) -> Html:
    """Return the class table, to be sorted and searched where there is JavaScript."""
    inside = report.overview.inside
    if inside is None or not inside.classes:
        return Html("")
    left = inside.class_count - len(inside.classes)
    more = tag("p", f"… and {grouped(left)} smaller classes: memdoctor heap classes FILE --top 0.")
    table = _table(CLASS_COLUMNS, inside.classes, is_sorted=True)
    shown = f"{grouped(len(inside.classes))} classes, the largest retained size first"
    return tag(
        "section",
        tag("h4", "Classes"),
        tag("p", shown, class_="hint", role="status"),
        scrolled(table, "classes of the snapshot"),
        *((more,) if left > 0 else ()),
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


def _table(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], *, is_sorted: bool = False
) -> Html:
    heads = (
        tag("th", one.heading, scope="col", class_=None if one.is_text else "number") for one in columns
    )
    body = (tag("tr", *(_cell(one, row) for one in columns)) for row in rows)
    kind = "sortable" if is_sorted else None
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_=kind)


def _cell(column: Column, row: Mapping[str, Any]) -> Html:
    value = row[column.key]
    text = indented(join(cell(column, row)))
    if column.is_text:
        return tag("td", text)
    return tag("td", text, class_="number", data_value=None if value is None else str(value))
