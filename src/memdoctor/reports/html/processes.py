"""The processes of a machine as a tree: who started whom, and what memory each tree has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from memdoctor.findings import ProcessesOverview, ProcessOverview, Report
from memdoctor.reports import processes
from memdoctor.reports.case_report.blocks import table_of
from memdoctor.reports.html.blocks import fold, written
from memdoctor.reports.html.markup import Html
from memdoctor.reports.html.plot import Plot
from memdoctor.reports.html.tree import Branch, tree
from memdoctor.reports.listing import Wanted, listed
from memdoctor.units import size

_MOST = 500  # processes of a plot: those with most memory, and those above them
_SHADES: Mapping[str | None, str] = {None: "tree-a", "zombie": "rest"}
_WRONG = "wrong"


def plots(report: Report) -> Iterator[Plot]:
    """Yield the tree of processes, where their memory is known."""
    machines = listed(report, Wanted(tree=True)).overview.machines
    for overview in machines:
        rows = overview.processes
        if len(rows) > 1 and any(one.memory for one in rows):
            of = f": {overview.source}" if len(machines) > 1 else ""
            plot = tree(f"Processes, by who started them{of}", list(_branches(overview, rows)))
            yield replace(plot, told=_told(overview, rows))


def _branches(overview: ProcessesOverview, rows: Sequence[ProcessOverview]) -> Iterator[Branch]:
    """Yield a box for the machine, and one for each process; what is left out is a rest."""
    totals, parents = _totals(rows)
    whole = sum(one.memory or 0 for one in rows)
    is_pss = all(one.pss is not None for one in rows if one.rss is not None)
    measure = "PSS" if is_pss else "RSS counts shared pages again for each process"
    yield Branch("all processes", whole, 0, None, measure, "rest")
    shown = _shown(totals, parents)
    numbers: dict[int, int] = {}
    for index, one in enumerate(rows):
        if index in shown:
            above = parents[index]
            numbers[index] = len(numbers) + 1
            yield Branch(
                f"{one.program} ({one.pid})",
                totals[index],
                one.memory or 0,
                0 if above is None else numbers[above],
                _hover(one),
                _SHADES.get(one.kind, _WRONG),
            )


def _totals(rows: Sequence[ProcessOverview]) -> tuple[list[int], list[int | None]]:
    """Return the memory of each process with all below it, and where its parent stands."""
    totals = [one.memory or 0 for one in rows]
    parents: list[int | None] = []
    way: list[int] = []
    for index, one in enumerate(rows):
        del way[one.depth :]
        parents.append(way[-1] if way else None)
        way.append(index)
    for index in range(len(rows) - 1, -1, -1):
        above = parents[index]
        if above is not None:
            totals[above] += totals[index]
    return totals, parents


def _shown(totals: Sequence[int], parents: Sequence[int | None]) -> set[int]:
    """Return the largest trees; what is above one has at least as much, but ties may part them."""
    largest = sorted(range(len(totals)), key=lambda index: -totals[index])[:_MOST]
    shown: set[int] = set()
    for index in largest:
        at: int | None = index
        while at is not None and at not in shown and totals[at]:
            shown.add(at)
            at = parents[at]
    return shown


def _hover(one: ProcessOverview) -> str:
    own = "unknown" if one.memory is None else size(one.memory)
    parts = [f"itself {own}", *([f"{one.kind}, {one.confidence}"] if one.kind else ())]
    return ", ".join((*parts, *one.reasons[:3]))


def _told(overview: ProcessesOverview, rows: Sequence[ProcessOverview]) -> Html:
    chosen = replace(overview, processes=tuple(rows), listing="processes", most=_MOST)
    lines = processes.rows(chosen)
    table = table_of(processes.columns(chosen, lines), lines, _MOST)
    return fold("The tree as a table", written([replace(table, what="processes")])) if lines else Html("")
