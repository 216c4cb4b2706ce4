"""Budgets on what a heap snapshot holds: the last one, where there are several of one process."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.budgets.measured import Gap, Measured
from memdoctor.analysis.measurements import Measurements
from memdoctor.budgets import Budget
from memdoctor.findings import Confidence, Evidence, Subject
from memdoctor.overviews import HeapOverview
from memdoctor.text import closest

if TYPE_CHECKING:
    from memdoctor.analysis.heap.entries.collections import Group
    from memdoctor.analysis.heap.inside import Inside

_MOST_NAMES = 2_000  # that a mistyped one is compared with


def measured(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield the numbers of the heap."""
    if budget.measure.is_rate:
        yield from _growth(measurements)
        return
    yield from measurements.in_heaps_apart(budget)
    for inside in measurements.insides:
        yield from _MEASURES[budget.name](inside, budget)


def all_of_inside(inside: "Inside", budgets: Iterable[Budget]) -> dict[Budget, tuple[Measured | Gap, ...]]:
    """Return what one snapshot holds for each budget on heaps, so that it is read once for all of them."""
    return {one: tuple(_MEASURES[one.name](inside, one)) for one in budgets if one.name in _MEASURES}


def _js_heap(inside: "Inside", budget: Budget) -> Iterator[Measured]:
    """Yield all shallow sizes: what DevTools calls the size of the snapshot."""
    del budget
    source = inside.graph.source
    number = Evidence("snapshot", inside.total, "bytes", formula="all shallow sizes")
    yield Measured(Subject("snapshot", source, source), number)


def _growth(measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield by how much the snapshots grow in an hour, where something in them is found to grow."""
    series = measurements.heap_series
    yield from map(_single, measurements.heaps_alone)
    if series is None:
        return
    source = series.sources[-1]
    if series.span_seconds is None:
        yield Gap(source, "the snapshots carry no time for a rate")
        return
    rising = [one.confidence for one in series.growth if one.rises]
    per_hour = max(series.total_growth / series.span_seconds * 3600, 0.0) if rising else 0.0
    formula = "(last − first snapshot) ÷ time between" if rising else "nothing in them grows"
    number = Evidence("growth of the heap", per_hour, "bytes/h", formula=formula)
    ends = (
        Evidence("first snapshot", series.totals[0], "bytes", formula="all shallow sizes"),
        Evidence("last snapshot", series.totals[-1], "bytes", formula="all shallow sizes"),
        Evidence("span", series.span_seconds, "seconds", formula=f"by {series.time_from}"),
    )
    sure = min(rising, key=list(Confidence).index, default=Confidence.CERTAIN)
    yield Measured(Subject("snapshot", source, source), number, ends, confidence=sure)


def _single(heap: HeapOverview) -> Gap:
    return Gap(heap.source, "one snapshot shows no growth")


def _listeners(inside: "Inside", budget: Budget) -> Iterator[Measured]:
    """Yield the most listeners on one emitter, for each event."""
    from memdoctor.analysis.heap.naming.words import event_path

    over = [event for event in inside.emitters.events if event.most > budget.least]
    named = {event_path(inside, event): event for event in sorted(over, key=lambda event: event.most)}
    for path, event in named.items():
        place = _place(inside, event.emitter)
        number = Evidence("listeners", event.most, budget.measure.unit, place)
        yield Measured(Subject("holder", path, inside.graph.source), number)
    if not over:
        most = max((event.most for event in inside.emitters.events), default=0)
        number = Evidence("listeners", most, budget.measure.unit, formula="most on one event")
        yield Measured(Subject("snapshot", inside.graph.source, inside.graph.source), number)


def _entries(inside: "Inside", budget: Budget) -> Iterator[Measured | Gap]:
    """Yield the entries of the collections that a name means, or the upper bound where that is known."""
    groups = [group for group in inside.collections.groups if _is_named(group, budget.target or "")]
    for group in groups:
        known = group.entries is not None
        number = Evidence(
            "entries" if known else "entries, at most",
            group.entries if known else group.high,
            budget.measure.unit,
            pointer=_place(inside, group.node),
        )
        more = f"; {group.collections} collections" if group.collections > 1 else ""
        at_least = Evidence("at least", None if known else group.low, "entries", formula=f"seen{more}")
        subject = Subject("holder", group.owner or "", inside.graph.source)
        yield Measured(subject, number, (at_least,), least=None if known else float(group.low))
    if not groups:
        names = tuple(dict.fromkeys(one.owner for one in inside.collections.groups if one.owner))
        yield _unknown(
            f"no collection with entries is called {budget.target}", budget, names, "collections"
        )


def _is_named(group: "Group", name: str) -> bool:
    """Whether a name means the owner of collections: `Store.cache`, `cache`, or `Store.cache[].rows`."""
    owner = group.owner or ""
    return owner == name or owner.endswith(f".{name}")


def _objects(inside: "Inside", budget: Budget) -> Iterator[Measured | Gap]:
    rows = [row for row in inside.graph.classes if row.name == budget.target]
    source = inside.graph.source
    if not rows:
        names = tuple(row.name for row in inside.graph.classes)
        yield _unknown(f"no class is called {budget.target}", budget, names, "classes")
        return
    is_count = budget.name == "count"
    value = sum(row.count for row in rows) if is_count else max(row.retained_bytes for row in rows)
    formula = "objects of the class, counted" if is_count else "what its outermost objects retain"
    label = "objects" if is_count else "retained"
    number = Evidence(label, value, budget.measure.unit, formula=formula)
    yield Measured(Subject("holder", budget.target or "", source), number)


def _unknown(message: str, budget: Budget, names: tuple[str, ...], view: str) -> Gap:
    near = closest(budget.target or "", names[:_MOST_NAMES])
    hint = near if near.startswith("did") else f"memdoctor heap {view} FILE shows what there is"
    return Gap(budget.target or "", f"{message}; {hint}")


def _place(inside: "Inside", node: int) -> str:
    return f"{inside.graph.source}#@{inside.id_of(node)}"


_MEASURES: dict[str, Callable[["Inside", Budget], Iterator[Measured | Gap]]] = {
    "js_heap": _js_heap,
    "listeners": _listeners,
    "entries": _entries,
    "count": _objects,
    "retained": _objects,
}
