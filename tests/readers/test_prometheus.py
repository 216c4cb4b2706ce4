"""Prometheus text: scrapes, processes, times, and lines that are not what they seem."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from memdoctor.errors import InputError
from memdoctor.model import Space
from reading import figures, records, text

from conftest import ROOT

FIXTURE = ROOT / "fixtures" / "tables" / "prometheus.txt"
AT = 1795165200  # 2026-11-20 09:00 UTC


def test_the_fixture_is_one_sample() -> None:
    samples, problems = records("prometheus", FIXTURE)
    assert figures(samples) == [(44175360, 5349376, 4255912, 1236580, None)]
    assert samples[0].places["heap_total"] == f"{FIXTURE}:5"
    assert problems == []


def test_every_metric_that_is_known(tmp_path: Path) -> None:
    content = f"""\
process_cpu_user_seconds_total 1.5
process_cpu_system_seconds_total 0.5
process_start_time_seconds {AT - 60}
process_resident_memory_bytes 4.4e7 {AT}000
process_open_fds 21 {AT}001
process_max_fds 1024
nodejs_active_handles_total 3
nodejs_active_requests_total 0
nodejs_version_info{{version="v22.1.0",major="22",minor="1",patch="0"}} 1
nodejs_heap_space_size_total_bytes{{space="new"}} 30
nodejs_heap_space_size_used_bytes{{space="new"}} 10
nodejs_heap_space_size_available_bytes{{space="new"}} 20
nodejs_eventloop_lag_seconds 0.01
"""
    [sample], problems = records("prometheus", text(tmp_path / "a", content))
    assert (sample.rss, sample.file_descriptors, sample.descriptor_limit) == (44_000_000, 21, 1024)
    assert (sample.handles, sample.requests, sample.cpu_user, sample.cpu_system) == (3, 0, 1.5, 0.5)
    assert (sample.at, sample.uptime) == (datetime(2026, 11, 20, 9, tzinfo=UTC), 60.0)
    assert sample.node_version == "v22.1.0"
    assert sample.spaces == (Space("new", 30, 10, 20),)
    assert problems == []


SCRAPE = "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes{labels} {rss}\n"


def _scrape(rss: int, labels: str = "") -> str:
    return SCRAPE.replace("{labels}", labels).replace("{rss}", str(rss))


def test_scrapes_one_after_the_other(tmp_path: Path) -> None:
    content = _scrape(1) + "nodejs_external_memory_bytes 5\n" + _scrape(2) + "# EOF\n" + _scrape(3)
    samples, _ = records("prometheus", text(tmp_path / "a", content))
    assert [(sample.rss, sample.external) for sample in samples] == [(1, 5), (2, None), (3, None)]
    assert len({sample.series for sample in samples}) == 1


def test_metric_by_metric_with_times(tmp_path: Path) -> None:
    lines = [
        f"{metric} {value + factor} {AT + value * 10}000"
        for factor, metric in enumerate(("process_resident_memory_bytes", "nodejs_heap_size_used_bytes"))
        for value in range(500)
    ]
    samples, _ = records("prometheus", text(tmp_path / "a", "\n".join(lines)))
    assert [(sample.rss, sample.heap_used) for sample in samples] == [(n, n + 1) for n in range(500)]


def test_labels_tell_processes_apart_and_are_not_kept(tmp_path: Path) -> None:
    one, other = '{pid="7",instance="secret-host:80"}', '{pid="8",instance="secret-host:81"}'
    content = _scrape(1, one) + f"process_resident_memory_bytes{other} 2\n" + _scrape(3, one)
    samples, problems = records("prometheus", text(tmp_path / "a", content))
    assert sorted((sample.rss, sample.pid) for sample in samples) == [(1, 7), (2, 8), (3, 7)]
    assert len({sample.series for sample in samples}) == 2
    assert "secret" not in repr((samples, problems))


def test_another_start_is_another_process(tmp_path: Path) -> None:
    content = "".join(_scrape(n) + f"process_start_time_seconds {AT + n}\n" for n in (1, 1, 2))
    samples, _ = records("prometheus", text(tmp_path / "a", content))
    series = [sample.series for sample in samples]
    assert series[0] == series[1] != series[2]


def test_a_prefix_and_odd_labels(tmp_path: Path) -> None:
    content = 'shop_process_resident_memory_bytes { a="}\\"{", b="" } 7 # {x="y"} 1\n'
    [sample], _ = records("prometheus", text(tmp_path / "a", content))
    assert sample.rss == 7


@pytest.mark.parametrize("value", ["NaN", "+Inf", "x", "1_000", "1.5", "1e300", "", "7 8 9", "7 12"])
def test_what_is_no_figure_is_said(value: str, tmp_path: Path) -> None:
    content = f"process_resident_memory_bytes {value}\nnodejs_external_memory_bytes 7\n"
    [sample], [problem] = records("prometheus", text(tmp_path / "a", content))
    assert (sample.rss, sample.external) == (None, 7)
    assert problem.place == f"{tmp_path / 'a'}:1"


def test_metrics_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of memory"):
        records("prometheus", text(tmp_path / "a", "process_open_fds 7\ngo_goroutines 8\n"))
