"""The processes that were named on the command line: by pid, or by what a program is called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from memdoctor.units import count_of, grouped

if TYPE_CHECKING:
    from memdoctor.analysis.processes.tree import Tree
    from memdoctor.model import Process, ProcessTable

_MOST_NAMED = 20  # processes that a question lists


def named_processes(words: Sequence[str], table: "ProcessTable", *, yes: bool) -> list["Process"]:
    """Return the processes that pids and names mean; where a name means several, `yes` or a person agrees.

    Raises UsageError or CaptureError where nothing was named, or a word means nobody.
    """
    from memdoctor.analysis.processes.tree import Tree
    from memdoctor.errors import UsageError
    from memdoctor.live.sampling.names import by_pid, is_pid

    if not words:
        raise UsageError("nothing to watch was named", "memdoctor watch PID, or the name of a program")
    tree = Tree(table)
    found: list[Process] = []
    for word in dict.fromkeys(words):
        found += [by_pid(int(word), tree)] if is_pid(word) else _called(word, tree, yes=yes)
    return found


def _called(name: str, tree: "Tree", *, yes: bool) -> list["Process"]:
    from memdoctor.cli.asking import agreed, is_somebody_there
    from memdoctor.cli.publish import tell, tell_line
    from memdoctor.errors import UsageError
    from memdoctor.live.sampling.names import called, described, unknown

    found = called(name, tree)
    if not found:
        raise unknown(name, tree)
    lines = list(described(found, tree))
    if len(found) == 1:
        tell(f"{name} is {lines[0]}", word="note")
        return found
    tell(f"{count_of(len(lines), 'process is', 'processes are')} called {name}", word="note")
    for line in lines[:_MOST_NAMED]:
        tell_line(f"  {line}")
    if lines[_MOST_NAMED:]:
        tell_line(f"  and {grouped(len(lines) - _MOST_NAMED)} more")
    if not (yes or is_somebody_there()):
        raise UsageError(f"{name} is not one process", "name its pid, or add --yes to watch all of them")
    if not agreed("Watch all of them?", yes=yes):
        tell("nothing was watched", word="note")
        raise typer.Exit(1)
    return found
