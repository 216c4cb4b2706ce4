"""One object a line: JSON Lines, pino, winston, prefixed logs; of any length, in constant memory."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

import memdoctor

from conftest import ROOT

FORMATS = ROOT / "fixtures" / "formats"


def _line(index: int) -> dict[str, object]:
    return {
        "uptime": 100.0 + index,
        "rss": 10**8,
        "heapTotal": 5 * 10**7,
        "heapUsed": 4 * 10**7,
        "external": 10**6,
    }


@pytest.mark.parametrize("name", ["pino.txt", "winston.txt", "prefix.txt", "v8.txt"])
def test_a_log_of_eight_samples(name: str) -> None:
    report = memdoctor.analyze(FORMATS / name)
    assert report.sources[0].format == "lines"
    assert len(report.overview.samples) == 8
    assert all(sample.at for sample in report.overview.samples)
    assert len({sample.process for sample in report.overview.samples}) == 1
    raw = [json.loads(line[line.index("{") :]) for line in (FORMATS / name).read_text().splitlines()]
    for sample, whole in zip(report.overview.samples, raw, strict=True):
        figures = whole.get("mem", whole)
        used = figures.get("heapUsed", figures.get("used_heap_size"))
        assert sample.figures["heap_used_bytes"].value == used


@pytest.mark.parametrize("name", ["inspect.txt", "inspect-ts.txt"])
def test_console_log_over_several_lines(name: str) -> None:
    report = memdoctor.analyze(FORMATS / name)
    assert len(report.overview.samples) == 8
    assert all(sample.at for sample in report.overview.samples) == (name == "inspect-ts.txt")
    assert len({sample.process for sample in report.overview.samples}) == 1


def test_the_pid_of_a_line_is_the_process(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [
        {"pid": 7 + index % 2, "time": 1795167137733 + index * 1000, "mem": _line(index)}
        for index in range(10)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    processes = {sample.process for sample in memdoctor.analyze(path).overview.samples}
    assert processes == {"pid 7", "pid 8"}


def test_lines_of_another_kind_are_passed_over_and_broken_ones_told(tmp_path: Path) -> None:
    path = tmp_path / "log"
    good = json.dumps(_line(0))
    path.write_text(
        f'started\n{good}\n{{"level": 30}}\n{good.replace("100.0", "200.0")}\n{{"rss": broken}}\n'
    )
    report = memdoctor.analyze(path)
    assert len(report.overview.samples) == 2
    assert "1 line whose object cannot be read" in [problem.message for problem in report.problems]


def test_a_log_that_is_cut_off_inside_its_compression_gives_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    text = "".join(json.dumps(_line(index)) + "\n" for index in range(20_000))
    path.write_bytes(gzip.compress(text.encode())[:-2000])
    report = memdoctor.analyze(path)
    assert report.exit_code == 0
    assert len(report.overview.samples) > 100
    assert any("cut off" in problem.message for problem in report.problems)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_a_long_log_takes_little_memory_and_says_what_it_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w") as file:
        for index in range(400_000):
            file.write(json.dumps(_line(index)) + "\n")
    script = (
        "import memdoctor, sys; report = memdoctor.analyze(sys.argv[1]);"
        "print(len(report.overview.samples), [p.message for p in report.problems]);"
        "print(*[line for line in open('/proc/self/status') if line.startswith('VmHWM')])"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    told, peak = done.stdout.strip().splitlines()[:2]
    assert 500 < int(told.split()[0]) < 2_100
    assert "only every" in told
    assert int(peak.split()[1]) < 100 * 1024


def _workers(before: str, key: str = "") -> str:
    lines = []
    for index in range(40):
        for worker in (1, 2):
            sizes = _line(index) | {"rss": 10**8 + (index * 10**7 if worker == 1 else 0)}
            del sizes["uptime"]
            named = {key: f"host{worker}"} if key else {}
            time = f"2026-11-20T10:{index:02}:0{worker}Z"
            lines.append(
                before.format(worker=worker, time=time) + json.dumps(named | {"time": time} | sizes)
            )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("before", "key"),
    [("{time} [worker-{worker}] INFO memory ", ""), ("app-{worker} | ", ""), ("", "hostname")],
)
def test_the_writers_of_one_log_are_series_of_their_own(before: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(_workers(before, key))
    report = memdoctor.analyze(path)
    assert len({sample.process for sample in report.overview.samples}) == 2
    verdicts = sorted(growth.verdict for growth in report.overview.growth if growth.metric == "rss")
    assert verdicts == ["growing", "steady"]


def test_time_and_pid_reach_figures_two_levels_deep(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [
        {"time": 1795167137733 + i * 10_000, "pid": 5, "data": {"memory": _line(i)}} for i in range(12)
    ]
    for line in lines:
        del line["data"]["memory"]["uptime"]  # type: ignore[index]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = memdoctor.analyze(path)
    assert {sample.pid for sample in report.overview.samples} == {5}
    assert all(sample.at for sample in report.overview.samples)


def test_flat_figures_beside_heap_statistics_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    statistics = {"total_heap_size": 90, "used_heap_size": 80, "heap_size_limit": 4345298944}
    path.write_text(json.dumps(_line(0) | {"heapStatistics": statistics}))
    figures = memdoctor.analyze(path).overview.samples[0].figures
    assert figures["rss_bytes"].value == 10**8
    assert figures["heap_used_bytes"].value == 4 * 10**7
    assert figures["heap_limit_bytes"].value == 4345298944
