"""The outline of a large JSON object: where its arrays stand, without reading what is in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import U32, U64
from memdoctor.heap.core.scan import BYTE, CUT_OFF, FOUND, WRONG, scan_strings
from memdoctor.heap.raw import raw
from memdoctor.model import Problem
from memdoctor.progress import tell
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.numbers import NumberArray, after_space
from memdoctor.readers.parts.reading import INCOMPLETE

# The sections of a snapshot: arrays of numbers, names in Bun's own format, and all that holds texts.
NUMBERS = frozenset(
    {"nodes", "edges", "trace_function_infos", "samples", "locations"}
    | {"scopes", "scope_context_vars", "scope_uses"}
)
NAME_TABLES = ("nodeClassNames", "edgeNames")
TEXT_TABLES = frozenset({"strings", *NAME_TABLES})

_LARGEST_VALUE = 1 << 20  # bytes, of what is neither numbers nor strings
_STRINGS_AT_ONCE = 1 << 20
_KEY = re.compile(rb'"((?:[^"\\]|\\.){0,256}+)"[ \n\r\t]*+:[ \n\r\t]*+', re.DOTALL)
_NESTED = frozenset({"trace_tree"})  # arrays of arrays of numbers, which can be long
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_DEEPER = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_SCALAR = re.compile(rb'"(?:[^"\\]|\\.){0,65536}+"|[^,}\]\s"]{1,64}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class StringArray:
    """Where the strings of an array stand: the bytes between their quotes."""

    starts: U64
    lengths: U32


@dataclass(slots=True)
class Outline:
    """The members of a JSON object by name: number arrays, string arrays, and small values.

    Arrays of numbers are found by their bracket, for nothing else can be in them. The long strings of
    `late` are left for `read_late`. What is none of these is passed over.
    """

    content: Mapped
    flat: frozenset[str]  # the members that are flat arrays of numbers
    texts: frozenset[str]  # those that are arrays of strings
    small: frozenset[str]  # those that are decoded
    late: str = ""
    numbers: dict[str, NumberArray] = field(default_factory=dict)
    strings: dict[str, StringArray] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    passed: dict[str, tuple[int, int]] = field(default_factory=dict)  # where what was passed over stands
    left_over: int = 0  # bytes after the end of the object
    _position: int = 0
    _late_is_next: bool = False

    def problems(self, source: str) -> Iterator[Problem]:
        """Yield what of the input was not looked at."""
        if self.left_over:
            place = f"byte {self.content.size - self.left_over}"
            message = f"{self.left_over} bytes after the end of the snapshot were not looked at"
            yield Problem(source, message, "are there two in one file?", place)

    def read(self) -> None:
        """Walk over the members, up to the strings of `late` or the end.

        Raises InputError, with the place, where the object is cut off or is none.
        """
        self._position = self._after_space(3 if self.content.text[:3] == b"\xef\xbb\xbf" else 0)
        if self._byte() != b"{":
            raise self._error("this is no JSON object")
        self._position = self._after_space(self._position + 1)
        self._members()

    def read_late(self) -> None:
        """Read the strings of `late` and what follows them, if they were found."""
        if not self._late_is_next:
            return
        self._late_is_next = False
        start = self._position
        self.strings[self.late] = self._string_array()
        self.content.release(start, self._position)
        if self._separator():
            self._members()
        else:
            self._end()

    def _members(self) -> None:
        while self._byte() != b"}":
            match = _KEY.match(self.content.text, self._position)
            if match is None:
                raise self._error("it is cut off" if self._at_end() else "a name in quotes is expected")
            name = match[1].decode("utf-8", "replace")
            if any(name in known for known in (self.numbers, self.strings, self.values, self.passed)):
                raise self._error(f"`{name}` is there twice")
            self._position = match.end()
            if name == self.late and self._byte() == b"[":
                self._late_is_next = True
                return
            self._value(name)
            if not self._separator():
                break
        self._end()

    def _end(self) -> None:
        self.left_over = self.content.size - self._after_space(self._position + 1)

    def _value(self, name: str) -> None:
        byte = self._byte()
        if byte == b"[" and name in self.flat:
            self.numbers[name] = self._number_array(name)
        elif byte == b"[" and name in self.texts:
            self.strings[name] = self._string_array()
        elif byte in {b"{", b"["} and name in self.small:
            self.values[name] = self._small_value(name)
        elif byte in {b"{", b"[", b'"'} and name not in self.small:
            start = self._position
            self._pass_over(name)
            self.passed[name] = start, self._position
        else:
            match = _SCALAR.match(self.content.text, self._position)
            if match is None:
                cut = self._at_end()
                raise self._error(f"it is cut off in `{name}`" if cut else f"`{name}` has no value")
            self._position = match.end()
            try:
                self.values[name] = json.loads(match[0])
            except ValueError:
                raise self._error(f"`{name}` has no value") from None

    def _pass_over(self, name: str) -> None:
        """Go over a value that nobody needs, of any length and depth."""
        if name in _NESTED and self._byte() == b"[":
            # Numbers alone: the end is the last bracket before the next name.
            quote = self._find(b'"', self._position)
            stop = quote if quote >= 0 else self.content.size
            self._position = self.content.text.rfind(b"]", self._position, stop) + 1
            if self._position:
                return
        depth = 0
        while match := _TOKEN.search(self.content.text, self._position):
            self._position = match.end()
            depth += _DEEPER.get(match[0], 0)
            if not depth:
                return
        self._position = self.content.size
        raise self._error(f"it is cut off in `{name}`", INCOMPLETE)

    def _number_array(self, name: str) -> NumberArray:
        """Find the end of an array of numbers: its first closing bracket."""
        start = self._position + 1
        tell(f"looking for the end of {name}", start, self.content.size)
        end = self._find(b"]", start)
        if end < 0:
            self._position = self.content.size
            raise self._error(f"it is cut off in `{name}`", INCOMPLETE)
        self._position = end + 1
        return NumberArray(name, start, end)

    def _find(self, wanted: bytes, start: int) -> int:
        """Find bytes, and give back the pages that were looked through."""
        step = 1 << 25
        while start < self.content.size:
            found = self.content.text.find(wanted, start, start + step)
            self.content.release(start, min(start + step, self.content.size))
            if found >= 0:
                return found
            start += step
        return -1

    def _string_array(self) -> StringArray:
        """Find where each string of an array stands."""
        starts, lengths = np.empty(_STRINGS_AT_ONCE, np.uint64), np.empty(_STRINGS_AT_ONCE, np.uint32)
        state = np.zeros(3, np.int64)
        state[BYTE] = self._position + 1
        count = 0
        while True:
            before = int(state[BYTE])
            part = slice(count, count + _STRINGS_AT_ONCE)
            scan_strings(self.content.view, raw(starts[part]), raw(lengths[part]), raw(state))
            count += int(state[FOUND])
            self.content.release(before, int(state[BYTE]))
            tell("reading strings", int(state[BYTE]), self.content.size)
            if count < part.stop:
                break
            for array in (starts, lengths):  # in place: the system moves pages, and copies nothing
                array.resize(count + max(_STRINGS_AT_ONCE, count // 2), refcheck=False)
        self._position = int(state[BYTE])
        if state[WRONG] == CUT_OFF:
            raise self._error("it is cut off in the strings", INCOMPLETE)
        if self._byte() != b"]":
            raise self._error("a string is expected")
        self._position += 1
        for array in (starts, lengths):
            array.resize(count, refcheck=False)
        return StringArray(starts, lengths)

    def _small_value(self, name: str) -> Any:
        text = bytes(self.content.view[self._position : self._position + _LARGEST_VALUE])
        decoded = text.decode("utf-8", "surrogateescape")
        try:
            value, end = json.JSONDecoder().raw_decode(decoded)
        except (ValueError, RecursionError):
            cut = len(text) == self.content.size - self._position
            message = f"`{name}` is no JSON, or cut off" if cut else f"`{name}` is too long or no JSON"
            raise self._error(message) from None
        self._position += len(decoded[:end].encode("utf-8", "surrogateescape"))
        return value

    def _separator(self) -> bool:
        """Go over a comma, and return whether there was one; the alternative is the end."""
        self._position = self._after_space(self._position)
        if self._byte() == b",":
            self._position = self._after_space(self._position + 1)
            return True
        if self._byte() != b"}":
            raise self._error("cut off" if self._at_end() else "a comma is missing", INCOMPLETE)
        return False

    def _after_space(self, position: int) -> int:
        return after_space(self.content, position, self.content.size)

    def _byte(self) -> bytes:
        return self.content.text[self._position : self._position + 1]

    def _at_end(self) -> bool:
        return self._after_space(self._position) >= self.content.size

    def _error(self, message: str, help: str = "") -> InputError:  # noqa: A002 - the word users see
        return InputError(message, help, place=f"byte {self._position}")
