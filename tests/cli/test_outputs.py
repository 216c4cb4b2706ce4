"""Where a report may go: a page not onto a terminal, nothing into a file without a name."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import FIXTURES, HEAPDUMPS, SNAPSHOTS, Cli

MAIN = HEAPDUMPS / "phantom-external.json"
SNAPSHOT = sorted(SNAPSHOTS.glob("leaks-node20-*.heapsnapshot.xz"))[0]


def _on_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Return the exit code of memdoctor on a pseudo-terminal, and what it printed there."""
    import pty

    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "memdoctor", *map(str, arguments)]
    child = subprocess.Popen(call, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    with contextlib.suppress(OSError):  # the terminal is gone with the child
        while part := os.read(ours, 65_536):
            printed += part
    os.close(ours)
    return child.wait(), printed.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("arguments", [[], ["-q"], ["-o", "-"]])
def test_a_page_does_not_pour_onto_a_terminal(arguments: list[str]) -> None:
    code, printed = _on_terminal("analyze", MAIN, "-f", "html", *arguments)
    assert code == 2
    assert printed.splitlines() == [
        "error: html is a page for a browser, not for a terminal",
        "help: write it to a file: -o page.html",
    ]


def test_a_page_goes_into_a_file_or_a_pipe(cli: Cli, tmp_path: Path) -> None:
    code, printed = _on_terminal("analyze", MAIN, "-f", "html", "-o", tmp_path / "page.html")
    assert (code, printed) == (0, "")
    assert (tmp_path / "page.html").stat().st_size > 1_000_000
    assert cli("analyze", MAIN, "-f", "html").out.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", MAIN],
        ["ps", FIXTURES / "ps" / "evidence.jsonl"],
        ["heap", "summary", SNAPSHOT],
        ["analyze", MAIN, "-f", "html"],
    ],
)
def test_a_file_needs_a_name(arguments: list[str | Path], cli: Cli) -> None:
    outcome = cli(*arguments, "-o", "")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: -o without the name of a file",
        "help: -o report.txt, or - for standard output",
    ]


@pytest.mark.parametrize("form", ["html", "sarif"])
@pytest.mark.parametrize("arguments", [["heap", "summary", SNAPSHOT], ["query", "--schema"]])
def test_a_view_is_shown_though_reports_have_a_format_of_their_own(
    form: str, arguments: list[str | Path], cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_usual = cli(*arguments)
    monkeypatch.setenv("MEMDOCTOR_FORMAT", form)
    assert cli(*arguments) == as_usual
    assert as_usual.code == 0


def test_so_it_is_with_a_format_in_a_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memdoctor.toml").write_text('format = "html"\n')
    monkeypatch.chdir(tmp_path)
    outcome = cli("heap", "summary", SNAPSHOT)
    assert (outcome.code, outcome.err) == (0, "")
    assert cli("heap", "summary", SNAPSHOT, "-f", "html").code == 2
