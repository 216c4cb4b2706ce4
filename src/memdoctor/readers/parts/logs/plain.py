"""Bytes of a line as they were meant: without colours, without what stands before them, as text."""

import re

from memdoctor.cuts import AROUND, beginning

_STEERING = re.compile(
    rb"\x1b(?:\[[0-?]{0,40}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def bare(line: bytes) -> bytes:
    """Return a line without colours, and without white space at its end."""
    return (_STEERING.sub(b"", line) if b"\x1b" in line else line).rstrip()


def alike(line: bytes) -> bytes:
    """Return a line with all digits alike, as times on different lines are."""
    return line.translate(_DIGITS)


def without(line: bytes, prefix: bytes) -> bytes | None:
    """Return a line without a prefix that differs at most in digits, as times do; None without one."""
    if line.startswith(prefix) or alike(line[: len(prefix)]) == alike(prefix):
        return line[len(prefix) :]
    stripped = prefix.rstrip()  # nothing follows it on an empty line
    return b"" if stripped and alike(line) == alike(stripped) else None


def words(raw: bytes, most: int = 200) -> str:
    """Return bytes of a log as text of a bounded length."""
    return beginning(raw[: most * 4 + AROUND].decode("utf-8", errors="replace"), most)


def with_line_feeds(text: bytes) -> bytes:
    """Return a text whose lines end with CR alone, as on old Macs, with the line ends of today."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def ends_with_cr_alone(head: bytes) -> bool:
    """Whether lines end with CR alone, as the first bytes of a log tell."""
    return b"\n" not in head and b"\r" in head.rstrip(b"\r\0")
