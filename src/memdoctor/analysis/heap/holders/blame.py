"""What may be blamed for the size of a heap; what is only the way to it, or follows what others keep."""

import re
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.analysis.heap.holders.dominated import dominated_by
from memdoctor.analysis.heap.naming.runtime import of_runtime
from memdoctor.heap.arrays import Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.roots import user_roots

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside

# What the program cannot do without: it is passed through, never blamed.
_PASSED = re.compile(
    r"(?:global|GlobalObject|globalThis|Window|process|system / (?:Native)?Context)(?: [\[(/].*)?",
    re.S,
)
_MODULES = frozenset(
    {"BuiltinModule", "NativeModule", "ModuleMap", "ModuleWrap", "ModuleLoader", "LoadCache"}
    | {"InternalModuleRegistry", "internalModuleRegistry", "requireMap", "ModuleRecord", "primordials"}
)
# What remembers objects without keeping them: it grows with what others keep.
BOOKKEEPING = frozenset({"FinalizationRegistry", "WeakRef", "WeakMap", "WeakSet"})
_NOT_BLAMED = _MODULES | BOOKKEEPING
_OF_MODULE = frozenset(
    {"children", "parent", "paths", "_cache", "_pathCache", "<symbol node:require_private_symbol>"}
)


def passed_nodes(inside: "Inside") -> Flags:
    """Return which nodes are only the way to others: roots, globals, scopes."""
    graph = inside.graph
    passed = of_classes(graph, _PASSED.fullmatch)
    passed[user_roots(graph)] = True
    passed |= graph.node_type == graph.node_code("synthetic")
    passed[graph.root] = True
    return passed


def is_of_the_runtime(inside: "Inside", node: int) -> bool:
    """Return whether an object mostly holds functions of the runtime itself, such as its errors."""
    graph = inside.graph
    below = dominated_by(graph, np.asarray([node]), whole=True)
    if not len(below):
        return False
    largest = int(below[int(np.argmax(graph.retained_size[below]))])
    place = inside.places.of(largest) if graph.node_type[largest] == graph.node_code("closure") else None
    return place is not None and of_runtime(place.file)


def is_worth_telling(inside: "Inside", node: int) -> bool:
    """Return whether an object is neither a cache of modules nor mere bookkeeping of the runtime."""
    name = inside.owners.node(node).removesuffix("()")
    holder, *fields = (inside.owners.name(node) or "").split(".")
    if {name} & _NOT_BLAMED:
        return _is_of_the_program(inside, node)
    of_module = holder.removesuffix("()") == "Module" and bool({*fields[:1]} & _OF_MODULE)
    if of_module or holder.removesuffix("()") in _NOT_BLAMED:
        return _is_of_the_program(inside, int(inside.owners.holders(np.asarray([node]))[0]))
    return not {*fields} & _NOT_BLAMED


def is_collection_of_the_program(inside: "Inside", node: int) -> bool:
    """Return whether the program fills a collection: it is in no field of an object of the runtime."""
    holder = int(inside.owners.holders(np.asarray([node]))[0])
    place = inside.places.of(holder) if holder >= 0 else None
    if place is not None and of_runtime(place.file):
        return False
    return is_worth_telling(inside, node) and not is_of_the_runtime(inside, node)


def _is_of_the_program(inside: "Inside", node: int) -> bool:
    """Return whether the class of an object is one that the program made."""
    place = inside.places.of(node) if node >= 0 else None
    return place is not None and not of_runtime(place.file)
