"""What holds objects that no edge leads to: Bun writes none from a Map or a Set to its entries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.analysis.heap.entries.tables import MAP, SET, butterflies, find_tables
from memdoctor.heap.arrays import I64
from memdoctor.heap.marks import UNREACHED

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside

_SPARSEST = 8  # times as much room as entries, at most
_MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A collection that has room for some objects, and not much more: it may be what holds them."""

    kind: str
    owner: str | None
    node: int
    capacity: int


@dataclass(frozen=True, slots=True)
class MissingEdges:
    """How much of a heap hangs in the air because its Maps and Sets lead nowhere."""

    collections: int
    unretained: int  # nodes that nothing leads to
    unreached: int  # those, and all that only they lead to
    unreached_bytes: int


def find_missing_edges(inside: "Inside") -> MissingEdges | None:
    """Return what the file leaves out, None where its collections lead to what is in them."""
    graph = inside.graph
    tables = [table for table in find_tables(graph) if table.kind in (MAP, SET)]
    if not len(butterflies(graph)) or not tables:
        return None
    unreached = graph.distance == UNREACHED
    return MissingEdges(
        sum(len(table.node) for table in tables),
        len(unretained_nodes(inside)),
        int(unreached.sum()),
        int(graph.shallow_size[unreached].sum(dtype=np.int64)),
    )


def unretained_nodes(inside: "Inside") -> I64:
    """Return the nodes that no edge leads to, but for the root."""
    graph = inside.graph
    first, _ = graph.retainers
    alone: I64 = np.flatnonzero(first[1:] == first[:-1])
    unretained: I64 = alone[alone != graph.root]
    return unretained


def likely_holders(inside: "Inside", nodes: I64) -> tuple[Candidate, ...]:
    """Return the collections whose room fits so many entries, those of the best fit first.

    That is no proof: of two that fit, either may hold them, or both.
    """
    found = []
    for tables in find_tables(inside.graph):
        if tables.kind not in (MAP, SET):
            continue
        fits = (tables.entries < 0) & (tables.capacity >= len(nodes))
        fits &= tables.capacity <= len(nodes) * _SPARSEST
        for node, capacity in zip(tables.node[fits].tolist(), tables.capacity[fits].tolist(), strict=True):
            found.append(Candidate(tables.kind, inside.owners.name(node), node, capacity))
    return tuple(sorted(found, key=lambda one: (one.capacity, one.node))[:_MOST])
