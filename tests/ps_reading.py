"""Reads a listing of `ps` from text or bytes, for tests of its reader without files."""

import io

from memdoctor.model import Problem, Process, ProcessTable, Source
from memdoctor.readers import ps_table
from memdoctor.readers.opening import Opened

from process_reading import Found

NAME = "a.txt"


def listing(content: str | bytes, columns: str | None = None, name: str = NAME) -> Found:
    """Return what the reader finds in a content."""
    data = content.encode() if isinstance(content, str) else content
    told = Found()
    for record in ps_table.read(Opened(Source(name, "path"), data, io.BytesIO()), columns):
        if isinstance(record, ProcessTable):
            told.tables.append(record)
        else:
            assert isinstance(record, Problem)
            told.problems.append(record)
    return told


def processes(content: str | bytes, columns: str | None = None) -> dict[int, Process]:
    """Return the processes of the one listing in a content, by id."""
    return listing(content, columns).processes


def process(content: str, columns: str | None = None) -> Process:
    """Return the only process of a listing."""
    [only] = processes(content, columns).values()
    return only
