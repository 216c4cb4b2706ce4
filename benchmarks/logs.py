"""What reading logs takes: MB a second and peak memory, beside `grep -c` and a loop over lines in Python.

`python benchmarks/logs.py` makes its own logs, a gigabyte each where --size does not say otherwise, runs
each call on each of them in turn, and prints a table; --write puts it into docs/performance.md. That
memdoctor finds what was put into a log is checked before anything is measured.
"""

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from into_docs import put
from startup import PAGE, memdoctor, processor

MARK = "logs"
MB, MiB = 1_000_000, 1 << 20
SLOWER = 10  # logs of which every line is an event are so many times smaller
LEAST_SPEED, MOST_MEMORY = 150, 60 * MiB  # MB a second of a usual log, bytes of any

_BLOCK = 4 * MiB
_WARNING = (
    "(node:4242) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. 11 data "
    "listeners added to [Bus]. MaxListeners is 10. Use emitter.setMaxListeners() to increase limit\n"
)
_WORDS = (
    *("request", "completed", "GET", "/api/users", "200", "session", "worker", "queue", "job", "done"),
    *("cache", "miss", "hit", "database", "connection", "pool", "error", "retry", "user", "in"),
)
_PATTERN = (
    "memory leak detected|out of memory|Cannot find |EADDRINUSE|UnhandledPromiseRejection"
    "|Node\\.js v|PM2 log: "
)
_IN_PYTHON = """
import re, sys
wanted = re.compile(sys.argv[1].encode())
count = 0
with open(sys.argv[2], "rb") as file:
    for line in file:
        count += wanted.search(line) is not None
print(count)
"""


def typical(chance: random.Random) -> str:
    """Return a part of a usual log: a time, a level, words; a warning once in four megabytes."""
    return (
        "".join(_filled(chance, "2026-11-20T09:{:02}:{:02}.{:03}Z INFO  [worker-{}] {} id={:x}\n"))
        + _WARNING
    )


def objects(chance: random.Random) -> str:
    """Return a part of a log with one object a line."""
    form = '{{"level":30,"time":179516{:02}{:02}{:03},"pid":{},"msg":"{}","id":"{:x}"}}\n'
    message = {"level": 40, "time": 1795166000000, "msg": _WARNING.strip()}
    return "".join(_filled(chance, form)) + json.dumps(message) + "\n"


def of_pm2(chance: random.Random) -> str:
    """Return a part of pm2.log: an app that starts and ends, again and again."""
    lines: list[str] = []
    length = 0
    while length < _BLOCK:
        number, second = chance.randrange(20), chance.randrange(60)
        for told in (
            "starting in -fork mode-",
            "online",
            "exited with code [1] via signal [SIGINT]",
        ):
            lines.append(f"2026-11-20T09:13:{second:02}: PM2 log: App [app-{number}:{number}] {told}\n")
            length += len(lines[-1])
    return "".join(lines)


def traced(chance: random.Random) -> str:
    """Return a part of the output of --trace-gc: a full collection among ten."""
    lines: list[str] = []
    length = 0
    while length < _BLOCK:
        kind = "Mark-Compact" if len(lines) % 10 == 9 else "Scavenge"
        used, at = chance.uniform(5, 500), 60_000 + chance.randrange(1000)
        lines.append(
            f"[7826:0xf915000] {at:8d} ms: {kind} {used + 4:.1f} ({used + 30:.1f}) -> {used:.1f} "
            f"({used + 30:.1f}) MB, pooled: 0 MB, 1.91 / 0.00 ms  (average mu = 0.978, current mu = 0.985) "
            "allocation failure; \n"
        )
        length += len(lines[-1])
    return "".join(lines)


def one_line(chance: random.Random) -> str:
    """Return a part of a line that never ends."""
    return " ".join(chance.choices(_WORDS, k=_BLOCK // 6))


def _filled(chance: random.Random, form: str) -> Iterator[str]:
    length = 0
    while length < _BLOCK:
        words = " ".join(chance.choices(_WORDS, k=9))
        clock = chance.randrange(60), chance.randrange(60), chance.randrange(1000)
        line = form.format(*clock, chance.randrange(9), words, chance.getrandbits(64))
        length += len(line)
        yield line


KINDS: dict[str, tuple[Callable[[random.Random], str], int, int]] = {  # parts, share of the size, events
    "usual": (typical, 1, 1),
    "objects": (objects, 1, 1),
    "one line": (one_line, 1, 0),
    "all of PM2": (of_pm2, SLOWER, 6000),
    "all --trace-gc": (traced, SLOWER, 1),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A command on one log, and what its runs took: seconds, and its largest RSS in bytes."""

    kind: str
    name: str
    command: tuple[str, ...]
    path: Path
    wall: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Run the command to its end and note what it took; raise CalledProcessError if it fails."""
        nowhere, pipe = subprocess.DEVNULL, subprocess.PIPE  # grep does not count what nobody reads
        before = time.perf_counter()
        child = subprocess.Popen(self.command, stdin=nowhere, stdout=pipe, stderr=nowhere)
        try:
            with child.stdout or nullcontext() as output:
                while output and output.read(1 << 16):
                    pass
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()  # it has not been waited for, so the pid is still its own
            raise
        self.wall.append(time.perf_counter() - before)
        self.peak.append(usage.ru_maxrss * 1024)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode > 1:  # grep counts nothing, memdoctor finds something
            raise subprocess.CalledProcessError(child.returncode, self.command)

    @property
    def speed(self) -> float:
        """MB a second."""
        return self.path.stat().st_size / MB / median(self.wall)


def calls(kind: str, path: Path) -> Iterator[Call]:
    """Yield what is measured on one log."""
    yield Call(kind, "`memdoctor analyze -q`", (*memdoctor(), "analyze", "-q", str(path)), path)
    if grep := shutil.which("grep"):
        yield Call(kind, "`grep -cE` of seven words", (grep, "-cE", _PATTERN, str(path)), path)
        yield Call(kind, "`grep -cF` of one", (grep, "-cF", "memory leak detected", str(path)), path)
    loop = (sys.executable, "-c", _IN_PYTHON, _PATTERN, str(path))
    if kind != "one line":  # which Python would hold as a whole
        yield Call(kind, "a loop over lines in Python", loop, path)


def made(folder: Path, kind: str, length: int) -> Path:
    """Let other processes write a log and check it: a child counts its parent's memory as its own."""
    path = folder / f"{kind.replace(' ', '-')}.log"
    own = (sys.executable, __file__, "--kind", kind, "--size", str(length))
    for step in ("make", "check"):
        subprocess.run((*own, "--step", step, str(path)), check=True)
    return path


def make(kind: str, path: Path, length: int) -> None:
    """Write a log of that kind and of so many bytes."""
    part, share, _ = KINDS[kind]
    chance = random.Random(7)
    parts = [part(chance).encode() for _ in range(3)]
    with path.open("wb") as file:
        file.write(b"2026-11-20T09:00:00Z ")
        while file.tell() < length // share:
            file.write(chance.choice(parts))


def check(kind: str, path: Path) -> None:
    """Stop unless memdoctor finds the events that were put into a log."""
    command = (*memdoctor(), "analyze", "--json", str(path))
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    events = json.loads(done.stdout)["overview"].get("events", [])
    if len(events) != KINDS[kind][2]:
        sys.exit(f"{kind}: {len(events)} events instead of {KINDS[kind][2]}")


def table(measured: Sequence[Call], count: int) -> str:
    """Return the results as Markdown, with the day and the machine."""
    where = (
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {where}. Medians of {count} runs, in turn.",
        "",
        "| log | call | MB/s | seconds | peak MiB | budgets met |",
        "|---|---|---:|---:|---:|---|",
    ]
    for call in measured:
        peak = max(call.peak)
        is_own = "memdoctor" in call.name
        fast = call.speed >= LEAST_SPEED or KINDS[call.kind][1] > 1
        met = ("yes" if fast and peak <= MOST_MEMORY else "**no**") if is_own else ""
        log = f"{call.kind}, {call.path.stat().st_size / MB:.0f} MB"
        seconds = median(call.wall)
        lines.append(
            f"| {log} | {call.name} | {call.speed:.0f} | {seconds:.2f} | {peak / MiB:.0f} | {met} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of each call")
    parser.add_argument("--size", type=int, default=1000 * MB, help="bytes of a usual log")
    parser.add_argument("--step", choices=("make", "check"), help="only write a log, or only check it")
    parser.add_argument("--kind", choices=KINDS, help="which")
    parser.add_argument("path", type=Path, nargs="?", help="where")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    if options.step == "make":
        return make(options.kind, options.path, options.size)
    if options.step == "check":
        return check(options.kind, options.path)
    measured: list[Call] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = made(Path(folder), kind, options.size)
            measured += calls(kind, path)
        for _ in range(options.runs):
            for call in measured:
                call.run()
        print(text := table(measured, options.runs))
    if options.write:
        put(text, PAGE, MARK)
    return None


if __name__ == "__main__":
    main()
