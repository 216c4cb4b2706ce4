"""Runs the core as plain Python, whether it was compiled or not: `python interpreted.py FILE OUT.npz`."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

VIEWS = ("dominators", "strings", "collections", "listeners", "closures", "handles", "external")
ARRAYS = ("shallow_size", "retained_size", "dominator", "distance", "detachedness", "class_id", "node_name")


class AsSource(importlib.abc.MetaPathFinder):
    """Finds the modules of the core as their sources, not as extensions."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the source of a module of the core."""
        del target
        package, _, module = name.rpartition(".")
        if package != "memdoctor.heap.core" or path is None:
            return None
        source = Path(path[0]) / f"{module}.py"
        loader = SourceFileLoader(name, str(source))
        return importlib.machinery.ModuleSpec(name, loader, origin=str(source))


def ways_of(graph: Any) -> dict[str, Any]:
    """Return the arrays of both kinds of shortest ways, and digests of them."""
    import numpy as np

    from memdoctor.heap.ways import digest

    nodes, steps = np.arange(graph.node_count, dtype=np.uint32), graph.class_id.astype(np.uint64)
    found: dict[str, Any] = {}
    for kind in ("ways", "strong_ways"):
        ways = getattr(graph, kind)
        columns = {"distance": ways.distance, "parent": ways.parent, "edge": ways.edge}
        columns["digest"] = digest(ways, nodes, steps, merged=kind == "ways")
        found |= {f"{kind}_{name}": column for name, column in columns.items()}
    return found


def rows_of(graph: Any) -> str:
    """Return the first rows of views, as text."""
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.view import Ask
    from memdoctor.analysis.heap.views import view_of
    from memdoctor.model import Source

    views = [view_of(name, Source("made", "path"), Inside(graph), Ask(most=20)) for name in VIEWS]
    return repr([(view.rows[:20], view.totals, view.notes) for view in views])


def main() -> None:
    """Write the arrays that follow from a snapshot."""
    sys.meta_path.insert(0, AsSource())
    sys.modules["cython"] = None  # type: ignore[assignment]  # as where it is not installed
    import numpy as np

    import memdoctor
    from memdoctor.heap.core import COMPILED

    assert not COMPILED
    graph = memdoctor.load(sys.argv[1])
    first, edges = graph.retainers
    rows = repr((graph.classes, graph.interfaces, graph.statistics, list(graph.duplicate_strings)))
    arrays: dict[str, Any] = {name: getattr(graph, name) for name in ARRAYS} | ways_of(graph)
    texts: dict[str, Any] = {"rows": np.array(rows), "views": np.array(rows_of(graph))}
    np.savez(sys.argv[2], first=first, edges=edges, **texts, **arrays)


if __name__ == "__main__":
    main()
