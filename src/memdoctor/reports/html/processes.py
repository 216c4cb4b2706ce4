"""The processes of a machine as a tree: who started whom, and what memory each tree has."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memdoctor.findings import ProcessesOverview, ProcessOverview, Report
from memdoctor.reports import processes
from memdoctor.reports.case_report.blocks import table_of
from memdoctor.reports.html.blocks import fold, unfolded
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.plot import Plot
from memdoctor.reports.html.process_tree import WRONG, ProcessTree
from memdoctor.reports.html.tree import Branch, tree
from memdoctor.reports.listing import Wanted, listed

_MOST_ROWS = 500  # of the table
_NO_MEMORY = "No memory of processes is in this listing: there is no plot of who has how much of it."


def plots(report: Report) -> Iterator[Plot]:
    """Yield the tree of processes, where their memory is known."""
    overview = report.overview.processes
    if overview is None or not _has_memory(overview):
        return
    rows = _in_tree_order(report)
    if len(rows) > 1:
        shown = ProcessTree(rows)
        boxes = list(shown.branches(_measure(rows)))
        plot = tree("Processes, by who started them", boxes)
        yield replace(plot, told=join(_legend(boxes), _table(overview, shown)))


def unplotted(report: Report) -> Html:
    """Return why there is no plot of a listing, and its tree as a table."""
    overview = report.overview.processes
    if overview is None or _has_memory(overview):
        return Html("")
    rows = _in_tree_order(report)
    return join(tag("p", _NO_MEMORY), _table(overview, ProcessTree(rows))) if len(rows) > 1 else Html("")


def _has_memory(overview: ProcessesOverview) -> bool:
    return any(one.memory and not one.is_kernel for one in overview.processes)


def _in_tree_order(report: Report) -> Sequence[ProcessOverview]:
    ordered = listed(report, Wanted(tree=True)).overview.processes
    return () if ordered is None else ordered.processes


def _measure(rows: Sequence[ProcessOverview]) -> str:
    is_pss = all(one.pss is not None for one in rows if one.rss is not None)
    return "PSS" if is_pss else "RSS counts shared pages again for each process"


def _legend(boxes: Sequence[Branch]) -> Html:
    """Return what the colour says that is no mere shade."""
    if all(one.shade != WRONG for one in boxes):
        return Html("")
    swatch = tag("span", class_="swatch")
    words = " red: something is wrong with it, the table and the findings say what"
    return tag("p", swatch, words, class_="legend drawn-only")


def _table(overview: ProcessesOverview, shown: ProcessTree) -> Html:
    """Return the processes that something is wrong with and the largest trees, in their order."""
    chosen = [shown.rows[index] for index in sorted(shown.telling(_MOST_ROWS))]
    every = replace(overview, processes=tuple(chosen), listing="processes", most=0)
    lines = processes.rows(every)
    columns = processes.columns(every, lines)
    table = table_of(columns, lines, len(lines), "processes", len(shown.rows))
    some = f"{len(lines)} of {table.headline}" if table.left else table.headline
    how = ": those that something is wrong with, and the largest trees" if table.left else ""
    return fold(f"The tree as a table, {some}{how}", unfolded(table))
