"""The rows of a timeline as they stand in a text: one in each line, in cells, or in a sentence."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from memdoctor.cuts import beginning
from memdoctor.readers.parts.plain import numbered
from memdoctor.readers.parts.timeline.heading import (
    MOMENT,
    NOTE,
    PAIR,
    Heading,
    cells_of,
    heading_of,
    is_rule,
)
from memdoctor.readers.parts.timeline.markup import EDGES, plain, unmarked
from memdoctor.readers.parts.timeline.moments import Moment, moment_at, said_by
from memdoctor.readers.parts.timeline.sizes import (
    HEAP,
    TOTAL,
    UNIT,
    USAGE,
    Quantity,
    Sizes,
    order_of,
    quantity_of,
    sizes_at,
)

MOST_LINES = 100_000  # nobody notes more by hand
_LONGEST_LINE, _LONGEST_SENTENCE = 400, 6000  # characters
_MOST_TOGETHER = 40  # lines of a paragraph
_MOST_PROSE = 1 << 18  # characters in which sentences are looked into
_REMARK = 60  # characters of a remark that are kept

_OPENING = re.compile(r"[\s|│┃(\[{\"']{0,40}")
_PAIR = re.compile(
    rf"[0-9]\s?(?:{UNIT})?\s?(?:[/÷⁄∕]|->|→|=>|\bof\b)\s?[~≈]?[0-9]|\bused\b|heapused", re.IGNORECASE
)
_WORD = re.compile(r"(?<![\w.,:+/-])[A-Za-z0-9+~≈@]")
_NUMBER = re.compile(r"(?<![\w.,:+/-])(?:[~≈]\s?)?[0-9]")
_TO_MOMENT = re.compile(r"[\s|│(\[@:=,;–—-]{0,20}")
_SHARE = re.compile(r"[~≈]?\s?([0-9]{1,3}(?:\.[0-9]{1,4})?)\s?%")
_IS_TRANSFER = re.compile(r".{0,40}?(?:[KMGT]i?B?/s|\beta\b|\bit/s|download|upload)", re.IGNORECASE)
_OF_HEAP = re.compile(r"\A\s{0,9}(?:of )?(?:the )?(?:js )?heap\b")
_DIGIT = re.compile(r"[0-9]")
_HEAP = re.compile(r"\bheap|heap(?:used|total|size)|\bcommitted\b", re.IGNORECASE)
_LIMIT = re.compile(r"(?:usage|used|mem|memory)\s?/\s?(?:mem(?:ory)? )?(?:limit|max)", re.IGNORECASE)
_HINT = re.compile(rf"(?<![\w.])(?P<unit>{UNIT})(?![\w/])")
_HINT_WORDS = re.compile(
    r"heap|used|committed|total|memory|sizes?\b|values?\b|numbers?\b|figures?\b|units?\b|\ball\b|\bin\b",
    re.IGNORECASE,
)
_GC = re.compile(r"\bgc\b|garbage|collect", re.IGNORECASE)
_WORDED_BEFORE = re.compile(r"(?P<said>[^0-9/÷]{2,60}?)(?=\s{0,9}[|│:]{0,2}\s{0,9}[~≈]?\s?[0-9])")
_JOINING = re.compile(
    r"\A(?:and|then|and then|but|so)\b\s*|\s*\b(?:and|then|and then|but|so)\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Noted:
    """One row as it stands there; `units` are those of a heading."""

    line: int
    moment: Moment
    sizes: Sizes
    remark: str = ""
    units: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What a text holds of a timeline.

    `unit` is one that a heading names for all; `stray` the lines with a time that are no rows.
    """

    rows: list[Noted] = field(default_factory=list)
    unit: str = ""
    stray: int = 0
    names_heap: bool = False
    names_limit: bool = False  # the second size is no heap, but what a container may have
    heading: Heading | None = None
    unread: dict[str, int] = field(default_factory=dict)  # what is not read → the first line of it
    is_cut: bool = False


def rows_in(text: str, most_lines: int = MOST_LINES) -> Found:
    """Return the rows of a text and what there is to know of them."""
    scan = _Scan()
    lines = islice(numbered(text), most_lines)
    paragraph: list[tuple[int, str]] = []
    for number, line in lines:
        if line.strip() and len(paragraph) < _MOST_TOGETHER:
            paragraph.append((number, plain(line[:_LONGEST_SENTENCE])))
            continue
        scan.read(paragraph)
        paragraph = [(number, plain(line[:_LONGEST_SENTENCE]))] if line.strip() else []
    scan.read(paragraph)
    scan.found.is_cut = text.count("\n") > most_lines
    return scan.found


@dataclass(slots=True)
class _Scan:
    found: Found = field(default_factory=Found)
    order: tuple[str, ...] = ()  # of a heading without cells
    restarts: bool = False  # a line that says so, and nothing else, stands before
    prose: int = 0

    def read(self, paragraph: Sequence[tuple[int, str]]) -> None:
        """Take the rows of lines that stand together."""
        rows = [row for number, line in paragraph if (row := self._line(number, line))]
        spoken = list(self._sentence(paragraph))
        self.found.rows += spoken if len(spoken) > max(len(rows), 2) else rows

    def _line(self, number: int, line: str) -> Noted | None:
        if len(line) > _LONGEST_LINE or is_rule(line):
            return None
        self.found.names_heap |= _HEAP.search(line) is not None
        self.found.names_limit |= _LIMIT.search(line) is not None
        if heading := heading_of(unmarked(line)):
            self.found.heading, self.order = heading, ()
            self.found.unit = self.found.unit or _hint(line)
            return None
        row = self._cells(number, line) or self._free(number, line)
        if row is None:
            self._other(number, line)
            return None
        if self.restarts and not row.moment.restarts:
            row.moment.restarts = True
            row.moment.words.insert(0, "restart")
        self.restarts = False
        return row

    def _cells(self, number: int, line: str) -> Noted | None:
        """Return the row of a table with a heading."""
        heading = self.found.heading
        cells = cells_of(unmarked(line), heading.delimiter) if heading else None
        if heading is None or cells is None or len(cells) < 2:
            return None
        columns = list(zip(heading.targets, heading.units, heading.titles, cells, strict=False))
        said = " ".join(cell for target, _, _, cell in columns if target == MOMENT)
        time_unit = next((unit for target, unit, _, _ in columns if target == MOMENT), "")
        sizes = _sizes_of_cells(columns)
        moment = _moment_of_cell(said, time_unit)
        if sizes is None or moment is None:
            return None
        notes = [said[moment.end :], *(rest for rest in _rests(columns))]
        notes += cells[len(columns) :]
        remark = "; ".join(note for note in map(_stripped, notes) if note)
        for target, _, title, cell in columns:
            if not target and _has_digit(cell):
                self.found.unread.setdefault(f"the column {beginning(title, 40)!r} is not read", number)
        units = {target: unit for target, unit, _, _ in columns if unit and target not in (MOMENT, NOTE)}
        if PAIR in units:
            units |= dict.fromkeys(HEAP, units[PAIR])
        return Noted(number, moment, sizes, beginning(remark, _REMARK), units)

    def _free(self, number: int, line: str) -> Noted | None:
        """Return the row that a line is, whatever stands between its parts."""
        if not _has_digit(line):
            return None
        body = unmarked(line)
        opening = _OPENING.match(body)
        start = opening.end() if opening else 0
        heading = self.found.heading
        units: dict[str, str] = {}
        order = self.order
        if not order and heading is not None and not heading.delimiter.strip():
            order, units = heading.order, _units(heading)
        row = _labelled(number, body, start, order) or _behind(number, body, start, order)
        row = row or _worded(number, body, start, order)
        if row is None:
            return None
        row.sizes.swapped = order == self.order and order[:1] == (TOTAL,)
        return replace(row, units=units)

    def _other(self, number: int, line: str) -> None:
        """Take from a line that is no row what it says of the rows below it, or above."""
        body = unmarked(line).strip(EDGES + "()[]=#")
        if not _has_digit(body):
            order = order_of(body) if len(body) <= 100 else ()
            self.order = order or self.order
        if len(body) <= _REMARK and (moment := said_by(body)) and moment.restarts:
            self.restarts = True
        elif body[:1].isdigit() and (moment := moment_at(body, 0)) and moment.at is not None:
            self.found.stray += 1
        self.found.unit = self.found.unit or _hint(line)

    def _sentence(self, paragraph: Sequence[tuple[int, str]]) -> Iterator[Noted]:
        """Yield the rows of lines that hold several of them each, as sentences do."""
        if not any(len(_PAIR.findall(line)) > 1 for _, line in paragraph):
            return
        parts = [unmarked(line) for _, line in paragraph]
        text = "\n".join(parts)
        self.prose += len(text)
        if len(text) > _LONGEST_SENTENCE or self.prose > _MOST_PROSE:
            return
        spans = _spoken(text, order_of(_DIGIT.split(text, maxsplit=1)[0][-100:]))
        if spans and _PAIR.search(text, 0, spans[0][0]):
            spans = max(spans, _spoken_behind(text), key=len)
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + len(part) + 1)
        for index, (start, end, row) in enumerate(spans):
            following = spans[index + 1][0] if index + 1 < len(spans) else None
            remark = _spoken_remark(text[end : end + 400 if following is None else following], following)
            line = paragraph[bisect_right(starts, start) - 1][0]
            yield replace(row, line=line, remark=remark)
        if spans:
            self.found.names_heap |= _HEAP.search(text) is not None
            around = text[: spans[0][0]][-200:], text[spans[-1][1] :][:100]
            self.found.unit = self.found.unit or _hint(around[0]) or _hint(around[1])


def _labelled(number: int, body: str, start: int, order: Sequence[str]) -> Noted | None:
    moment = moment_at(body, start)
    sizes = sizes_at(body, moment.end, order) if moment else None
    return _noted(number, body, moment, sizes, sizes.end if sizes else 0)


def _behind(number: int, body: str, start: int, order: Sequence[str]) -> Noted | None:
    """Return a row whose moment stands behind its sizes."""
    if not (body[start : start + 1].isdigit() or body[start : start + 1] in "~≈uUhHcCtT"):
        return None
    sizes = sizes_at(body, start, order)
    gap = _TO_MOMENT.match(body, sizes.end) if sizes else None
    moment = moment_at(body, gap.end()) if gap else None
    return _noted(number, body, moment, sizes, moment.end if moment else 0)


def _worded(number: int, body: str, start: int, order: Sequence[str]) -> Noted | None:
    """Return a row whose words tell of a collection in any way."""
    words = _WORDED_BEFORE.match(body, start)
    if words is None or not _GC.search(words["said"]):
        return None
    sizes = sizes_at(body, words.end(), order)
    moment = Moment(words.end(), collected=True, words=[words["said"].strip(EDGES)])
    return _noted(number, body, moment, sizes, sizes.end if sizes else 0)


def _noted(number: int, body: str, moment: Moment | None, sizes: Sizes | None, end: int) -> Noted | None:
    if moment is None or sizes is None:
        return None
    rest = body[end:]
    if _IS_TRANSFER.match(rest):
        return None
    if sizes.named and _has_digit(rest):
        rest = rest.partition("(")[2].partition(")")[0]  # more figures of a kind that is not read
    if USAGE not in sizes.fields and (share := _SHARE.search(rest)):
        sizes.fields[USAGE] = Quantity(share[1], is_percent=True)
        rest = rest.replace(share[0], "", 1)
    return Noted(number, moment, sizes, beginning(_stripped(_OF_HEAP.sub("", rest)), _REMARK))


def _moment_of_cell(said: str, unit: str) -> Moment | None:
    opening = _OPENING.match(said)
    moment = moment_at(said, opening.end() if opening else 0)
    quantity = quantity_of(said) if unit else None
    if quantity is not None and not quantity.unit and (moment is None or moment.length == 0):
        return moment_at(f"{quantity.number} {unit}", 0)
    return moment


def _sizes_of_cells(columns: Sequence[tuple[str, str, str, str]]) -> Sizes | None:
    sizes = Sizes(named=True)
    for target, _, title, cell in columns:
        if target == PAIR:
            pair = sizes_at(cell, 0, order_of(title)) if _has_digit(cell) else None
            sizes.fields |= pair.fields if pair else {}
        elif target and target not in (MOMENT, NOTE):
            quantity = quantity_of(cell)
            if quantity is not None:
                sizes.fields.setdefault(target, quantity)
            elif _has_digit(cell):
                return None  # the cells are not below their names
    return sizes if all(target in sizes.fields for target in HEAP) else None


def _rests(columns: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    """Yield what the cells say besides the figures."""
    for target, _, _, cell in columns:
        if target == NOTE or (not target and not _has_digit(cell)):
            yield cell
        elif target == USAGE and "(" in cell:
            yield cell.partition("(")[2]


def _spoken(text: str, order: Sequence[str]) -> list[tuple[int, int, Noted]]:
    """Return the rows in a sentence with where they start and end: the moment stands before the sizes."""
    order = order if order[:1] == (TOTAL,) else ()
    found, position = [], 0
    for word in _WORD.finditer(text):
        if word.start() < position or (moment := moment_at(text, word.start(), in_prose=True)) is None:
            continue
        sizes = sizes_at(text, moment.end, order)
        if sizes is not None and not _IS_TRANSFER.match(text, sizes.end):
            sizes.swapped = bool(order)
            position = sizes.end
            found.append((word.start(), position, Noted(0, moment, sizes)))
    return found


def _spoken_behind(text: str) -> list[tuple[int, int, Noted]]:
    """Return the rows in a sentence that names the moment behind the sizes."""
    found, position = [], 0
    for number in _NUMBER.finditer(text):
        if number.start() < position or (sizes := sizes_at(text, number.start())) is None:
            continue
        gap = _TO_MOMENT.match(text, sizes.end)
        moment = moment_at(text, gap.end() if gap else sizes.end, in_prose=True)
        position = sizes.end
        if moment is not None:
            position = moment.end
            found.append((number.start(), position, Noted(0, moment, sizes)))
    return found


def _spoken_remark(rest: str, following: int | None) -> str:
    """Return what a sentence says of a row; behind the last one only what is of a row for sure."""
    said = rest.partition("\n")[0] if following is None else " ".join(rest.split())
    opening = said.lstrip(" ,;·–—")
    if opening.startswith("("):
        bracketed = opening[1:].partition(")")[0]
        return "" if following is None and _hint(bracketed) else beginning(_stripped(bracketed), _REMARK)
    said = said.partition(")")[0].partition(". ")[0]
    if following is None:
        # What goes on behind the last row is about all of them.
        moment = moment_at(said, len(said) - len(said.lstrip(EDGES)))
        return "; ".join(moment.words) if moment else ""
    return beginning(_stripped(_JOINING.sub("", _JOINING.sub("", _stripped(said)))), _REMARK)


def _stripped(text: str) -> str:
    return text.strip(EDGES + "./()[]{}→>=<#").strip()


def _hint(line: str) -> str:
    """Return the unit that a line names for all sizes; empty if none or several."""
    if not _HINT_WORDS.search(line) and len(line.strip(EDGES + "()[]")) > 4:
        return ""
    units = {
        match["unit"]
        for match in _HINT.finditer(line[:_LONGEST_LINE])
        if match["unit"].lower().endswith(("b", "bytes"))
        and len(match["unit"]) > 1
        and not _has_digit(line[max(match.start() - 2, 0) : match.start()])
    }
    return units.pop() if len(units) == 1 else ""


def _units(heading: Heading) -> dict[str, str]:
    return {target: unit for target, unit in zip(heading.targets, heading.units, strict=True) if unit}


def _has_digit(text: str) -> bool:
    return any(char in "0123456789" for char in text)
