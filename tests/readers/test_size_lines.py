"""Sizes in text: lines, tables by hand and in Markdown, the breakdown of /heapdump. All of them rounded."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memdoctor.errors import InputError
from memdoctor.model import Problem
from reading import figures, records, text

from builders import GIB, MIB
from conftest import ROOT

TABLES = ROOT / "fixtures" / "tables"
LINES = TABLES / "size-lines.txt"


def _messages(problems: list[Problem]) -> str:
    return "\n".join(problem.message for problem in problems)


def test_each_line_is_a_sample_within_its_rounding() -> None:
    samples, problems = records("size_lines", LINES)
    raw = [re.findall(r"([0-9.]+) MB", line) for line in LINES.read_text().splitlines()]
    assert len(samples) == 8
    for found, written in zip(figures(samples), raw, strict=True):
        assert found == tuple(round(float(number) * MIB) for number in written)
    assert [sample.resolution for sample in samples[:2]] == [104858, 10486]  # 5.1 MB, 6.35 MB
    assert {sample.series for sample in samples} == {str(LINES)}
    assert "rounded" in _messages(problems)
    assert "MB is taken for MiB" in _messages(problems)


def test_a_log_with_times_and_other_values(tmp_path: Path) -> None:
    content = (
        "[2026-11-20T09:00:00Z] INFO worker heap used: 5MB, external=3.0 MiB pid: 12 up: 3 uptime: 61 s\n"
        "nothing here\n"
        "2026-11-20 10:00:01,500 rss=1,303 MB heapUsed=6MB,external=3 MB\n"
    )
    [first, second], problems = records("size_lines", text(tmp_path / "a", content))
    assert (first.heap_used, first.external, first.pid, first.uptime) == (5 * MIB, 3 * MIB, 12, 61.0)
    assert first.at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (second.rss, second.heap_used) == (None, 6 * MIB)
    assert second.at == datetime(2026, 11, 20, 10, 0, 1, 500000, UTC)
    assert problems[0].place == f"{tmp_path / 'a'}:3"  # thousands: not here


@pytest.mark.parametrize("pattern", ["{} {} MB", "{}: {} MB", "  {} = {}MB,", "'{}': '{} MB',"])
def test_one_figure_in_each_line(pattern: str, tmp_path: Path) -> None:
    written = [("rss", 42.04), ("heapTotal", 5.1), ("heapUsed", 4), ("rss", 43), ("heapUsed", 4.5)]
    content = "".join(pattern.format(name, number) + "\n" for name, number in written)
    samples, _ = records("size_lines", text(tmp_path / "a", content))
    assert [sample.heap_used for sample in samples] == [4 * MIB, 4.5 * MIB]
    assert [sample.heap_total is None for sample in samples] == [False, True]


def test_numbers_without_a_unit_are_not_guessed(tmp_path: Path) -> None:
    content = "rss: 42, heapUsed: 5\nrss: 42 MB, heapUsed: 5 MB\n"
    [sample], problems = records("size_lines", text(tmp_path / "a", content))
    assert sample.rss == 42 * MIB
    assert problems[0].place == f"{tmp_path / 'a'}:1"


def test_the_table_of_an_issue_whose_megabyte_is_decimal() -> None:
    path = TABLES / "cc-32893-table.md"
    [sample], problems = records("size_table", path)
    assert (sample.rss, sample.peak_malloced) == (1_303_000_000, 1_303_000_000)
    assert (sample.heap_used, sample.external) == (208_000_000, 152_000_000)
    assert (sample.array_buffers, sample.uptime) == (58_000_000, 431.0)
    assert (sample.reported_rate_per_hour, sample.resolution) == (10379.0, 1_000_000)
    assert sample.places["reported_rate_per_hour"] == f"{path}:8"
    assert "MB is a million bytes here" in _messages(problems)


@pytest.mark.parametrize(
    ("rss", "rate", "unit", "words"),
    [
        ("1,243 MB", "10,379 MB/hour", MIB, "MB is MiB (1024 × 1024 bytes) here"),
        ("1,303 MB", "10,379 MB/hour", 10**6, "a million bytes"),
        ("1,270 MB", "10,379 MB/hour", MIB, "is taken for MiB"),  # neither fits
        ("1,303 MB", f"{'9' * 24} MB/hour", MIB, "is taken for MiB"),
        ("1,303 MB", "fast", MIB, "is taken for MiB"),
        ("2 MB", "16 MB/hour", MIB, "is taken for MiB"),  # too few digits to tell
    ],
)
def test_which_megabyte(rss: str, rate: str, unit: int, words: str, tmp_path: Path) -> None:
    content = (
        f"| Metric | Value |\n|---|---|\n| RSS | {rss} |\n| Growth Rate | {rate} |\n| Uptime | 431 s |\n"
    )
    [sample], problems = records("size_table", text(tmp_path / "a", content))
    assert sample.rss == int(rss.split(maxsplit=1)[0].replace(",", "")) * unit
    assert words in _messages(problems)


def test_a_table_of_times_by_hand() -> None:
    path = TABLES / "hand-written.txt"
    samples, problems = records("size_table", path)
    assert [sample.uptime for sample in samples] == [0, 2160, 4320]
    assert [sample.heap_used for sample in samples] == [20 * MIB, 21 * MIB, 22 * MIB]
    assert [sample.heap_total for sample in samples] == [25 * MIB, 26 * MIB, 26 * MIB]
    assert [sample.rss for sample in samples] == [61 * MIB, 66 * MIB, 71 * MIB]
    assert {sample.series for sample in samples} == {f"{path}:3"}
    assert {sample.resolution for sample in samples} == {MIB}
    assert "time since the process started" in _messages(problems)
    assert "MB" not in _messages(problems).replace("MiB", "")


def test_columns_of_values_are_samples_of_no_series(tmp_path: Path) -> None:
    content = (
        "> | Metric | before | after | what |\n> |:--|--:|--:|--|\n> | RSS | 1.2 GB | 400 MB | text |\n"
        "> | **Heap Used** | 300 MB | n/a | text |\n> | broken | row |\n"
    )
    [before, after], problems = records("size_table", text(tmp_path / "a", content))
    assert (before.rss, after.rss) == (round(1.2 * GIB), 400 * MIB)
    assert (before.heap_used, after.heap_used) == (300 * MIB, None)
    assert before.series is after.series is None
    assert f"{tmp_path / 'a'}:5" in [problem.place for problem in problems]


def test_the_breakdown_that_heapdump_prints() -> None:
    path = TABLES / "cc-58067-breakdown.txt"
    [sample], problems = records("heapdump_breakdown", path)
    hundredth = GIB / 100
    assert (sample.rss, sample.max_rss) == (round(40 * hundredth), round(40 * hundredth))
    assert (sample.heap_total, sample.heap_used) == (round(7 * hundredth), None)
    assert sample.array_buffers == round(hundredth)
    assert sample.external == round(4 * hundredth) + round(hundredth)
    assert (sample.uptime, sample.reported_rate_per_hour) == (None, 534250.6)
    assert sample.resolution == 2 * round(hundredth + 0.5)
    assert sample.hints == ("Native memory > heap - leak may be in native addons (node-pty, sharp, etc.)",)
    assert "GB is GiB in this breakdown" in _messages(problems)
    assert "Array buffers + Other external" in _messages(problems)


def test_two_breakdowns_and_damage(tmp_path: Path) -> None:
    content = "JS heap: 1 GB\nRSS: 0.4 GB\nJS heap: much\nRSS: 0.5 GB\nOther external: 0.1 GB\n"
    samples, problems = records("heapdump_breakdown", text(tmp_path / "a", content))
    assert [sample.rss for sample in samples] == [round(0.4 * GIB), round(0.5 * GIB)]
    assert samples[1].external is None  # half of a sum is no sum
    assert [problem.place for problem in problems[:2]] == [f"{tmp_path / 'a'}:{line}" for line in (1, 3)]
    assert all(sample.series is None for sample in samples)


@pytest.mark.parametrize("reader", ["size_lines", "size_table", "heapdump_breakdown"])
def test_nothing_of_its_kind(reader: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        records(reader, text(tmp_path / "a", "We had 5 MB.\n| a | b |\n| 1 | 2 |\n"))
