"""What the numbers are of: runtime, versions, platform and limits, as far as the case tells them."""

from collections.abc import Iterator

from memdoctor.findings import Evidence, Report
from memdoctor.reports import layout
from memdoctor.reports.case_report.blocks import Block, Code, Say, Section, Words, section, table
from memdoctor.reports.case_report.room import Room
from memdoctor.units import grouped

_LIMITS = {
    "v8": "the limit of V8",
    "fabricated": "no limit: Bun makes it up",
    "machine-memory": "no limit: the memory of the machine",
}
# What an issue is asked for first.
_COLUMNS = (("what", True), ("value", True), ("from", True))
_ASKED = ("runtime", "version", "platform", "heap limit")


def system(report: Report, room: Room) -> Iterator[Section]:
    """Yield what is known of the system, and what nobody reported."""
    if not report.sources:
        return
    facts: dict[tuple[str, str], list[str]] = {}
    for label, value, place in (*_of_samples(report), *_of_apps(report), *_of_machine(report)):
        facts.setdefault((label, value), []).append(place)
    known = {label for label, _ in facts}
    lines = [
        (label, value, _places(places))
        for (label, value), places in sorted(facts.items(), key=lambda item: _rank(item[0][0]))
    ]
    body: list[Block] = [table(_COLUMNS, lines, room.rows, "facts")] if lines else []
    missing = [label for label in _ASKED if label not in known]
    if missing:
        body.append(Say(f"Not reported: {', '.join(missing)}."))
    yield from section("System", body)


def _rank(label: str) -> int:
    return _ASKED.index(label) if label in _ASKED else len(_ASKED)


def _places(places: list[str]) -> Words:
    more = f" and {grouped(len(places) - 1)} more" if len(places) > 1 else ""
    return Code(places[0]), more


Fact = tuple[str, str, str]  # what, its value, where it stands


def _of_samples(report: Report) -> Iterator[Fact]:
    for sample in report.overview.samples:
        if sample.runtime is not None:
            witness = next((one.pointer for one in sample.runtime_evidence if one.pointer), sample.place)
            yield "runtime", layout.RUNTIMES[sample.runtime], witness
        for fact in sample.system:
            yield fact.label, str(fact.value), fact.pointer or sample.place
        limit = sample.figures["heap_limit_bytes"]
        if limit.value is not None:
            kind = _LIMITS.get(sample.heap_limit_kind or "", "of an unknown kind")
            yield "heap limit", f"{layout.shown(limit)}, {kind}", limit.pointer or sample.place


def _of_apps(report: Report) -> Iterator[Fact]:
    for app in report.overview.apps:
        if app.node_version:
            yield "version", f"Node {app.node_version}", app.place
        if app.interpreter:
            yield "interpreter", app.interpreter, app.place
        for label, value in (("heap limit", app.heap_limit), ("max_memory_restart", app.memory_limit)):
            if value is not None:
                yield label, f"{_size(value)} for {app.worker}", app.place


def _of_machine(report: Report) -> Iterator[Fact]:
    for listed in report.overview.machines:
        for label, value in (("memory", listed.memory_total), ("swap", listed.swap_total)):
            if value is not None:
                yield label, _size(value), listed.source
    for heap in report.overview.heaps:
        yield (
            "snapshot",
            {"v8": "V8 format", "jsc": "Bun's own format"}[heap.figures["format"]],
            heap.source,
        )


def _size(value: int) -> str:
    return layout.shown(Evidence("", value, "bytes"))
