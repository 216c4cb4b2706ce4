"""Growth from documents to sentences: what each series of samples is called, and what it is not."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Report
from memdoctor.model import Case, Mark, Sample
from memdoctor.overviews import Growth
from memdoctor.rules import registry

from builders import GIB, MIB, document, write

HOUR = 3600.0
_V8 = {"heapSizeLimit": 2 * GIB, "peakMallocedMemory": MIB}  # only V8 has a peak this small


def _series(values: list[float], metric: str = "heapUsed", **more: Any) -> list[dict[str, Any]]:
    """Return a document each 30 s after an hour, `metric` in MiB as told, the rest at rest.

    Fewer than ten come each 10 minutes, and without room in the heap that garbage could fill.
    """
    few = len(values) < 10
    return [
        document(
            memory={
                "heapTotal": (int(value * MIB) if few and metric == "heapUsed" else 4 * GIB),
                "rss": 900 * MIB,
                metric: int(value * MIB),
            },
            uptimeSeconds=HOUR + (600 if few else 30) * index,
            **more,
        )
        for index, value in enumerate(values)
    ]


def _report(tmp_path: Path, documents: Any) -> Report:
    return memdoctor.analyze(str(write(tmp_path / "series.json", documents)))


def _growth(report: Report, metric: str) -> Growth:
    [growth] = [growth for growth in report.overview.growth if growth.metric == metric]
    return growth


def _found(report: Report) -> dict[str, Finding]:
    return {finding.rule: finding for finding in report.findings if finding.family == "growth"}


def _sawtooth(count: int, slope: float) -> list[float]:
    """Return floors that rise by `slope` MiB a sample, under garbage that is collected each fourth."""
    return [100 + slope * index + 30 * (index % 4) for index in range(count)]


SHAPES: dict[str, tuple[list[float], str, set[str]]] = {
    "flat": ([100.0] * 40, "steady", set()),
    "sawtooth": (_sawtooth(40, 0), "steady", set()),
    "leak": (_sawtooth(60, 2), "growing", {"growing-heap"}),
    "plateau": ([*_sawtooth(30, 6), *[280 + i / 20 + 30 * (i % 4) for i in range(60)]], "plateau", set()),
    "step": ([(100 if i < 30 else 300) + i / 20 + 30 * (i % 4) for i in range(60)], "step", set()),
    "slower and slower": (
        [100 + 100 * math.log1p(i / 15) + 30 * (i % 4) for i in range(90)],
        "decelerating",
        set(),
    ),
    "falls": ([400 - 4 * i + 30 * (i % 4) for i in range(60)], "shrinking", set()),
    "no collection": ([100.0 + 3 * i for i in range(40)], "rising-uncollected", {"growing-heap"}),
    "two that rise": ([100.0, 3000.0], "growing", {"growing-heap"}),
    "two that differ a little": ([100.0, 112.0], "steady", set()),
    "five that rise": ([100.0, 900.0, 1700.0, 2900.0, 3900.0], "growing", {"growing-heap"}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_its_verdict_and_its_rules(shape: str, tmp_path: Path) -> None:
    values, verdict, rules = SHAPES[shape]
    report = _report(tmp_path, _series(values))
    assert _growth(report, "js_heap").verdict == verdict
    assert set(_found(report)) == rules


def test_a_leak_is_a_warning_with_its_slope_and_its_places(tmp_path: Path) -> None:
    report = _report(tmp_path, _series(_sawtooth(60, 2)))
    finding = _found(report)["growing-heap"]
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    assert finding.subject.kind == "process"
    assert "the JS heap grows by 240 MiB/h [" in finding.message
    numbers = {item.label: item for item in finding.evidence}
    assert numbers["slope"].value == pytest.approx(240 * MIB, rel=0.02)
    assert numbers["slope, low"].value <= numbers["slope"].value <= numbers["slope, high"].value  # type: ignore[operator]
    assert str(numbers["first JS heap"].pointer).endswith("series.json#/0/memoryUsage/heapUsed")
    assert str(numbers["last JS heap"].pointer).endswith("series.json#/59/memoryUsage/heapUsed")
    assert "The JS heap grows by 240 MiB/h" in report.answer
    assert "healthy" not in report.answer
    assert "29 min 30 s cannot show whether that goes on" in report.answer


@pytest.mark.parametrize("shape", ["no collection", "two that rise", "five that rise"])
def test_what_may_be_garbage_is_a_note(shape: str, tmp_path: Path) -> None:
    finding = _found(_report(tmp_path, _series(SHAPES[shape][0])))["growing-heap"]
    assert (finding.severity, finding.confidence) == ("info", "possible")


def test_two_samples_show_a_difference_and_never_a_rate(tmp_path: Path) -> None:
    documents = _series([100.0, 3000.0], "external")
    report = _report(tmp_path, documents)
    finding = _found(report)["growing-external"]
    assert finding.message == "external memory rose by 2.83 GiB in 10 min: a difference, not a trend"
    assert (finding.severity, finding.confidence) == ("info", "possible")
    assert "/h" not in finding.message + report.answer
    assert "That is a difference, not yet a trend" in report.answer


def test_no_time_no_rate(tmp_path: Path) -> None:
    documents = _series(_sawtooth(40, 20))
    for one in documents:
        del one["uptimeSeconds"]
    report = _report(tmp_path, documents)
    assert {growth.verdict for growth in report.overview.growth} == {"refused"}
    assert {growth.reason for growth in report.overview.growth} == {"the samples carry no time"}
    assert not _found(report)
    assert "a rate of growth needs times" in report.answer


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda index, one: one.update(uptimeSeconds=HOUR + index), "span less than a minute"),
        (lambda index, one: one.update(uptimeSeconds=index), "start-up is no trend"),
    ],
)
def test_a_series_too_short_or_too_young_is_refused(
    spoil: Callable[[int, dict[str, Any]], None], reason: str, tmp_path: Path
) -> None:
    documents = _series(_sawtooth(58 if "span" in reason else 61, 20))
    for index, one in enumerate(documents):
        spoil(index, one)
    report = _report(tmp_path, documents)
    assert reason in _growth(report, "js_heap").reason
    assert not _found(report)


def test_a_restart_splits_a_series(tmp_path: Path) -> None:
    before, after = _series(_sawtooth(30, 0)), _series([value + 400 for value in _sawtooth(30, 0)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for index, one in enumerate(before + after):
        one["uptimeSeconds"] = 100.0 + 30 * (index % 30)
        one["timestamp"] = (start + timedelta(seconds=30 * index + 200 * (index >= 30))).isoformat()
    report = _report(tmp_path, before + after)
    assert {growth.verdict for growth in report.overview.growth} == {"steady"}
    assert len({growth.process for growth in report.overview.growth}) == 2
    assert not _found(report)
    assert "Nothing grows in the 2 of them" in report.answer


def test_the_process_that_grows_is_named_among_several(tmp_path: Path) -> None:
    leaking = write(tmp_path / "a.json", _series(_sawtooth(40, 5), pid=4711))
    calm = write(tmp_path / "b.json", _series(_sawtooth(40, 0), pid=12))
    report = memdoctor.analyze(str(leaking), str(calm))
    assert _found(report)["growing-heap"].subject.process == "pid 4711"
    assert "In pid 4711, the JS heap grows by 600 MiB/h" in report.answer


def test_the_same_dump_twice_and_two_processes_make_no_slope(tmp_path: Path) -> None:
    [one, other] = _series([100.0, 3000.0])
    same = _report(tmp_path, [one, one])
    assert not same.overview.growth
    paths = [write(tmp_path / "a.json", {**one, "pid": 1}), write(tmp_path / "b.json", {**other, "pid": 2})]
    assert not memdoctor.analyze(*map(str, paths)).overview.growth


def test_array_buffers_stand_in_for_an_external_that_is_not_reported(tmp_path: Path) -> None:
    documents = _series([100.0 + 10 * index for index in range(20)], "arrayBuffers")
    assert set(_found(_report(tmp_path, documents))) == set()
    for one in documents:
        del one["memoryUsage"]["external"]
    assert set(_found(_report(tmp_path, documents))) == {"growing-external"}


def test_the_rss_says_nothing_new_where_the_heap_grows(tmp_path: Path) -> None:
    rising = [900.0 + 10 * index for index in range(40)]
    alone = _series(rising, "rss")
    assert set(_found(_report(tmp_path, alone))) == {"growing-rss"}
    for one, value in zip(alone, _sawtooth(40, 10), strict=True):
        one["memoryUsage"]["heapUsed"] = int(value * MIB)
    assert set(_found(_report(tmp_path, alone))) == {"growing-heap"}


@pytest.mark.parametrize("key", ["activeHandles", "openFileDescriptors"])
def test_handles_that_grow_in_number(key: str, tmp_path: Path) -> None:
    documents = _series([100.0] * 20)
    for index, one in enumerate(documents):
        one[key] = 20 + 5 * index
    finding = _found(_report(tmp_path, documents))["growing-handles"]
    assert finding.severity == "warning"
    assert "grows by 600 per hour" in finding.message
    assert finding.impact is None


def test_a_forecast_is_the_room_over_the_slope(tmp_path: Path) -> None:
    values = _sawtooth(60, 12)  # 1440 MiB/h, 898 MiB at the end
    finding = _found(_report(tmp_path, _series(values, v8=_V8)))["limit-forecast"]
    numbers = {item.label: item.value for item in finding.evidence}
    assert finding.severity == "error"  # 1150 MiB of room: less than an hour
    assert numbers["soonest"] == pytest.approx((2048 - values[-1]) / 1440 * 3600, rel=0.05)
    assert numbers["soonest"] <= numbers["latest"]  # type: ignore[operator]
    assert finding.explains == ("growing-heap",)


@pytest.mark.parametrize(
    ("slope", "v8", "severity"),
    [
        (6, _V8, "warning"),  # 720 MiB/h for 1490 MiB: two hours, four windows
        (1.5, _V8, None),  # eleven hours, twenty windows
        (12, {"heapSizeLimit": 2 * GIB}, None),  # V8 is not proven
        (30, {"heapSizeLimit": 10 * GIB, "peakMallocedMemory": GIB}, None),  # Bun's
        (0, _V8, None),
    ],
)
def test_a_forecast_is_made_only_where_it_can_be(
    slope: float, v8: dict[str, int], severity: str | None, tmp_path: Path
) -> None:
    found = _found(_report(tmp_path, _series(_sawtooth(60, slope), v8=v8)))
    forecast = found.get("limit-forecast")
    assert (forecast.severity if forecast else None) == severity


def test_a_few_samples_make_no_forecast(tmp_path: Path) -> None:
    documents = _series([500.0, 900.0, 1200.0, 1500.0, 1900.0], v8=_V8)
    assert set(_found(_report(tmp_path, documents))) == {"growing-heap"}


@pytest.mark.parametrize(
    ("requested", "limit", "runtime", "applied"),
    [
        (4096, 4144, "node", True),  # Node 22
        (4096, 4288, "node", True),
        (512, 560, "node", True),
        (64, 256, "node", True),
        (8192, 4144, "node", False),
        (512, 4144, "node", False),
        (512, 4144, "bun", True),  # no limit at all: other rules speak of it
        (0, 4144, "node", True),
        (None, 4144, "node", True),
        (4096, None, "node", True),
    ],
)
def test_the_limit_that_was_asked_for(
    requested: int | None, limit: int | None, runtime: str, applied: bool
) -> None:
    sample = Sample(
        "report.json",
        "report.json",
        places={"requested_heap_limit": "report.json#/header/commandLine"},
        marks=(Mark(runtime, "made by", "report.json"),),
        heap_limit=None if limit is None else limit * MIB,
        requested_heap_limit=None if requested is None else requested * MIB,
    )
    rule = registry.load("heap-limit-not-applied")
    found = list(rule.check(Measurements(Case(samples=(sample,)))))
    assert bool(found) is not applied
    for finding in found:
        assert [item.unit for item in finding.evidence] == ["bytes", "bytes"]


def test_no_growth_rule_speaks_of_one_sample(tmp_path: Path) -> None:
    report = _report(tmp_path, document(memory={"heapUsed": 4 * GIB, "heapTotal": 5 * GIB}))
    assert report.overview.growth == ()
    assert not _found(report)


def test_a_rise_at_the_end_is_not_called_nothing(tmp_path: Path) -> None:
    values = [60.0] * 40 + [60.0 + 10 * index for index in range(20)]
    answer = _report(tmp_path, _series(values)).answer
    assert "Nothing grows" not in answer
    assert "The JS heap rose by 190 MiB" in answer


def test_a_few_rising_samples_in_a_heap_with_room_are_not_called_nothing(tmp_path: Path) -> None:
    documents = _series([80, 120, 160, 200, 240])
    for made in documents:
        made["memoryUsage"]["heapTotal"] = 600 * MIB
    answer = _report(tmp_path, documents).answer
    assert "Nothing grows" not in answer
    assert "may be growth or garbage" in answer


def test_a_restart_in_a_log_is_a_note(tmp_path: Path) -> None:
    documents = _series([60.0] * 12) + _series([61.0] * 12)
    for index, made in enumerate(documents):
        made["uptimeSeconds"] = 100.0 + 30 * (index % 12)
    [finding] = [f for f in _report(tmp_path, documents).findings if f.rule == "not-one-process"]
    assert finding.severity == "info"


def test_three_samples_have_a_range_and_no_interval(tmp_path: Path) -> None:
    documents = [document(uptimeSeconds=600.0 * index, activeHandles=40 * index) for index in range(1, 4)]
    finding = _found(_report(tmp_path, documents))["growing-handles"]
    assert finding.severity == "info"
    assert not any("90 %" in (item.formula or "") for item in finding.evidence)
