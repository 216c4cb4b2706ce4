"""`tasklist`: widths from its rule, any language, and an empty listing, which is an answer."""

from pathlib import Path

import pytest

from memdoctor.errors import InputError
from reading import text

from process_reading import PS, found


def test_the_table() -> None:
    path = PS / "tasklist.txt"
    told = found("tasklist", path)
    assert {pid: process.name for pid, process in told.processes.items()} == {
        4: "System",
        1012: "services.exe",
        15748: "node.exe",
        2002: "claude.exe",
        5120: "MsMpEng - long image name",
    }
    node = told.processes[15748]
    assert (node.rss, node.place) == (1_459_088 * 1024, f"{path}:7")
    assert (node.ppid, node.argv) == (None, None)
    assert (told.tables[0].system, told.tables[0].whole) == ("windows", True)
    assert told.messages == [
        "tasklist has neither parents nor arguments: orphans and programs cannot be told"
    ]
    assert "ConvertTo-Json" in told.problems[0].help


def test_csv_in_another_language() -> None:
    told = found("tasklist", PS / "tasklist_v.csv")
    bun, system = told.processes[24892], told.processes[4]
    assert (bun.rss, bun.user, bun.cpu_seconds) == (147_508 * 1024, "DEVBOX\\dev", 43_241.0)
    assert (system.rss, system.user, system.cpu_seconds) == (1180 * 1024, None, 3082.0)
    assert told.tables[0].whole is True


@pytest.mark.parametrize(
    "memory",
    [
        "1,459,088 K",
        "1.459.088 K",
        "1\xa0459\xa0088 K",
        "1\u202f459\u202f088 Ko",
        "1 459 088 КБ",
        "1’459’088 K",
    ],
)
def test_thousands_of_every_language(memory: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", f'"node.exe","8","Console","1","{memory}"\r\n')
    assert found("tasklist", path).processes[8].rss == 1_459_088 * 1024


@pytest.mark.parametrize("memory", ["N/A", "", "K", "12 MB", "1" * 30 + " K"])
def test_what_is_no_size(memory: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", f'"node.exe","8","Console","1","{memory}"\r\n')
    assert found("tasklist", path).processes[8].rss is None


def test_an_empty_listing_is_an_answer() -> None:
    path = PS / "tasklist_none.txt"
    told = found("tasklist", path)
    assert told.processes == {}
    assert told.tables[0].whole is None
    assert "the listing is empty" in told.messages[0]


def test_services_that_go_on_below(tmp_path: Path) -> None:
    content = (
        "Image Name                     PID Services\n"
        "========================= ======== ===========================\n"
        "svchost.exe                   1344 BrokerInfrastructure, DcomLaunch,\n"
        "                                   PlugPlay\n"
        "node.exe                        12 N/A\n"
    )
    told = found("tasklist", text(tmp_path / "a.txt", content))
    assert set(told.processes) == {1344, 12}
    assert len(told.problems) == 1


def test_rows_that_do_not_fit(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", '"a.exe","8","C","1","1 K"\n"b.exe","x","C","1","1 K"\n"c\n')
    told = found("tasklist", path)
    assert set(told.processes) == {8}
    assert [problem.place for problem in told.problems] == [f"{path}:2", str(path)]
    assert told.tables[0].whole is None


def test_several_tables(tmp_path: Path) -> None:
    once = (PS / "tasklist.txt").read_bytes()
    assert len(found("tasklist", text(tmp_path / "a.txt", once + once)).tables) == 2


@pytest.mark.parametrize("content", ["x", "=== ===\n", '"a","PID"\n'])
def test_nothing_in_it(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        found("tasklist", text(tmp_path / "a.txt", content))
