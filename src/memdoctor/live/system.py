"""What this system has to tell of processes: /proc on Linux, psutil elsewhere."""

import sys
from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from memdoctor.model import ProcessTable


class Watched(Protocol):
    """Looks at all processes of a machine."""

    def look(self) -> ProcessTable:
        """Return all processes at this moment."""


class System(Protocol):
    """A module that reads processes."""

    def Watched(self) -> Watched:  # noqa: N802 - a class of the module
        """Return what looks at all processes, again and again."""

    def deeper(self, table: ProcessTable) -> ProcessTable:
        """Return a table with what takes long to find out."""

    def weighed(self, table: ProcessTable, pids: Collection[int]) -> ProcessTable:
        """Return a table with PSS and USS of some processes."""

    def changing(self, pid: int) -> tuple[int | None, int | None]:
        """Return the swap in bytes and the open descriptors of a process, as far as they are shown."""


@cache
def system() -> System:
    """Return the one of this machine."""
    name = "linux" if sys.platform == "linux" else "portable"
    return cast(System, import_module(f"memdoctor.live.{name}"))
