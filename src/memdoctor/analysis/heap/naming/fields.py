"""Which steps on a way are fields with a name, and which only lead into a collection."""

import numpy as np

from memdoctor.analysis.heap.naming.exports import exported_names
from memdoctor.analysis.heap.naming.scopes import is_scope_of_v8
from memdoctor.heap.arrays import I64, U32, Flags
from memdoctor.heap.classes import of_classes, plain_objects
from memdoctor.heap.edges import degrees, edges_of
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named
from memdoctor.heap.traits import PAIRED
from memdoctor.heap.ways import Ways

_LEAST_ENTRIES = 100  # properties of a plain object that is used as a dictionary, at least
_ALIKE = 0.9  # of them are of one class
_INTO_COLLECTIONS = ("table", "elements", "properties")
_THROUGH = ("context", "parameters_and_registers", "reactions_or_result")


class Fields:
    """The steps to each node on the ways of a heap.

    `labelled`: a field or a variable leads there, whose name is the string `label`. `into_collection`: an
    element, or the parts in which an object keeps its entries. `through`: what a function sees, or a
    suspended call or a promise has. `exports`: the strings that name exported variables, by their cells.
    """

    labelled: Flags
    label: U32
    exports: dict[int, int]
    into_collection: Flags
    through: Flags

    def __init__(self, graph: HeapGraph, ways: Ways) -> None:
        has_parent = ways.parent != np.arange(graph.node_count, dtype=np.uint32)
        if not graph.edge_count:
            self.labelled = self.into_collection = self.through = np.zeros(graph.node_count, bool)
            self.label, self.exports = np.zeros(graph.node_count, np.uint32), {}
            return
        kinds, names = graph.edge_type[ways.edge], graph.edge_name[ways.edge]
        in_dictionary = np.zeros(graph.node_count, bool)
        in_dictionary[dictionaries(graph)] = True
        is_entry = in_dictionary[ways.parent] & (kinds == graph.edge_code("property"))
        self.labelled = has_parent & np.isin(kinds, field_types(graph)) & ~is_entry
        self.label = names
        self.exports = exported_names(graph)
        if self.exports:
            strings = np.full(graph.node_count, -1, np.int64)
            strings[list(self.exports)] = list(self.exports.values())
            exported = has_parent & (strings[ways.parent] >= 0)
            self.labelled |= exported
            self.label = np.where(exported, strings[ways.parent], names).astype(np.uint32)
        internal = kinds == graph.edge_code("internal")
        is_entry |= kinds == graph.edge_code("element")
        is_entry |= internal & np.isin(names, [named(graph, name) for name in _INTO_COLLECTIONS])
        self.into_collection = has_parent & is_entry
        through = internal & np.isin(names, [named(graph, name) for name in _THROUGH])
        through |= _sees_variables(graph)[ways.parent]
        through |= (graph.edges.trait[ways.edge] & np.uint8(PAIRED)) > 0  # a value in a WeakMap, by its key
        self.through = has_parent & through & ~self.labelled


def _sees_variables(graph: HeapGraph) -> Flags:
    """Return which nodes are functions or scopes."""
    functions: Flags = graph.node_type == graph.node_code("closure")
    return functions | of_classes(graph, is_scope_of_v8)


def field_types(graph: HeapGraph) -> tuple[int, int]:
    """Return the types of edges that are fields or variables."""
    return graph.edge_code("property"), graph.edge_code("context")


def dictionaries(graph: HeapGraph) -> I64:
    """Return the plain objects that are used as dictionaries: many entries, nearly all of one class.

    An object with many functions is a module or a prototype: its properties have names.
    """
    nodes = plain_objects(graph).astype(np.int64)
    nodes = nodes[degrees(graph, nodes) >= _LEAST_ENTRIES]
    edges, rows = edges_of(graph, nodes), np.repeat(np.arange(len(nodes)), degrees(graph, nodes))
    properties = graph.edge_type[edges] == graph.edge_code("property")
    edges, rows = edges[properties], rows[properties]
    counts = np.bincount(rows, minlength=len(nodes))
    functions = graph.node_type[graph.edge_target[edges]] == graph.node_code("closure")
    classes = np.where(functions, 0, graph.class_id[graph.edge_target[edges]].astype(np.int64) + 1)
    pairs, alike = np.unique(rows << 32 | classes, return_counts=True)
    pairs, alike = pairs[pairs & 0xFFFFFFFF > 0], alike[pairs & 0xFFFFFFFF > 0]
    most = np.zeros(len(nodes), np.int64)
    np.maximum.at(most, pairs >> 32, alike)
    found: I64 = nodes[(counts >= _LEAST_ENTRIES) & (most >= _ALIKE * counts)]
    return found
