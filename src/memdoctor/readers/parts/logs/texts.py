"""The texts that a line of a log holds in its objects of JSON, and the lines in them, with places."""

from bisect import bisect_right
from collections.abc import Sequence

from memdoctor.readers.parts.logs.frames import PLAIN, Frame, inside
from memdoctor.readers.parts.logs.objects import Places, Value, meant_with_places, text_at, values_of

_MOST_NESTED = 3  # objects in objects, as docker keeps those of PM2
_MOST_KEPT, _OVERHEAD = 1 << 17, 1 << 10  # bytes of lines that are asked for again and again, and of each


class Part:
    """A line that stands in a line of a log, from where to where there, and what is around it.

    `places` are those of its bytes on the line of the log.
    """

    __slots__ = ("_values", "end", "frame", "places", "start", "text")

    def __init__(self, start: int, end: int, text: bytes, places: Places, frame: Frame = PLAIN) -> None:
        self.start, self.end, self.text, self.places, self.frame = start, end, text, places, frame
        self._values: tuple[int, tuple[Value, ...]] | None = None

    @property
    def values(self) -> tuple[int, tuple[Value, ...]]:
        """Where the first object on it begins, and the values in that."""
        if self._values is None:
            self._values = values_of(self.text)
        return self._values

    def opened(self, value: Value) -> list["Part"]:
        """Return the lines of the text that a string in its object stands for."""
        frame = inside(self.frame, self.text, *self.values, value)
        text, places = meant_with_places(self.text[value.start : value.end])
        places = places.within(self.places, value.start, value.end)
        lines: list[Part] = []
        position = 0
        for line in text.removesuffix(b"\n").split(b"\n"):
            end = position + len(line)
            own = places.part(position, end)
            lines.append(Part(places.other(position), places.other(end), line, own, frame))
            position = end + 1
        return lines


class Texts:
    """The texts in one line of a log; each is taken out of its object once."""

    def __init__(self, source: bytes, start: int, end: int) -> None:
        self.source = source  # of the line, by identity
        self._known: dict[tuple[bytes, ...], Sequence[Part]] = {}
        self.whole = Part(0, end - start, source[start:end], Places([(0, 0)]))
        self._last: tuple[int, list[Part]] = -1, []

    def under(self, path: tuple[bytes, ...]) -> Sequence[Part]:
        """Return the lines under a path of keys, which leads from object to object."""
        if not path:
            return (self.whole,)
        if path not in self._known:
            parts: list[Part] = []
            for outer in self.under(path[:-1]):
                values = (one for one in outer.values[1] if one.is_text and one.path == path[-1])
                parts += [part for value in values for part in outer.opened(value)]
            self._known[path] = parts
        return self._known[path]

    def at(self, position: int) -> list[Part]:
        """Return what holds a position: the line itself, and the line in the text of each object around."""
        if self._last[0] == position:
            return self._last[1]
        parts = [self.whole]
        while len(parts) <= _MOST_NESTED:
            outer = parts[-1]
            value = text_at(outer.values[1], outer.places.own(position))
            if value is None:
                break
            inner = self.under((*outer.frame.path, value.path))
            parts.append(inner[max(index_at(inner, position), 0)])
        self._last = position, parts
        return parts


def index_at(parts: Sequence[Part], position: int) -> int:
    """Return which of some lines is the last that begins at a position or before it; -1 if none does."""
    return bisect_right(parts, position, key=lambda part: part.start) - 1


class _Recent:
    """The lines that were asked for last, of one piece of a log: what stands close asks for the same."""

    def __init__(self) -> None:
        self._source = b""
        self._kept: dict[tuple[int, int], Texts] = {}
        self._room = 0  # bytes

    def texts(self, source: bytes, start: int, end: int) -> Texts:
        """Return the texts in a line."""
        known = self._kept.get((start, end))
        if known is None or known.source is not source:
            self._room -= end - start + _OVERHEAD
            if self._source is not source or self._room < 0:
                self._source, self._kept, self._room = source, {}, _MOST_KEPT
            known = self._kept[start, end] = Texts(source, start, end)
        return known


_RECENT = _Recent()


def texts_of(source: bytes, start: int, end: int) -> Texts:
    """Return the texts in a line of a log, from where to where it stands in a piece."""
    return _RECENT.texts(source, start, end)
