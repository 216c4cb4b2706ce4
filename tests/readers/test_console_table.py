"""console.table: fields in rows, samples in rows, several boxes, boxes that are damaged."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memdoctor.errors import InputError
from reading import FIGURES, figures, records, text

from builders import MIB
from conftest import ROOT

FIXTURE = ROOT / "fixtures" / "tables" / "console-table.txt"
ROWS = """\
┌─────────┬──────────┬───────────┬──────────┐
│ (index) │ rss      │ heapTotal │ heapUsed │
├─────────┼──────────┼───────────┼──────────┤
│ 0       │ 41066496 │ 4169728   │ 3199248  │
│ before  │ 41066497 │ 4169729   │ 3200952  │
└─────────┴──────────┴───────────┴──────────┘
"""


def test_each_box_is_a_sample_with_the_numbers_of_the_file() -> None:
    samples, problems = records("console_table", FIXTURE)
    raw = [int(number) for number in re.findall(r"│ (\d+) +│", FIXTURE.read_text())]
    assert len(samples) == 8
    assert [value for five in figures(samples) for value in five] == raw
    assert {sample.series for sample in samples} == {str(FIXTURE)}
    assert samples[1].places["rss"] == f"{FIXTURE}:13"
    assert len(FIGURES) * 8 == len(raw)
    assert problems == []


def test_rows_can_be_samples(tmp_path: Path) -> None:
    samples, problems = records("console_table", text(tmp_path / "a", ROWS))
    assert [sample.heap_used for sample in samples] == [3199248, 3200952]
    assert problems == []


def test_the_time_of_the_line_above(tmp_path: Path) -> None:
    box = "┌──┬──┐\n│ (index) │ Values │\n├──┼──┤\n│ rss │ '41.6 MB' │\n│ heapUsed │ 7 │\n└──┴──┘\n"
    content = f"2026-11-20T09:32:17.748Z memory\n{box}{box}"
    [first, second], problems = records("console_table", text(tmp_path / "a", content))
    assert first.at == datetime(2026, 11, 20, 9, 32, 17, 748000, UTC)
    assert first.places["at"] == f"{tmp_path / 'a'}:1"
    assert second.at is None
    assert first.rss == round(41.6 * MIB)
    assert len(problems) == 2  # rounded, and which megabyte


def test_units_as_headings_are_one_sample(tmp_path: Path) -> None:
    content = "┌─┐\n│ (index) │ bytes │ MB │\n├─┤\n│ rss │ 1572864 │ 1.5 │\n└─┘\n"
    [sample], _ = records("console_table", text(tmp_path / "a", content))
    assert (sample.rss, sample.resolution) == (1572864, None)


def test_damage_is_said(tmp_path: Path) -> None:
    content = f"│ lost │ 7 │\n{ROWS}┌─┐\n│ (index) │ Values │\n├─┤\n│ rss │ x7 │\n│ heapUsed │ 8 │\n│ exte"
    samples, problems = records("console_table", text(tmp_path / "a", content))
    assert [sample.heap_used for sample in samples] == [3199248, 3200952, 8]
    assert [problem.place for problem in problems] == [f"{tmp_path / 'a'}:{n}" for n in (1, 13, 9, 11)]


def test_boxes_about_something_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no memory figures"):
        records("console_table", text(tmp_path / "a", "┌─┐\n│ (index) │ Values │\n├─┤\n│ 0 │ 1 │\n└─┘\n"))
