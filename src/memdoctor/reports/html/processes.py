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
_NO_MEMORY = "No memory of processes is in the listing, and so no plot of who has how much of it"


def plots(report: Report) -> Iterator[Plot]:
    """Yield the tree of processes, where their memory is known."""
    for overview, of in _in_tree_order(report):
        rows = overview.processes
        if len(rows) > 1 and _has_memory(overview):
            shown = ProcessTree(rows)
            boxes = list(shown.branches(_measure(rows)))
            plot = tree(f"Processes, by who started them{of}", boxes)
            yield replace(plot, told=join(_legend(boxes), _table(overview, shown, of)))


def unplotted(report: Report) -> Html:
    """Return why there is no plot of a listing, and its tree as a table."""
    return join(
        *(
            join(tag("p", f"{_NO_MEMORY}{of}."), _table(overview, ProcessTree(overview.processes), of))
            for overview, of in _in_tree_order(report)
            if len(overview.processes) > 1 and not _has_memory(overview)
        )
    )


def _has_memory(overview: ProcessesOverview) -> bool:
    return any(one.memory and not one.is_kernel for one in overview.processes)


def _in_tree_order(report: Report) -> Iterator[tuple[ProcessesOverview, str]]:
    """Yield the processes of each machine in the order of their tree, and which that is of several."""
    machines = listed(report, Wanted(tree=True)).overview.machines
    for overview in machines:
        yield overview, f": {overview.source}" if len(machines) > 1 else ""


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


def _table(overview: ProcessesOverview, shown: ProcessTree, of: str) -> Html:
    """Return the processes that something is wrong with and the largest trees, in their order."""
    chosen = [shown.rows[index] for index in sorted(shown.telling(_MOST_ROWS))]
    every = replace(overview, processes=tuple(chosen), listing="processes", most=0)
    lines = processes.rows(every)
    columns = processes.columns(every, lines)
    table = table_of(columns, lines, len(lines), "processes", len(shown.rows))
    some = f"{len(lines)} of {table.headline}" if table.left else table.headline
    how = ": those that something is wrong with, and the largest trees" if table.left else ""
    return fold(f"The tree as a table{of}, {some}{how}", unfolded(table))
