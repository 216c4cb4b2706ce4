"""A big case is a small document: long tables are cut, what they had is told, --top 0 has all."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import memdoctor
from memdoctor.reports.row_limits import MOST

from builders import GIB, bun, write
from conftest import Cli
from recordings import MIB, look, written

SCHEMA = json.loads((Path(memdoctor.__file__).parent / "reports" / "report.schema.json").read_text())


def _report(cli: Cli, *arguments: str | Path) -> Any:
    outcome = cli(*arguments, "--json")
    report = json.loads(outcome.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    return report


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three processes that look alike, seen 300 times; the third leaks."""
    lines = [
        look(5 * number, pid, rss=int((100 + number * (pid == 4003)) * MIB), heap_used=50 * MIB)
        for number in range(300)
        for pid in (4001, 4002, 4003)
    ]
    return written(tmp_path_factory.mktemp("rows") / "long.jsonl", *lines)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three workers that crash in turns, 3 000 times."""
    begin = datetime(2026, 11, 20, tzinfo=UTC)
    lines = []
    for number in range(3000):
        at = begin + timedelta(seconds=10 * number)
        app = f"App [worker-{number % 3}:{number % 3}]"
        lines.append(f"{at:%Y-%m-%dT%H:%M:%S}: PM2 log: {app} exited with code [1] via signal [SIGINT]")
        lines.append(f"{at:%Y-%m-%dT%H:%M:%S}: PM2 log: {app} starting in -fork mode-")
    path = tmp_path_factory.mktemp("rows") / "pm2.log"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_of_a_long_recording_each_process_is_shown_over_its_whole_time(recording: Path, cli: Cli) -> None:
    report = _report(cli, "analyze", recording)
    samples = report["overview"]["samples"]
    assert report["summary"]["cut"] == {"samples": {"shown": len(samples), "total": 900}}
    assert MOST["samples"] - 3 <= len(samples) <= MOST["samples"]
    whole = _report(cli, "analyze", recording, "--top", "0")["overview"]["samples"]
    assert len(whole) == 900
    for process in {one["process"] for one in whole}:
        shown = [one["at"] for one in samples if one["process"] == process]
        times = [one["at"] for one in whole if one["process"] == process]
        assert len(shown) >= 30
        assert (shown[0], shown[-1]) == (times[0], times[-1])
        assert shown == sorted(shown)


def test_findings_and_growth_are_those_of_the_whole_case(recording: Path, cli: Cli) -> None:
    cut, whole = (_report(cli, "analyze", recording, *more) for more in ([], ["--top", "0"]))
    assert cut["findings"] == whole["findings"] != []
    assert cut["overview"]["growth"] == whole["overview"]["growth"]


def test_a_sample_that_a_finding_is_about_stays(tmp_path: Path, cli: Cli) -> None:
    made = [bun(external=(3 * GIB if number == 333 else MIB), rss=GIB, uptimeSeconds=9e3 + number)
            for number in range(500)]  # fmt: skip
    report = _report(cli, "analyze", write(tmp_path / "dumps.json", made))
    assert report["summary"]["cut"]["samples"]["total"] == 500
    [finding] = [one for one in report["findings"] if one["rule"] == "external-not-resident"]
    assert finding["subject"]["name"] in {one["place"] for one in report["overview"]["samples"]}


def test_a_log_of_many_crashes_stays_small(log: Path, cli: Cli) -> None:
    report = _report(cli, "analyze", log)
    cut = report["summary"]["cut"]
    assert set(cut) == {"timeline", "events"}
    assert all(counts["shown"] <= MOST[name] < counts["total"] for name, counts in cut.items())
    assert {one["worker"] for one in report["overview"]["events"]} == {"worker-0", "worker-1", "worker-2"}
    assert len(cli("analyze", log, "--json").out) < 200_000


def test_top_is_the_number_of_rows_too(log: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report(cli, "analyze", log, "--top", "7")
    assert report["summary"]["cut"]["events"]["shown"] == len(report["overview"]["events"]) <= 7
    monkeypatch.setenv("MEMDOCTOR_TOP", "0")
    assert _report(cli, "analyze", log)["summary"]["cut"] == {}


def test_json_lines_are_cut_alike(log: Path, cli: Cli) -> None:
    lines = [json.loads(line) for line in cli("analyze", log, "-f", "jsonl").out.splitlines()]
    events = [line for line in lines if line["type"] == "event"]
    assert lines[-1]["cut"] == _report(cli, "analyze", log)["summary"]["cut"]
    assert len(events) == lines[-1]["cut"]["events"]["shown"]


def test_of_many_processes_those_with_something_wrong_stay(tmp_path: Path, cli: Cli) -> None:
    rows = [f"{pid} 1 {pid} S {pid * 10} 01:00:00 node /srv/{pid}.js" for pid in range(2, 900)]
    rows.append("5000 1 5000 Z 0 01:00:00 [node] <defunct>")
    path = tmp_path / "ps.txt"
    path.write_text("\n".join(["PID PPID SID STAT RSS ELAPSED COMMAND", *rows]) + "\n")
    report = _report(cli, "ps", path)
    shown = {one["pid"] for one in report["overview"]["processes"]}
    assert report["summary"]["cut"]["processes"] == {"shown": 500, "total": 899}
    assert {5000, 899, 898} <= shown
    assert 2 not in shown


@pytest.mark.parametrize(("name", "most"), [("idle-node24-1", 10_000), ("leaks-node20-3", 60_000)])
def test_a_snapshot_is_some_kb(name: str, most: int, cli: Cli) -> None:
    """The second has a leak of every kind: 22 findings with their evidence."""
    assert len(cli("analyze", f"fixtures/snapshots/{name}.heapsnapshot.xz", "--json").out) < most
