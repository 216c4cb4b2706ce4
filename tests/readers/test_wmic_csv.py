"""`wmic … /format:csv`: commas inside of command lines, UTF-16, several listings, rows that do not fit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from memdoctor.errors import InputError
from reading import text

from process_reading import PS, found

FIXTURE = PS / "wmic.csv"
HEADING = "Node,CommandLine,CreationDate,Name,ParentProcessId,ProcessId,WorkingSetSize"


def test_every_row() -> None:
    told = found("wmic_csv", FIXTURE)
    node, claude = told.processes[15748], told.processes[2002]
    assert node.argv == (
        *("C:\\Program Files\\nodejs\\node.exe", "C:\\Users\\dev\\mcp\\index.js"),
        "--allow=a,b,c",
    )
    assert node.started_at == datetime(2026, 4, 17, 16, 0, 0, 123_456, tzinfo=UTC)
    assert (node.ppid, node.name, node.rss, node.cpu_seconds) == (1644, "node.exe", 336_076_800, 5.0)
    assert node.place == f"{FIXTURE}:3"
    assert not node.exact
    assert claude.argv is not None
    assert claude.argv[-1] == "{hooks:{Stop:[{x:1}]}}"  # quotes that are not escaped, Windows takes out
    assert told.processes[4].argv is None
    assert set(told.processes) == {4, 2002, 15748, 24892}
    assert (told.tables[0].system, told.tables[0].whole, told.problems) == ("windows", False, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_as_it_is_redirected(encoding: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", b"\r\r\n".decode().join(["", FIXTURE.read_text()]).encode(encoding))
    assert len(found("wmic_csv", path).processes) == 4


@pytest.mark.parametrize(
    "row",
    [
        "PC,a.exe,20260417180000.123456+120,a.exe,4,8",
        "PC,a.exe,20260417180000.123456+120,a.exe,4,x,100",
        "PC,a.exe,moved,by,a,comma,a.exe,4,8,100",
        "No Instance(s) Available.",
    ],
)
def test_rows_that_do_not_fit(row: str, tmp_path: Path) -> None:
    good = "PC,b.exe,20260417180000.123456+120,b.exe,4,12,100"
    path = text(tmp_path / "a.csv", f"{HEADING}\n{good}\n{row}\n")
    told = found("wmic_csv", path)
    assert set(told.processes) == {12}
    assert [problem.place for problem in told.problems] == [f"{path}:3"]
    assert told.tables[0].whole is None


def test_several_listings(tmp_path: Path) -> None:
    row = "PC,b.exe,20260417180000.123456+120,b.exe,4,12,100"
    path = text(tmp_path / "a.csv", f"{HEADING}\n{row}\n\n{HEADING}\n{row}\n")
    assert [table.place for table in found("wmic_csv", path).tables] == [f"{path}:1", f"{path}:4"]


def test_fewer_columns(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "Node,Name,ProcessId\nPC,a.exe,8\n")
    told = found("wmic_csv", path)
    assert told.processes[8].name == "a.exe"
    assert len(told.messages) == 2  # neither parents nor arguments


def test_a_cut_number_is_no_process_id(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "Node,Name,ProcessId\nPC,a.exe,8\nPC,b.exe,12")
    assert set(found("wmic_csv", path).processes) == {8}


def test_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        found("wmic_csv", text(tmp_path / "a.csv", f"{HEADING}\n"))
