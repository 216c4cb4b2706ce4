"""The drawing that `pstree` makes of a tree, in ASCII or with the lines of UTF-8: who hangs on whom.

    init(1)-+-node(12)-+-{node}(13)
            |          `-{node}(14)
            `-bash(15)---sleep(16)

Each line hangs on a branch that is still open: one for every bar before it, and the one it is drawn at. So
names may have been changed, which moves what stands behind them, and the tree can still be told. Where
lines are missing that no longer adds up, and only what stands exactly under its branch is taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BEFORE = re.compile(r"((?:[ │]|\|(?!-))*+)(?:([|├`└])[-─])?+")
_ID = re.compile(r"\(([0-9]{0,10})(?:,[^(),\s]{0,64}+){0,4}+\)\]*+(?:(-\+-|─┬─)|(-{3}|─{3})|[ \t]*+\Z)")
# With -a: the arguments follow the id.
_ID_AND_ARGUMENTS = re.compile(r",([0-9]{1,10}+)(?:,[\w.'-]{0,64}+){0,3}+\)?+(?= |-*+\Z|\.\.\.\Z)")
_SEVERAL = re.compile(r"([0-9]{1,6})\*\[")
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Entry:
    """A process or a thread; `column` is where its name begins, `branch` where its children hang."""

    name: str
    pid: int | None
    column: int
    branch: int | None = None
    is_thread: bool = False
    times: int = 1
    arguments: str | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the bars before it, where its branch is drawn, and a chain of entries."""

    number: int
    bars: int
    column: int | None  # None for what hangs on nothing
    is_last: bool  # of its branch
    entries: tuple[Entry, ...]
    is_cut: bool

    @property
    def has_arguments(self) -> bool:
        """Whether it was drawn with -a: then every entry may have children below."""
        return any(entry.arguments is not None for entry in self.entries)


def line_of(text: str, number: int) -> Line:
    """Take a line apart."""
    before = _BEFORE.match(text)
    prefix, mark, start = (before[1], before[2], before.end()) if before else ("", None, 0)
    bars = len(prefix) - prefix.count(" ")
    chain, plain = _ID.search(text, start), _ID_AND_ARGUMENTS.search(text, start)
    if plain and not (chain and chain.start() < plain.start()):
        entries, end = [_with_arguments(text, start, plain)], len(text)
    else:
        entries, end = _chain(text, start, chain)
    column = len(prefix) if mark else None
    return Line(number, bars, column, mark in ("`", "└"), tuple(entries), bool(text[end:].strip()))


def _chain(text: str, start: int, found: re.Match[str] | None) -> tuple[list[Entry], int]:
    """Return the entries of a line, and how far they reach."""
    entries = []
    while found is not None:
        name, is_thread, times = _named(text[start : found.start()])
        branch = found.start(2) + 1 if found[2] else None
        pid = int(found[1]) if found[1] else None
        entries.append(Entry(name, pid, start, branch, is_thread, times))
        start = found.end()
        found = _ID.search(text, start) if found[2] or found[3] else None
    return entries, start


def _with_arguments(text: str, start: int, found: re.Match[str]) -> Entry:
    """Return the one entry of a line drawn with -a; the kernel's and zombies have brackets."""
    name, is_thread, times = _named(text[start : found.start()].removeprefix("("))
    rest = text[found.end() :].strip()
    is_cut = rest.endswith(_CUT)
    branch = start + (2 if found.start() - start > 1 else 1)
    return Entry(name, int(found[1]), start, branch, is_thread, times, rest.removesuffix(_CUT), is_cut)


def _named(text: str) -> tuple[str, bool, int]:
    """Return the name, whether it is a thread's, and for how many it is drawn."""
    times = 1
    while several := _SEVERAL.match(text):
        times, text = min(times * int(several[1]), 1 << 20), text[several.end() :]
    is_thread = text.startswith("{") and text.endswith("}")
    return text[1:-1] if is_thread else text, is_thread, times


def parents(lines: Sequence[Line]) -> list[int | None]:
    """Return for each entry of all lines the number of the entry it hangs on."""
    if not any(line.has_arguments for line in lines) and (counted := _counted(lines)) is not None:
        return counted
    return _measured(lines)


def _counted(lines: Sequence[Line]) -> list[int | None] | None:
    """Return whom each entry hangs on by the number of bars, None where they do not add up."""
    above: list[int | None] = []
    still_open: list[int] = []  # entries with a branch that is drawn further below
    for line in lines:
        holder = None
        if line.column is None:
            still_open = []
        elif len(still_open) != line.bars + 1:
            return None
        else:
            holder = still_open.pop() if line.is_last else still_open[-1]
        for entry in line.entries:
            above.append(holder)
            holder = len(above) - 1
            if entry.branch is not None:
                still_open.append(holder)
    return above


def _measured(lines: Sequence[Line]) -> list[int | None]:
    """Return whom each entry hangs on by the columns, None for what stands under no branch."""
    above: list[int | None] = []
    branches: list[tuple[int, int]] = []  # columns, which only rise, with their entries
    for line in lines:
        column = -1 if line.column is None else line.column
        while branches and branches[-1][0] > column:
            branches.pop()
        holder = branches[-1][1] if branches and branches[-1][0] == column else None
        for entry in line.entries:
            above.append(holder)
            holder = len(above) - 1
            if entry.branch is not None:
                branches.append((entry.branch, holder))
    return above
