"""The node or the class that a person names."""

import re

import numpy as np

from memdoctor.errors import UsageError
from memdoctor.heap.arrays import I64
from memdoctor.heap.graph import HeapGraph
from memdoctor.text import closest

_MOST_COMPARED = 20_000  # names: comparing takes its time
_ID = re.compile(r"@?(\d{1,18})")


def node_of(graph: HeapGraph, what: str) -> int:
    """Return the node with an id, written as `@4711` or `4711`.

    Raises UsageError if there is none.
    """
    found = _with_id(graph, what)
    if found is None:
        raise UsageError(f"there is no node {what}", "an id as the views show it, such as @4711")
    return found


def nodes_of(graph: HeapGraph, what: str) -> tuple[str, I64]:
    """Return the name and the nodes of a class, of functions `name()`, or the node with an id.

    Case is minded only where two classes differ in nothing else. Raises UsageError, with the closest
    name, if there is none of them.
    """
    node = _with_id(graph, what)
    if node is not None:
        return f"@{graph.node_id[node]}", np.asarray([node])
    functions = _functions_named(graph, what.removesuffix("()")) if what.endswith("()") else ()
    if len(functions):
        return what, np.asarray(functions)
    names = [what] if what in graph.class_names else _alike(graph.class_names, what)
    if len(names) != 1:
        raise UsageError(f"there is no class or node {what}", _nearest(names or graph.class_names, what))
    return names[0], graph.of_class(names[0])


def _functions_named(graph: HeapGraph, name: str) -> I64:
    closures = np.flatnonzero(graph.node_type == graph.node_code("closure"))
    names = np.unique(graph.node_name[closures])
    wanted = names[[text == name for text in graph.strings.texts(names)]]
    functions: I64 = closures[np.isin(graph.node_name[closures], wanted)]
    return functions


def _nearest(names: list[str], what: str) -> str:
    near = closest(what, tuple(names[:_MOST_COMPARED]))
    return near if near.startswith("did") else "memdoctor heap classes FILE shows what there is"


def _with_id(graph: HeapGraph, what: str) -> int | None:
    match = _ID.fullmatch(what)
    if match is None:
        return None
    found = np.flatnonzero(graph.node_id == int(match[1]))
    return int(found[0]) if len(found) else None


def _alike(names: list[str], what: str) -> list[str]:
    return [name for name in names if name.lower() == what.lower()]
