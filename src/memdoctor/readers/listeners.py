"""Who listens where: `ss -ltnp`, `lsof -nP -iTCP -sTCP:LISTEN`, `netstat -ltnp`, `netstat -ano`."""

from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Listener, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of
from memdoctor.readers.parts.processes.process_rows import MOST_PROCESSES, Left
from memdoctor.readers.parts.processes.socket_lines import socket_of

_HELP = "take it as root: sudo ss -ltnp"


def read(opened: Opened) -> Iterator[Listener | Problem]:
    """Yield a listener for each process that has a listening socket open, and what could not be seen.

    Raises InputError if there is none.
    """
    name = opened.source.name
    text, told = text_of(opened)
    yield from told
    left, found = Left(name), 0
    for number, line in numbered(text):
        place = f"{name}:{number}"
        socket = socket_of(line)
        if socket is None:
            continue
        if socket.port is None:
            left.row("a port by its name: left out", place, "take it with ss -ltnp, where n is for numbers")
        elif not socket.pids:
            left.row("the process of a listening socket is not visible", place, _HELP)
        elif found >= MOST_PROCESSES:
            left.row(f"more than {MOST_PROCESSES} listeners: the rest is left out", place)
        else:
            for pid in socket.pids[: MOST_PROCESSES - found]:
                found += 1
                yield Listener(name, place, socket.address, socket.port, pid, socket.inode or place)
    yield from left.problems()
    if not found:
        raise InputError("no listening socket whose process is visible", _HELP)
