"""Start-up is a feature: what a call does not need is not imported."""

import os
import subprocess
import sys

import pytest

from conftest import HEAPDUMPS

HEAVY = (
    "rich",
    "numpy",
    "psutil",
    "orjson",
    "humanize",
    "jsonschema",
    "difflib",
    "hypothesis",
    "websockets",
    "duckdb",
    "plotly",
)
# Of memdoctor itself: what only a call needs that sets a budget, names a baseline, or redacts.
ON_DEMAND = ("answer_compared", "baselines", "budgets", "comparison", "hosts", "redaction", "secrets")
_PROBE = """
import sys
from memdoctor.cli.main import run
try:
    run(sys.argv[1:])
except SystemExit:
    pass
own = {name.removeprefix("memdoctor.") for name in sys.modules if name.startswith("memdoctor.")}
print(*sorted({name.partition(".")[0] for name in {*sys.modules, *own}}), file=sys.stderr)
"""


def _imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["explain"],
        ["explain", "too-young"],
        ["ps", "--help"],
        ["capture", "--help"],
        ["reap", "--help"],
        ["redact", "--help"],
        ["query", "--help"],
    ],
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert not _imported(*arguments) & set(HEAVY) - {"difflib"}


def test_a_page_needs_no_package_of_plotly() -> None:
    dump = str(HEAPDUMPS / "phantom-external.json")
    assert not _imported("analyze", dump, "-f", "html", "-o", os.devnull) & {"rich", "numpy", "plotly"}


def test_json_needs_no_rich() -> None:
    imported = _imported("analyze", str(HEAPDUMPS / "phantom-external.json"), "--json")
    assert "orjson" in imported
    assert not imported & {"rich", "numpy", "psutil"}


@pytest.mark.parametrize("arguments", [["--help"], ["analyze", str(HEAPDUMPS / "phantom-external.json")]])
def test_what_is_not_asked_for_is_not_imported(arguments: list[str]) -> None:
    assert not _imported(*arguments) & set(ON_DEMAND)


@pytest.mark.parametrize("form", ["sarif", "junit", "github"])
def test_formats_for_ci_need_no_more_than_they_write_with(form: str) -> None:
    imported = _imported("analyze", str(HEAPDUMPS / "phantom-external.json"), "-f", form)
    assert not imported & {"rich", "numpy", "psutil"}
    assert ("xml" in imported) == (form == "junit")


def test_a_terminal_report_needs_no_numpy_and_no_psutil() -> None:
    imported = _imported("analyze", str(HEAPDUMPS / "phantom-external.json"))
    assert "rich" in imported
    assert not imported & {"numpy", "psutil"}


@pytest.mark.parametrize("arguments", [["ps", "fixtures/ps/heavy.txt"], ["ps"]])
def test_processes_need_what_their_form_needs(arguments: list[str]) -> None:
    imported = _imported(*arguments, "--json")
    assert not imported & {"rich", "numpy"}
    assert ("psutil" in imported) == (arguments == ["ps"] and sys.platform != "linux")


def test_importing_the_library_imports_almost_nothing() -> None:
    line = "import sys; before = {*sys.modules}; import memdoctor; print(*{*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert {name for name in imported if name.startswith("memdoctor")} == {"memdoctor", "memdoctor.version"}
    foreign = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert foreign == {"memdoctor"}
    assert not imported & {"dataclasses", "datetime", "inspect", "pathlib", "re", "typing"}


@pytest.mark.parametrize("name", ["Report", "Rule", "UsageError"])
def test_a_name_of_the_library_imports_what_it_needs(name: str) -> None:
    line = f"import sys; from memdoctor import {name}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"typer", "orjson", "rich", "numpy", "memdoctor.engine"}


def test_duckdb_is_for_queries_alone() -> None:
    assert "duckdb" not in _imported("analyze", str(HEAPDUMPS / "phantom-external.json"))
    assert "duckdb" not in _imported("query", "--schema", "--json")
    assert "duckdb" in _imported("query", "SELECT 1", str(HEAPDUMPS / "phantom-external.json"))
