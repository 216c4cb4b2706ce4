"""Where functions stand: script, line, column, and the npm package that the script is part of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.naming.runtime import RUNTIME, of_runtime
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.graph import HeapGraph

_SCRIPT = "system / Script / "  # how V8 from about 15 on names a script
_PACKAGE = re.compile(r".*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]", re.S)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a script, counted from 1. `file` is None where the snapshot does not name the script."""

    file: str | None
    script_id: int
    line: int
    column: int

    @property
    def package(self) -> str | None:
        """The npm package whose folder the script is in, `(runtime)` for the runtime's own, else None."""
        return package(self.file)

    def __str__(self) -> str:
        """Return `file:line`, the file without what is before its name where it is a URL of a file."""
        name = self.file if self.file is not None else f"(script {self.script_id})"
        return f"{name}:{self.line}"


def package(file: str | None) -> str | None:
    """Return the npm package that a script belongs to, by the last `node_modules` folder it is in.

    >>> package("/app/node_modules/.pnpm/got@1/node_modules/@sindresorhus/is/index.js")
    '@sindresorhus/is'
    """
    if file is None:
        return None
    if of_runtime(file):
        return RUNTIME
    match = _PACKAGE.match(file)
    return match[1].replace("\\", "/") if match else None


class Places:
    """The places of the functions of a heap, and of the constructors of its objects."""

    def __init__(self, graph: HeapGraph) -> None:
        self._graph = graph

    def of(self, node: int) -> Place | None:
        """Return where a function, or the constructor of an object, stands; None where it is not told."""
        table = self._graph.locations
        if table is None:
            return None
        row = int(np.searchsorted(table.node, node))
        if row >= len(table.node) or table.node[row] != node:
            return None
        script = int(table.script[row])
        return Place(self._files.get(script), script, int(table.line[row]) + 1, int(table.column[row]) + 1)

    @cached_property
    def _files(self) -> dict[int, str]:
        """The names of the scripts by their ids, found over one function of each."""
        graph, table = self._graph, self._graph.locations
        if table is None:
            return {}
        closures = np.flatnonzero(graph.node_type[table.node] == graph.node_code("closure"))
        ids, first = np.unique(table.script[closures], return_index=True)
        scripts = self.scripts(table.node[closures[first]].astype(np.int64))
        return {number: file for number, file in zip(ids.tolist(), scripts, strict=True) if file}

    def scripts(self, closures: np.typing.NDArray[np.int64]) -> Sequence[str | None]:
        """Return the names of the scripts that functions are from."""
        graph = self._graph
        shared = internal_targets(graph, closures, "shared")
        script = np.full(len(closures), -1, np.int64)
        known = np.flatnonzero(shared >= 0)
        for name in ("script", "script_or_debug_info"):
            missing = known[script[known] < 0]
            script[missing] = internal_targets(graph, shared[missing], name)
        named = np.flatnonzero(script >= 0)
        files: list[str | None] = [None] * len(closures)
        texts = graph.strings.texts(graph.node_name[script[named]])
        for index, text in zip(named.tolist(), texts, strict=True):
            files[index] = file_named(text)
        return files


def file_named(name: str) -> str | None:
    """Return the file that a script's node names, None for one without a name."""
    name = name.removeprefix(_SCRIPT).removeprefix("file://")
    return name if name and not name.startswith("system / ") else None
