"""Which processes a person means: a pid, or what a program is called."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.processes.tree import Tree
from memdoctor.cuts import whole_words
from memdoctor.errors import CaptureError, UsageError
from memdoctor.model import Process
from memdoctor.secrets import mask_words
from memdoctor.text import closest, file_name
from memdoctor.units import duration, size

_LONGEST = 60  # characters of a command line


def is_pid(word: str) -> bool:
    """Whether a word is the pid of a process, and no name."""
    return word.isascii() and word.isdigit()


def called(name: str, tree: Tree) -> list[Process]:
    """Return the processes that are called so: by their program, else by what runs it.

    Neither memdoctor itself nor what it runs below is meant, nor what a found process started.
    """
    wanted = name.casefold()
    own = [
        one
        for one in tree.table.processes
        if one.pid not in tree.in_use and not one.is_kernel and one.state != "Z"
    ]
    found = [one for one in own if wanted in _names(one, tree)]
    found = found or [one for one in own if one.argv and _base(one.argv[0]) == wanted]
    pids = {one.pid for one in found}
    return [one for one in found if not any(parent.pid in pids for parent in tree.ancestors(one))]


def by_pid(pid: int, tree: Tree) -> Process:
    """Return the process with a pid.

    Raises CaptureError where there is none that could be watched.
    """
    process = tree.by_pid.get(pid)
    if process is None:
        raise CaptureError(f"there is no process {pid}", "memdoctor ps shows those that run")
    if process.state == "Z":
        raise CaptureError(f"process {pid} has ended: a zombie holds no memory", "memdoctor ps --zombies")
    if process.is_kernel:
        raise CaptureError(f"{pid} is a thread of the kernel", "name a program's process")
    return process


def _started(count: int) -> list[str]:
    return [] if not count else ["1 child"] if count == 1 else [f"{count} children"]


def unknown(name: str, tree: Tree) -> UsageError:
    """Return the error that a name deserves which nothing is called by."""
    names = {tree.program(one).name for one in tree.table.processes if not one.is_kernel}
    near = closest(name, tuple(sorted(names)))
    hint = near if near.startswith("did") else "memdoctor ps shows the programs that run"
    return UsageError(f"nothing that runs is called {name}", hint)


def described(processes: Sequence[Process], tree: Tree) -> Iterator[str]:
    """Yield a line for each process that a name matched: its pid, command line, memory and age."""
    for one in processes:
        below = sum(1 for _ in tree.descendants(one))
        facts = [
            f"RSS {size(one.rss)}",
            f"up {duration(one.age)}",
            *_started(below),
        ]
        command = whole_words(mask_words(tree.program(one).words), _LONGEST)
        yield f"pid {one.pid}  {command}  ({', '.join(facts)})"


def _names(process: Process, tree: Tree) -> set[str]:
    program = tree.program(process)
    return {program.name.casefold(), file_name(program.path).casefold()} if program.words else set()


def _base(path: str) -> str:
    return file_name(path).removesuffix(".exe").casefold()
