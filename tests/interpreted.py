"""Runs the core as plain Python, whether it was compiled or not: `python interpreted.py FILE OUT.npz`."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

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
    arrays = {name: getattr(graph, name) for name in ARRAYS}
    np.savez(sys.argv[2], first=first, edges=edges, rows=np.array(rows), **arrays)


if __name__ == "__main__":
    main()
