"""Whole outputs, at 80 columns, piped and coloured, with exit code and stderr."""

import re
import shutil
from pathlib import Path

import pytest

import golden_files
from conftest import HEAPDUMPS, SERIES, Cli
from rules.test_fixtures import ASKED, FIXTURES, fixtures

D, S, R = "fixtures/heapdumps", "fixtures/series", "fixtures/recordings"
LEAK = f"{S}/node22-heap-leak.json"
MAIN = f"{D}/phantom-external.json"
BASE = "fixtures/baselines/node22-cc-fresh.json"

CASES = {
    "main": [MAIN],
    "main-color": [MAIN, "--color", "always"],
    "main-verbose": [MAIN, "-v"],
    "main-quiet": [MAIN, "-q"],
    "main-concise": [MAIN, "-f", "concise"],
    "main-markdown": [MAIN, "-f", "markdown"],
    "main-json": [MAIN, "--json"],
    "main-jsonl": [MAIN, "-f", "jsonl"],
    "main-top": [MAIN, "--top", "2", "-f", "concise"],
    "main-fail-on": [MAIN, "--fail-on", "warning", "-q"],
    "main-min-severity": [MAIN, "--min-severity", "warning"],
    "healthy-node": [f"{D}/node22-cc-fresh.json"],
    "resident": [f"{D}/cc-33337.json"],
    "no-uptime": [f"{D}/cc-58067.json"],
    "two-moments": [f"{D}/cc-33422.json"],
    "series-without-times": [f"{D}/node-12208.json"],
    "two-processes": [f"{D}/cc-33449.json", f"{D}/cc-34219.json"],
    "two-processes-markdown": [f"{D}/cc-33449.json", f"{D}/cc-34219.json", "-f", "markdown"],
    "partly-read": [MAIN, f"{D}/README.md", f"{D}/missing.json"],
    "nothing-read": [f"{D}/README.md"],
    "nothing-read-json": [f"{D}/README.md", "--json"],
    "inconsistent": [f"{D}/edited-inconsistent.json"],
    "growing": [LEAK],
    "growing-wide-color": [LEAK, "--color", "always"],
    "growing-markdown": [LEAK, "-f", "markdown"],
    "growing-jsonl": [LEAK, "-f", "jsonl", "--select", "growth"],
    "growing-bun": [f"{S}/bun1.3.10-external-leak.json"],
    "forecast": [f"{S}/node20-heap-limit.json", "-v"],
    "steady": [f"{S}/node22-sawtooth.json"],
    "steady-verbose": [f"{S}/node22-sawtooth.json", "-v"],
    "plateau": [f"{S}/node22-warmup-plateau.json"],
    "mixed-markdown": [
        *(MAIN, LEAK, "fixtures/ps/evidence.jsonl", "fixtures/logs/missing-node22.err"),
        *("fixtures/pm2/v6/06_list.txt", "-f", "markdown"),
    ],
    "main-redacted": [MAIN, "--redact", "-q"],
    "recording": [f"{R}/leak-and-sawtooth.jsonl"],
    "recording-color": [f"{R}/leak-and-sawtooth.jsonl", "--color", "always"],
    "recording-markdown": [f"{R}/leak-and-sawtooth.jsonl", "-f", "markdown"],
    "recording-concise": [f"{R}/leak-and-sawtooth.jsonl", "-f", "concise"],
    "recording-verbose": [f"{R}/spawner.jsonl", "-v"],
    "budgets": [MAIN, "--budget", "rss=500MiB", "--budget", "js_heap=100MiB", "--budget", "listeners=20"],
    "budgets-growth": [
        LEAK,
        "--budget",
        "growth=50MiB/h",
        "--budget",
        "rss=400MiB..1GiB",
        "--select",
        "budget",
    ],
    "budgets-quiet": [MAIN, "--budget", "rss=100MiB,heap_of_limit=80%..90%", "--fail-on", "error", "-q"],
    "baseline-same": [f"{D}/node22-cc-fresh.json", "--baseline", BASE, "--fail-on", "info"],
    "baseline-worse": [f"{D}/node22-heap-large.json", "--baseline", BASE, "--fail-on", "warning"],
    "baseline-worse-json": [
        f"{D}/node22-heap-large.json",
        "--baseline",
        BASE,
        "--select",
        "baseline",
        "--json",
    ],
    "baseline-worse-jsonl": [
        f"{D}/node22-heap-large.json",
        "--baseline",
        BASE,
        "--select",
        "baseline",
        "-f",
        "jsonl",
    ],
    "baseline-worse-markdown": [f"{D}/node22-heap-large.json", "--baseline", BASE, "-f", "markdown"],
    "series-of-two-processes": [LEAK, f"{S}/node20-native.json"],
}


@pytest.mark.parametrize("name", CASES)
def test_output(name: str, cli: Cli) -> None:
    arguments = ["analyze", *CASES[name]]
    golden_files.check(name, arguments, cli(*arguments))


@pytest.mark.parametrize("rule", FIXTURES)
def test_output_of_each_rule(rule: str, cli: Cli) -> None:
    arguments = [
        "analyze",
        *(path for name in FIXTURES[rule][0] for path in fixtures(name)),
        *(word for name, value in ASKED.get(rule, {}).items() for word in (f"--{name}", value)),
        "--select",
        rule,
        "-v",
        "--every",
        "5m",
    ]
    golden_files.check(f"rule-{rule}", arguments, cli(*arguments))


@pytest.mark.parametrize(
    "path", sorted([*HEAPDUMPS.glob("*.json"), *SERIES.glob("*.json")]), ids=lambda path: path.stem
)
@pytest.mark.parametrize("columns", [60, 80, 132])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(
    path: Path, columns: int, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for line in cli("analyze", path, "-v").out.splitlines():
        assert len(line) <= columns
        assert not re.search(r"(?:\d|[KMGT]i?|B)…(?:\s|$)", line)


@pytest.mark.parametrize("columns", [60, 80, 132])
@pytest.mark.parametrize("length", range(8, 120, 7))
def test_processes_are_told_apart_by_the_end_of_their_names(
    columns: int, length: int, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    folder = tmp_path / ("f" * length)
    folder.mkdir()
    path = Path(shutil.copy(HEAPDUMPS / "bun-33368.json", folder))
    out = cli("analyze", path, "-v", "--select", "not-one-process").out
    rows = re.findall(r"^  process +(\S+)", out, re.MULTILINE)
    assert [row.rpartition("#")[2] for row in rows] == ["/bun", "/node"]
    assert max(map(len, out.splitlines())) <= columns


@pytest.mark.parametrize("path", sorted(SERIES.glob("*.json")), ids=lambda path: path.stem)
def test_a_series_fits_a_screen(path: Path, cli: Cli) -> None:
    assert len(cli("analyze", path).out.splitlines()) <= 30


def test_the_main_dump_fits_a_screen(cli: Cli) -> None:
    lines = cli("analyze", MAIN).out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    "words",
    [
        "runtime Bun",
        "JS heap 113 MiB",
        "small and healthy (113 MiB)",
        '490.68 "MB/h" RSS ÷ uptime in MiB/h, not growth',
        "Bun reports 10 × peak RSS",
        "1024 times too large: it is 1.16 GiB",
        "at least 2.00 GiB was never resident at once",
        "One dump cannot show a leak",
    ],
)
def test_the_main_dump_is_told_the_truth_about(words: str, cli: Cli) -> None:
    assert words in " ".join(cli("analyze", MAIN).out.split())
