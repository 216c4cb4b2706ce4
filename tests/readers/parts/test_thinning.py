"""A long series stays in bounded memory, evenly chosen, and the report says so."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.readers.parts.thinning import MOST_SAMPLES
from memdoctor.units import grouped

from builders import GIB, bun, document, write


@pytest.mark.parametrize("count", [1, MOST_SAMPLES, MOST_SAMPLES + 1, 3 * MOST_SAMPLES + 7])
def test_a_series_is_thinned_evenly_and_keeps_its_ends(count: int, tmp_path: Path) -> None:
    series = [document(uptimeSeconds=100.0 + index) for index in range(count)]
    report = memdoctor.analyze(str(write(tmp_path / "series.json", series)))
    times = [float(str(s.figures["uptime_seconds"].value)) for s in report.overview.samples]
    assert (times[0], times[-1]) == (100.0, 99.0 + count)
    assert len(times) <= MOST_SAMPLES + 1
    assert times == sorted(times)
    assert bool(report.problems) == (count > MOST_SAMPLES)
    if report.problems:
        assert f"{grouped(count)} samples: of each" in report.problems[0].message


def test_the_worst_moment_of_a_long_series_survives(tmp_path: Path) -> None:
    series = [document(uptimeSeconds=100.0 + index) for index in range(3 * MOST_SAMPLES)]
    series[1234] = bun(external=3 * GIB, rss=4 * GIB, uptimeSeconds=1334.0)
    report = memdoctor.analyze(str(write(tmp_path / "series.json", series)))
    assert "external-resident" in {finding.rule for finding in report.findings}


def test_workers_that_take_turns_are_thinned_each_on_its_own(tmp_path: Path) -> None:
    series = [document(uptimeSeconds=100.0 + index, pid=1 + index % 2) for index in range(4100)]
    report = memdoctor.analyze(str(write(tmp_path / "series.json", series)))
    pids = [sample.pid for sample in report.overview.samples]
    assert pids.count(1) > 500
    assert pids.count(2) > 500
