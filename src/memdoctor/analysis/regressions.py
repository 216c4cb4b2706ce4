"""What a case has more of than an earlier report: figures of the same subject, as two looks at it.

Of several looks at one process the median counts in both reports: one look may be anywhere in a sawtooth.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING, TypeVar

from memdoctor.analysis.figure import Figure
from memdoctor.baselines import Baseline, KnownNumber, KnownSample
from memdoctor.baselines.names import is_same, stable
from memdoctor.baselines.noise import has_grown
from memdoctor.baselines.pairing import Item, paired
from memdoctor.findings import Evidence, Subject
from memdoctor.text import file_name

if TYPE_CHECKING:
    from memdoctor.analysis.look import Look
    from memdoctor.analysis.measurements import Measurements
    from memdoctor.analysis.sampled import SampledProcess

Number = TypeVar("Number", Figure, KnownNumber)
# JSON name → the figure of a look, and its name in a sentence.
_FIGURES = {
    "rss_bytes": ("rss", "the RSS"),
    "js_heap_bytes": ("js_heap", "the JS heap"),
    "external_bytes": ("external", "external memory"),
    "heap_used_bytes": ("heap_used", "heapUsed"),
}
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Rise:
    """A number now and in the baseline. `looks` is the lesser number of looks behind both."""

    subject: Subject
    words: str
    now: Evidence
    before: KnownNumber
    looks: int
    noise: float = 0.0  # bytes that noise in what it is the difference of can make


def rises(measurements: "Measurements") -> Iterator[Rise]:
    """Yield every figure that is larger than in the baseline by more than two looks may differ."""
    baseline = measurements.baseline
    if baseline is None:
        return
    share = measurements.thresholds.figure_regression_share
    for rise in (
        *_of_processes(measurements, baseline),
        *_of_heaps(measurements, baseline),
        *_of_machine(measurements, baseline),
    ):
        now = float(rise.now.value or 0)
        grown = has_grown(rise.before.value, now, rise.now.unit, measurements.thresholds, share)
        if grown and now - rise.before.value > rise.noise:
            yield rise


def known_looks(
    processes: "Sequence[SampledProcess]", workers: Mapping[str, str], baseline: Baseline
) -> list[tuple[str, tuple[KnownSample, ...]]]:
    """Return the samples of the baseline for each process of a case that it has, by the process's name."""
    before: dict[str, list[KnownSample]] = defaultdict(list)
    for sample in baseline.samples:
        before[sample.process].append(sample)
    names = {name: _name_of(looks[-1], baseline) for name, looks in before.items()}
    groups: dict[str, list[SampledProcess]] = defaultdict(list)
    for process in processes:
        groups[_called(process, workers)].append(process)
    found: list[tuple[str, tuple[KnownSample, ...]]] = []
    for called, members in groups.items():
        alike = [looks for name, looks in before.items() if is_same(called, names[name])]
        pairs, _ = paired(
            [Item(file_name(one.looks[-1].sample.source), _rss_of(one), one) for one in members],
            [Item(file_name(looks[-1].source), _known_rss(looks), looks) for looks in alike],
        )
        found += [(process.name, tuple(looks)) for process, looks in pairs if looks is not None]
    return found


def _called(process: "SampledProcess", workers: Mapping[str, str]) -> str:
    return workers.get(process.name) or stable(process.name, [look.sample.source for look in process.looks])


def _name_of(sample: KnownSample, baseline: Baseline) -> str:
    return sample.worker or stable(sample.process, [sample.source, *baseline.sources])


def _rss_of(process: "SampledProcess") -> float:
    return float(process.looks[-1].rss.value or 0)


def _known_rss(looks: Sequence[KnownSample]) -> float:
    rss = looks[-1].figures.get("rss_bytes")
    return 0.0 if rss is None else rss.value


def _of_processes(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    processes = {one.name: one for one in measurements.sampled_processes}
    for name, known in known_looks(measurements.sampled_processes, measurements.worker_names, baseline):
        looks = processes[name].looks
        for key, (attribute, words) in _FIGURES.items():
            if attribute == "heap_used" and looks[-1].js_heap.known:
                continue  # that says more
            now = _middle([figure for look in looks if (figure := getattr(look, attribute)).known])
            before = _middle([look.figures[key] for look in known if key in look.figures])
            if now is not None and before is not None:
                worker = measurements.worker_names.get(name)
                subject = Subject("process", name, looks[-1].sample.source, name, key, worker)
                noise = _noise(looks[-1], known[-1], now, measurements.thresholds.regression_share)
                yield Rise(subject, words, now, before, min(len(looks), len(known)), noise)


def _noise(look: "Look", known: KnownSample, now: Figure, share: float) -> float:
    """Return what noise can make of the JS heap of Bun, the difference of two large numbers.

    Where external memory is what it was, to the byte, nothing but the heap has changed.
    """
    external = known.figures.get("external_bytes")
    is_difference = now.derived and now.label == look.js_heap.label
    if not is_difference or (external is not None and external.value == look.external.value):
        return 0.0
    return share / 2 * ((look.heap_used + look.external).value or 0)


def _middle(figures: list[Number]) -> Number | None:
    """Return the median of several, of a few the last."""
    if len(figures) < _SEVERAL:
        return figures[-1] if figures else None
    middle = median_low([figure.value or 0 for figure in figures])
    return next(figure for figure in figures if figure.value == middle)


def _of_heaps(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    """Compare the last snapshots of both."""
    if measurements.heaps and baseline.heaps:
        last = measurements.heaps[-1]
        now = Evidence("snapshot", last.figures["total_bytes"], "bytes", formula="all shallow sizes")
        subject = Subject("snapshot", last.source, last.source)
        yield Rise(subject, "the heap in the snapshot", now, baseline.heaps[-1], 1)


def _of_machine(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    """Compare the memory of all processes of each program."""
    if measurements.machine is None or not baseline.processes:
        return
    before: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for process in baseline.processes:
        if process.memory is not None and not process.is_kernel:
            before[process.program].append((process.memory, process.place))
    for family in measurements.machine.families:
        known, cost = before.get(family.name), family.cost
        if known is None or cost.memory is None:
            continue
        now = Evidence(cost.label, cost.memory, "bytes", formula=f"sum of {cost.processes} processes")
        memory = sum(bytes_of_one for bytes_of_one, _ in known)
        number = KnownNumber(f"{len(known)} processes", memory, "bytes", known[0][1])
        subject = Subject("processes", family.name, measurements.machine.looks.now.source)
        yield Rise(subject, f"memory of all {family.name}", now, number, 1)
