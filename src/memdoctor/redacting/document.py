"""Copies of everything that is text: documents, listings, recordings, logs, line by line or as a whole."""

from collections.abc import Iterator
from typing import BinaryIO

from memdoctor.readers.opening import Opened
from memdoctor.redacting.results import Counts
from memdoctor.redacting.texts import Texts

_AT_ONCE = 1 << 20  # characters of lines that are redacted together
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def copy_text(opened: Opened, texts: Texts, output: BinaryIO) -> Counts:
    """Write a text with other words, in the encoding that it has."""
    mark, encoding = _encoding(opened.head)
    replaced, kept = texts.replaced, texts.kept
    output.write(mark)
    start = opened.head[len(mark) :].decode(encoding, "replace").lstrip()
    json = start[:1] in {"{", "["} or '{"' in start
    for text in pieces(opened):
        output.write(texts.redact(text, json=json).encode(encoding, "replace"))
    return Counts(texts.replaced - replaced, texts.kept - kept)


def _encoding(head: bytes) -> tuple[bytes, str]:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return mark, encoding
    if head[:400:2].count(0) + head[1:400:2].count(0) > 100:
        return b"", "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return b"", "utf-8"


def pieces(opened: Opened) -> Iterator[str]:
    """Yield the text in pieces that end with a line, as far as lines are not endless."""
    from codecs import getincrementaldecoder

    mark, encoding = _encoding(opened.head)
    skipped = len(mark)
    decoder = getincrementaldecoder(encoding)("replace")
    waiting: list[str] = []
    length = 0
    for chunk in opened.chunks():
        waiting.append(decoder.decode(chunk[skipped:]))
        skipped = 0
        length += len(waiting[-1])
        if length >= _AT_ONCE:
            text = "".join(waiting)
            end = text.rfind("\n") + 1 or text.rfind(" ") + 1 or len(text)
            yield text[:end]
            waiting, length = [text[end:]], len(text) - end
    yield "".join(waiting) + decoder.decode(b"", final=True)
