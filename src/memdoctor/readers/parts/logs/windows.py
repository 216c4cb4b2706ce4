"""A log of any length as overlapping pieces: around each place that is looked at stands some text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from memdoctor.errors import InputError
from memdoctor.readers.parts.logs.plain import with_line_feeds

BACK, AHEAD = 1 << 16, 1 << 16  # bytes that stand around what is looked at
_LEAST = 1 << 19  # bytes of a piece, so that small ones cost nothing


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a log. What begins from `first` to before `limit` is looked at in this piece.

    `offset` is how many bytes of the log stand before the piece; `is_last` is whether none follow.
    """

    text: bytes
    first: int
    limit: int
    offset: int
    is_last: bool


class Windows:
    """The pieces of a log, in order. Bytes that are 0 are left out: UTF-16, or a hole after a rotation.

    Lines that end `with_cr` alone end like others. Where the log cannot be read on, the pieces end, and
    `failure` says why.
    """

    def __init__(self, chunks: Iterable[bytes], *, with_cr: bool = False) -> None:
        self._chunks = chunks
        self._with_cr = with_cr
        self.nuls = 0
        self.read = 0  # bytes
        self.failure: InputError | None = None

    def __iter__(self) -> Iterator[Window]:
        text, offset, done = b"", 0, 0
        gathered = self._gathered()
        chunk = next(gathered, b"")
        while chunk:
            following = next(gathered, b"")
            cut = max(done - BACK, 0)
            text = text[cut:] + chunk
            offset, done = offset + cut, done - cut
            limit = max(len(text) - AHEAD, done) if following else len(text)
            yield Window(text, done, limit, offset, not following)
            done, chunk = limit, following

    def _gathered(self) -> Iterator[bytes]:
        parts: list[bytes] = []
        length = 0
        for chunk in self._readable():
            part = self._without_nuls(chunk)
            part = with_line_feeds(part) if self._with_cr else part
            parts.append(part)
            length += len(part)
            if length >= _LEAST:
                yield b"".join(parts)
                parts, length = [], 0
        if length:
            yield b"".join(parts)

    def _readable(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self.read += len(chunk)
                yield chunk
        except InputError as error:
            self.failure = error

    def _without_nuls(self, chunk: bytes) -> bytes:
        if b"\0" not in chunk:
            return chunk
        part = chunk.translate(None, b"\0")
        self.nuls += len(chunk) - len(part)
        return part
