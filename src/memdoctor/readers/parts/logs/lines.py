"""Single lines in a piece of a log, as they were meant: without colours, and without what stands before."""

import re
from collections.abc import Iterator

LONGEST = 1 << 14  # bytes; of a longer line only this much around a place is looked at
_STEERING = re.compile(
    rb"\x1b(?:\[[0-?]{0,40}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
# What docker keeps in its files: each line of a program as a text in an object.
_OF_DOCKER = b'{"log":"'
_DOCKER = re.compile(
    rb'\{"log":"(.*?)(?:\\[rn]){0,2}(?:","stream":"std(?:out|err)"(?:,"attrs":\{[^{}]{0,400}\})?'
    rb',"time":"[^"]{10,40}"\}?)?\Z',
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:[\"\\/nrt]|u001b)")
_MEANT = {b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\u001b": b"\x1b"}
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def bounds(text: bytes, position: int) -> tuple[int, int]:
    """Return where the line that holds a position begins and ends, without its end."""
    least = max(position - LONGEST, 0)
    start = text.rfind(b"\n", least, position) + 1 or least
    end = text.find(b"\n", position, position + LONGEST)
    return start, min(position + LONGEST, len(text)) if end < 0 else end


def bare(line: bytes) -> bytes:
    """Return a line as a program wrote it: without colours, white space at its end, or docker's object."""
    if line.startswith(_OF_DOCKER) and (found := _DOCKER.match(line.rstrip())):
        line = unescaped(found[1])
    return (_STEERING.sub(b"", line) if b"\x1b" in line else line).rstrip()


def is_of_docker(line: bytes) -> bool:
    """Whether docker put a line into an object."""
    return line.startswith(_OF_DOCKER)


def unescaped(raw: bytes) -> bytes:
    """Return the text of JSON that raw bytes stand for, as far as logs need it."""
    return _ESCAPE.sub(lambda found: _MEANT.get(found[0], found[0][1:]), raw) if b"\\" in raw else raw


def after(text: bytes, position: int, most: int, reach: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that begin from a position on, at most so many, with the place of their end."""
    stop = min(position + reach, len(text))
    while position < stop and most:
        end = text.find(b"\n", position, stop)
        end = stop if end < 0 else end
        yield end, bare(text[position:end])
        position, most = end + 1, most - 1


def before(text: bytes, position: int, least: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that end before the line at a position, the nearest first, with their places."""
    end = text.rfind(b"\n", least, position)
    while end >= least:
        start = text.rfind(b"\n", least, end) + 1 or least
        yield start, bare(text[start:end])
        end = start - 1


def without(line: bytes, prefix: bytes) -> bytes | None:
    """Return a line without a prefix that differs at most in digits, as times do; None without one."""
    if line.startswith(prefix):
        return line[len(prefix) :]
    if line[: len(prefix)].translate(_DIGITS) == prefix.translate(_DIGITS):
        return line[len(prefix) :]
    stripped = prefix.rstrip()  # nothing follows it on an empty line
    return b"" if stripped and line.translate(_DIGITS) == stripped.translate(_DIGITS) else None


def words(raw: bytes, most: int = 200) -> str:
    """Return bytes of a log as text of a bounded length."""
    return raw[: most * 4].decode("utf-8", errors="replace")[:most]
