"""Commands, options and exit codes as a person types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import memdoctor
from memdoctor.rules import registry

import golden_files
from builders import document, write
from conftest import HEAPDUMPS, ROOT, Cli

MAIN = HEAPDUMPS / "phantom-external.json"

GOLDENS = {
    "help": ["--help"],
    "no-arguments": [],
    "analyze-help": ["analyze", "-h"],
    "capture-help": ["capture", "--help"],
    "explain-list": ["explain"],
    "explain-family": ["explain", "evidence"],
    "explain-rule": ["explain", "external-not-resident"],
    "error-command": ["analyse", "x"],
    "error-option": ["analyze", "--formt", "json"],
    "error-format": ["analyze", "x", "-f", "jsn"],
    "error-rule": ["explain", "external-not-residen"],
    "error-select": ["analyze", "fixtures", "--select", "memry"],
    "error-nothing": ["analyze"],
    "error-top": ["analyze", "x", "--top", "-1"],
    "error-fail-on": ["analyze", "x", "--fail-on", "warn"],
    "folder-of-folders": ["analyze", "fixtures"],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    golden_files.check(name, GOLDENS[name], cli(*GOLDENS[name]))


def test_the_version(cli: Cli) -> None:
    assert cli("--version").out == f"memdoctor {memdoctor.__version__}\n"


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on(fail_on: str, code: int, cli: Cli) -> None:
    outcome = cli("analyze", MAIN, "--fail-on", fail_on, "--json")
    assert outcome.code == code
    assert json.loads(outcome.out)["summary"]["exit_code"] == code


def test_what_is_not_selected_does_not_fail(cli: Cli) -> None:
    assert cli("analyze", MAIN, "--fail-on", "warning", "--ignore", "memory").code == 0
    assert cli("analyze", MAIN, "--fail-on", "info", "--min-severity", "error").code == 0


def test_an_unread_input_outweighs_fail_on(cli: Cli) -> None:
    assert cli("analyze", MAIN, "missing.json", "--fail-on", "warning").code == 2


def test_output_to_a_file(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "report.md"
    outcome = cli("analyze", MAIN, "-f", "markdown", "-o", path)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert path.read_text(encoding="utf-8").startswith("# Memory investigation")


def test_where_nothing_was_read_nothing_is_written(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    assert cli("analyze", "missing.json", "-f", "terminal", "-o", path).code == 2
    assert path.read_text(encoding="utf-8") == "old"


def test_an_input_that_could_not_be_read_is_not_overwritten_either(tmp_path: Path, cli: Cli) -> None:
    write(tmp_path / "a.json", document())
    path = tmp_path / "notes.txt"
    path.write_text("precious {")
    for inputs in ([tmp_path], [tmp_path / "a.json", path]):
        outcome = cli("analyze", *inputs, "-o", path)
        assert outcome.code == 2
        assert "is an input of this call" in outcome.err
        assert path.read_text() == "precious {"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "line", ["analyze fixtures/heapdumps/phantom-external.json", "explain", "env", "--version", "--help"]
)
def test_a_full_disk_is_an_error_and_no_finding(line: str) -> None:
    command = f'"{sys.executable}" -m memdoctor {line} >/dev/full'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("line", ["explain", "env"])
def test_closed_output_harms_nothing(line: str) -> None:
    command = f'"{sys.executable}" -m memdoctor {line} >&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_console_without_the_signs_gets_others_in_their_place() -> None:
    done = _memdoctor("analyze", str(MAIN), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert b"RSS / uptime in MiB/h" in done.stdout
    assert b"?" not in done.stdout


def test_output_dash_is_stdout(cli: Cli) -> None:
    assert cli("analyze", MAIN, "-o", "-").out == cli("analyze", MAIN).out


def test_an_input_is_never_overwritten(tmp_path: Path, cli: Cli) -> None:
    path = write(tmp_path / "dump.json", document())
    before = path.read_bytes()
    outcome = cli("analyze", path, "-o", tmp_path / "x" / ".." / "dump.json")
    assert outcome.code == 2
    outcome = cli("analyze", path, "-o", path)
    assert outcome.code == 2
    assert "is an input of this call" in outcome.err
    assert path.read_bytes() == before


def test_an_output_that_cannot_be_written(tmp_path: Path, cli: Cli) -> None:
    outcome = cli("analyze", MAIN, "-o", tmp_path / "no" / "report.md")
    assert outcome.code == 2
    assert "cannot write" in outcome.err


def test_explain_lists_every_rule(cli: Cli) -> None:
    out = cli("explain").out
    assert all(f"  {name} " in out for name in registry.NAMES)


def test_env_names_the_versions(cli: Cli) -> None:
    facts = json.loads(cli("env", "--json").out)
    assert facts["memdoctor"] == memdoctor.__version__
    assert {"python", "system", "typer", "rich", "orjson", "terminal", "encoding", "color"} <= set(facts)
    assert "memdoctor" in cli("env").out


@pytest.mark.parametrize(
    ("environment", "arguments", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_color(
    environment: dict[str, str],
    arguments: list[str],
    colored: bool,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in cli("analyze", MAIN, *arguments).out) == colored


def _memdoctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "memdoctor", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_module_runs_as_a_whole_process() -> None:
    done = _memdoctor("analyze", str(MAIN), "--fail-on", "warning")
    assert done.returncode == 1
    assert "113 MiB" in done.stdout.decode()
    assert done.stderr == b""


def test_a_console_without_the_signs_gets_a_report_all_the_same() -> None:
    done = _memdoctor("analyze", str(MAIN), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"113 MiB" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_goes_away_is_no_error() -> None:
    line = f'"{sys.executable}" -m memdoctor analyze "{ROOT}/fixtures/heapdumps" -v | head -n 1'
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="needs bash")
def test_a_broken_pipe_is_no_finding() -> None:
    line = f'set -o pipefail; "{sys.executable}" -m memdoctor analyze "{MAIN}" | true'
    codes = {subprocess.run(["/bin/bash", "-c", line], check=False).returncode for _ in range(5)}
    assert codes == {0}


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("analyze - <&-", "standard input is closed"),
        ("analyze fixtures/heapdumps/phantom-external.json >&-", "standard output is closed"),
    ],
)
def test_closed_streams_are_said(line: str, words: str) -> None:
    command = f'"{sys.executable}" -m memdoctor {line}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_closed_input_does_not_matter_where_it_is_not_read() -> None:
    command = f'"{sys.executable}" -m memdoctor analyze fixtures/heapdumps/phantom-external.json <&-'
    assert subprocess.run(["sh", "-c", command], capture_output=True, check=False).returncode == 0


def test_an_empty_name_is_an_error_and_not_this_folder(cli: Cli) -> None:
    outcome = cli("analyze", "")
    assert outcome.code == 2
    assert "an empty file name" in outcome.err


def test_a_path_object_is_an_input() -> None:
    assert memdoctor.analyze(MAIN).exit_code == 0


def test_wide_characters_in_a_name_cut_no_number(tmp_path: Path, cli: Cli) -> None:
    for index in range(2):
        write(tmp_path / f"{'漢字' * 20}{index}.json", document(pid=index))
    out = cli("analyze", tmp_path).out
    assert out.count("150 MiB") == 2
    assert out.count("50.0 MiB") == 2


def test_top_changes_what_is_told_but_not_the_tally(cli: Cli) -> None:
    out = " ".join(cli("analyze", MAIN, "--top", "1").out.split())
    assert "1 warning, 7 notes (-v shows them), 7 not shown (--top 0 shows all)." in out


def test_problems_have_a_line_of_their_own(cli: Cli) -> None:
    out = cli("analyze", HEAPDUMPS / "cc-56126.json", "-f", "concise").out
    assert "#/smapsRollup: problem: " in out


_INTERRUPTED_WHILE_IT_IS_LOADED = """
import os, signal, sys
class Finder:
    def find_spec(self, name, *_):
        if name == "memdoctor.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from memdoctor.start import run
run()
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_ctrl_c_before_it_has_begun_says_nothing() -> None:
    code = [sys.executable, "-c", _INTERRUPTED_WHILE_IT_IS_LOADED]
    done = subprocess.run(code, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_ctrl_c_ends_with_130() -> None:
    import signal

    waiting = subprocess.Popen(
        [sys.executable, "-m", "memdoctor", "analyze", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert waiting.stdin is not None
    waiting.stdin.write(b"{")
    waiting.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=1.5)  # it has started and waits for the rest
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=10)
    assert waiting.returncode == 130
    assert b"Traceback" not in err
