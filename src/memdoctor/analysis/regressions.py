"""What a case has more of than an earlier report: figures of the same subject, as two looks at it.

Of several looks at one process the median is compared, for one look may be anywhere in a sawtooth; and the
end, for what began late is not in the median.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.known_processes import known_processes
from memdoctor.analysis.levels import Level, level_of
from memdoctor.baselines import Baseline, KnownLevel, KnownNumber, KnownSampled
from memdoctor.baselines.noise import has_grown
from memdoctor.findings import Evidence, Subject
from memdoctor.text import file_name
from memdoctor.thresholds import Thresholds

if TYPE_CHECKING:
    from memdoctor.analysis.look import Look
    from memdoctor.analysis.measurements import Measurements

# JSON name → its name in a sentence.
_FIGURES = {
    "rss_bytes": "the RSS",
    "js_heap_bytes": "the JS heap",
    "external_bytes": "external memory",
    "heap_used_bytes": "heapUsed",
}
MEDIAN, AT_THE_END = "median", "at the end"
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
    what: str = ""  # of several looks: median, or at the end


def rises(measurements: "Measurements") -> Iterator[Rise]:
    """Yield every figure that is larger than in the baseline by more than two looks may differ."""
    baseline = measurements.baseline
    if baseline is None:
        return
    found: dict[Subject, Rise] = {}
    for rise in (
        *_of_processes(measurements, baseline),
        *_of_heaps(measurements, baseline),
        *_of_machine(measurements, baseline),
    ):
        if _is_more(rise, measurements.thresholds):
            found.setdefault(rise.subject, rise)
    yield from found.values()


def _is_more(rise: Rise, thresholds: Thresholds) -> bool:
    now, before = float(rise.now.value or 0), rise.before.value
    grown = has_grown(before, now, rise.now.unit, thresholds, thresholds.figure_regression_share)
    return grown and now - before > rise.noise


def _of_processes(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    """Compare each figure of each process: how much it usually is, and how much at the end."""
    processes = {one.name: one for one in measurements.sampled_processes}
    workers = measurements.worker_names
    for name, known in known_processes(measurements.sampled_processes, workers, baseline):
        looks = processes[name].looks
        for key, words in _FIGURES.items():
            if key == "heap_used_bytes" and looks[-1].js_heap.known:
                continue  # that says more
            now, before = level_of(looks, key), known.levels.get(key)
            if now is not None and before is not None:
                subject = Subject("process", name, looks[-1].sample.source, name, key, workers.get(name))
                noise = _noise(looks, known, now, measurements.thresholds.regression_share)
                for what, one, other in _pairs(now, before):
                    seen = min(now.looks, before.looks)
                    yield Rise(subject, words, one, other, seen, noise, what)


def _pairs(now: Level, before: KnownLevel) -> Iterator[tuple[str, Figure, KnownNumber]]:
    """Yield what is compared of two levels.

    The last looks are above the baseline if they are above its last ones, and above what it reaches, too:
    a sawtooth may end high.
    """
    several = now.looks >= _SEVERAL
    yield (MEDIAN if several else ""), now.median, before.median
    if several:
        yield AT_THE_END, now.end, max(before.high, before.end, key=lambda number: number.value)


def _noise(looks: "Sequence[Look]", known: KnownSampled, now: Level, share: float) -> float:
    """Return what noise can make of the JS heap of Bun, the difference of two large numbers.

    Where external memory is what it was, to the byte, nothing but the heap has changed.
    """
    last, before = looks[-1], known.levels.get("external_bytes")
    external = level_of(looks, "external_bytes")
    is_difference = now.median.derived and now.median.label == last.js_heap.label
    if not is_difference or (before and external and before.median.value == external.median.value):
        return 0.0
    return share / 2 * ((last.heap_used + last.external).value or 0)


def _of_heaps(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    """Compare the last snapshots of both; of several processes those whose files have one name."""
    known = [one for one in baseline.heaps if one.judged]
    judged = measurements.heaps_judged
    of_one = len(known) == len(judged) == 1
    for heap in judged:
        same = [one for one in known if of_one or file_name(one.source) == file_name(heap.source)]
        if len(same) == 1:
            now = Evidence("snapshot", heap.figures["total_bytes"], "bytes", formula="all shallow sizes")
            subject = Subject("snapshot", heap.source, heap.source)
            yield Rise(subject, "the heap in the snapshot", now, same[0].total, 1)


def _of_machine(measurements: "Measurements", baseline: Baseline) -> Iterator[Rise]:
    """Compare the memory of all processes of each program; of several machines none is known again."""
    if not baseline.processes or "processes" in baseline.cut:
        return
    if baseline.machines != 1 or len(measurements.machines) != 1:
        return
    [machine] = measurements.machines
    before: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for process in baseline.processes:
        if process.memory is not None and not process.is_kernel:
            before[process.program].append((process.memory, process.place))
    for family in machine.families:
        known, cost = before.get(family.name), family.cost
        if known is None or cost.memory is None:
            continue
        now = Evidence(cost.label, cost.memory, "bytes", formula=f"sum of {cost.processes} processes")
        memory = sum(bytes_of_one for bytes_of_one, _ in known)
        number = KnownNumber(f"{len(known)} processes", memory, "bytes", known[0][1])
        subject = Subject("processes", family.name, machine.looks.now.source)
        yield Rise(subject, f"memory of all {family.name}", now, number, 1)
