"""What `/heapdump` prints on the terminal: sizes in GB, which are GiB there, with two decimals."""

import re
from collections.abc import Iterator

from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import sizes, values
from memdoctor.readers.parts.columns import Notes
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.plain import bounded, numbered, text_of

_LINE = re.compile(
    r"[\s>*•-]{0,12}+(?P<name>rss|js heap|array buffers|other external|growth rate)\s?:\s{0,8}"
    r"(?P<value>[^(]{1,40})(?:\(peak (?P<peak>[^()]{1,30})\))?.{0,200}",
    re.I,
)
_TARGETS = {"rss": "rss", "js heap": "heap_total", "array buffers": "array_buffers"}
_RATE = "growth rate"

# The texts of potentialLeaks that are known; nothing else of the prose is taken.
_HINT = re.compile(
    r"Native memory > heap - leak may be in native addons \([\w\s,.-]{1,80}\)"
    r"|High memory growth rate: [0-9.,]{1,20} MB/hour|[0-9]{1,6} detached [\w ]{1,60}"
)


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each breakdown in the text.

    Raises InputError if there is none.
    """
    name = opened.source.name
    notes = Notes(name)
    text, told = text_of(opened)
    yield from told
    records = _breakdowns(text, name, notes)
    yield from bounded(records, name, "no breakdown of /heapdump", "paste it from its line RSS on")
    yield from notes.problems()


def _breakdowns(text: str, name: str, notes: Notes) -> Iterator[Sample | Problem]:
    current: _Breakdown | None = None
    for number, line in numbered(text):
        match, place = _LINE.fullmatch(line[:400]), f"{name}:{number}"
        if match is None:
            if current and (hint := _HINT.search(line[:400])):
                current.hints.append(hint[0])
            continue
        if match["name"].lower() == "rss":
            if current:
                yield from current.finish()
            current = _Breakdown(name, notes, place)
        if current:
            current.take(match, place)
        else:
            yield Problem(name, "it stands before the line RSS: left out", place=place)
    if current:
        yield from current.finish()


class _Breakdown:
    """One breakdown on its way."""

    def __init__(self, name: str, notes: Notes, place: str) -> None:
        self.hints: list[str] = []
        self._draft = Draft(name)
        self._notes = notes
        self._place = place
        self._other: sizes.Size | None = None
        self._other_place = ""
        self._resolution: dict[str, int] = {}

    def take(self, match: re.Match[str], place: str) -> None:
        """Take a line of it."""
        name, value = match["name"].lower(), match["value"]
        if name in _TARGETS:
            self._size(_TARGETS[name], value, place)
            self._size("max_rss", match["peak"], place)
        elif name == _RATE:
            self._draft.take("reported_rate_per_hour", value, sizes.parse_rate, place)
        else:
            try:
                self._other, self._other_place = sizes.parse_size(value), place
            except values.WrongKindError as error:
                self._draft.problems.append(Problem(self._draft.name, f"{error}: not read", place=place))

    def finish(self) -> Iterator[Sample | Problem]:
        """Yield the sample."""
        buffers = self._draft.fields.get("array_buffers")
        if self._other and buffers is not None:
            self._draft.take("external", self._other.bytes + buffers, values.whole, self._other_place)
            # Of two rounded figures the sum is off by both.
            coarse = self._other.resolution + self._resolution.get("array_buffers", 0)
            self._resolution["external"] = coarse
            self._notes.round(coarse, self._other_place)
            message = "external is not printed: it is taken as Array buffers + Other external"
            self._notes.assume(message, self._other_place)
        coarsest = max(self._resolution.values(), default=0)
        yield from self._draft.finish(
            self._place,
            document="/heapdump breakdown",
            hints=tuple(self.hints),
            resolution=coarsest if coarsest > 1 else None,
        )

    def _size(self, target: str, text: str | None, place: str) -> None:
        def convert(raw: str) -> int:
            size = sizes.parse_size(raw)
            self._resolution[target] = size.resolution
            self._notes.round(size.resolution, place)
            if size.vague:
                self._notes.assume("GB is GiB in this breakdown, and MB/hour is MiB/hour", place)
            return values.whole(size.bytes)

        self._draft.take(target, text, convert, place)
