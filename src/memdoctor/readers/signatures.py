"""What the first bytes of each text format look like; in `sniff.py` the particular ones stand first.

A signature must not take what another reader understands better, so each asks for the names of memory
figures and not only for the shape. Modules are imported once their shape is there: start-up stays light.
"""

import re
from collections.abc import Iterator
from itertools import islice

_BAR, _CORNER = "│".encode(), "┌".encode()
_METRIC = re.compile(
    rb"(?m)^[ \t]{0,8}(?:[A-Za-z]\w{0,60}_)?(?:process_resident_memory_bytes|nodejs_external_memory_bytes"
    rb"|nodejs_heap_size_(?:total|used)_bytes)[ \t]{0,4}(?:\{[^}\n]{0,2000}\})?[ \t]{1,8}[0-9NI+-]"
)
_RSS = re.compile(rb"(?mi)^[ \t>*\xe2\x80\xa2-]{0,12}RSS ?:[ \t]{0,8}[0-9][0-9.,]{0,20} ?[KMGT]i?B\b")
_JS_HEAP = re.compile(rb"(?mi)^[ \t>*\xe2\x80\xa2-]{0,12}JS heap ?:[ \t]{0,8}[0-9]")
_MOST_LINES = 400
# What tells of a process or its heap: without any of it no timeline is looked for.
_TIMELINE = re.compile(
    rb"(?i)start|boot|launch|reload|fresh|begin|initial|baseline|t ?= ?0|heap|committed|used|gc|collect"
)


_V8 = re.compile(
    rb"\{\s*+\"(?:snapshot\"\s*+:\s*+\{\s*+\"(?:meta|node_count|title|uid)\""
    rb"|(?:nodes|edges|samples|locations|trace_\w{1,20})\"\s*+:\s*+\[\s*+\d++\s*+,"
    rb"|strings\"\s*+:\s*+\[\s*+\")"
)
_JSC = re.compile(
    rb"\{\s*+\"version\"\s*+:\s*+\d{1,4}\s*+,\s*+\"type\"\s*+:\s*+\"(?:Inspector|GCDebugging)\""
)


def is_v8_snapshot(head: bytes) -> bool:
    """Whether it is a heap snapshot in V8's format."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    return _V8.match(text) is not None or (text[:1] == b"{" and b'"node_fields"' in text)


def is_jsc_snapshot(head: bytes) -> bool:
    """Whether it is a heap snapshot in JavaScriptCore's own format, as Bun writes it."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return _JSC.match(text) is not None or (text[:1] == b"{" and b'"nodeClassNames"' in text)


_RECORDING = re.compile(
    rb"\{ ?\"memdoctor\" ?: ?\"recording\" ?, ?\"version\" ?: ?\d"
    rb"|\{ ?\"at\" ?: ?\"[^\"\n]{1,40}\" ?, ?\"pid\" ?: ?\d{1,10} ?, ?\"start\" ?:"
)


def is_recording(head: bytes) -> bool:
    """Whether it is what `memdoctor watch --record` writes, from its begin or from the middle of it."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    behind_a_cut = start.partition(b"\n")[2]
    return any(_RECORDING.match(text) is not None for text in (start, behind_a_cut))


def is_node_report(head: bytes) -> bool:
    """Whether it is a diagnostic report of Node, or Bun's."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    return start[:1] == b"{" and b'"header"' in start and b'"reportVersion"' in start


def is_prometheus(head: bytes) -> bool:
    """Whether a line is a memory metric in Prometheus text exposition."""
    return _METRIC.search(head.removeprefix(b"\xef\xbb\xbf")) is not None


def is_heapdump_breakdown(head: bytes) -> bool:
    """Whether it has the first two lines that /heapdump prints."""
    return _RSS.search(head) is not None and _JS_HEAP.search(head) is not None


def is_console_table(head: bytes) -> bool:
    """Whether a box has a cell that names a memory figure."""
    if _BAR not in head or _CORNER not in head:
        return False
    from memdoctor.readers.parts.columns import MEMORY, column_of

    cells = islice((cell for _, line in _lines(head) for cell in line.split("│")), 5000)
    return any((column := column_of(cell)) and column.target in MEMORY for cell in cells)


def is_csv_table(head: bytes) -> bool:
    """Whether there is a heading with two known names, and a row under it with as many cells."""
    if not any(delimiter in head for delimiter in (b",", b";", b"\t")):
        return False
    from memdoctor.readers.csv_table import find_heading
    from memdoctor.readers.parts.csv_cells import csv_cells

    lines = _lines(head)
    heading = find_heading(lines)
    if heading is None:
        return False
    for _, line in islice(lines, 20):
        cells = csv_cells(line, heading.delimiter) or []
        if len(cells) == heading.width and any(_has_digit(cells[index]) for index in heading.columns):
            return True
    return False


def is_heap_timeline(head: bytes) -> bool:
    """Whether three rows have a time or a word before used and committed heap, and words tell of either."""
    if not _TIMELINE.search(head.replace(b"\0", b"")):
        return False
    from memdoctor.readers.parts.timeline.claim import is_timeline

    return is_timeline(head, _MOST_LINES)


def is_size_table(head: bytes) -> bool:
    """Whether there is a table with bars whose rows or columns are memory figures, and a figure in it."""
    if b"|" not in head:
        return False
    from memdoctor.readers.parts.columns import MEMORY, column_of
    from memdoctor.readers.parts.grid import heading
    from memdoctor.readers.size_table import cells_of

    under_heading = False
    named = set()
    for _, line in islice(_lines(head), _MOST_LINES):
        cells = cells_of(line)
        if cells is None:
            under_heading = False
        elif heading(cells, loose=True):
            under_heading = True
        elif any(_has_digit(cell) for cell in cells[1:]):
            column = column_of(cells[0], loose=True)
            named |= {column.target} & MEMORY if column else set()
            if under_heading or len(named) > 1:
                return True
    return False


def is_size_lines(head: bytes) -> bool:
    """Whether a line has two named sizes with units; or two lines one each, and there are no braces."""
    from memdoctor.readers.parts.columns import MEMORY
    from memdoctor.readers.size_lines import pairs_of

    named = set()
    for _, line in islice(_lines(head), _MOST_LINES):
        targets = {pair.column.target for pair in pairs_of(line)} & MEMORY
        if len(targets) > 1 and "{" not in line:
            return True
        named |= targets
    return len(named) > 1 and b"{" not in head


def _lines(head: bytes) -> Iterator[tuple[int, str]]:
    from memdoctor.readers.parts.plain import numbered

    return numbered(head.decode("utf-8", errors="replace"))


def _has_digit(text: str) -> bool:
    return any(char in "0123456789" for char in text[:60])
