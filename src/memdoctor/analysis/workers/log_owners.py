"""Whose log a file is: by the path that PM2 shows, by the name that PM2 gave it, by the pids in it."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from memdoctor.model import App
from memdoctor.text import file_name

# app-error.log, app-out-3.log, app-error__2026-11-20_00-00-00.log.1.gz, app-error.log-20261120.gz
_LOG_OF_APP = re.compile(
    r"(?P<app>.+?)-(?P<stream>error|err|out)(?:-(?P<id>\d{1,6}))?(?:__[\d_-]{1,30})?\.log(?:[.-][\w.]{1,20})?"
)
_ROTATED = re.compile(
    r"(?:__[\d_-]{1,30})?(?P<end>\.log|\.err|\.out|\.txt)(?:[.-]\d{1,8}){0,3}(?:\.(?:gz|xz|zst))?\Z"
)
_KEPT = re.compile(r"[A-Za-z0-9.\\-]")

Owner = TypeVar("Owner", bound=Hashable)


class LogOwners(Generic[Owner]):
    """The apps of a case, ready to be asked whose log a file is."""

    def __init__(self) -> None:
        self._by_path: dict[str, list[Owner]] = defaultdict(list)
        self._by_file: dict[str, list[Owner]] = defaultdict(list)
        self._by_name: dict[str, list[tuple[Owner, int | None]]] = defaultdict(list)
        self._by_pid: dict[int, list[Owner]] = defaultdict(list)

    def add(self, owner: Owner, name: str, pm_id: int | None) -> None:
        """Note an app by its name and number."""
        self._by_name[_as_file(name)].append((owner, pm_id))

    def look(self, owner: Owner, look: App) -> None:
        """Note what a look tells of an app: the paths of its logs, its pid."""
        for path in (look.error_log, look.out_log):
            if path:
                _note(self._by_path[str(Path(path))], owner)
                _note(self._by_file[file_name(path)], owner)
        self.pid(owner, look.pid)

    def pid(self, owner: Owner, pid: int | None) -> None:
        """Note a pid of an app."""
        if pid:
            _note(self._by_pid[pid], owner)

    def of_file(self, source: str) -> list[Owner]:
        """Return whose log a file is, by its path or its name: all that it may be of."""
        plain = _ROTATED.sub(r"\g<end>", file_name(source))
        whole = str(Path(source).parent.absolute() / plain)
        if found := self._by_path.get(whole) or self._by_file.get(plain):
            return found
        named = _LOG_OF_APP.fullmatch(file_name(source))
        same = self._by_name.get(named["app"], []) if named else []
        of_number = [owner for owner, pm_id in same if named and named["id"] and pm_id == int(named["id"])]
        return of_number or [owner for owner, _ in same]

    def of_pids(self, pids: Iterable[int | None]) -> list[Owner]:
        """Return the apps of which one of the pids is."""
        return list(dict.fromkeys(owner for pid in pids if pid for owner in self._by_pid.get(pid, ())))

    @staticmethod
    def is_of_output(source: str) -> bool:
        """Whether the name of a log says that it holds what an app prints, not its errors."""
        named = _LOG_OF_APP.fullmatch(file_name(source))
        return named is not None and named["stream"] == "out"

    @staticmethod
    def may_be_of(source: str, name: str) -> bool:
        """Whether nothing in the name of a log says that it is another app's."""
        named = _LOG_OF_APP.fullmatch(file_name(source))
        return named is None or _words(named["app"]) <= _words(_as_file(name))


def _note(owners: list[Owner], owner: Owner) -> None:
    if owner not in owners:
        owners.append(owner)


def _words(name: str) -> set[str]:
    return set(re.split(r"[-_.]", name.lower()))


def _as_file(app: str) -> str:
    """Return an app's name as PM2 writes it into the names of its logs: a sign for each UTF-16 unit."""
    return "".join(char if _KEPT.match(char) else "-" * (1 + (ord(char) > 0xFFFF)) for char in app)
