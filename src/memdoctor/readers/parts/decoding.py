"""Bytes to text: byte order marks, UTF-16, terminal colours, HTML entities, quotation marks of mails."""

import re
from dataclasses import dataclass

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_QUOTE = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and what had to be done to get it."""

    text: str
    repairs: tuple[str, ...]


def decode(data: bytes) -> Decoded:
    """Return the text of an input; every line keeps its number."""
    repairs = []
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and data[:400:2].count(0) + data[1:400:2].count(0) > 100:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    if encoding is not None:
        repairs.append("a byte order mark or UTF-16: decoded")
    text = data.decode(encoding or "utf-8", errors="replace")
    if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
        repairs.append("bytes that are no text: replaced")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
        repairs.append("terminal colours: taken out")
    if "&quot;" in text or "&#34;" in text:
        import html

        text = html.unescape(text)
        repairs.append("HTML entities: resolved")
    quoted = len(_QUOTE.findall(text))
    if quoted > 1 and quoted * 2 >= text.count("\n"):
        text = _QUOTE.sub("", text)
        repairs.append("quotation marks before each line: taken out")
    return Decoded(text, tuple(repairs))
