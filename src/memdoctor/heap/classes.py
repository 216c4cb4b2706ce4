"""Class names: what kind of object a node is, in the words of DevTools."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import U32, Flags
from memdoctor.heap.core.shapes import mark_own_names, name_classes
from memdoctor.heap.interfaces import Interface, find_interfaces, match_plain_objects, translate
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

# Types with a class of their own; `object` and `native` nodes are named by themselves, and all other
# types by the type's name in parentheses.
_BY_TYPE = {"hidden": "(system)", "code": "(compiled code)", "closure": "Function", "regexp": "RegExp"}
_BY_NAME = ("object", "native")


@dataclass(eq=False, frozen=True)
class Classes:
    """The class of each node as an index into `names`, and the interfaces among them."""

    of_node: U32
    numbers: dict[str, int]  # by name, in order
    interfaces: tuple[Interface, ...]

    @cached_property
    def names(self) -> list[str]:
        """The names of the classes."""
        return list(self.numbers)


def classify(graph: "HeapGraph", interfaces: tuple[Interface, ...] | None = None) -> Classes:
    """Give every node its class: by its type, by its name, or by its properties.

    Plain objects are sorted into `interfaces`, those of another snapshot, or into those found here.
    """
    ids: dict[str, int] = {}

    def class_of(name: str) -> int:
        return ids.setdefault(name, len(ids))

    by_name = np.zeros(256, np.uint8)
    by_name[_named_types(graph)] = 1
    columns = raw(graph.node_type), raw(graph.node_name), raw(by_name)
    used = np.zeros(len(graph.strings), np.uint8)
    mark_own_names(*columns, raw(used))
    indices = np.flatnonzero(used)
    of_name = np.zeros(len(used), np.uint32)
    of_name[indices] = [class_of(class_name(text)) for text in graph.strings.texts(indices)]
    of_type = np.zeros(256, np.uint32)
    for code, name in enumerate(graph.node_types):
        of_type[code] = class_of(_BY_TYPE.get(name, f"({name})"))
    of_node = np.empty(graph.node_count, np.uint32)
    name_classes(*columns, raw(of_type), raw(of_name), raw(of_node))

    plain = plain_objects(graph)
    if interfaces is None:
        interfaces, definitions = find_interfaces(graph, plain)
    else:
        interfaces, definitions = translate(graph, plain, interfaces)
    matches = match_plain_objects(graph, plain, definitions)
    by_match = [class_of("Object"), *(class_of(interface.name) for interface in interfaces)]
    of_node[plain] = np.asarray(by_match, np.uint32)[matches]
    return Classes(of_node, ids, interfaces)


def _named_types(graph: "HeapGraph") -> list[int]:
    """Return the types whose nodes are named by themselves: in Bun's own format all of them."""
    names = graph.node_types if graph.format == "jsc" else _BY_NAME
    return [graph.node_code(name) for name in names if graph.node_code(name) != 255]


def of_classes(graph: "HeapGraph", wanted: Callable[[str], object]) -> Flags:
    """Return which nodes are of a class with a wanted name."""
    passing = np.asarray([bool(wanted(name)) for name in graph.class_names], bool)
    found: Flags = passing[graph.class_id]
    return found


def plain_objects(graph: "HeapGraph") -> U32:
    """Return the nodes that are plain objects, named exactly `Object`."""
    named_so = graph.node_name == named(graph, "Object")
    return np.flatnonzero(named_so & (graph.node_type == graph.node_code("object"))).astype(np.uint32)


def class_name(name: str) -> str:
    """Return the class that an object's or a native node's name stands for: tags without attributes.

    >>> class_name('<div id="a">'), class_name('Detached <li class="b">'), class_name("Map")
    ('<div>', 'Detached <li>', 'Map')
    """
    for prefix in ("<", "Detached <"):
        if name.startswith(prefix):
            end = name.find(" ", len(prefix))
            return f"{name[:end]}>" if end >= 0 else name
    return name
