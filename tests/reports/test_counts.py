"""Counts as a person reads them, in every form: thousands apart, and one of something is no plural."""

import json
from pathlib import Path

import pytest

from memdoctor.reports.layout import MOST_ROWS

from conftest import FIXTURES, HEAPDUMPS, Cli

FORMS = ["terminal", "markdown"]
GC = FIXTURES / "logs" / "trace-gc-minor-node20.out"


@pytest.mark.parametrize("form", FORMS)
def test_many_programs_are_counted_as_everything_else(form: str, cli: Cli, tmp_path: Path) -> None:
    rows = [f"{number:5} {1:5} {900:5}       10:00 /usr/bin/tool-{number}\n" for number in range(2, 1_502)]
    listing = tmp_path / "ps.txt"
    listing.write_text("  PID  PPID   RSS     ELAPSED COMMAND\n" + "".join(rows))
    out = cli("ps", listing, "-f", form).out
    assert "1 500 processes" in out
    assert "1 490 more programs" in out


@pytest.mark.parametrize("form", FORMS)
def test_which_line_of_a_long_log_was_read(form: str, cli: Cli, tmp_path: Path) -> None:
    line = json.dumps({"rss": 90_000_000, "heapTotal": 50_000_000, "heapUsed": 40_000_000, "external": 1})
    log = tmp_path / "app.log"
    log.write_text(f"{line}\n" * 100_000)
    out = cli("analyze", log, "-f", form).out.replace("\n", " ")
    assert "100 000 lines: in the end only every 32nd was read" in out


@pytest.mark.parametrize(
    ("more", "told"), [(1, "1 sample between is left"), (2, "2 samples between are left")]
)
def test_one_sample_is_no_samples(more: int, told: str, cli: Cli, tmp_path: Path) -> None:
    document = json.loads((HEAPDUMPS / "phantom-external.json").read_text())
    for number in range(MOST_ROWS + more):
        (tmp_path / f"dump-{number:03}.json").write_text(json.dumps(document | {"pid": 100 + number}))
    assert f"{told} out of this table" in cli("analyze", tmp_path, "-f", "markdown").out


def test_one_trace_is_no_traces(cli: Cli, tmp_path: Path) -> None:
    trace = next(
        line for line in GC.read_text().splitlines() if "Mark-Compact" in line or "Scavenge" in line
    )
    log = tmp_path / "gc.out"
    log.write_text(f"{trace}\n")
    out = cli("analyze", log, "-f", "markdown").out
    assert "1 traces" not in out
