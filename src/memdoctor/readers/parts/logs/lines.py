"""Single lines in a piece of a log, as a program wrote them: also those that stand in objects of JSON."""

from collections.abc import Iterator
from typing import NamedTuple

from memdoctor.readers.parts.logs.frames import PLAIN, Frame
from memdoctor.readers.parts.logs.plain import bare
from memdoctor.readers.parts.logs.texts import Part, Texts, index_at, texts_of

LONGEST = 1 << 14  # bytes; of a longer line only this much around a place is looked at
_LONGEST_OBJECT = 1 << 15  # bytes of a line with objects that are looked at, from its begin
_OBJECT = b"{"


class Line(NamedTuple):
    """A line that a program wrote, from where to where it stands in a piece of a log."""

    start: int
    end: int
    text: bytes
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
    texts = _texts_at(text, start, position)
    if texts is None:
        start = max(start, done)
        return Line(start, end, bare(text[start:end]))
    part = texts.at(position - start)[-1]
    if not part.frame.path:
        return Line(max(start, done), end, bare(text[max(start, done) : end]))
    return _line(start, part, max(done - start - part.start, 0))


def enclosing(text: bytes, position: int) -> list[bytes]:
    """Return the texts that hold a position: the line of the log, and what stood in its objects."""
    start, end = bounds(text, position)
    texts = _texts_at(text, start, position)
    return [text[start:end]] if texts is None else [part.text for part in texts.at(position - start)]


def beside(text: bytes, line: Line, keys: frozenset[bytes]) -> Iterator[Line]:
    """Yield the first lines of the texts under one of the keys in the innermost object around a line."""
    start = bounds(text, line.start)[0]
    texts = _texts_at(text, start, line.start)
    parts = [] if texts is None else texts.at(line.start - start)
    if texts is None or not 0 < len(line.frame.path) <= len(parts):
        return
    outer = parts[len(line.frame.path) - 1]
    for value in outer.values[1]:
        if value.is_text and value.key in keys:
            inner = texts.under((*outer.frame.path, value.path))
            yield _line(start, inner[max(index_at(inner, outer.places.other(value.start)), 0)])


def after(text: bytes, line: Line, most: int, reach: int) -> Iterator[Line]:
    """Yield the lines that follow on a line, with the same around them, of at most so many of the log."""
    position, stop = line.end + 1, min(line.end + reach, len(text))
    if line.frame.path:
        start, position = bounds(text, line.start)[0], _end_of_line(text, line.end, stop) + 1
        texts = _texts_at(text, start, line.start)
        parts = () if texts is None else texts.under(line.frame.path)
        for index in range(index_at(parts, line.start - start) + 1, len(parts)):
            if parts[index].frame.tag == line.frame.tag:
                yield _line(start, parts[index])
        if not line.frame.is_stream:
            return
    for _ in range(most):
        if position >= stop:
            break
        end = _end_of_line(text, position, stop)
        yield from _lines(text, position, end, line.frame)
        position = end + 1


def before(text: bytes, line: Line, least: int) -> Iterator[Line]:
    """Yield the lines that stand above a line, the nearest first, each with the same around it."""
    position = line.start
    if line.frame.path:
        position = bounds(text, line.start)[0]
        texts = _texts_at(text, position, line.start)
        parts = () if texts is None else texts.under(line.frame.path)
        for index in range(index_at(parts, line.start - position) - 1, -1, -1):
            if position + parts[index].start < least:
                return
            if parts[index].frame.tag == line.frame.tag:
                yield _line(position, parts[index])
        if not line.frame.is_stream:
            return
    for start, raw in raw_before(text, position, least):
        yield from reversed(_lines(text, start, start + len(raw), line.frame))


def raw_before(text: bytes, position: int, least: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of the log above that at a position, the nearest first, with their places."""
    end = text.rfind(b"\n", least, position)
    while end >= least:
        start = text.rfind(b"\n", least, end) + 1 or least
        yield start, text[start:end]
        end = start - 1


def _end_of_line(text: bytes, position: int, stop: int) -> int:
    end = text.find(b"\n", position, stop)
    return stop if end < 0 else end


def _texts_at(text: bytes, start: int, position: int) -> Texts | None:
    """Return the texts in the line that begins at `start`, if there may be an object around a position."""
    if text.find(_OBJECT, start, position) < 0 or (start > 0 and text[start - 1 : start] != b"\n"):
        return None
    return texts_of(text, start, _end_of_line(text, start, min(start + _LONGEST_OBJECT, len(text))))


def _line(start: int, part: Part, cut: int = 0) -> Line:
    return Line(start + part.start + cut, start + part.end, bare(part.text[cut:]), part.frame)


def _lines(text: bytes, start: int, end: int, like: Frame) -> list[Line]:
    """Return the lines of a program on a line of the log, as far as what stands around them is alike."""
    if not like.path or text.find(_OBJECT, start, end) < 0:
        return [Line(start, end, bare(text[start:end]))]
    parts = texts_of(text, start, end).under(like.path)
    return [_line(start, part) for part in parts if part.frame.tag == like.tag]
