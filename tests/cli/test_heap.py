"""`memdoctor heap`, and heap snapshots in `memdoctor analyze`."""

import contextlib
import json
import lzma
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.heap.core import COMPILED

import golden_files
from conftest import HEAPDUMPS, ROOT, SNAPSHOTS, Cli
from snapshots import Snapshot

NODE = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"
CHROMIUM = "fixtures/snapshots/chromium-detached-1.heapsnapshot.xz"
BUN = "fixtures/snapshots/bun-g-1.heapsnapshot.xz"
PILES = "fixtures/snapshots/piles-node20-1.heapsnapshot.xz"
USAGE = "fixtures/snapshots/piles-node20-1.usage.json"
SERIES = [f"fixtures/snapshots/small-a-node12-{number}.heapsnapshot.xz" for number in (1, 2, 3)]
LEAKS = [f"fixtures/snapshots/leaks-node20-{number}.heapsnapshot.xz" for number in (1, 2, 3)]
JSC = "fixtures/snapshots/bunjsc-a-1.jsc.json.xz"

GOLDENS = {
    "heap-help": ["heap", "-h"],
    "heap-classes": ["heap", "classes", NODE],
    "heap-classes-top": ["heap", "classes", NODE, "--top", "3"],
    "heap-classes-json": ["heap", "classes", NODE, "--json", "--top", "2"],
    "heap-classes-jsonl": ["heap", "classes", BUN, "-f", "jsonl", "--top", "2"],
    "heap-classes-concise": ["heap", "classes", JSC, "-f", "concise", "--top", "3"],
    "heap-classes-markdown": ["heap", "classes", JSC, "-f", "markdown", "--top", "3"],
    "heap-classes-two": ["heap", "classes", SERIES[0], SERIES[2], "--top", "12"],
    "heap-classes-two-json": ["heap", "classes", SERIES[0], SERIES[2], "--json", "--top", "2"],
    "heap-classes-two-markdown": ["heap", "classes", *SERIES[:2], "-f", "markdown", "--top", "3"],
    "heap-classes-three": ["heap", "classes", *SERIES],
    "analyze-series": ["analyze", *SERIES, "--every", "5m"],
    "analyze-series-color": ["analyze", *SERIES, "--every", "5m", "--color", "always"],
    "analyze-series-verbose": ["analyze", *SERIES, "--every", "5m", "-v"],
    "analyze-series-markdown": ["analyze", *SERIES, "--every", "5m", "-f", "markdown"],
    "analyze-series-json": ["analyze", *SERIES, "--every", "5m", "--json"],
    "analyze-series-concise": ["analyze", *SERIES, "--every", "5m", "-f", "concise"],
    "analyze-series-of-two": ["analyze", SERIES[2], SERIES[0], "--every", "15m"],
    "analyze-series-assumed": [
        "analyze",
        *SERIES,
        "--every=5m",
        "--assume=sessions=100/day",
        "--assume=total=54GB",
        "--assume=limit=4GB",
        "--fail-on=warning",
    ],
    "analyze-series-many-leaks": ["analyze", *LEAKS, "--every", "10m"],
    "error-assume": ["analyze", *SERIES, "--assume", "many sessions"],
    "heap-summary": ["heap", "summary", CHROMIUM],
    "heap-summary-color": ["heap", "summary", BUN, "--color", "always"],
    "heap-summary-json": ["heap", "summary", BUN, "--json"],
    "heap-dominators": ["heap", "dominators", PILES],
    "heap-dominators-color": [
        "heap",
        "dominators",
        PILES,
        "--depth",
        "3",
        "--top",
        "8",
        "--color",
        "always",
    ],
    "heap-retainers": ["heap", "retainers", "ArrayBuffer", PILES, "--top", "3"],
    "heap-retainers-jsonl": ["heap", "retainers", "feed", PILES, "-f", "jsonl"],
    "heap-retainers-of-many": ["heap", "retainers", "Message", JSC],
    "heap-strings": ["heap", "strings", PILES, "--top", "3"],
    "heap-strings-shown": ["heap", "strings", PILES, "--top", "3", "--show-strings"],
    "heap-strings-json": ["heap", "strings", PILES, "--top", "1", "--json"],
    "heap-collections": ["heap", "collections", PILES, "--top", "8"],
    "heap-collections-bun": ["heap", "collections", JSC, "--top", "4", "--sort", "entries"],
    "heap-listeners": ["heap", "listeners", PILES],
    "heap-closures": ["heap", "closures", PILES, "--top", "5"],
    "heap-handles": ["heap", "handles", PILES],
    "heap-detached": ["heap", "detached", CHROMIUM],
    "heap-detached-none": ["heap", "detached", PILES],
    "heap-external": ["heap", "external", PILES, "--top", "4"],
    "heap-external-markdown": ["heap", "external", PILES, USAGE, "--top", "2", "-f", "markdown"],
    "heap-node": ["heap", "node", "@63997", PILES],
    "heap-node-missing": ["heap", "node", "@1", BUN],
    "heap-filter": ["heap", "classes", PILES, "--filter", "serv"],
    "heap-wrong-sort": ["heap", "collections", PILES, "--sort", "retaned"],
    "heap-no-target": ["heap", "retainers", PILES],
    "heap-wrong-class": ["heap", "retainers", "Servise", PILES],
    "heap-wrong-usage": ["heap", "external", PILES, BUN],
    "analyze-piles": ["analyze", PILES],
    "analyze-piles-verbose": ["analyze", PILES, "-v"],
    "heap-no-view": ["heap"],
    "heap-wrong-view": ["heap", "clases", NODE],
    "heap-no-file": ["heap", "classes"],
    "heap-missing-file": ["heap", "classes", "fixtures/snapshots/bun-g-1.heapsnapshot"],
    "heap-wrong-file": ["heap", "classes", "fixtures/heapdumps/phantom-external.json"],
    "analyze-snapshot": ["analyze", NODE],
    "analyze-snapshot-color": ["analyze", CHROMIUM, "--color", "always"],
    "analyze-snapshot-json": ["analyze", JSC, "--json"],
    "analyze-snapshot-markdown": ["analyze", CHROMIUM, "-f", "markdown"],
    "analyze-snapshot-quiet": ["analyze", BUN, "-q"],
    "analyze-mixed": ["analyze", BUN, JSC, "fixtures/heapdumps/phantom-external.json"],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = cli(*GOLDENS[name])
    golden_files.check(name, GOLDENS[name], outcome)
    for line in outcome.out.splitlines():
        assert len(line) <= 80 or any(word in name for word in ("color", "json", "markdown", "concise"))


@pytest.mark.parametrize("columns", ["40", "60", "200"])
@pytest.mark.parametrize("view", ["classes", "summary"])
def test_numbers_are_whole_at_any_width(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, view: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = cli("heap", view, NODE, "--top", "5").out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    first = cli("heap", view, NODE, "--top", "5", "-f", "concise").out.splitlines()[0].split("\t")
    assert any(first[1] in line for line in lines)
    assert not re.search(r"\d…", "\n".join(lines))


def test_rows_are_those_of_the_library(cli: Cli) -> None:
    document = json.loads(cli("heap", "classes", NODE, "--json").out)
    assert set(document) == {"schema_version", "view", "sources", "rows", "totals", "notes", "row_count"}
    graph = memdoctor.load(NODE)
    assert [
        (row["class"], row["count"], row["shallow_bytes"], row["retained_bytes"], row["distance"])
        for row in document["rows"]
    ] == [
        (row.name, row.count, row.shallow_bytes, row.retained_bytes, row.distance) for row in graph.classes
    ]
    assert document["totals"]["total_bytes"] == graph.statistics.total


def test_summary_adds_up(cli: Cli) -> None:
    for file in (NODE, CHROMIUM, BUN, JSC):
        document = json.loads(cli("heap", "summary", file, "--json").out)
        assert sum(row["shallow_bytes"] for row in document["rows"]) == document["totals"]["total_bytes"]


def test_a_report_has_the_same_numbers(cli: Cli) -> None:
    [heap] = json.loads(cli("analyze", NODE, "--json").out)["overview"]["heaps"]
    summary = json.loads(cli("heap", "summary", NODE, "--json").out)
    rows = json.loads(cli("heap", "classes", NODE, "--json", "--top", "20").out)["rows"]
    assert summary["totals"].items() <= heap.items()
    assert heap["classes"] == rows


def test_a_folder_of_snapshots_is_one_case(tmp_path: Path, cli: Cli) -> None:
    for size, name in enumerate(("one", "two"), 1):
        made = Snapshot()
        made.object("Thing", 16 * size)
        made.write(tmp_path / f"{name}.heapsnapshot")
    (tmp_path / "notes.txt").write_text("no snapshot")
    report = json.loads(cli("analyze", tmp_path, "--json").out)
    assert len(report["overview"]["heaps"]) == 2
    assert "2 snapshots" in report["summary"]["answer"]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a snapshot whose class names would steer a terminal."""
    made = Snapshot()
    names = (
        "\x1b[31mred\x1b]0;title\x07",
        "[bold]markup[/bold]",
        "\ud83d",
        "\u202eevil",
        "a" * 3000,
        "|a|",
    )
    for name in names:
        made.object(name)
    return made.write(tmp_path / "hostile.heapsnapshot")


@pytest.mark.parametrize("form", ["terminal", "concise", "markdown", "json", "jsonl"])
@pytest.mark.parametrize("command", [["analyze"], ["heap", "classes"]])
def test_names_from_the_file_stay_text(hostile: Path, command: list[str], form: str, cli: Cli) -> None:
    outcome = cli(*command, hostile, "-f", form)
    assert outcome.code == 0
    assert not any(sign in outcome.out for sign in "\x1b\x07\u202e")
    outcome.out.encode()
    if form in {"json", "jsonl"}:
        assert "\\\\x1b[31mred" in outcome.out
    elif command == ["heap", "classes"]:
        assert "\\x1b" in outcome.out


def test_an_input_is_not_overwritten(tmp_path: Path, cli: Cli) -> None:
    path = Snapshot().write(tmp_path / "made.heapsnapshot")
    outcome = cli("heap", "classes", path, "-o", path)
    assert outcome.code == 2
    assert "is an input of this call" in outcome.err
    assert cli("heap", "classes", path, "-o", tmp_path / "out.txt").code == 0
    assert (tmp_path / "out.txt").read_text().startswith("…")


def _slowly(arguments: list[str], content: bytes, *, seconds: float, stop: bool = False) -> tuple[int, str]:
    """Feed memdoctor through a pipe that halts half-way, its stderr on a pseudo-terminal.

    Return its exit code and what it printed there. `stop` sends Ctrl-C while it waits.
    """
    import pty

    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "memdoctor", *arguments]
    child = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    assert child.stdin is not None
    child.stdin.write(content[: len(content) // 2])
    child.stdin.flush()
    time.sleep(seconds)
    if stop:
        child.send_signal(signal.SIGINT)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(content[len(content) // 2 :])
    with contextlib.suppress(BrokenPipeError):  # what was not written yet
        child.stdin.close()
    printed = b""
    with contextlib.suppress(OSError):  # the terminal is gone with the child
        while part := os.read(ours, 4096):
            printed += part
    os.close(ours)
    return child.wait(), printed.decode()


@pytest.fixture
def content() -> bytes:
    """Return a snapshot of some size."""
    made = Snapshot()
    for number in range(60_000):
        made.text(f"string {number} of many")
    return json.dumps(made.document()).encode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_shows_stage_and_bytes_and_goes_away(content: bytes) -> None:
    code, printed = _slowly(["heap", "classes", "-"], content, seconds=1.5)
    assert code == 0
    shown = [part for part in printed.split("\r") if part.strip()]
    assert any(re.match(r"reading [\d.]+ [KM]iB …", part) for part in shown), printed
    assert max(map(len, shown)) < 80
    assert printed.endswith("\r")  # after blanks over all of it
    assert printed.split("\r")[-2].strip() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_progress_for_short_work(content: bytes) -> None:
    for _ in range(5):
        began = time.monotonic()
        outcome = _slowly(["heap", "classes", "-"], content, seconds=0)
        if time.monotonic() - began < 1:  # else the machine was busy, and the work not short
            break
    assert outcome == (0, "")


def test_no_progress_in_a_pipe(content: bytes) -> None:
    call = [sys.executable, "-m", "memdoctor", "heap", "classes", "-"]
    done = subprocess.run(call, input=content, capture_output=True, check=True)
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_leaves_nothing_behind(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code, printed = _slowly(["heap", "classes", "-"], content, seconds=1.5, stop=True)
    assert code == 130
    assert "Traceback" not in printed
    assert not list(tmp_path.iterdir())


def test_env_tells_which_core_runs(cli: Cli) -> None:
    facts: dict[str, Any] = json.loads(cli("env", "--json").out)
    assert facts["core"].startswith("compiled" if COMPILED else "interpreted")
    assert ("--force-reinstall" in facts["core"]) != COMPILED


def test_without_a_compiler_it_says_how_long_it_takes(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from memdoctor.readers.parts import reading

    monkeypatch.setattr(reading, "COMPILED", False)
    path = tmp_path / "made.heapsnapshot"
    content = lzma.decompress((SNAPSHOTS / "bun-g-1.heapsnapshot.xz").read_bytes())
    path.write_bytes(content.ljust(20_000_000))
    outcome = cli("heap", "summary", path)
    assert outcome.code == 0
    assert outcome.err.startswith("note: the core is not compiled: this takes about 4.00 s; install")


def test_start_up_of_others_does_not_pay(cli: Cli) -> None:
    code = (
        "import sys, memdoctor\n"
        f"memdoctor.analyze({str(HEAPDUMPS / 'phantom-external.json')!r})\n"
        "print(*sorted({'numpy', 'lzma', 'gzip', 'backports', 'tempfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("form", ["sarif", "junit", "github"])
def test_a_view_has_no_findings_to_write(form: str, cli: Cli) -> None:
    outcome = cli("heap", "summary", SNAPSHOTS / "shallow.heapsnapshot.xz", "-f", form)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(
        f"error: a view of a heap has no findings to write as {form}\nhelp: it takes terminal,"
    )


@pytest.mark.parametrize("view", ["strings", "closures"])
def test_for_machines_a_view_is_short_and_says_how_many_rows_there_are(view: str, cli: Cli) -> None:
    snapshot = SNAPSHOTS / "leaks-node20-3.heapsnapshot.xz"
    made = json.loads(cli("heap", view, snapshot, "--json").out)
    assert len(made["rows"]) == 200 < made["row_count"]
    assert len(cli("heap", view, snapshot, "--json").out) < 100_000
    assert (
        len(json.loads(cli("heap", view, snapshot, "--json", "--top", "0").out)["rows"])
        == made["row_count"]
    )


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_a_redacted_view_names_its_file_from_here(
    form: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    outcome = cli("heap", "summary", SNAPSHOTS / "interfaces.heapsnapshot.xz", "-f", form, "--redact")
    assert str(ROOT) not in outcome.out
    assert "fixtures/snapshots/interfaces.heapsnapshot.xz" in outcome.out
