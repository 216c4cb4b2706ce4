"""Long texts, cut where nothing is halved: half of a secret looks like none, and would stay."""

from collections.abc import Iterator

MARK = "…"
AROUND = 4096  # characters on either side of a cut that are looked at
_BEFORE = len("://")  # what stands before something may be how it is known


def beginning(text: str, most: int) -> str:
    """Return a text, at most `most` characters: what is longer ends with a mark.

    >>> beginning("worker-a", 8), beginning("worker-ab", 8), beginning("x user:hunter2@db.acme.com y", 20)
    ('worker-a', 'worker-…', 'x …')
    """
    return text if len(text) <= most else text[: _end_of_head(text, most - 1)] + MARK


def without_middle(text: str, head: int, tail: int) -> str:
    """Return a text with a mark in place of what lies between its beginning and its end.

    >>> without_middle("node_modules/express/lib/router/index.js", 12, 8)
    'node_modules…index.js'
    """
    return text[: _end_of_head(text, head)] + MARK + text[_start_of_tail(text, tail) :]


def whole_words(text: str, most: int) -> str:
    """Return the first words of a text, at most `most` characters with the mark behind them.

    >>> whole_words("node worker.js", 9), whole_words("node worker.js", 14)
    ('node …', 'node worker.js')
    """
    if len(text) <= most:
        return text
    words = text[: _end_of_head(text, text[: most - 1].rfind(" ") + 1)].rstrip(" ")
    return f"{words} {MARK}" if words else beginning(text, most)


def _end_of_head(text: str, end: int) -> int:
    """Return where a beginning ends, at `end` or before what lies there."""
    begin = max(end - AROUND, 0)
    for first, last in sorted(_telling(text[begin : end + AROUND]), key=lambda span: -span[1]):
        if begin + first < end <= begin + last:  # also what follows it may tell what it is
            end = begin + first
    return end


def _start_of_tail(text: str, length: int) -> int:
    """Return where an end starts, `length` before it or behind what lies there."""
    start = len(text) - length
    begin = max(start - AROUND, 0)
    for first, last in sorted(_telling(text[begin : start + AROUND])):
        if begin + first - _BEFORE <= start < begin + last:
            start = begin + last
    return start


def _telling(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of all that redaction would replace in a text."""
    from memdoctor.homes import homes
    from memdoctor.hosts import machines
    from memdoctor.secrets import EVERYWHERE, PRIVATE, drawn
    from memdoctor.signs import likely

    for pattern in likely((pattern for _, pattern in (*EVERYWHERE, *PRIVATE)), text):
        yield from (match.span() for match in pattern.finditer(text))
    for found in (drawn(text), homes(text), machines(text)):
        yield from (match.span() for match in found)
