"""Node or Bun: by what is in the program that runs, for its name may be anything."""

import mmap
import os
import sys
from collections.abc import Iterator

# Texts that each of them prints, and that stand in nothing else.
_MARKS = (("bun", b"BUN_INSPECT"), ("node", b"Starting inspector on "))
NAMES = {"node": "Node", "bun": "Bun"}


def runtime_in(path: str | os.PathLike[str]) -> str | None:
    """Return node or bun for a program file, None for any other.

    Raises OSError if it cannot be read.
    """
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return next((runtime for runtime, mark in _MARKS if content.find(mark) >= 0), None)


def files_of(pid: int, program: str | None) -> Iterator[str]:
    """Yield the program of a process, and a Node that it has loaded as a library (Debian's libnode)."""
    if sys.platform == "linux":
        yield f"/proc/{pid}/exe"  # leads to a program that was deleted, too
    elif program is not None:
        yield program
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps:
            paths = [line.rstrip("\n").split(maxsplit=5)[5:] for line in maps if "/libnode." in line]
    except OSError:
        return
    yield from sorted({path for found in paths for path in found})


def runtime_of(pid: int, program: str | None) -> str | None:
    """Return node or bun for a process, None for any other program.

    Raises PermissionError where its program is not shown.
    """
    for path in files_of(pid, program):
        try:
            if runtime := runtime_in(path):
                return runtime
        except PermissionError:
            raise
        except (OSError, ValueError):  # it has ended; a library that was replaced
            continue
    return None
