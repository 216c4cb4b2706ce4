"""Runs one reader of processes on one input, for tests of readers without the rest of the house."""

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from memdoctor.model import Listener, PidFile, Problem, Process, ProcessTable
from memdoctor.readers.opening import open_input

from conftest import ROOT

PS = ROOT / "fixtures" / "ps"
READERS = ("pid_file", "process_json", "wmic_csv", "tasklist", "listeners", "pstree")


@dataclass
class Found:
    """What a reader yields, by kind."""

    tables: list[ProcessTable] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    pid_files: list[PidFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def processes(self) -> dict[int, Process]:
        """The processes of the one table there is, by id."""
        [table] = self.tables
        return {process.pid: process for process in table.processes}

    @property
    def messages(self) -> list[str]:
        """What was said."""
        return [problem.message for problem in self.problems]


def found(reader: str, path: Path) -> Found:
    """Return what a reader finds in a file."""
    told = Found()
    kinds: dict[type, list[Any]] = {
        ProcessTable: told.tables,
        Listener: told.listeners,
        PidFile: told.pid_files,
    }
    with open_input(str(path)) as opened:
        for record in import_module(f"memdoctor.readers.{reader}").read(opened):
            kinds.get(type(record), told.problems).append(record)
    return told
