"""What a report says where it shows nothing: nothing that its numbers, or what was asked of it, belie."""

from pathlib import Path

import pytest

from memdoctor.reports.case_report.blocks import Listing, Section, with_code
from memdoctor.reports.case_report.in_markdown import written

from builders import write
from conftest import FIXTURES, HEAPDUMPS, Cli

FRESH = HEAPDUMPS / "node22-cc-fresh.json"
PHANTOM = HEAPDUMPS / "phantom-external.json"


def test_beside_a_budget_that_is_exceeded_only_the_rest_is_calm(cli: Cli) -> None:
    assert "Nothing wrong shows" in cli("analyze", FRESH, "-q").out
    out = " ".join(cli("analyze", FRESH, "--budget", "rss=40MiB", "-q").out.split())
    assert "over the budget of 40.0 MiB" in out
    assert "Nothing wrong" not in out
    assert "Nothing else wrong shows" in out


def test_the_health_check_of_an_app_over_its_budget_is_not_calm(tmp_path: Path, cli: Cli) -> None:
    app = {
        "name": "api",
        "pm_id": 0,
        "pid": 4242,
        "monit": {"memory": 100 << 20, "cpu": 0},
        "pm2_env": {"status": "online", "restart_time": 0, "exec_interpreter": "node"},
    }
    path = write(tmp_path / "jlist.json", [app])
    assert "1 online: nothing wrong shows" in " ".join(cli("analyze", path, "-q").out.split())
    out = " ".join(cli("analyze", path, "--budget", "rss=50MiB", "-q").out.split())
    assert "over the budget of 50.0 MiB" in out
    assert "1 online: nothing else wrong shows" in out


@pytest.mark.parametrize("form", ["terminal", "markdown", "junit", "github"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--min-severity", "error"), "No error found."),
        (("--select", "heap"), "Nothing found by the rules that were asked."),
    ],
)
def test_what_nobody_wanted_to_see_is_not_nothing(
    form: str, words: tuple[str, ...], said: str, cli: Cli
) -> None:
    out = cli("analyze", PHANTOM, *words, "-f", form).out
    assert said in " ".join(out.split())
    assert "Nothing found." not in out


def test_what_could_not_be_read_is_a_report_too(tmp_path: Path, cli: Cli) -> None:
    empty, report = tmp_path / "empty.json", tmp_path / "memory.md"
    empty.write_bytes(b"")
    outcome = cli("analyze", empty, "-f", "markdown", "-o", report)
    text = report.read_text(encoding="utf-8")
    assert outcome.code == 2
    assert "## Not read, or not trusted" in text
    assert "there is nothing in it" in text
    assert "Nothing found" not in text


def test_one_listing_has_one_number_of_processes(cli: Cli) -> None:
    out = cli("analyze", FIXTURES / "cases" / "broken-worker", "-f", "markdown").out
    assert "a listing of 5 processes and 2 of the kernel" in out
    assert "7 processes" not in out
    assert "No heap growth in api and mail-worker (pid 5310)." in out


def test_code_in_a_step_is_code_and_the_rest_is_text() -> None:
    words = with_code("Close each (`close`, `abort`) of @all `one` and ` alone.")
    *_, told = written(Section("Next steps", (Listing((words,)),)))
    assert "(`close`, `abort`)" in told
    assert "@all" not in told
    assert told.endswith("and \\` alone.")


def test_a_single_note_is_one(cli: Cli) -> None:
    path = FIXTURES / "series" / "node22-sawtooth.json"
    assert "<summary>1 note</summary>" in cli("analyze", path, "-f", "markdown").out
