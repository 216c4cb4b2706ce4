"""The strings of a snapshot: where they stand in the file, decoded when asked for."""

import io
import json
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import I64, U32, U64
from memdoctor.heap.core.scan import find_strings
from memdoctor.heap.core.text import read_numbers
from memdoctor.heap.raw import raw

TEXT_TYPES = ("string", "concatenated string", "sliced string")  # of nodes
# The strings by which the rules know what a node or an edge is.
WELL_KNOWN = (
    "Array",
    "Object",
    "first",
    "second",
    "length",
    "truncated",
    "hash",
    "value",
    "elements",
    "__proto__",
    "sloppy_function_map",
    "(map descriptors)",
    "table",
    "shared",
    "context",
    "script",
    "source",
    "script_or_debug_info",
    "properties",
    "buffer",
    "map",
    "backing_store",
    "_events",
    "_maxListeners",
    "listener",
    "prototype",
    "bound_function",
    "FunctionExecutable",
    "Function",
    "NativeExecutable",
    "fn",
    "next",
    "callback",
    "_onTimeout",
    "_onImmediate",
    "parameters_and_registers",
    "reactions_or_result",
    "function",
    "system / Hole",
    "system / Oddball",
    "system / Cell",
    "Cell Butterfly",
    "SparseArrayValueMap",
    "Map",
    "Set",
    "WeakMap",
    "WeakRef",
    "system / WeakCell",
    "WeakSet",
    "(Document DOM trees)",
    "system / NativeContext",
    "system / JSArrayBufferData",
    "system / ExternalStringData",
)

_NEAR = 1 << 16  # strings no further apart than this many bytes are read at once
_AT_ONCE = 1 << 22  # bytes


class Strings:
    """The string table of a snapshot.

    `starts` and `lengths` are the bytes between the quotes, as they stand in the file. The file is kept
    open and read, not mapped: if it is cut off later, that is an error and not a crash.
    """

    def __init__(
        self, file: io.RawIOBase, starts: U64, lengths: U32, well_known: Mapping[str, int]
    ) -> None:
        self._file = file
        weakref.finalize(self, file.close)
        self._opened = _state(file)
        self._lock = threading.Lock()
        self.starts = starts
        self.lengths = lengths
        self.added: list[str] = []  # texts that are not in the file, with the indices after its own
        self._added: dict[str, int] = {}
        self._well_known = well_known

    def __len__(self) -> int:
        return len(self.starts) + len(self.added)

    def __getitem__(self, index: int) -> str:
        """Return a string by its index."""
        return next(self.texts([index]))

    def texts(self, indices: Iterable[int]) -> Iterator[str]:
        """Yield strings by their indices, in the order asked for."""
        own = len(self.starts)
        asked = np.fromiter(indices, dtype=np.int64)
        inside = np.unique(asked[asked < own])
        decoded = dict(zip(inside.tolist(), map(decode, self._raw(inside)), strict=True))
        for index in asked.tolist():
            yield decoded[index] if index < own else self.added[index - own]

    def numbers(self, indices: I64) -> I64:
        """Return the numbers that strings are or begin with, -1 for none."""
        distinct, which = np.unique(indices, return_inverse=True)
        found = np.full(len(distinct), -1, np.int64)
        own = distinct[distinct < len(self.starts)]
        for part, block, start in self.blocks(own):
            places = self.starts[own[part]] - np.uint64(start)
            read_numbers(block, raw(places), raw(self.lengths[own[part]]), raw(found[part]))
        numbers: I64 = found[which.reshape(-1)]
        return numbers

    def add(self, text: str) -> int:
        """Return the index of a text that a rule made, the same for the same text."""
        if text not in self._added:
            self._added[text] = len(self)
            self.added.append(text)
        return self._added[text]

    def find(self, text: str) -> int:
        """Return the index of one of `WELL_KNOWN`, or -1 if no string of the file is that."""
        return self._well_known[text]

    def containing(self, text: str) -> list[int]:
        """Return the indices of the strings in whose bytes `text` (plain ASCII) stands."""
        wanted = text.encode("ascii")
        if not len(self.starts):
            return []
        places: list[int] = []
        position, last = int(self.starts[0]), int(self.starts[-1]) + int(self.lengths[-1])
        while position < last:
            block = self._read(position, min(_AT_ONCE, last - position))
            place = block.find(wanted)
            while place >= 0:
                places.append(position + place)
                place = block.find(wanted, place + 1)
            if position + len(block) >= last:
                break
            position += len(block) - len(wanted) + 1
        found = np.searchsorted(self.starts, np.asarray(places, np.uint64), side="right") - 1
        return [int(index) for index in np.unique(found)]

    def _raw(self, indices: I64) -> Iterator[bytes]:
        """Yield the bytes of strings with ascending indices."""
        for part, block, start in self.blocks(indices):
            begins = (self.starts[indices[part]] - np.uint64(start)).tolist()
            lengths = self.lengths[indices[part]].tolist()
            for begin, length in zip(begins, lengths, strict=True):
                yield block[begin : begin + length]

    def blocks(self, indices: I64) -> Iterator[tuple[slice, bytes, int]]:
        """Yield which of the strings come next, the bytes in which they are, and where those begin.

        The indices ascend. What is near in the file is read at once.
        """
        starts = self.starts[indices].astype(np.int64)
        ends = starts + self.lengths[indices]
        position = 0
        while position < len(starts):
            start = int(starts[position])
            limit = int(np.searchsorted(ends, start + _AT_ONCE, side="right"))
            gaps = starts[position + 1 : limit] - ends[position : max(limit - 1, 0)]
            far = np.flatnonzero(gaps > _NEAR)
            stop = max(position + 1, position + 1 + int(far[0]) if len(far) else limit)
            yield slice(position, stop), self._read(start, int(ends[stop - 1]) - start), start
            position = stop

    def _read(self, start: int, count: int) -> bytes:
        with self._lock:
            if _state(self._file) != self._opened:
                raise InputError(
                    "it was changed since it was opened", "load it again", place=f"byte {start}"
                )
            self._file.seek(start)
            block = self._file.read(count) or b""
            while len(block) < count and (more := self._file.read(count - len(block))):
                block += more
        if len(block) < count:
            raise InputError("it is shorter than it was", "load it again", place=f"byte {start}")
        return block


def _state(file: io.RawIOBase) -> tuple[int, int]:
    """Return what tells whether a file was written since."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def find_well_known(text: memoryview, starts: U64, lengths: U32) -> dict[str, int]:
    """Return where the `WELL_KNOWN` strings are in the table; -1 for those that are not there."""
    names = sorted(WELL_KNOWN, key=len)
    ends = np.cumsum([0, *map(len, names)], dtype=np.uint32)
    by_length = np.zeros(len(names[-1]) + 1, np.uint8)
    for index in range(len(names) - 1, -1, -1):
        by_length[len(names[index])] = index + 1
    found = np.full(len(names), -1, np.int64)
    wanted = memoryview("".join(names).encode())
    views = (raw(ends), raw(by_length), raw(found))
    find_strings(text, raw(starts), raw(lengths), wanted, *views)
    return dict(zip(names, found.tolist(), strict=True))


def decode(raw: bytes) -> str:
    """Return the text of a JSON string's bytes; what is no JSON is shown as it stands.

    Lone surrogates stay, as JavaScript has them.
    """
    text = raw.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    try:
        decoded = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return decoded if isinstance(decoded, str) else text


def units(text: str) -> int:
    """Return the length as JavaScript counts it, in UTF-16 units.

    >>> units("a😀")
    3
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
