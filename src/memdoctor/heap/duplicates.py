"""Strings that are in the heap more than once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.edges import internal_targets
from memdoctor.heap.strings import units

if TYPE_CHECKING:
    from memdoctor.heap.graph import I64, HeapGraph

TRUNCATED_AT = 1024  # UTF-16 units: V8 writes no more of a string
_SLICED = "(sliced string)"  # stands for text that the file does not have


@dataclass(frozen=True, slots=True)
class DuplicateString:
    """Strings of one text. The text comes from the program's data: it may be secret.

    `verified` is False where the file has only a part of the text. `cut_off` then says that it is the
    first 1024 units, which are equal, as are the sizes. `wasted_bytes` are those of all but one of them,
    at their mean size.
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
        """Bytes that one copy for all would save."""
        return self.shallow_bytes - self.shallow_bytes // self.count


def duplicate_strings(graph: "HeapGraph", *, as_devtools: bool = False) -> tuple[DuplicateString, ...]:
    """Group the strings by their text, the largest waste first.

    Flat concatenations are left out, for V8 makes them itself. DevTools calls two strings equal whose
    first 1024 units are; here their sizes must be equal too, or, where the file tells them, their length
    and their hash. `as_devtools` leaves that out, to compare with it.
    """
    sized = graph.shallow_size > 0
    plain = np.flatnonzero(sized & (graph.node_type == graph.node_code("string")))
    ropes, texts = _ropes(graph, np.flatnonzero(sized & (graph.node_type == _rope(graph))))
    keys, text_of_key = _keys(graph, plain, texts)
    nodes = np.concatenate([plain, ropes])
    kinds, unsure = _kinds(graph, nodes, keys, text_of_key)
    if as_devtools and graph.strings.find("truncated") < 0:
        kinds[:] = 0
    distinct, inverse, counts = np.unique(
        np.stack([keys, kinds], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    inverse = inverse.reshape(-1)
    shallow = np.bincount(inverse, weights=graph.shallow_size[nodes], minlength=len(counts))
    retained = np.bincount(inverse, weights=graph.retained_size[nodes], minlength=len(counts))
    several = np.flatnonzero(counts > 1)
    texts_of = graph.strings.texts(np.minimum(distinct[several, 0], len(graph.strings) - 1))
    found = [
        DuplicateString(
            text_of_key.get(key, from_file),
            int(counts[row]),
            int(shallow[row]),
            int(retained[row]),
            cut_off=key in unsure,
        )
        for row, key, from_file in zip(
            several.tolist(), distinct[several, 0].tolist(), texts_of, strict=True
        )
    ]
    return tuple(sorted(found, key=lambda one: (-one.wasted_bytes, one.text)))


def _rope(graph: "HeapGraph") -> int:
    return graph.node_code("concatenated string")


def _ropes(graph: "HeapGraph", nodes: "I64") -> "tuple[I64, list[str]]":
    """Return the concatenated strings that are not flat, and their texts."""
    everything = np.flatnonzero(graph.node_type == _rope(graph))
    first = internal_targets(graph, everything, "first")
    second = internal_targets(graph, everything, "second")
    halves = dict(zip(everything.tolist(), zip(first.tolist(), second.tolist(), strict=True), strict=True))
    leaves = np.setdiff1d(np.concatenate([first, second]), everything)
    leaves = leaves[leaves >= 0]
    text_of = dict(zip(leaves.tolist(), graph.strings.texts(graph.node_name[leaves]), strict=True))
    kept, texts = [], []
    for node in nodes.tolist():
        parts = [half for half in halves[node] if half >= 0]
        if not any(_flattened(half, halves, text_of) == "" for half in parts):
            kept.append(node)
            texts.append(_flattened(node, halves, text_of))
    return np.asarray(kept, np.int64), texts


def _flattened(node: int, halves: dict[int, tuple[int, int]], text_of: dict[int, str]) -> str:
    """Return the text of a concatenated string, as far as V8 would have written it."""
    text, waiting = "", [node]
    steps = 0
    while waiting and units(text) < TRUNCATED_AT and steps < 16 * TRUNCATED_AT:
        steps += 1
        current = waiting.pop()
        if current in halves:
            waiting += [half for half in reversed(halves[current]) if half >= 0]
        else:
            text += text_of.get(current, "")
    return text


def _keys(graph: "HeapGraph", plain: "I64", texts: list[str]) -> "tuple[I64, dict[int, str]]":
    """Return a key for each string, the same for the same text, and the texts that are not in the file."""
    names = graph.node_name[plain].astype(np.int64)
    new = {text: len(graph.strings) + number for number, text in enumerate(dict.fromkeys(texts))}
    known = new | {text: index for index, text in _written(graph, np.unique(names), new)}
    keys = np.asarray([known[text] for text in texts], np.int64)
    return np.concatenate([names, keys]), {key: text for text, key in new.items() if known[text] == key}


def _written(graph: "HeapGraph", names: "I64", wanted: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Yield those of the wanted texts that the file has too, with their index."""
    own = names[names < len(graph.strings.lengths)]
    lengths = {len(text) for text in wanted if text.isascii()}
    escaped = min(
        (len(text) for text in wanted if not text.isascii() or '"' in text or "\\" in text), default=0
    )
    near = np.isin(graph.strings.lengths[own], list(lengths))
    if escaped:
        near |= graph.strings.lengths[own] > escaped
    candidates = own[near]
    for index, text in zip(candidates.tolist(), graph.strings.texts(candidates), strict=True):
        if text in wanted:
            yield index, text


def _kinds(
    graph: "HeapGraph", nodes: "I64", keys: "I64", text_of_key: dict[int, str]
) -> "tuple[I64, set[int]]":
    """Return what tells strings of one text apart, and the keys of texts that are only a part."""
    kinds = np.zeros(len(nodes), np.int64)
    flags = internal_targets(graph, nodes, "truncated")
    marked = np.flatnonzero(flags >= 0)
    if len(marked):  # V8 says itself what it cut off
        cut = marked[[_value(graph, flag) == "true" for flag in flags[marked].tolist()]]
        for name in ("length", "hash"):
            targets = internal_targets(graph, nodes[cut], name).tolist()
            told = [_value(graph, node) if node >= 0 else "" for node in targets]
            numbers = {text: number for number, text in enumerate(dict.fromkeys(told), 1)}
            kinds[cut] = kinds[cut] * (len(numbers) + 1) + [numbers[text] for text in told]
        return kinds, set(keys[cut].tolist())
    unsure = set()
    lengths = graph.strings.lengths
    distinct = np.unique(keys[keys < len(lengths)])
    long = distinct[lengths[distinct] >= TRUNCATED_AT]
    for key, text in zip(long.tolist(), graph.strings.texts(long), strict=True):
        if units(text) == TRUNCATED_AT:
            unsure.add(key)
    unsure |= {key for key, text in text_of_key.items() if units(text) >= TRUNCATED_AT}
    parts = np.isin(keys, list(unsure))
    kinds[parts] = graph.shallow_size[nodes[parts]]
    return kinds, unsure


def _value(graph: "HeapGraph", node: int) -> str:
    """Return what a number node says, as text: V8 hangs it on an edge `value`."""
    target = int(internal_targets(graph, np.asarray([node]), "value")[0])
    return graph.strings[int(graph.node_name[target])] if target >= 0 else ""
