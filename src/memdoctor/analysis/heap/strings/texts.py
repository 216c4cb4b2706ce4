"""The strings of a heap by their text: the largest, the duplicates, and who holds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.naming.owners import Owners
from memdoctor.analysis.heap.naming.places import file_named
from memdoctor.analysis.heap.strings.text_kinds import kind_of
from memdoctor.heap.arrays import I64, U64, Flags
from memdoctor.heap.digests import BASE
from memdoctor.heap.duplicates import StringGroups
from memdoctor.heap.edges import edges_named
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.ropes import ROPE
from memdoctor.heap.strings import TEXT_TYPES

_MOST = 5_000  # groups by bytes, and as many by waste
_SHOWN = 60  # units of a text
_LEAVES = 64  # parts of a concatenation that are put together
_AT_ONCE = 1 << 23  # bytes of texts that are decoded at once
_NO_NAME = "(script without a name)"


@dataclass(frozen=True, slots=True)
class Text:
    """A group of equal strings. `content` is the beginning of the text, which may be secret.

    `held` of the `count` strings are held by `holder`; `node` is the first of those. `cut_off`: the file
    has only the beginning. `verified`: the strings are known to be equal, not only their beginnings.
    """

    content: str
    kind: str
    count: int
    shallow_bytes: int
    wasted_bytes: int
    holder: str | None
    held: int
    node: int
    cut_off: bool
    verified: bool
    is_script: bool


@dataclass(frozen=True, slots=True)
class Waste:
    """What duplicates cost under one holder: `strings` of `texts` different texts.

    `within` is what holds the holder's object; `node` is one of the strings.
    """

    holder: str | None
    within: str | None
    strings: int
    texts: int
    shallow_bytes: int
    wasted_bytes: int
    node: int


class Texts:
    """The strings of a heap. Bun's own format has no texts: there all that is known is how many."""

    def __init__(self, graph: HeapGraph, owners: Owners) -> None:
        self._graph = graph
        self._owners = owners

    @property
    def has_contents(self) -> bool:
        """Whether the file has the texts."""
        return self._graph.format != "jsc"

    @cached_property
    def all_strings(self) -> tuple[int, int]:
        """How many strings there are, of every type, and their bytes."""
        graph = self._graph
        codes = [code for name in TEXT_TYPES if (code := graph.node_code(name)) != 255]
        nodes = np.flatnonzero(np.isin(graph.node_type, codes) & (graph.shallow_size > 0))
        return len(nodes), int(graph.shallow_size[nodes].sum(dtype=np.int64))

    @property
    def sliced(self) -> int:
        """How many strings are a part of another one; the file does not have their text."""
        graph = self._graph
        return int(np.count_nonzero(graph.node_type == graph.node_code("sliced string")))

    @property
    def duplicates(self) -> tuple[int, int, int]:
        """How many strings are there more than once, what they waste, and how much of that is sure."""
        if not self.has_contents:
            return 0, 0, 0
        several = self._groups.counts > 1
        wasted = self._groups.wasted_bytes
        sure = wasted[several & self._groups.verified]
        return int(self._groups.counts[several].sum()), int(wasted[several].sum()), int(sure.sum())

    @property
    def group_count(self) -> int:
        """How many different texts there are."""
        return len(self._groups) if self.has_contents else 0

    @cached_property
    def considered(self) -> I64:
        """The groups that can be shown, the largest first: the largest, and those that waste most."""
        if not self.has_contents:
            return np.empty(0, np.int64)
        groups = self._groups
        chosen = np.union1d(_largest(groups.shallow_bytes), _largest(groups.wasted_bytes))
        order = np.lexsort((groups.nodes[chosen], -groups.shallow_bytes[chosen]))
        found: I64 = chosen[order]
        return found

    def largest(self, most: int = 0) -> Iterator[Text]:
        """Yield the largest groups that can be shown, so many of them; 0 is all."""
        groups = self._groups
        chosen = self.considered[:most] if most else self.considered
        held, nodes = self._held(chosen)
        scripts = self._scripts_of(groups.nodes[chosen])
        names: dict[int, str | None] = {}
        keys = self._owners.keys(nodes).tolist()
        contents = self._contents(groups.nodes[chosen])
        for place, (group, node, content) in enumerate(
            zip(chosen.tolist(), nodes.tolist(), contents, strict=True)
        ):
            is_script = scripts[place] is not None
            if not is_script and keys[place] not in names:
                names[keys[place]] = self._owner(node)
            yield Text(
                content=_shortened(content),
                kind="source" if is_script else kind_of(content),
                count=int(groups.counts[group]),
                shallow_bytes=int(groups.shallow_bytes[group]),
                wasted_bytes=int(groups.wasted_bytes[group]),
                holder=scripts[place] if is_script else names[keys[place]],
                held=1 if is_script else held[place],
                node=node,
                cut_off=bool(groups.cut_off[group]),
                verified=bool(groups.verified[group]),
                is_script=is_script,
            )

    def waste_by_holder(self, least: int, *, verified: bool) -> Iterator[Waste]:
        """Yield what duplicates cost by their holder, the most first, from so many bytes on.

        Those that are known to be equal, or those of which only the beginnings are.
        """
        groups, duplicates = self._groups, self._duplicates(verified=verified)
        if not len(duplicates):
            return
        nodes, which = groups.members(duplicates)
        whole = ~self._is_part[nodes]
        nodes, which = nodes[whole], which[whole]
        _, first, of_key = np.unique(self._owners.keys(nodes), return_index=True, return_inverse=True)
        pairs, copies = np.unique(of_key * np.int64(len(duplicates)) + which, return_counts=True)
        key, group = np.divmod(pairs, len(duplicates))
        each = groups.shallow_bytes[duplicates] / groups.counts[duplicates]
        strings, texts = np.bincount(of_key), np.bincount(key, weights=copies > 1).astype(np.int64)
        alone = np.bincount(key, weights=copies == 1).astype(np.int64)
        sums = np.rint(np.bincount(key, weights=(copies - 1) * each[group])).astype(np.int64)
        sizes = np.rint(np.bincount(key, weights=copies * each[group])).astype(np.int64)
        strings -= alone  # of a text that is there once under this holder no copy is wasted
        enough = np.flatnonzero(sums >= max(least, 1))
        for row in enough[np.argsort(-sums[enough], kind="stable")].tolist():
            yield self._waste(nodes[first[row]], strings[row], texts[row], sizes[row], sums[row])

    @cached_property
    def _is_part(self) -> Flags:
        """Which strings are only held as parts of concatenated ones."""
        graph = self._graph
        parents = graph.strong_ways.parent
        part: Flags = graph.node_type[parents] == graph.node_code(ROPE)
        return part

    def waste_by_text(self, least: int, *, verified: bool) -> Iterator[Waste]:
        """Yield single texts whose duplicates cost so many bytes, the most first."""
        groups, duplicates = self._groups, self._duplicates(verified=verified)
        if not len(duplicates):
            return
        wasted = groups.wasted_bytes
        chosen = duplicates[wasted[duplicates] >= max(least, 1)]
        chosen = chosen[np.argsort(-wasted[chosen], kind="stable")]
        for group, node in zip(chosen.tolist(), self._held(chosen)[1], strict=True):
            yield self._waste(node, groups.counts[group], 1, groups.shallow_bytes[group], wasted[group])

    def _waste(self, node: int, strings: int, texts: int, shallow_bytes: int, wasted_bytes: int) -> Waste:
        node = int(node)
        amounts = (int(strings), int(texts), int(shallow_bytes), int(wasted_bytes))
        return Waste(self._owners.name(node), self._within(node), *amounts, node=node)

    @cached_property
    def _groups(self) -> StringGroups:
        return self._graph.duplicate_strings.groups

    def _duplicates(self, *, verified: bool) -> I64:
        """Return the groups of equal strings, or of equal beginnings; no sources of scripts."""
        if not self.has_contents:
            return np.empty(0, np.int64)
        groups = self._groups
        wanted = (groups.counts > 1) & (groups.verified if verified else groups.cut_off)
        of_scripts = np.isin(groups.strings, self._sources[1])
        wanted[groups.group_of[of_scripts]] = False
        return np.flatnonzero(wanted)

    def _held(self, chosen: I64) -> tuple[list[int], I64]:
        """Return how many strings of each group its most frequent owner has, and the first of those."""
        nodes, which = self._groups.members(chosen)
        if not len(nodes):
            return [], nodes
        mixed: U64 = self._owners.keys(nodes) ^ (which.astype(np.uint64) * np.uint64(BASE))
        _, first, counts = np.unique(mixed, return_index=True, return_counts=True)
        order = np.lexsort((first, -counts, which[first]))
        _, best = np.unique(which[first[order]], return_index=True)
        return counts[order[best]].tolist(), nodes[first[order[best]]]

    def _owner(self, node: int) -> str | None:
        """Return who owns a string; where no field leads to it, what the way there begins with."""
        owner = self._owners.name(node)
        start = int(self._owners.anchor[node])
        return owner if owner is not None or start == node else self._owners.node(start)

    def _within(self, node: int) -> str | None:
        holder = int(self._owners.holders(np.asarray([node]))[0])
        return self._owners.name(holder) if holder >= 0 else None

    @cached_property
    def _sources(self) -> tuple[I64, I64]:
        """The scripts, and the strings that are their sources, by ascending string."""
        graph = self._graph
        edges = edges_named(graph, "internal", "source")
        scripts = graph.edge_sources(edges)
        code = graph.node_type[scripts] == graph.node_code("code")  # regular expressions have one too
        scripts, strings = scripts[code], graph.edge_target[edges[code]].astype(np.int64)
        order = np.argsort(strings, kind="stable")
        return scripts[order], strings[order]

    def _scripts_of(self, nodes: I64) -> list[str | None]:
        """Return the name of the script whose source each string is, None for other strings."""
        scripts, strings = self._sources
        places = np.searchsorted(strings, nodes)
        found: list[str | None] = [None] * len(nodes)
        inside = np.flatnonzero(places < len(strings))
        inside = inside[strings[places[inside]] == nodes[inside]]
        names = self._graph.strings.texts(self._graph.node_name[scripts[places[inside]]])
        for place, name in zip(inside.tolist(), names, strict=True):
            found[place] = file_named(name) or _NO_NAME
        return found

    def _contents(self, nodes: I64) -> Iterator[str]:
        """Yield the beginnings of the texts of strings; a concatenation is put together."""
        graph, ropes = self._graph, self._groups.ropes
        plain = graph.node_type[nodes] == graph.node_code("string")
        parts = [
            [node] if is_plain else ropes.leaves(node, _LEAVES)
            for node, is_plain in zip(nodes.tolist(), plain.tolist(), strict=True)
        ]
        begin = 0
        while begin < len(parts):
            end, waiting = begin, 0
            while end < len(parts) and (end == begin or waiting < _AT_ONCE):
                names = graph.node_name[parts[end]]
                own = names[names < len(graph.strings.starts)]
                waiting += int(graph.strings.lengths[own].sum(dtype=np.int64))
                end += 1
            leaves = [leaf for part in parts[begin:end] for leaf in part]
            texts = graph.strings.texts(graph.node_name[np.asarray(leaves, np.int64)])
            for part in parts[begin:end]:
                yield "".join(next(texts) for _ in part)
            begin = end


def _largest(sizes: I64) -> I64:
    """Return which are the largest, without those that are nothing."""
    chosen = np.argpartition(-sizes, _MOST)[:_MOST] if len(sizes) > _MOST else np.arange(len(sizes))
    found: I64 = chosen[sizes[chosen] > 0]
    return found


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
