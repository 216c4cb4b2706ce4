"""Findings that are new only because a number lies at a threshold: what it was is within noise."""

from collections.abc import Iterator

from memdoctor.analysis.known_processes import known_processes
from memdoctor.analysis.measurements import Measurements
from memdoctor.baselines import Baseline, KnownGrowth, KnownSample
from memdoctor.baselines.noise import has_moved
from memdoctor.findings import Evidence, Finding, SampleOverview
from memdoctor.overviews import Growth
from memdoctor.thresholds import Thresholds

_OF_SAMPLES = frozenset({"memory", "pm2", "evidence", "budget"})
_OF_ALL = frozenset({"memory", "growth", "evidence"})
_WASTE = frozenset({"duplicate-strings", "sparse-collection"})


class Steady:
    """What a case and an earlier report have in common, beside findings."""

    def __init__(
        self, measurements: Measurements, samples: tuple[SampleOverview, ...], baseline: Baseline
    ) -> None:
        self._thresholds = measurements.thresholds
        known = known_processes(measurements.sampled_processes, measurements.worker_names, baseline)
        self._known: dict[str, tuple[KnownSample, ...]] = {name: process.samples for name, process in known}
        self._workers: dict[str, str] = {
            worker: process for process, worker in measurements.worker_names.items()
        }
        self._samples: dict[str, list[SampleOverview]] = {}
        for sample in samples:
            self._samples.setdefault(sample.process, []).append(sample)
        self._growth = {(one.process, one.metric): one for one in measurements.growth}
        self._is_all_alike = _are_alike(samples, baseline.samples, self._thresholds)
        self._known_growth = {(one.process, one.metric): one for one in baseline.growth}

    def is_at_threshold(self, finding: Finding) -> bool:
        """Whether a finding that the baseline lacks stands on numbers that the baseline has, too."""
        if finding.family == "heap":
            return is_barely_enough(finding, self._thresholds)
        process = finding.subject.process or ""
        process = process if process in self._samples else self._workers.get(process, process)
        known = self._known.get(process)
        if not known or finding.subject.kind == "case":
            return self._is_all_alike and finding.family in _OF_ALL
        if finding.family == "growth":
            return self._grew_alike(process, finding, known)
        return finding.family in _OF_SAMPLES and self._is_alike(process, finding, known)

    def _is_alike(self, process: str, finding: Finding, known: tuple[KnownSample, ...]) -> bool:
        """Whether what a finding reads is, within noise, what the baseline had of that process."""
        keys = {
            figure.label: key
            for sample in self._samples.get(process, ())
            for key, figure in sample.figures.items()
            if figure.value is not None
        }
        found = [
            self._had(float(one.value), one.unit, keys[one.label], known)
            for one in _reported(finding)
            if one.label in keys and isinstance(one.value, int | float)
        ]
        return bool(found) and all(found)

    def _had(self, value: float, unit: str, key: str, known: tuple[KnownSample, ...]) -> bool:
        values = [look.figures[key].value for look in known if key in look.figures]
        return any(not has_moved(one, value, unit, self._thresholds) for one in values)

    def _grew_alike(self, process: str, finding: Finding, known: tuple[KnownSample, ...]) -> bool:
        """Whether the slopes of both cannot be told apart."""
        now = self._growth.get((process, finding.topic))
        before = self._known_growth.get((known[-1].process, finding.topic))
        return now is not None and before is not None and not are_apart(now, before)


def _are_alike(
    samples: tuple[SampleOverview, ...], known: tuple[KnownSample, ...], thresholds: Thresholds
) -> bool:
    """Whether both reports have as many samples, and all that these report is the same within noise."""
    if not samples or len(samples) != len(known):
        return False
    return not any(
        has_moved(look.figures[key].value, float(figure.value), figure.unit, thresholds)
        for sample, look in zip(samples, known, strict=True)
        for key, figure in sample.figures.items()
        if key in look.figures and isinstance(figure.value, int | float) and not figure.derived
    )


def are_apart(now: Growth, before: KnownGrowth) -> bool:
    """Whether a slope is above one of the baseline, by the intervals of both."""
    if before.high is None or now.low is None:
        return True
    return now.low > before.high


def is_barely_enough(finding: Finding, thresholds: Thresholds) -> bool:
    """Whether something in a heap is told, and would not be if it were less by noise."""
    share = next((one.value for one in finding.evidence if one.unit == "share"), None)
    if not isinstance(share, int | float):
        return False
    least = thresholds.heap_share
    if finding.rule in _WASTE:
        least = thresholds.waste_share
    elif finding.rule.startswith("growing-"):
        least = thresholds.growth_share
    return share < least * (1 + thresholds.regression_share)


def _reported(finding: Finding) -> Iterator[Evidence]:
    return (one for one in finding.evidence if not one.derived)
