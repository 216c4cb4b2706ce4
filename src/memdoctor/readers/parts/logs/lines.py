"""Single lines in a piece of a log, as a program wrote them: also those that stand in objects of JSON."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from memdoctor.readers.parts.logs.frames import PLAIN, Frame, inside
from memdoctor.readers.parts.logs.objects import Places, Value, meant_with_places, text_at, values_of
from memdoctor.readers.parts.logs.plain import bare

LONGEST = 1 << 14  # bytes; of a longer line only this much around a place is looked at
_MOST_NESTED = 3  # objects in objects, as docker keeps those of PM2
_CACHED = 8  # lines that may be asked for again and again
_OBJECT = b"{"


class Line(NamedTuple):
    """A line that a program wrote, from where to where it stands in a piece of a log."""

    start: int
    end: int
    text: bytes
    frame: Frame = PLAIN


class _Part(NamedTuple):
    """A line on its way out of the objects that it stands in; `places` are those on the line of the log."""

    start: int
    end: int
    text: bytes
    places: Places
    frame: Frame = PLAIN


def bounds(text: bytes, position: int) -> tuple[int, int]:
    """Return where the line of the log that holds a position begins and ends, without its end."""
    least = max(position - LONGEST, 0)
    start = text.rfind(b"\n", least, position) + 1 or least
    end = text.find(b"\n", position, position + LONGEST)
    return start, min(position + LONGEST, len(text)) if end < 0 else end


def line_at(text: bytes, position: int, done: int = 0) -> Line:
    """Return the line of a program that holds a position; what stands before `done` is cut off."""
    start, end = bounds(text, position)
    if text.find(_OBJECT, start, position) < 0:
        start = max(start, done)
        return Line(start, end, bare(text[start:end]))
    *_, part = _parts_at(text[start:end], position - start)
    cut = max(done - start - part.start, 0)
    return Line(start + part.start + cut, start + part.end, bare(part.text[cut:]), part.frame)


def enclosing(text: bytes, position: int) -> list[bytes]:
    """Return the texts that hold a position: the line of the log, and what stood in its objects."""
    start, end = bounds(text, position)
    return [part.text for part in _parts_at(text[start:end], position - start)]


def beside(text: bytes, line: Line, keys: frozenset[bytes]) -> Iterator[Line]:
    """Yield the first lines of the texts under one of the keys in the innermost object around a line."""
    start, end = bounds(text, line.start)
    *outer, _ = _parts_at(text[start:end], line.start - start)
    if not outer:
        return
    offset, values = values_of(outer[-1].text)
    for value in values:
        if value.is_text and value.key in keys:
            frame = inside(outer[-1].frame, outer[-1].text, offset, values, value)
            part = _opened(outer[-1], value, frame)[0]
            yield Line(start + part.start, start + part.end, bare(part.text), frame)


def after(text: bytes, line: Line, most: int, reach: int) -> Iterator[Line]:
    """Yield the lines that follow on a line, at most so many, each with the same around it."""
    position, stop = bounds(text, line.start)[0] if line.frame.path else line.end + 1, line.end + reach
    for _ in range(most):
        if position >= min(stop, len(text)):
            break
        end = text.find(b"\n", position, stop)
        end = min(stop, len(text)) if end < 0 else end
        for one in _lines(text, position, end, line.frame):
            if one.start > line.start:
                yield one
        position = end + 1
        if not line.frame.is_stream:
            break


def before(text: bytes, line: Line, least: int) -> Iterator[Line]:
    """Yield the lines that stand above a line, the nearest first, each with the same around it."""
    if line.frame.path:
        start, end = bounds(text, line.start)
        yield from (one for one in reversed(_lines(text, start, end, line.frame)) if one.start < line.start)
        if not line.frame.is_stream:
            return
    for start, raw in raw_before(text, line.start, least):
        yield from reversed(_lines(text, start, start + len(raw), line.frame))


def raw_before(text: bytes, position: int, least: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of the log above that at a position, the nearest first, with their places."""
    end = text.rfind(b"\n", least, position)
    while end >= least:
        start = text.rfind(b"\n", least, end) + 1 or least
        yield start, text[start:end]
        end = start - 1


def _lines(text: bytes, start: int, end: int, like: Frame) -> list[Line]:
    """Return the lines of a program on a line of the log, as far as what stands around them is alike."""
    raw = text[start:end]
    if not like.path or _OBJECT not in raw:
        return [Line(start, end, bare(raw))]
    return [
        Line(start + one.start, start + one.end, bare(one.text), one.frame)
        for one in _parts_of(raw, like.path)
        if one.frame.tag == like.tag
    ]


@lru_cache(maxsize=_CACHED)
def _parts_of(raw: bytes, path: tuple[bytes, ...]) -> tuple[_Part, ...]:
    """Return the lines that stand on a line of the log under a path of keys, from object to object."""
    if not path:
        return (_Part(0, len(raw), raw, Places([(0, 0)])),)
    inner: list[_Part] = []
    for part in _parts_of(raw, path[:-1]):
        offset, values = values_of(part.text)
        for value in values:
            if value.is_text and value.path == path[-1]:
                inner += _opened(part, value, inside(part.frame, part.text, offset, values, value))
    return tuple(inner)


def _parts_at(raw: bytes, position: int) -> list[_Part]:
    """Return what holds a position on a line of the log: that line, and what stood in its objects."""
    parts = [_parts_of(raw, ())[0]]
    while len(parts) <= _MOST_NESTED:
        part = parts[-1]
        value = text_at(values_of(part.text)[1], part.places.own(position))
        if value is None:
            break
        inner = _parts_of(raw, (*part.frame.path, value.path))
        parts.append(inner[max(bisect_right(inner, position, key=lambda one: one.start) - 1, 0)])
    return parts


def _opened(part: _Part, value: Value, frame: Frame) -> list[_Part]:
    """Return the lines of the text that a string in an object stands for."""
    text, places = meant_with_places(part.text[value.start : value.end])
    places = places.within(part.places, value.start, value.end)
    lines: list[_Part] = []
    position = 0
    for line in text.removesuffix(b"\n").split(b"\n"):
        end = position + len(line)
        own = places.part(position, end)
        lines.append(_Part(places.other(position), places.other(end), line, own, frame))
        position = end + 1
    return lines
