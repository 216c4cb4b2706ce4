"""What `memdoctor ps` takes on a machine with many processes, beside `ps aux` and a script with psutil.

`python benchmarks/processes.py` starts 100 to 5000 processes, shows that machine to each call in turn,
round after round, and prints tables; --write puts them into docs/performance.md. Of the processes one third
is talked with: its input and output are pipes whose other ends a keeper holds. One third was left behind:
its session is over, and nobody has those ends. One third has /dev/null. What memdoctor says of them is
checked before anything is measured.

They end with the benchmark, also if that is killed: each waits at a pipe that only the benchmark can write
to. A signal is only sent to one that stays in spite of that, by its pid and its start.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from types import FrameType

from into_docs import put
from startup import PAGE, memdoctor, processor

from memdoctor.live import procfs

MARK = "processes"
COUNTS = (100, 500, 1000, 2000, 5000)
TALKED_WITH, LEFT_BEHIND, HEADLESS = "talked with", "left behind", "headless"
# How many are started by one: a keeper holds two pipes for each, and may not have a thousand.
GROUP = {TALKED_WITH: 200, LEFT_BEHIND: 10, HEADLESS: 200}
NAMES = {TALKED_WITH: "editor-plugin", LEFT_BEHIND: "notes-mcp", HEADLESS: "build-watcher"}
PROGRAMS = 40  # so many, that no keeper has eight of one: those would be leaked children
LIFELINE = 9  # descriptor of the pipe that each waits at
LONGEST = 600  # seconds that one lives, whatever happens
PATIENCE = 20  # seconds in which all end when they should
MiB = 1 << 20

PLAIN, ORPHANS = "`memdoctor ps -q`", "`memdoctor ps --orphans -q`"
BUDGETS = {  # call and processes → which time, and at most how many milliseconds
    (PLAIN, 100): ("CPU", 300),
    (PLAIN, 2000): ("wall", 1000),
    (ORPHANS, 2000): ("wall", 2000),
}
LINEAR = 1.25  # a process among the most may cost so many times what one among few costs

_WAITER = f"""
#include <unistd.h>
int main(void) {{
    char byte;
    alarm({LONGEST});
    while (read({LIFELINE}, &byte, 1) > 0) {{}}
    return 0;
}}
"""
_WITH_PSUTIL = """
import psutil
names = ["pid", "ppid", "name", "cmdline", "create_time", "memory_info", "username", "status"]
for process in psutil.process_iter([*names, "num_threads", "cpu_times"]):
    process.info
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A command to measure and what its runs took, in milliseconds; its largest RSS in bytes."""

    name: str
    command: tuple[str, ...]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # user and system
    peak: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Run the command to its end and note what it took; raise CalledProcessError if it fails."""
        nowhere = subprocess.DEVNULL
        before = time.perf_counter()
        child = subprocess.Popen(self.command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()  # it has not been waited for, so the pid is still its own
            raise
        self.wall.append((time.perf_counter() - before) * 1000)
        self.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        self.peak.append(usage.ru_maxrss * 1024)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, self.command)

    def forget(self) -> None:
        """Forget what the runs took."""
        for noted in (self.wall, self.cpu, self.peak):
            noted.clear()


def calls() -> Iterator[Call]:
    """Yield what is measured."""
    for name in (PLAIN, ORPHANS, "`memdoctor ps --json`", "`memdoctor ps --pss -q`"):
        yield Call(name, (*memdoctor(), *name.strip("`").split()[1:]))
    if path := shutil.which("ps"):
        yield Call("`ps aux`", (path, "aux"))
    yield Call("psutil, ten attributes", (sys.executable, "-c", _WITH_PSUTIL))


@dataclass(frozen=True, slots=True)
class Waiter:
    """The program that all processes run: compiled, else `cat`, which takes no arguments of others."""

    program: str
    compiled: bool

    @classmethod
    def made(cls, folder: Path) -> "Waiter":
        """Compile it, or find what does nearly the same."""
        program, source = folder / "waiter", folder / "waiter.c"
        source.write_text(_WAITER, encoding="ascii")
        if compiler := shutil.which("cc") or shutil.which("gcc") or shutil.which("clang"):
            subprocess.run([compiler, "-O1", "-o", program, source], check=True)
        return cls(str(program) if compiler else "/bin/cat", compiler is not None)

    def start(self, kind: str, number: int, streams: Sequence[int], lifeline: int) -> int:
        """Start one with these standard streams, under a name and arguments such as programs have."""
        name = f"{NAMES[kind]}-{number % PROGRAMS}"
        words: tuple[str, ...] = (name, f"/dev/fd/{LIFELINE}")
        if self.compiled:
            place = f"/srv/projects/{number}"
            words = ("node", f"/srv/tools/{name}.js", "--port", str(20_000 + number), "--workspace", place)
        ends = [*enumerate(streams), (LIFELINE, lifeline)]
        actions = [(os.POSIX_SPAWN_DUP2, here, there) for there, here in ends]
        return os.posix_spawn(self.program, words, {}, file_actions=actions)


class Crowd:
    """Processes that live until this is ended."""

    def __init__(self, waiter: Waiter) -> None:
        self.waiter = waiter
        self.keepers: list[int] = []
        self.ticks: dict[str, dict[int, int]] = {kind: {} for kind in GROUP}  # pid → start
        self._lifeline, self._held = os.pipe()

    def grow(self, kind: str, count: int) -> None:
        """Start so many processes of a kind; raise OSError if there are fewer now."""
        for first in range(0, count, GROUP[kind]):
            numbers = range(first, min(first + GROUP[kind], count))
            reading, writing = os.pipe()
            keeper = os.fork()
            if not keeper:
                self._keep(kind, numbers, writing)
            os.close(writing)
            self.keepers.append(keeper)
            with os.fdopen(reading, encoding="ascii") as told:
                pids = [int(word) for word in told.read().split()]
            if kind == LEFT_BEHIND:
                os.waitpid(self.keepers.pop(), 0)
            self.ticks[kind].update((pid, procfs.stat(pid).start_ticks) for pid in pids)
            if len(pids) < len(numbers):
                raise OSError(f"only {sum(map(len, self.ticks.values()))} processes could be started")

    def _keep(self, kind: str, numbers: Sequence[int], writing: int) -> None:
        """Start processes, tell their pids, and hold their pipes for as long as they live; never return.

        Of those that are to be left behind nobody holds anything.
        """
        try:
            os.close(self._held)
            os.setsid()
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in numbers:
                ours: tuple[int, ...] = ()
                theirs: tuple[int, ...] = (nothing, nothing, nothing)
                if kind != HEADLESS:
                    (stdin, talk), (listen, stdout) = os.pipe(), os.pipe()
                    ours, theirs = (stdin, stdout), (stdin, stdout, nothing)
                    del talk, listen  # they stay open
                pid = self.waiter.start(kind, number, theirs, self._lifeline)
                os.write(writing, f"{pid} ".encode())
                for end in ours:
                    os.close(end)
            os.close(writing)
            if kind != LEFT_BEHIND:
                os.read(self._lifeline, 1)
                for _ in numbers:
                    os.wait()
        except OSError as error:
            os.write(2, f"a keeper stops: {error}\n".encode())
        finally:
            os._exit(0)  # what is left of this process belongs to the benchmark

    def living(self) -> list[int]:
        """Return the pids of those that live."""
        found = []
        for pid, ticks in (item for group in self.ticks.values() for item in group.items()):
            with suppress(OSError, ValueError):
                stat = procfs.stat(pid)
                if stat.start_ticks == ticks and stat.state != "Z":
                    found.append(pid)
        return found

    def end(self) -> None:
        """Let go of all, and wait until they have ended."""
        os.close(self._held)
        os.close(self._lifeline)
        until = time.monotonic() + PATIENCE
        while self.living() and time.monotonic() < until:
            time.sleep(0.05)
        for pid in self.living():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for keeper in self.keepers:
            os.waitpid(keeper, 0)


@contextmanager
def crowd(waiter: Waiter, count: int) -> Iterator[Crowd]:
    """Start so many processes, a third of each kind, and end them."""
    made = Crowd(waiter)
    try:
        third = count // 3
        made.grow(TALKED_WITH, third)
        made.grow(LEFT_BEHIND, third)
        made.grow(HEADLESS, count - 2 * third)
        yield made
    finally:
        made.end()


def check(made: Crowd) -> str:
    """Return what memdoctor says of the processes; raise RuntimeError if that is wrong."""
    call = [*memdoctor(), "ps", "-f", "jsonl"]
    told = {}  # line by line: a call that starts here is told the memory of this process as its own peak
    with subprocess.Popen(call, stdout=subprocess.PIPE, encoding="utf-8") as child:
        for row in map(json.loads, child.stdout or ()):
            if row["type"] == "process":
                told[row["pid"]] = row["kind"], row["confidence"]
    right = [pid for pid in made.ticks[LEFT_BEHIND] if told.get(pid) == ("orphan", "certain")]
    others = [*made.ticks[TALKED_WITH], *made.ticks[HEADLESS]]
    wrong = sum(told.get(pid) != (None, None) for pid in others)
    left = len(made.ticks[LEFT_BEHIND])
    text = f"{len(right)} of {left} orphans certain, {wrong} others taken for something"
    if len(right) < left or wrong:
        raise RuntimeError(f"what memdoctor says is wrong: {text}")
    return f"{text}; {len(told)} processes in all"


def measure(measured: Sequence[Call], rounds: int) -> None:
    """Run all calls in turn, so many rounds after one that is forgotten: all see the same machine."""
    for turn in range(rounds + 1):
        for call in measured:
            call.run()
            if not turn:
                call.forget()


def rows(count: int, measured: Sequence[Call]) -> Iterator[str]:
    """Yield the lines of the first table for a machine with so many processes."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for call in measured:
        peak = max(call.peak)
        # A new process is told the peak of the one it was forked from, too.
        memory = f"{peak / MiB:.0f}" if peak > own else "–"
        which, most = BUDGETS.get((call.name, count), ("", 0))
        took = median(call.cpu if which == "CPU" else call.wall)
        met = f"{which} ≤ {most}: {'yes' if took <= most else '**no**'}" if which else ""
        times = " | ".join(f"{min(of):.0f} | {median(of):.0f}" for of in (call.wall, call.cpu))
        yield f"| {count} | {call.name} | {times} | {memory} | {met} |"


def growth(best: Mapping[int, Mapping[str, float]]) -> Iterator[str]:
    """Yield the lines of the second table: what a process costs among few, and among many."""
    base, few, *_, many = sorted(best)
    yield f"| call | up to {few} | up to {many} | ratio | linear |"
    yield "|---|---:|---:|---:|---|"
    for name, start in best[base].items():
        first, last = ((best[count][name] - start) * 1000 / (count - base) for count in (few, many))
        ratio = last / first if first > 0 else float("inf")
        linear = "yes" if ratio <= LINEAR else "**no**"
        yield f"| {name} | {first:.0f} | {last:.0f} | {ratio:.2f} | {linear} |"


def page(lines: Sequence[str], best: Mapping[int, Mapping[str, float]], runs: int) -> str:
    """Return both tables as Markdown, with the day and the machine."""
    machine = f"{processor()}, {os.cpu_count()} cores, {platform.system()}"
    text = [
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}. "
        f"{runs} runs of each call, in turn; milliseconds.",
        "",
        "| processes | call | wall, best | median | CPU, best | median | peak RSS, MiB | budget |",
        "|---:|---|---:|---:|---:|---:|---:|---|",
        *lines,
    ]
    if len(best) > 2:
        begin = f"Microseconds (wall) for each process beyond the first {min(best)}, of the best runs:"
        text += ["", begin, "", *growth(best)]
    return "\n".join(text)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="runs of each call")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="how many processes")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    lines: list[str] = []
    best: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="memdoctor-") as temporary:
        waiter = Waiter.made(Path(temporary))
        for count in options.counts:
            measured = tuple(calls())
            with crowd(waiter, count) as made:
                print(f"{count}: {check(made)}", flush=True)
                measure(measured, options.runs)
                if len(made.living()) < count:
                    raise RuntimeError(f"processes ended early: they live {LONGEST} s, take fewer --runs")
            lines += (found := list(rows(count, measured)))
            print(*found, sep="\n", flush=True)
            best[count] = {call.name: min(call.wall) for call in measured}
    print(text := page(lines, best, options.runs), flush=True)
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
