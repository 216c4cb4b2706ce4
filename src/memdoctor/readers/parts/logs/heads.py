"""What the first bytes of a log look like."""

import re

from memdoctor.readers.parts.logs.objects import meant, values_of
from memdoctor.readers.parts.logs.plain import bare, ends_with_cr_alone, with_line_feeds
from memdoctor.readers.parts.logs.scan import Scan
from memdoctor.readers.parts.logs.stamps import stamp_of
from memdoctor.readers.parts.logs.windows import Window

_MOST_LINES = 200
_PROGRAMS = (
    b"log",
    b"message",
    b"MESSAGE",
)  # what docker, PM2 and the journal keep of what a program wrote
_FEW = 20
_OF_PM2 = re.compile(rb"(?:PM2 {1,60}\| )?[^|]{10,40}: PM2 (?:log|error): |PM2 {1,60}\| ")
_OF_V8 = re.compile(rb"\[\d{1,10}:(?:0x)?[0-9A-Fa-f]{4,16}(?::\w{1,16})?\] ")
# How the output of `pm2 logs`, and a fatal error, begin.
_BEGINS = re.compile(
    rb"\[TAILING\] Tailing last |<--- Last few GCs --->|<--- JS stacktrace --->|FATAL ERROR: "
)
_FIGURES = re.compile(
    rb"(?i)rss|heap_?(?:used|total|size)|memory_?usage|\bmem(?:ory)?[\"']? ?[:=]|external[\"']? ?[:=]"
    rb"|array_?buffers|resident|\bheap[\"']? ?[:=](?!:)"
)


def is_timed(head: bytes) -> bool:
    """Whether most lines begin with a time, or hold one as an object's value; indented ones go on."""
    lines = [line for line in _lines(head, _MOST_LINES) if line[:1] not in (b" ", b"\t")]
    return sum(stamp_of(line) is not None for line in lines) * 2 > len(lines)


def has_signal(head: bytes) -> bool:
    """Whether one of the signals of logs stands in it."""
    text = _readable(head)
    return next(Scan(text).found(Window(text, 0, len(text), 0, is_last=True)), None) is not None


def is_of_pm2_or_v8(head: bytes) -> bool:
    """Whether it is PM2's own log, the output of --trace-gc, or begins with a fatal error of V8.

    What begins so may go on with memory figures: others read them first.
    """
    lines = [_said(line) for line in _lines(head, _FEW)]
    if any(_BEGINS.search(line) for line in lines[:4]):
        return not has_figures(head)
    of_pm2 = sum(_OF_PM2.match(line) is not None for line in lines)
    of_v8 = sum(_OF_V8.search(line[:120]) is not None for line in lines)
    return max(of_pm2, of_v8) * 2 > len(lines)


def has_figures(head: bytes) -> bool:
    """Whether a word stands in it that names a memory figure."""
    return _FIGURES.search(head) is not None


def _lines(head: bytes, most: int) -> list[bytes]:
    text = _readable(head).removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    lines = (bare(line) for line in text.split(b"\n", 4 * most)[: 4 * most])
    return [line for line in lines if line.strip()][:most]


def _readable(head: bytes) -> bytes:
    text = head.replace(b"\0", b"")
    return with_line_feeds(text) if ends_with_cr_alone(text) else text


def _said(line: bytes) -> bytes:
    """Return what a program wrote on a line, also where that stands in an object."""
    if not line.startswith(b"{"):
        return line
    texts = (one for one in values_of(line)[1] if one.is_text and one.path in _PROGRAMS)
    text = next(texts, None)
    return line if text is None else bare(meant(line[text.start : text.end]))
