"""CSV: names and units in any spelling, rows that do not fit, times of every kind."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

import memdoctor
from memdoctor.errors import InputError
from reading import figures, records, text

from builders import MIB
from conftest import ROOT

FIXTURE = ROOT / "fixtures" / "tables" / "csv.csv"


def test_every_row_is_a_sample_with_the_numbers_of_the_file() -> None:
    samples, problems = records("csv_table", FIXTURE)
    with FIXTURE.open() as stream:
        raw = list(csv.DictReader(stream))
    names = ("rss", "heapTotal", "heapUsed", "external", "arrayBuffers")
    assert len(samples) == 8
    assert figures(samples) == [tuple(int(row[name]) for name in names) for row in raw]
    assert [sample.at for sample in samples] == [datetime.fromisoformat(row["timestamp"]) for row in raw]
    assert {sample.series for sample in samples} == {str(FIXTURE)}
    assert samples[0].place == samples[0].places["rss"] == f"{FIXTURE}:2"
    assert problems == []


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("rss", "104857600", 100 * MIB),
        ("RSS (MB)", "100", 100 * MIB),
        ("rss_mb", "100.0", 100 * MIB),
        ("rssMB", "100", 100 * MIB),
        ("memoryUsage.rss [MiB]", "100", 100 * MIB),
        ("process_rss_bytes", "1.048576e8", 100 * MIB),
        ('"Resident Set Size"', '"100 MB"', 100 * MIB),
        ("rss/kB", "102400", 100 * MIB),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_heading_in_any_spelling(
    heading: str, cell: str, expected: int, delimiter: str, tmp_path: Path
) -> None:
    content = f"{heading}{delimiter}Heap_Used\n{cell}{delimiter}5\n"
    [sample], _ = records("csv_table", text(tmp_path / "a.csv", content))
    assert (sample.rss, sample.heap_used) == (expected, 5)


@pytest.mark.parametrize(
    ("heading", "cell", "at", "uptime"),
    [
        ("timestamp", "2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC), None),
        ("date", "2026-11-20 10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC), None),
        ("ts", "1795165200", datetime(2026, 11, 20, 9, tzinfo=UTC), None),
        ("timestamp_ms", "1795165200000", datetime(2026, 11, 20, 9, tzinfo=UTC), None),
        ("uptime", "61.5", None, 61.5),
        ("uptime_ms", "61500", None, 61.5),
        ("time (min)", "36", None, 2160.0),
    ],
)
def test_times(heading: str, cell: str, at: datetime | None, uptime: float | None, tmp_path: Path) -> None:
    [sample], problems = records("csv_table", text(tmp_path / "a.csv", f"{heading},rss\n{cell},7\n"))
    assert (sample.at, sample.uptime) == (at, uptime)
    said = any("since the process started" in problem.message for problem in problems)
    assert said == heading.startswith("time (")


@pytest.mark.parametrize("cell", ["10:32:05", "12", "20261120", "yesterday", "1795165200000000", "9" * 70])
def test_what_is_no_time_is_said(cell: str, tmp_path: Path) -> None:
    [sample], problems = records("csv_table", text(tmp_path / "a.csv", f"time,rss\n{cell},7\n"))
    assert (sample.at, sample.uptime) == (None, None)
    assert "time" in problems[0].message
    assert problems[0].place == f"{tmp_path / 'a.csv'}:2"


def test_rows_that_do_not_fit_are_problems_with_their_line(tmp_path: Path) -> None:
    content = 'rss;heapUsed\n1;2\n1\n"1;2\n\n3;NaN\n4;1,5\n5;;\n-6;-\n'
    samples, problems = records("csv_table", text(tmp_path / "a.csv", content))
    assert [(sample.rss, sample.heap_used) for sample in samples] == [
        (1, 2),
        (3, None),
        (4, None),
        (-6, None),
    ]
    assert [problem.place for problem in problems] == [f"{tmp_path / 'a.csv'}:{n}" for n in (3, 4, 6, 7, 8)]


def test_rounded_sizes_say_so(tmp_path: Path) -> None:
    [sample], problems = records("csv_table", text(tmp_path / "a.csv", "rss_mb,heapUsed\n41.6,7\n"))
    assert sample.resolution == 104858  # a tenth of a MiB
    assert [problem.message.partition(",")[0] for problem in problems] == [
        "the sizes are rounded",
        "MB is taken for MiB (1024 × 1024 bytes)",
    ]


def test_a_second_heading_begins_another_series(tmp_path: Path) -> None:
    content = "rss,external\n1,2\nrss,external\n3,4\n"
    samples, [problem] = records("csv_table", text(tmp_path / "a.csv", content))
    assert samples[0].series != samples[1].series
    assert problem.place == f"{tmp_path / 'a.csv'}:3"


def test_without_known_names_it_is_refused(tmp_path: Path) -> None:
    for content in ("a,b\n1,2\n", "rss,b\n1,2\n", "total,used,free\n1,2,3\n", "rss,external\n"):
        with pytest.raises(InputError):
            records("csv_table", text(tmp_path / "a.csv", content))


def test_ten_thousand_columns(tmp_path: Path) -> None:
    width = 10_000
    heading = ",".join([f"c{index}" for index in range(width)] + ["rss", "heapUsed"])
    row = ",".join(["1"] * width + ["7", "8"])
    [sample], _ = records("csv_table", text(tmp_path / "a.csv", f"{heading}\n{row}\n"))
    assert (sample.rss, sample.heap_used) == (7, 8)


def test_a_table_that_cannot_be_read_says_which_row_and_why(tmp_path: Path) -> None:
    path = tmp_path / "de.csv"
    path.write_text("time;rss;heapUsed\n2026-11-20T10:00:00Z;41,6 MB;4,1 MB\n")
    report = memdoctor.analyze(path)
    assert report.exit_code == 2
    assert any(problem.place == f"{path}:2" for problem in report.problems)
