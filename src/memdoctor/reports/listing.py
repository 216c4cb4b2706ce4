"""Which processes a report lists, in which order: --orphans, --tree, --sort and so on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from memdoctor.errors import UsageError
from memdoctor.findings import ProcessesOverview, ProcessOverview, Report
from memdoctor.text import closest

KINDS = {
    "orphans": ("orphan", "orphan-descendant"),
    "zombies": ("zombie",),
    "duplicates": ("duplicate",),
}
RULES = {  # that speak of them
    "orphans": ("orphaned-process", "busy-orphan"),
    "zombies": ("zombies",),
    "duplicates": ("duplicate-daemon", "same-session", "shared-data-directory"),
}
_SORTS: dict[str, Callable[[Any], Any]] = {
    "memory": lambda one: -((one.memory or 0) + (one.swap or 0)),
    "cpu": lambda one: -(one.cpu_share or 0),
    "age": lambda one: -(one.age or 0),
    "swap": lambda one: -(one.swap or 0),
    "threads": lambda one: -(one.threads or 0),
    "pid": lambda one: one.pid,
}
_FAMILY_SORTS = _SORTS | {"pid": lambda one: one.name}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed: kinds of processes, one family, trees; nothing of it means all programs."""

    kinds: tuple[str, ...] = ()  # of KINDS
    family: str | None = None
    tree: bool = False
    sort: str | None = None
    most: int | None = None  # rows; None as many as fit, 0 all


def listed(report: Report, wanted: Wanted) -> Report:
    """Return a report that lists what is wanted. Findings and answer stay as they are.

    Raises UsageError for a family of which there is no process.
    """
    machines = report.overview.machines
    if not machines:
        return report
    if wanted.family is not None:
        _check(wanted.family, [one for machine in machines for one in machine.processes])
    first, *others = (_listed(machine, wanted) for machine in machines)
    chosen = replace(report.overview, processes=first, other_machines=tuple(others))
    return replace(report, overview=chosen)


def _check(family: str, rows: Sequence[ProcessOverview]) -> None:
    """Raise UsageError for a family of which there is no process on any machine."""
    if not any(_is_of(one, family) for one in rows):
        known = {name for one in rows for name in (one.program, one.family) if name}
        raise UsageError(f"no process of {family}", closest(family, tuple(sorted(known))))


def _listed(overview: ProcessesOverview, wanted: Wanted) -> ProcessesOverview:
    rows = list(overview.processes)
    if wanted.kinds:
        kinds = {kind for name in wanted.kinds for kind in KINDS[name]}
        rows = [one for one in rows if one.kind in kinds]
    if wanted.family is not None:
        rows = [one for one in rows if _is_of(one, wanted.family)]
    order = _SORTS[wanted.sort or "memory"]
    if wanted.tree:
        rows = [one for one in _as_tree(overview.processes, rows, order) if not one.is_kernel]
    elif wanted.sort or wanted.kinds or wanted.family:
        rows.sort(key=order)
    families = overview.families
    if wanted.sort:
        families = tuple(sorted(families, key=_FAMILY_SORTS[wanted.sort]))
    return replace(
        overview,
        processes=tuple(rows),
        families=families,
        listing=_listing(wanted),
        most=wanted.most,
    )


def _listing(wanted: Wanted) -> str:
    return "processes" if wanted.kinds or wanted.family or wanted.tree else "families"


def _is_of(one: ProcessOverview, name: str) -> bool:
    return name.lower() in (one.program.lower(), (one.family or "").lower())


def _as_tree(
    everything: Sequence[ProcessOverview],
    chosen: Sequence[ProcessOverview],
    order: Callable[[ProcessOverview], Any],
) -> Iterator[ProcessOverview]:
    """Yield the chosen processes as trees, with what each started below it; loops of parents are cut."""
    children: dict[int | None, list[ProcessOverview]] = {}
    for one in everything:
        children.setdefault(one.ppid, []).append(one)
    pids = {one.pid for one in chosen}
    tops = [one for one in chosen if one.ppid not in pids or one.ppid == one.pid]
    seen: set[int] = set()
    # The tops are taken first; what is then still unseen is in a ring of parents.
    open_ = [(one, 0) for group in (chosen, tops) for one in sorted(group, key=order, reverse=True)]
    while open_:
        one, depth = open_.pop()
        if one.pid in seen:
            continue
        seen.add(one.pid)
        yield replace(one, depth=depth)
        below = sorted(children.get(one.pid, ()), key=order, reverse=True)
        open_ += [(child, depth + 1) for child in below]
