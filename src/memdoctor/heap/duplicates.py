"""Strings that are in the heap more than once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, U64, Flags
from memdoctor.heap.core.text import group_keys
from memdoctor.heap.digests import BASE, digest_of
from memdoctor.heap.edges import internal_targets, spread
from memdoctor.heap.raw import raw
from memdoctor.heap.ropes import MOST_UNITS as TRUNCATED_AT
from memdoctor.heap.ropes import Ropes, digest_all, find_ropes, flat, items_of

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

_SLICED = "(sliced string)"  # stands for text that the file does not have


@dataclass(frozen=True, slots=True)
class DuplicateString:
    """Strings of one text. The text comes from the program's data: it may be secret.

    `cut_off` says that the text is only the first 1024 units, which are equal, as are the sizes.
    """

    text: str
    count: int
    shallow_bytes: int
    retained_bytes: int
    cut_off: bool = False

    @property
    def verified(self) -> bool:
        """Whether the file has the whole text."""
        return not self.cut_off and _SLICED not in self.text

    @property
    def wasted_bytes(self) -> int:
        """Bytes that one copy for all would save, at their mean size."""
        return self.shallow_bytes - self.shallow_bytes // self.count


@dataclass(eq=False, frozen=True)
class StringGroups:
    """All strings by their text, each text a group; those that are there once are groups of one.

    `strings` are nodes, plain ones before concatenations, and `group_of` has the group of each. The other
    arrays have a number for each group: `nodes` its first string, `counts`, `shallow_bytes`,
    `retained_bytes`, `cut_off`.
    """

    graph: "HeapGraph"
    ropes: Ropes
    strings: I64
    group_of: U32
    nodes: I64
    counts: I64
    shallow_bytes: I64
    retained_bytes: I64
    cut_off: Flags

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def wasted_bytes(self) -> I64:
        """Bytes that one copy for all would save, at their mean size."""
        wasted: I64 = self.shallow_bytes - self.shallow_bytes // self.counts
        return wasted

    @cached_property
    def verified(self) -> Flags:
        """Of which groups the file has the whole text: what is equal there is equal."""
        whole = self.graph.node_type[self.strings] == self.graph.node_code("string")
        ropes = np.flatnonzero(~whole)
        places = np.searchsorted(self.ropes.nodes, self.strings[ropes])
        whole[ropes] = self.ropes.whole(self.graph)[places]
        verified = np.zeros(len(self), bool)
        verified[self.group_of[whole]] = True
        return verified & ~self.cut_off

    def members(self, groups: I64) -> tuple[I64, I64]:
        """Return the strings of groups, and for each the place of its group among those asked for."""
        order, ends = self._by_group
        counts = self.counts[groups]
        which = np.repeat(np.arange(len(groups)), counts)
        return self.strings[order[spread(ends[groups] - counts, counts)]], which

    @cached_property
    def _by_group(self) -> tuple[I64, I64]:
        return np.argsort(self.group_of, kind="stable"), np.cumsum(self.counts)


@dataclass(eq=False, frozen=True)
class DuplicateStrings:
    """Groups of strings with one text, the largest waste first; texts are decoded when asked for.

    `which` are those of `groups` that have two strings or more.
    """

    groups: StringGroups
    which: I64

    def __len__(self) -> int:
        return len(self.which)

    def __iter__(self) -> Iterator[DuplicateString]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int) -> DuplicateString:
        """Return a group."""
        groups, group = self.groups, self.which[index]
        columns = (groups.counts, groups.shallow_bytes, groups.retained_bytes, groups.cut_off)
        text = groups.ropes.text(groups.graph, int(groups.nodes[group]))
        return DuplicateString(text, *(column[group].item() for column in columns))


def duplicate_strings(graph: "HeapGraph", *, as_devtools: bool = False) -> DuplicateStrings:
    """Group the strings by their text, the largest waste first.

    Flat concatenations are left out, for V8 makes them itself. DevTools calls two strings equal whose
    first 1024 units are; here their sizes must be equal too, or, where the file tells them, their length
    and their hash. `as_devtools` leaves that out, to compare with it.
    """
    ropes = find_ropes(graph)
    sized = graph.shallow_size > 0
    plain = np.flatnonzero(sized & (graph.node_type == graph.node_code("string")))
    items = items_of(graph, ropes, _names(graph, plain, ropes))
    texts = digest_all(items, digest_of(graph.strings, items.indices))
    kept = np.flatnonzero(sized[ropes.nodes] & ~flat(items, texts))
    nodes = np.concatenate([plain, ropes.nodes[kept]])
    which = np.concatenate([items.place[graph.node_name[plain]], items.leaves + kept])
    keys, units = texts.keys(which), texts.units[which]
    if _says_what_is_cut_off(graph):
        kinds, cut_off = _told_apart(graph, nodes)
    else:
        is_rope = np.arange(len(nodes)) >= len(plain)
        cut_off = np.where(is_rope, units >= TRUNCATED_AT, units == TRUNCATED_AT)
        kinds = np.where(cut_off & (not as_devtools), graph.shallow_size[nodes], 0).astype(np.uint64)
    first, group, counts = _grouped(keys ^ kinds * np.uint64(BASE))
    shallow, retained = (
        np.bincount(group, weights=sizes[nodes], minlength=len(counts)).astype(np.int64)
        for sizes in (graph.shallow_size, graph.retained_size)
    )
    every = StringGroups(
        graph, ropes, nodes, group, nodes[first], counts, shallow, retained, cut_off[first]
    )
    several = np.flatnonzero(counts > 1)
    order = np.lexsort((every.nodes[several], -every.wasted_bytes[several]))
    return DuplicateStrings(every, several[order])


def cut_texts(graph: "HeapGraph", indices: I64) -> Flags:
    """Return of which texts of the file, given by ascending index, only the beginning is there.

    Where the file does not tell, it may be any of 1024 units.
    """
    if _says_what_is_cut_off(graph):
        strings = np.flatnonzero(graph.node_type == graph.node_code("string"))
        cut = np.zeros(len(graph.strings), bool)
        cut[graph.node_name[strings[_told_apart(graph, strings)[1]]]] = True
        return cut[indices]
    whole: Flags = digest_of(graph.strings, indices).units == TRUNCATED_AT
    return whole


def _grouped(keys: U64) -> tuple[U32, U32, I64]:
    """Return the first of each group of equal keys, the group of each, and their sizes.

    Groups are in the order of their first: that of the keys differs from run to run.
    """
    firsts, groups = np.empty(len(keys), np.uint32), np.empty(len(keys), np.uint32)
    table = np.zeros(1 << (2 * len(keys)).bit_length(), np.uint32)
    count = int(group_keys(raw(keys), raw(table), raw(groups), raw(firsts)))
    return firsts[:count], groups, np.bincount(groups, minlength=count)


def _names(graph: "HeapGraph", plain: I64, ropes: Ropes) -> I64:
    """Return the strings that are a text or a part of one, by ascending index."""
    used = np.zeros(len(graph.strings), bool)
    used[graph.node_name[plain]] = True
    for halves in (ropes.first, ropes.second):
        used[graph.node_name[halves[halves >= 0]]] = True
    return np.flatnonzero(used[: len(graph.strings.starts)])


def _says_what_is_cut_off(graph: "HeapGraph") -> bool:
    return graph.strings.find("truncated") >= 0


def _told_apart(graph: "HeapGraph", nodes: I64) -> tuple[U64, Flags]:
    """Return what tells strings of one beginning apart where V8 says what it cut off, and which those are.

    That is their length and their hash, as far as they are told.
    """
    kinds, cut_off = np.zeros(len(nodes), np.uint64), np.zeros(len(nodes), bool)
    flags = internal_targets(graph, nodes, "truncated")
    marked = np.flatnonzero(flags >= 0)
    cut = marked[[_value(graph, flag) == "true" for flag in flags[marked].tolist()]]
    cut_off[cut] = True
    for name in ("length", "hash"):
        targets = internal_targets(graph, nodes[cut], name).tolist()
        told = [_value(graph, node) if node >= 0 else "" for node in targets]
        numbers = {text: number for number, text in enumerate(dict.fromkeys(told), 1)}
        told_numbers = np.asarray([numbers[text] for text in told], np.uint64)
        kinds[cut] = kinds[cut] * np.uint64(len(numbers) + 1) + told_numbers
    return kinds, cut_off


def _value(graph: "HeapGraph", node: int) -> str:
    """Return what a number node says, as text: V8 hangs it on an edge `value`."""
    target = int(internal_targets(graph, np.asarray([node]), "value")[0])
    return graph.strings[int(graph.node_name[target])] if target >= 0 else ""
