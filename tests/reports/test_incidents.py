"""Incidents as people reported them: the last line has count, memory, and who is to blame."""

from collections.abc import Callable
from pathlib import Path

import pytest

import golden_files
import incidents
from conftest import Cli
from incidents import Listing

ONE_LISTING: dict[str, Callable[[], Listing]] = {
    "orphaned-subagents": incidents.orphaned_subagents,
    "idle-observers": incidents.idle_observers,
    "duplicate-workers": incidents.duplicate_workers,
    "sessions-of-a-daemon": incidents.sessions_of_a_daemon,
    "zombies-after-shutdown": incidents.zombies_after_shutdown,
    "workers-after-shutdown": incidents.workers_after_shutdown,
}


def _golden(name: str, cli: Cli, *files: Path) -> str:
    """Compare with the golden output, and return the answer in one line."""
    names = [file.name for file in files]
    golden_files.check(f"incident-{name}", ["ps", *names], cli("ps", *names))
    return " ".join(cli("ps", *names, "-q").out.split())


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


ANSWERS = {
    "orphaned-subagents": (
        "89 orphans",
        "18.3 GiB",
        "of 6 ended sessions",
        "6 of the orphans burn 23.0 cores",
    ),
    "idle-observers": ("157 leaked children of worker-service.cjs (pid 1000)", "8.40 GiB"),
    "duplicate-workers": ("218 duplicates of worker-service.cjs", "15.0 GiB in swap", "pid 1"),
    "sessions-of-a-daemon": ("989 leaked children of worker-service.cjs (pid 1000)", "52.0 GiB"),
    "zombies-after-shutdown": ("23 zombies of server.js (pid 1000)",),
    "workers-after-shutdown": ("7 orphans", "1.78 GiB", "7 processes on /home/dev/.claude-mem/vector-db"),
}


@pytest.mark.parametrize("name", ONE_LISTING)
def test_one_listing(name: str, cli: Cli, tmp_path: Path) -> None:
    answer = _golden(name, cli, ONE_LISTING[name]().write(tmp_path / f"{name}.txt"))
    for part in ANSWERS[name]:
        assert part in answer


def test_a_database_that_comes_back(cli: Cli, tmp_path: Path) -> None:
    looks = [
        incidents.respawned_database(number).write(tmp_path / f"look-20261120-1200{number * 5:02}.txt")
        for number in range(8)
    ]
    answer = _golden("respawned-database", cli, *looks)
    assert "8 starts of chroma-mcp in 35.0 s by worker-service.cjs (pid 812): 317 MiB RSS" in answer


def test_several_daemons_on_one_port(cli: Cli, tmp_path: Path) -> None:
    listing, sockets = incidents.one_port()
    (tmp_path / "ss.txt").write_text(sockets, encoding="utf-8")
    answer = _golden("one-port", cli, listing.write(tmp_path / "ps.txt"), tmp_path / "ss.txt")
    assert "4 duplicates of worker-service.cjs" in answer
    assert "4 processes of worker-service.cjs on 127.0.0.1:37777: 352 MiB RSS" in answer


def test_a_pid_file_that_names_somebody_else(cli: Cli, tmp_path: Path) -> None:
    listing, file = incidents.file_of_somebody_else()
    (tmp_path / "worker.pid").write_text(file, encoding="utf-8")
    path = listing.write(tmp_path / "ps-20261120-120000.txt")
    answer = _golden("pid-file", cli, path, tmp_path / "worker.pid")
    assert "worker.pid is stale: it names vim (pid 4711)" in answer
