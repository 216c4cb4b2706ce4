"""The time of samples that carry none: the file's name, the file, or what the user says; never a guess."""

import json
import os
from pathlib import Path

import pytest

import memdoctor
from memdoctor.units import parse_duration

from builders import document, write
from conftest import Cli


def _bare(rss: int = 0) -> object:
    return document(memory={"rss": 150 * (1 << 20) + rss})["memoryUsage"]


@pytest.mark.parametrize(
    "name",
    [
        "mem-2026-11-20T09-32-17.json",
        "20261120-093217.json",
        "report.20261120.093217.4711.0.001.json",
        "a 2026-11-20 09:32:17.json",
    ],
)
def test_the_name_of_a_file(name: str, tmp_path: Path) -> None:
    report = memdoctor.analyze(write(tmp_path / name, _bare()), write(tmp_path / "other.json", document()))
    sample = next(sample for sample in report.overview.samples if sample.source.endswith(name))
    assert sample.at is not None
    assert sample.at.isoformat() == "2026-11-20T09:32:17+00:00"
    assert "its time is that of the file's name" in [problem.message for problem in report.problems]


def test_the_times_of_files_that_differ(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{index}.json", _bare(index)) for index in range(3)]
    for index, path in enumerate(paths):
        os.utime(path, (1_800_000_000 - index * 600,) * 2)
    report = memdoctor.analyze(*paths)
    assert [sample.source for sample in report.overview.samples] == [str(path) for path in reversed(paths)]
    assert len(report.problems) == 3


def test_files_of_one_time_have_none(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{index}.json", _bare(index)) for index in range(2)]
    for path in paths:
        os.utime(path, (1_800_000_000,) * 2)
    assert [sample.at for sample in memdoctor.analyze(*paths).overview.samples] == [None, None]


def test_files_that_were_written_at_once_tell_no_time(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{index}.json", _bare(index)) for index in range(3)]
    for index, path in enumerate(paths):
        os.utime(path, ns=(1_800_000_000_000_000_000 + index * 1_000_000,) * 2)
    assert [sample.at for sample in memdoctor.analyze(*paths).overview.samples] == [None] * 3


def test_one_sample_needs_no_time(tmp_path: Path) -> None:
    [sample] = memdoctor.analyze(write(tmp_path / "20261120-093217.json", _bare())).overview.samples
    assert sample.at is None


def test_the_spacing_of_a_list_as_told(tmp_path: Path, cli: Cli) -> None:
    path = write(tmp_path / "list.json", [_bare(index * (4 << 20)) for index in range(40)])
    refused = json.loads(cli("analyze", path, "--json").out)["overview"]["growth"]
    assert {growth["verdict"] for growth in refused} == {"refused"}
    report = json.loads(cli("analyze", path, "--json", "--every", "15s").out)
    rss = next(growth for growth in report["overview"]["growth"] if growth["metric"] == "rss")
    assert rss["verdict"] == "growing"
    assert rss["bytes_per_second"] == pytest.approx((4 << 20) / 15)
    assert "no times: one sample every 15 s, as told" in [item["message"] for item in report["problems"]]


def test_what_has_times_keeps_them(tmp_path: Path) -> None:
    path = write(tmp_path / "list.json", [document(uptimeSeconds=100.0 * index) for index in range(1, 5)])
    growth = memdoctor.analyze(path, every=1.0).overview.growth
    assert {item.span_seconds for item in growth} == {300}


@pytest.mark.parametrize(("text", "seconds"), [("15s", 15), ("1.5 min", 90), ("2h", 7200), ("250ms", 0.25)])
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "s", "0s", "-5s", "15 parsecs", "9999999999s"])
def test_what_is_no_length_of_time_is_said(text: str, cli: Cli) -> None:
    outcome = cli("analyze", "x.json", "--every", text)
    assert outcome.code == 2
    assert "is no length of time" in outcome.err
