"""Where in which input a finding stands: its pointers, taken apart."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import normpath

from memdoctor.findings import Finding
from memdoctor.model import Problem, Source

# What ends the name of an input in a pointer: `pm2.log:812`, `dump.json#/memoryUsage/rss`.
_END_OF_NAME = re.compile(r"[:#]|\Z")
STDIN = "stdin"
_REST = re.compile(r"(?::(?P<line>[1-9][0-9]{0,8})(?![0-9]))?(?P<within>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an input: its line, and what within it, `#/memoryUsage/rss`; both as far as known."""

    source: Source
    line: int | None = None
    within: str = ""

    @property
    def file(self) -> str | None:
        """The path of the file with slashes, as URIs and workflows want it; None for what is no file."""
        return normpath(self.source.name.replace(os.sep, "/")) if self.source.kind == "path" else None


class Places:
    """The places in the inputs of a report."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.name: source for source in sources}

    def at(self, pointer: str | None) -> Place | None:
        """Return the place that a pointer leads to, None where it leads into none of the inputs."""
        ends = [match.start() for match in _END_OF_NAME.finditer(pointer or "")]
        for end in reversed(ends):  # a name may hold such signs, too: the longest is meant
            source = self._sources.get((pointer or "")[:end])
            if source is not None:
                rest = _REST.match(pointer or "", end)
                line = rest["line"] if rest else None
                return Place(source, int(line) if line else None, rest["within"] if rest else "")
        return None

    def of(self, finding: Finding) -> list[Place]:
        """Return where a finding stands, by its evidence; else by its subject. The first says most."""
        pointers = [item.pointer for item in finding.evidence]
        subject = finding.subject
        found = list(self._known(pointers))
        return found or list(self._known([subject.name, subject.process, subject.source]))[:1]

    def of_problem(self, problem: Problem) -> Place:
        """Return where a problem is: a file that could not be read is none of the report's inputs."""
        kind = "path" if problem.unread and problem.source != STDIN else "call"
        source = self._sources.get(problem.source) or Source(problem.source, kind)
        return self.at(problem.place) or Place(source)

    def _known(self, pointers: Iterable[str | None]) -> Iterator[Place]:
        for pointer in dict.fromkeys(pointers):
            place = self.at(pointer)
            if place is not None:
                yield place
