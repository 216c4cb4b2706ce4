"""Objects of JSON on the lines of a log: the values in them, and the texts that their strings stand for."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    rb'"(?P<text>(?:[^"\\]++|\\.)*+)(?:"|\Z)|(?P<opens>[{\[])|(?P<closes>[}\]])|(?P<comma>,)|:'
    rb'|(?P<plain>[^\s"{}\[\],:]++)',
    re.DOTALL,
)
_OPENS = re.compile(rb'\{ ?"')
_MOST_TOKENS, _MOST_DEPTH = 4096, 16  # what stands further behind, or deeper, is not looked at
_LONGEST_KEY = 100
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|(.))", re.DOTALL)
_MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Value(NamedTuple):
    """A value in an object: the keys that lead to it, with dots between, and where it stands."""

    path: bytes
    start: int
    end: int
    is_text: bool

    @property
    def key(self) -> bytes:
        """The last of its keys."""
        return self.path.rpartition(b".")[2]


class Places:
    """Where in another text the bytes of a text stand: pairs of places, from each on byte for byte."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self.pairs = sorted(set(pairs))
        self._own = [own for own, _ in self.pairs]
        self._others = [other for _, other in self.pairs]

    def other(self, place: int) -> int:
        """Return where in the other text a byte stands."""
        own, other = self.pairs[max(bisect_right(self._own, place) - 1, 0)]
        return other + place - own

    def own(self, place: int) -> int:
        """Return where a byte of the other text stands in this one; one inside of an escape, behind it."""
        index = max(bisect_right(self._others, place) - 1, 0)
        own = self._own[index] + place - self._others[index]
        return min(own, *self._own[index + 1 : index + 2], own)

    def within(self, outer: "Places", start: int, end: int) -> "Places":
        """Return where the bytes stand in what the other text, a part of it, was itself taken from."""
        parts = [(own, outer.other(start + other)) for own, other in self.pairs]
        first, last = bisect_right(outer._own, start), bisect_right(outer._own, end)
        parts += [(self.own(own - start), other) for own, other in outer.pairs[first:last]]
        return Places(parts)

    def part(self, start: int, end: int) -> "Places":
        """Return the places of a part of the text."""
        first, last = bisect_right(self._own, start), bisect_right(self._own, end)
        return Places(
            [(0, self.other(start)), *((own - start, other) for own, other in self.pairs[first:last])]
        )


def values_of(line: bytes) -> tuple[int, tuple[Value, ...]]:
    """Return where the first object on a line begins, and its values: none where there is no object."""
    found = _OPENS.search(line)
    return (0, ()) if found is None else (found.start(), _values(line, found.start()))


def _values(text: bytes, begin: int) -> tuple[Value, ...]:
    values: list[Value] = []
    keys: list[bytes] = []  # that lead to what is open
    is_list: list[bool] = []
    key, awaits_key = b"", False
    for count, found in enumerate(_TOKEN.finditer(text, begin)):
        kind = found.lastgroup
        if kind == "opens":
            if is_list:
                keys.append(key)
            is_list.append(found[0] == b"[")
            awaits_key = not is_list[-1]
        elif kind == "closes":
            if len(is_list) < 2:
                break
            is_list.pop()
            key, awaits_key = keys.pop(), False
        elif kind == "comma":
            awaits_key = not is_list[-1]
        elif kind == "text" and awaits_key:
            key, awaits_key = found[kind][:_LONGEST_KEY], False
        elif kind == "text" or (kind == "plain" and not is_list[-1]):
            start, end = found.span(kind)
            values.append(Value(b".".join((*keys, key)), start, end, kind == "text"))
        if count > _MOST_TOKENS or len(is_list) > _MOST_DEPTH:
            break
    return tuple(values)


def text_at(values: Sequence[Value], place: int) -> Value | None:
    """Return the string that holds a place."""
    index = bisect_right(values, place, key=lambda value: value.start) - 1
    value = values[index] if index >= 0 else None
    return value if value is not None and value.is_text and place <= value.end else None


def meant(raw: bytes) -> bytes:
    """Return the text that the inside of a string stands for."""
    return _ESCAPE.sub(_one_meant, raw) if b"\\" in raw else raw


def meant_with_places(raw: bytes) -> tuple[bytes, Places]:
    """Return the text that the inside of a string stands for, and where in that its bytes stand."""
    parts: list[bytes] = []
    pairs = [(0, 0)]
    length = position = 0
    for found in _ESCAPE.finditer(raw):
        parts += (raw[position : found.start()], _one_meant(found))
        length += len(parts[-2]) + len(parts[-1])
        position = found.end()
        pairs.append((length, position))
    parts.append(raw[position:])
    return b"".join(parts), Places(pairs)


def _one_meant(found: re.Match[bytes]) -> bytes:
    first, second, sign = found.groups()
    if first is None:
        return _MEANT.get(sign, sign)
    pair = first + (second or b"")
    return bytes.fromhex(pair.decode("ascii")).decode("utf-16-be", "replace").encode()
