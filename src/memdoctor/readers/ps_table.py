"""What `ps` prints: procps, busybox, macOS, BSD; any columns, in any order, by the words of the heading."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from unicodedata import east_asian_width

from memdoctor.errors import InputError
from memdoctor.model import CONTENT, Problem, Process, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES
from memdoctor.readers.parts.plain import numbered
from memdoctor.readers.parts.processes import ps_columns, ps_values
from memdoctor.readers.parts.processes.process_fields import MOST_PID
from memdoctor.readers.parts.processes.process_rows import BEST_LISTING, Left, Rows
from memdoctor.readers.parts.processes.ps_columns import Columns, cells

_FOREST = re.compile(r"[ |]{0,1600}+\\_ |(?=[ |`-]*- )[ |`]{0,1600}+-{1,2} ")
_IN_BRACKETS = re.compile(r"\[([^\]]{1,300}+)\](?: <[defunct>]{0,8})?|\(([^()]{1,300}+)\)")
_QUOTED = re.compile(r"\A(?:> ?){1,20}")  # in a mail
_ENDED = "<defunct>"
_BUSYBOX_NAME = re.compile(r"\{([^{}]{1,64})\} ")
_LEAST_CUT = 3  # different rows that end at one column before a listing is taken for cut
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}+|[0-9.:]{1,40}")
_NOT_CUT = 40  # columns: no terminal is that narrow

_Row = tuple[int, str, dict[str, list[str]] | None]  # line, text, the words of each column


def read(opened: Opened, columns: str | None = None) -> Iterator[ProcessTable | Problem]:
    """Yield the processes of each listing in a text; `columns` names those of a listing without a heading.

    Raises InputError if there is none, or if the named columns do not fit.
    """
    name = opened.source.name
    decoded = decode(opened.read(MOST_BYTES, "bring the listing alone"))
    for repair in decoded.repairs:
        yield Problem(name, repair, place=name)
    found = False
    for listing in _listings(decoded.text, name, columns):
        left = Left(name)
        table = listing.table(left)
        if table.processes:
            found = True
            yield table
            yield from left.problems()
    if not found:
        raise InputError(
            "no heading that names the columns of a listing",
            "name them: memdoctor ps FILE --columns pid,rss,args",
        )


@dataclass(slots=True)
class _Listing:
    """One listing: a heading, and the rows below it."""

    name: str
    columns: Columns
    rows: list[tuple[int, str]] = field(default_factory=list)

    def table(self, left: Left) -> ProcessTable:
        """Return the processes, a row for each thread as one; what is left out goes to `left`."""
        taken = [(number, line, cells(self.columns, line)) for number, line in self.rows]
        cut_at = _cut_at(
            [(line, words["argv"][0]) for _, line, words in taken if words and "argv" in words]
        )
        form = _Form(self.name, cut_at, _system(self.columns, taken))
        listed = Rows(self.name, f"{self.name}:{self.columns.line or 1}", left)
        for number, line, words in taken:
            process = None if words is None else form.process(number, line, words, left)
            if process is None:
                left.row("a row that does not fit the heading: left out", f"{self.name}:{number}")
            elif process.pid not in listed.processes:  # else it is another thread of it
                listed.add(process)
        if cut_at:
            message = f"lines end at column {cut_at}: arguments are cut off"
            left.note(message, listed.place, "take it with ps -ww, and without COLUMNS")
        table = listed.table(form.system)
        for problem in listed.lacking(f"take it with {BEST_LISTING}"):
            left.note(problem.message, listed.place, problem.help)
        at = _time_of_look(table.processes)
        return replace(table, at=at, time_from=CONTENT if at else None)


def _system(columns: Columns, taken: Sequence[_Row]) -> str | None:
    """Return the system, where only one writes so."""
    if any(line.rstrip().endswith("[kthreadd]") for _, line, _ in taken):
        return "linux"
    has_macos_terminals = any(words and words.get("tty") == ["??"] for _, _, words in taken)
    is_macos = has_macos_terminals or ("session" in columns and "sid" not in columns)
    return "macos" if is_macos else None


@dataclass(frozen=True, slots=True)
class _Form:
    """What all rows of a listing have in common."""

    name: str
    cut_at: int | None
    system: str | None

    def process(self, number: int, line: str, words: dict[str, list[str]], left: Left) -> Process | None:
        """Return the process of a row, None if it has no pid."""
        one = {kind: found[0] for kind, found in words.items()}
        place = f"{self.name}:{number}"
        pid = _pid(one["pid"])
        if not pid:
            return None
        start = words.get("start", [])
        started = ps_values.start(start) if len(start) > 3 else None
        if started is None and len(start) > 3:
            left.note("start times in a language that is not read: left out", place)
        command = _command(one.get("argv"), one.get("state", "")[:1] or None, cut=self._is_cut(line))
        ppid, sid = _pid(one.get("ppid")), _pid(one.get("sid"))
        if sid is None and "s" in one.get("state", "")[1:]:  # it leads a session
            sid = pid
        rss = ps_values.size(one["rss"]) if "rss" in one else None
        share = _share(one.get("cpu_share"))
        return Process(
            self.name,
            place,
            pid,
            ppid=ppid,
            pgid=_pid(one.get("pgid")),
            sid=sid,
            user=one.get("user"),
            started_at=started,
            age=ps_values.seconds(one["age"]) if "age" in one else None,
            state=command.state,
            name=one.get("name") or command.name,
            argv=command.argv,
            cut=self._is_cut(line),
            tty=_tty(one.get("tty")),
            rss=rss,
            pss=ps_values.size(one["pss"]) if "pss" in one else None,
            uss=ps_values.size(one["uss"]) if "uss" in one else None,
            swap=ps_values.size(one["swap"]) if "swap" in one else None,
            memory_share=_share(one.get("memory_share")),
            threads=ps_values.whole(one.get("threads", "")),
            cpu_seconds=ps_values.seconds(one["cpu_seconds"]) if "cpu_seconds" in one else None,
            cpu_share=share,
            cpu_is_recent=share is not None and self.system == "macos",
            is_kernel=command.in_brackets and command.state != "Z" and not rss and ppid in (0, 2, None),
        )

    def _is_cut(self, line: str) -> bool:
        """Whether a line ends where lines are cut off: a wide sign that does not fit leaves a column."""
        return self.cut_at is not None and _width(line) >= self.cut_at - (not line.isascii())


@dataclass(frozen=True, slots=True)
class _Command:
    """What runs, as a listing writes it: arguments, or a name in brackets."""

    state: str | None
    name: str | None = None
    argv: tuple[str, ...] | None = None
    in_brackets: bool = False


def _listings(text: str, name: str, columns: str | None) -> Iterator[_Listing]:
    """Yield each listing of a text: every heading begins one, and so does a named set of columns."""
    listing = None if columns is None else _Listing(name, ps_columns.asked(columns))
    for number, quoted in numbered(text):
        line = _QUOTED.sub("", quoted)
        known = ps_columns.heading(line, number)
        if known is not None:
            if listing is not None and listing.rows:
                yield listing
            listing = _Listing(name, known)
        elif listing is not None and line.strip() and not line.startswith(("#", "$ ")):
            listing.rows.append((number, line))
    if listing is not None:
        if columns is not None and not listing.columns.line:
            ps_columns.check(listing.columns, listing.rows, name)
        yield listing


def _cut_at(lines: list[tuple[str, str]]) -> int | None:
    """Return the column where lines, with their commands, are cut off: several end there, none goes on."""
    widths = [_width(line) for line, _ in lines]
    longest = max(widths, default=0)
    # Rows of one command have one length, too: only different ones that end together were cut.
    ending = (command for (_, command), width in zip(lines, widths, strict=True) if width == longest)
    shapes = {_NUMBERS.sub("0", command) for command in ending}
    return longest if longest > _NOT_CUT and len(shapes) >= _LEAST_CUT else None


def _width(line: str) -> int:
    """Return the columns of a line."""
    return len(line) if line.isascii() else len(line) + sum(east_asian_width(sign) in "WF" for sign in line)


def _command(text: str | None, state: str | None, *, cut: bool) -> _Command:
    """Return what runs, without what draws a tree before it; what stands in brackets has a name alone."""
    if text is None:
        return _Command(state)
    drawn = _FOREST.match(text)
    bare = (text[drawn.end() :] if drawn else text.lstrip(" \t")).rstrip()
    if bare == _ENDED:  # FreeBSD
        return _Command("Z")
    found = _IN_BRACKETS.fullmatch(bare)
    ended = state == "Z" or (state is None and bare.endswith(_ENDED))
    if found and (ended or (found[1] and " " not in found[1])):
        return _Command("Z" if ended else state, found[1] or found[2], in_brackets=True)
    if cut and bare.startswith("[") and "]" not in bare:
        return _Command(state, bare[1:], in_brackets=True)
    if named := _BUSYBOX_NAME.match(bare):
        return _Command(state, named[1], tuple(bare[named.end() :].split()))
    return _Command(state, None, tuple(bare.split()))


def _pid(word: str | None) -> int | None:
    number = None if word is None else ps_values.whole(word)
    return number if number is not None and 0 <= number < MOST_PID else None


def _share(word: str | None) -> float | None:
    number = None if word is None else ps_values.decimal(word)
    return None if number is None else round(number / 100, 9)  # 0.9 % is 0.009, not 0.009…01


def _tty(word: str | None) -> str | None:
    """Return the terminal, empty for none."""
    return "" if word in ("?", "??", "-", "None") else word


def _time_of_look(processes: tuple[Process, ...]) -> datetime | None:
    """Return when a listing was taken, where its rows have both a start and an age that agree on it."""
    sums = sorted(
        process.started_at + timedelta(seconds=process.age)
        for process in processes
        if process.started_at is not None and process.age is not None and process.age < _OLDEST
    )
    if not sums:
        return None
    middle = sums[len(sums) // 2]
    agreeing = sum(abs(one - middle) <= _AGREES for one in sums)
    return middle if agreeing * 2 > len(sums) else None


_OLDEST = 1e9  # seconds; a machine is not that old
_AGREES = timedelta(seconds=3)
