"""Documents inside text: pasted into an issue, wrapped in prose, printed by console.log, cut off."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.diagnostics_fields import read_sample
from memdoctor.readers.parts.document import Document
from memdoctor.readers.parts.documents import documents_in
from memdoctor.readers.parts.json_text import MOST_BYTES, MOST_VALUES
from memdoctor.readers.parts.lenient import NotAValueError, Parsed, parse_value
from memdoctor.readers.parts.prefix import timed, writer

_HELP = "give the file itself, or the text from its first { to its last }"
_START = re.compile(r"\{|\[(?=\s*[\[{])")
_MEMORY = re.compile(r"heapUsed|heapTotal|memoryUsage|\brss\b|total_heap_size|used_heap_size")
_LOOK_AHEAD = 4_000  # characters in which a document names one of its figures


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield the samples of every document in a text, in order, and all that was repaired or left out.

    Raises InputError if there is none.
    """
    decoded = decode(opened.read(MOST_BYTES, "split the file"))
    name = opened.source.name
    text = _Text(name, decoded.text)
    count = 0
    for record in text.records():
        count += isinstance(record, Sample)
        yield record
    if not count:
        raise InputError(text.failure or "no memory figures in this text", _HELP, place=text.failed_at)
    for repair in decoded.repairs:
        yield Problem(name, repair, place=name)


class _Text:
    """A text with its documents; `failure` is why the first that looked like one could not be read."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.failure: str | None = None
        self.failed_at: str | None = None

    def records(self) -> Iterator[Sample | Problem]:
        """Yield samples and problems in the order of the text."""
        if sum(map(self.text.count, ",[{:")) > MOST_VALUES:
            self.failure = "too many values in one text"
            return
        mentioned = [found.start() for found in _MEMORY.finditer(self.text)]
        at = effort = 0
        while (start := _START.search(self.text, at)) and effort < 4 * len(self.text) + _LOOK_AHEAD:
            at = start.start() + 1
            near = bisect(mentioned, at)
            if near == len(mentioned):
                return
            if mentioned[near] > at + _LOOK_AHEAD:
                at = mentioned[near] - _LOOK_AHEAD
                continue
            try:
                parsed = parse_value(self.text, start.start())
            except NotAValueError as error:
                self.fail(str(error), error.position)
                effort += error.position - start.start()  # hostile text must not be read again and again
                continue
            found = list(self.documents(parsed, start.start()))
            if any(isinstance(record, Sample) for record in found):
                at = parsed.end
            yield from found

    def documents(self, parsed: Parsed, start: int) -> Iterator[Sample | Problem]:
        """Yield the samples of one parsed value, with what was done to read it."""
        place = f"{self.name}:{self.line(start)}"
        before = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        samples = False
        for found in documents_in(parsed.value, self.name, f"{place}#"):
            if isinstance(found, Problem):
                yield found
                continue
            for record in read_sample(self._listed(found, before), self.name):
                samples |= isinstance(record, Sample)
                yield timed(record, before, place)
        if not samples:
            return
        for repair, position in parsed.repairs.items():
            yield Problem(self.name, repair, place=f"{self.name}:{self.line(position)}")
        if parsed.cut_at is not None:
            end = f"{self.name}:{self.line(len(self.text))}"
            yield Problem(
                self.name, f"cut off at {parsed.cut_at}: only what stands before was read", place=end
            )

    def _listed(self, found: Document, before: str) -> Document:
        """Take results of one call, printed again and again, for one list; whole documents stand alone."""
        if found.kind == "diagnostics" or found.series is not None:
            return found
        return replace(found, series=f"{self.name} {writer(before, found.value)}".strip())

    def fail(self, message: str, position: int) -> None:
        """Remember the first failure: if nothing else is found, it is the error."""
        if self.failure is None:
            self.failure = f"not readable: {message}"
            self.failed_at = f"line {self.line(position)}"

    def line(self, position: int) -> int:
        """Return the number of the line that holds a position."""
        return self.text.count("\n", 0, position) + 1
