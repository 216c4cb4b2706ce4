"""The numbers of a case before any opinion, under the names they have in JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from memdoctor.analysis.levels import levels
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Overview, ProcessesOverview, SampleOverview
from memdoctor.overviews import LogOverview

if TYPE_CHECKING:
    from memdoctor.analysis.processes.machine import Machine

_MOST_TYPES = 20

# JSON name → the figure of a look. Bytes and seconds as in the name.
_FIGURES = {
    "uptime_seconds": "uptime",
    "rss_bytes": "rss",
    "peak_rss_bytes": "peak_rss",
    "max_rss_bytes": "max_rss",
    "swap_bytes": "swap",
    "external_bytes": "external",
    "array_buffers_bytes": "array_buffers",
    "heap_used_bytes": "heap_used",
    "heap_total_bytes": "heap_total",
    "heap_limit_bytes": "heap_limit",
    "js_heap_bytes": "js_heap",
    "other_external_bytes": "other_external",
    "native_bytes": "native",
    "not_resident_bytes": "not_resident",
    "pss_bytes": "pss",
    "uss_bytes": "uss",
    "private_dirty_bytes": "private_dirty",
    "mimalloc_reserved_bytes": "mimalloc_reserved",
    "mimalloc_committed_bytes": "mimalloc_committed",
    "malloced_bytes": "malloced",
    "peak_malloced_bytes": "peak_malloced",
    "cpu_seconds": "cpu",
    "handles": "handles",
    "requests": "requests",
    "file_descriptors": "file_descriptors",
    "threads": "threads",
    "detached_contexts": "detached_contexts",
    "native_contexts": "native_contexts",
    "reported_rate_bytes_per_second": "reported_rate",
    "reported_rate_mib_per_hour": "reported_rate_per_hour",
}


def overview(measurements: Measurements, *, drawn: bool = False) -> Overview:
    """Return every sample with its process and its figures, in time order, and what grows.

    With `drawn` also what is in the last snapshot, as it is drawn.
    """
    names = measurements.process_names
    machines = _machines(measurements)
    samples = tuple(_sample(look, names[look.sample.place]) for look in measurements.looks)
    return Overview(
        samples,
        measurements.heaps,
        measurements.growth,
        measurements.heap_series,
        measurements.inside if drawn else None,
        next(iter(machines), None),
        other_machines=machines[1:],
        logs=tuple(
            LogOverview(one.source, one.lines, one.first_at, one.last_at, one.zone)
            for one in measurements.case.logs
        ),
        watched=measurements.watched,
        levels=tuple(levels(measurements.sampled_processes, measurements.worker_names)),
        **_workers(measurements),
    )


def _workers(measurements: Measurements) -> dict[str, Any]:
    if measurements.workers is None:
        return {}
    from memdoctor.analysis.workers.overview import workers_overview

    return workers_overview(measurements.workers, measurements.sampled_processes)


def _machines(measurements: Measurements) -> tuple[ProcessesOverview, ...]:
    return tuple(_processes(machine, measurements) for machine in measurements.machines)


def _processes(machine: "Machine", measurements: Measurements) -> ProcessesOverview:
    from memdoctor.analysis.processes.overview import processes_overview

    found = processes_overview(machine, show_arguments=measurements.show_arguments)
    pids = measurements.pids_of_workers(machine)
    rows = (replace(row, worker=pids[row.pid]) if row.pid in pids else row for row in found.processes)
    return replace(found, processes=tuple(rows)) if pids else found


def _sample(look: Look, process: str) -> SampleOverview:
    sample = look.sample
    figures = {name: getattr(look, attribute) for name, attribute in _FIGURES.items()}
    return SampleOverview(
        source=sample.source,
        place=sample.place,
        process=process,
        worker=sample.worker,
        at=sample.at,
        pid=sample.pid,
        platform=sample.platform,
        writer=f"{sample.writer} {sample.writer_version}" if sample.writer else None,
        document=sample.document,
        trigger=sample.trigger,
        runtime=look.runtime.name,
        runtime_evidence=look.runtime.evidence,
        heap_limit_kind=_limit_kind(look),
        figures=figures,
        object_counts=_largest(sample.object_counts),
        protected_counts=_largest(sample.protected_counts),
        system=tuple(_system(look)),
    )


def _system(look: Look) -> Iterator[Evidence]:
    """Yield what is known of the system that a sample is of; Bun claims to be some version of Node, too."""
    sample = look.sample
    for label, field, wording in (
        ("platform", "platform", "{}"),
        ("version", "bun_version", "Bun {}"),
        ("claimed version" if look.runtime.is_bun else "version", "node_version", "Node {}"),
        ("writer", "writer_version", f"{sample.writer} {{}}"),
    ):
        value = getattr(sample, field)
        if value is not None:
            place = sample.places.get(field, sample.place)
            yield Evidence(label, wording.format(value), "", place)


def _largest(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:_MOST_TYPES])


def _limit_kind(look: Look) -> str | None:
    if look.has_fabricated_limit:
        return "fabricated"
    if look.limit_is_machine_memory:
        return "machine-memory"
    return "v8" if look.runtime.is_node and look.heap_limit.known else None
