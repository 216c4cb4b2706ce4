"""Long arrays of numbers, block by block, from the mapped file."""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from memdoctor.errors import InputError
from memdoctor.heap.arrays import I64, U64
from memdoctor.heap.core import COMPILED
from memdoctor.heap.core.scan import (
    BYTE,
    FOUND,
    NO_COMMA,
    NO_NUMBER,
    TOO_LARGE,
    WRONG,
    count_commas,
    scan_numbers,
)
from memdoctor.heap.raw import raw
from memdoctor.progress import tell
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.reading import INCOMPLETE

Rows = U64

_BLOCK = 1 << 16  # numbers
_RELEASED = 1 << 22  # bytes between two times that pages are given back
_SLICE = 1 << 20  # bytes, for the interpreted reader
_SPACE = re.compile(rb"[ \n\r\t]*+")
_PLAIN = re.compile(rb"[\d, \n\r\t]*")
_LONG = re.compile(rb"\d{16}")
_REASONS = {
    NO_NUMBER: "something else than a number of at least 0",
    TOO_LARGE: "a number of more than 15 digits",
    NO_COMMA: "a comma is missing",
}


@dataclass(frozen=True, slots=True)
class NumberArray:
    """Where an array of numbers stands: `start` after its bracket, `end` at the closing one.

    A part of an array that is not `last` ends after a comma, where the next part begins; `first` is the
    number of its first row.
    """

    name: str
    start: int
    end: int
    last: bool = True
    first: int = 0

    def check(self, width: int, count: int) -> None:
        """Raise InputError if `count` rows cannot be in it: to be asked before memory is taken for them."""
        if count * width * 2 - 1 > self.end - self.start:
            message = f"`{self.name}` is too short for the {count} that the header declares"
            raise InputError(message, INCOMPLETE, place=f"byte {self.end}")

    def split(self, content: Mapped, width: int, share: float) -> tuple[Self, Self, int]:
        """Return two parts of about that share, and how many rows the first has."""
        middle = self.start + int((self.end - self.start) * min(share, 1.0))
        numbers = 0
        for place in range(self.start, middle, _RELEASED):
            stop = min(place + _RELEASED, middle)
            numbers += count_commas(content.view, place, stop)
            content.release(place, stop)
        while numbers % width or content.text[middle - 1 : middle] != b",":
            middle = content.text.find(b",", middle, self.end) + 1
            if not middle:
                return self, replace(self, start=self.end), -1
            numbers += 1
        rows = numbers // width
        return replace(self, end=middle, last=False), replace(self, start=middle, first=rows), rows

    def rows(self, content: Mapped, width: int, count: int) -> Iterator[tuple[int, Rows]]:
        """Yield the number of the first row, and a block of rows as its columns; the next overwrites it.

        Raises InputError, with the place, for anything but exactly `count` rows of `width` numbers.
        """
        stream = _Stream(self, content)
        out = np.empty(_BLOCK, np.uint64)
        row = 0
        while row < count:
            rows = min(max(_BLOCK // width, 1), count - row)
            block = out[: rows * width]
            found = stream.fill(block, width)
            if found < block.size:
                message = (
                    f"`{self.name}` ends after {self.first + row + found // width} of the rows declared"
                )
                raise InputError(message, INCOMPLETE, place=f"byte {stream.position}")
            yield row, block.reshape(width, rows)
            row += rows
            tell(f"reading {self.name}", stream.position - self.start, self.end - self.start)
        stream.finish(count)

    def table(
        self, content: Mapped, width: int, wanted: Sequence[int], word: type[np.uint32] | type[np.uint64]
    ) -> npt.NDArray[Any]:
        """Return the wanted columns of all rows, as many as there are.

        Raises InputError for a number that does not fit into `word`, and for half a row.
        """
        empty = after_space(content, self.start, self.end) == self.end
        numbers = 0 if empty else 1 + count_commas(content.view, self.start, self.end)
        if numbers % width:
            message = f"`{self.name}` has {numbers} numbers, no multiple of {width}"
            raise InputError(message, place=f"byte {self.start}")
        out = np.empty((len(wanted), numbers // width), word)
        for row, block in self.rows(content, width, numbers // width):
            for column, index in zip(out, wanted, strict=True):
                if int(block[index].max(initial=0)) > np.iinfo(word).max:
                    raise InputError(
                        f"a number in `{self.name}` is too large", place=f"{self.name}, row {row}"
                    )
                column[row : row + block.shape[1]] = block[index]
        return out


class _Stream:
    """The numbers of one array, in order."""

    def __init__(self, array: NumberArray, content: Mapped) -> None:
        self._array = array
        self._content = content
        self._released = array.start
        self._pending: I64 = np.empty(0, np.int64)  # parsed, not yet asked for
        self.position = array.start

    def fill(self, out: Rows, width: int) -> int:
        """Fill `out` with the numbers that follow, as columns, and return how many there were."""
        if COMPILED:
            found = self._scan(out, width)
        else:
            flat = np.empty_like(out)
            found = self._parse(flat)
            found += self._scan(flat[found:], 1)
            out[:] = flat.reshape(-1, width).T.reshape(-1)
        if self.position - self._released > _RELEASED:
            self._content.release(self._released, self.position)
            self._released = self.position
        return found

    def finish(self, count: int) -> None:
        """Raise InputError if anything follows, or if a comma stands at the end of the array."""
        end = self._array.end
        comma = count > 0 and self._array.last and self._content.view[self.position - 1] == ord(",")
        if len(self._pending) or after_space(self._content, self.position, end) < end or comma:
            message = f"`{self._array.name}` goes on after the {self._array.first + count} declared"
            raise InputError(message, place=f"byte {self.position}")
        self._content.release(self._released, end)

    def _scan(self, out: Rows, width: int) -> int:
        if self.position >= self._array.end or not out.size:
            return 0
        state = np.zeros(3, np.int64)
        state[BYTE] = self.position
        scan_numbers(self._content.view, self._array.end, width, raw(out), raw(state))
        self.position, found = int(state[BYTE]), int(state[FOUND])
        at_end = self.position >= self._array.end
        if state[WRONG] and not (at_end and state[WRONG] == NO_NUMBER):
            reason = _REASONS[int(state[WRONG])]
            raise InputError(f"in `{self._array.name}`: {reason}", place=f"byte {self.position}")
        return found

    def _parse(self, out: Rows) -> int:
        """Fill as far as plain slices go: fast without a compiler. The scan tells what is wrong after."""
        found = 0
        while found < out.size and (len(self._pending) or self._parse_slice()):
            taken = self._pending[: out.size - found]
            out[found : found + len(taken)] = taken
            self._pending = self._pending[len(taken) :]
            found += len(taken)
        return found

    def _parse_slice(self) -> bool:
        text = bytes(self._content.view[self.position : min(self._array.end, self.position + _SLICE)])
        text = text[: text.rfind(b",") + 1]
        if not _PLAIN.fullmatch(text) or _LONG.search(text):
            return False
        numbers = _from_text(text[:-1])
        if numbers is None or len(numbers) != text.count(b","):
            return False
        self._pending = numbers
        self.position += len(text)
        return len(numbers) > 0


def after_space(content: Mapped, start: int, end: int) -> int:
    """Return the first byte from `start` on that is no white space, or `end` if there is none before it."""
    match = _SPACE.match(content.text, start, end)
    return match.end() if match else start


def _from_text(text: bytes) -> I64 | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return np.fromstring(text, dtype=np.int64, sep=",")
        except (DeprecationWarning, ValueError):
            return None
