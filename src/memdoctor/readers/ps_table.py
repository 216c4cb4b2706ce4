"""What `ps` prints: procps, busybox, macOS, BSD; any columns, in any order, by the words of the heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unicodedata import east_asian_width

from memdoctor.errors import InputError
from memdoctor.model import Problem, Process, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import ps_columns, ps_values
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES
from memdoctor.readers.parts.plain import MOST_PROBLEMS, numbered
from memdoctor.readers.parts.ps_columns import Columns, cells

_FOREST = re.compile(r"[ |]{0,1600}+\\_ ")
_IN_BRACKETS = re.compile(r"\[([^\]]{1,300}+)\](?: <[defunct>]{0,8})?|\(([^()]{1,300}+)\)")
_ENDED = "<defunct>"
_BUSYBOX_NAME = re.compile(r"\{([^{}]{1,64})\} ")
_MOST_PID = 1 << 31
_LEAST_CUT = 3  # different rows that end at one column before a listing is taken for cut
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}+|[0-9.:]{1,40}")
_NOT_CUT = 40  # columns: no terminal is that narrow


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
        table = listing.table()
        if table.processes:
            found = True
            yield table
            yield from listing.problems()
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
    unfit: list[int] = field(default_factory=list)  # lines
    foreign_start: int | None = None
    cut_at: int | None = None
    system: str | None = None

    def table(self) -> ProcessTable:
        """Return the processes; a row for each thread becomes one process."""
        self.cut_at = _cut_at([line for _, line in self.rows])
        self.system = self._find_system()
        processes: dict[int, Process] = {}
        for number, line in self.rows:
            process = self._process(number, line)
            if process is None:
                self.unfit.append(number)
            else:
                processes.setdefault(process.pid, process)
        listed = tuple(processes.values())
        at = _time_of_look(listed)
        return ProcessTable(
            self.name,
            f"{self.name}:{self.columns.line or 1}",
            listed,
            at=at,
            time_from="start and age of its processes" if at else None,
            system=self.system,
            whole=1 in processes or None,
        )

    def problems(self) -> Iterator[Problem]:
        """Yield what could not be read, and what this listing cannot tell."""
        for number in self.unfit[:MOST_PROBLEMS]:
            yield Problem(
                self.name, "a row that does not fit the heading: left out", place=f"{self.name}:{number}"
            )
        if self.cut_at:
            message = f"lines end at column {self.cut_at}: arguments are cut off"
            yield Problem(self.name, message, "take it with ps -ww, and without COLUMNS")
        if self.foreign_start:
            message = "start times in a language that is not read: left out"
            yield Problem(self.name, message, place=f"{self.name}:{self.foreign_start}")
        if "ppid" not in self.columns:
            message = "no column for the parent: orphans and leaked children cannot be told"
            yield Problem(self.name, message, "take it with ps -eo pid,ppid,sid,stat,rss,etime,args")
        if "argv" not in self.columns:
            message = "no column for the arguments: which program runs cannot be told"
            yield Problem(self.name, message, "take it with ps -eo pid,ppid,sid,stat,rss,etime,args")

    def _find_system(self) -> str | None:
        """Return the system, where only one writes so."""
        first = (cells(self.columns, line) for _, line in self.rows[:200])
        tty = [found["tty"][0] for found in first if found and "tty" in found]
        if any(line.rstrip().endswith("[kthreadd]") for _, line in self.rows):
            return "linux"
        is_macos = "??" in tty or ("session" in self.columns and "sid" not in self.columns)
        return "macos" if is_macos else None

    def _process(self, number: int, line: str) -> Process | None:
        found = cells(self.columns, line)
        if found is None:
            return None
        one = {kind: words[0] for kind, words in found.items()}
        pid = ps_values.whole(one["pid"])
        if pid is None or not 0 < pid < _MOST_PID:
            return None
        started = ps_values.start(found["start"]) if len(found.get("start", ())) > 3 else None
        if started is None and len(found.get("start", ())) > 3:
            self.foreign_start = self.foreign_start or number
        command = _command(one.get("argv"), one.get("state", "")[:1] or None, cut=self._is_cut(line))
        ppid = _pid(one.get("ppid"))
        rss = ps_values.size(one["rss"]) if "rss" in one else None
        return Process(
            self.name,
            f"{self.name}:{number}",
            pid,
            ppid=ppid,
            pgid=_pid(one.get("pgid")),
            sid=_pid(one.get("sid")),
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
            cpu_share=_share(one.get("cpu_share")),
            cpu_is_recent=self.system == "macos",
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
    for number, line in numbered(text):
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


def _cut_at(lines: list[str]) -> int | None:
    """Return the column where lines are cut off: several end there, and none goes on."""
    widths = [_width(line) for line in lines]
    longest = max(widths, default=0)
    # Rows of one command have one length, too: only different ones that end together were cut.
    ending = (line for line, width in zip(lines, widths, strict=True) if width == longest)
    shapes = {_NUMBERS.sub("0", line) for line in ending}
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
    return number if number is not None and 0 <= number < _MOST_PID else None


def _share(word: str | None) -> float | None:
    number = None if word is None else ps_values.decimal(word)
    return None if number is None else number / 100


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
