"""What `memdoctor watch` takes of a core while it looks at many processes, beside others that look.

`python benchmarks/watching.py` starts Node processes (or Python, where there is no Node) and gives them to
each call in turn. CPU is user and system time of the whole call ÷ the time it looked, without its start,
which is that of a call of its own that ends at once. --write puts the table into docs/performance.md.
"""

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from into_docs import put
from startup import PAGE, memdoctor, processor

MARK = "watching"
INTERVAL = 5  # seconds
BUDGET = 0.01  # of one core
_NODE = "const kept = []; setInterval(() => kept.push(new Array(1000).fill(1)), 100)"
_PYTHON = "import time\nkept = []\nwhile True: kept.append([1] * 1000); time.sleep(0.1)"
_PSUTIL = """
import sys, time, psutil
end = time.monotonic() + float(sys.argv[1])
known = [psutil.Process(int(pid)) for pid in sys.argv[2:]]
while time.monotonic() < end:
    for one in known:
        with one.oneshot():
            one.memory_full_info(), one.cpu_times(), one.num_fds(), one.num_threads()
    time.sleep({interval})
"""


@dataclass(frozen=True)
class Call:
    """Something that looks at processes for a while."""

    name: str
    words: Sequence[str]
    is_ours: bool = False


@contextmanager
def watched(count: int) -> Iterator[list[int]]:
    """Start so many processes, and end them."""
    node = os.environ.get("MEMDOCTOR_TEST_NODE") or shutil.which("node")
    words = [node, "-e", _NODE] if node else [sys.executable, "-c", _PYTHON]
    started = [subprocess.Popen(words, stdin=subprocess.DEVNULL) for _ in range(count)]
    try:
        time.sleep(5)
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.kill()
            one.wait()


def calls(pids: Sequence[int], seconds: float, folder: Path) -> Iterator[Call]:
    """Yield all calls that can be made here."""
    words = [str(pid) for pid in pids]
    ours = [*memdoctor(), "watch", *words, "--interval", f"{INTERVAL}s", "--for", f"{seconds}s"]
    yield Call("`memdoctor watch`, in a pipe", ours, is_ours=True)
    recording = [*ours, "-q", "--record", str(folder / f"{seconds}.jsonl")]
    yield Call("`memdoctor watch -q --record`", recording, is_ours=True)
    script = _PSUTIL.replace("{interval}", str(INTERVAL))
    yield Call("a script with psutil, USS of all", [sys.executable, "-c", script, str(seconds), *words])
    if shutil.which("top"):
        looks = str(max(int(seconds // INTERVAL), 1) + 1)
        yield Call("`top -b` of all processes", ["top", "-b", "-d", str(INTERVAL), "-n", looks])


def cost(call: Call) -> tuple[float, float]:
    """Return the CPU time and the peak of memory of a call, in seconds and MiB."""
    process = subprocess.Popen(call.words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    told = process.stderr.read().decode()
    process.stderr.close()
    if process.returncode not in {0, -signal.SIGPIPE}:
        raise SystemExit(f"{call.name} failed: {told}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def table(count: int, seconds: float) -> str:
    """Measure, and return the table."""
    rows = [
        f"{datetime.now(UTC):%Y-%m-%d}, {processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}. "
        f"{count} processes, looked at every {INTERVAL} s for {seconds:.0f} s.",
        "",
        "| call | CPU of one core | ms a look | peak MiB | at most 1 % |",
        "|---|---:|---:|---:|---|",
    ]
    with watched(count) as pids, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for long, short in zip(calls(pids, seconds, folder), calls(pids, 0.2, folder), strict=True):
            (used, peak), (start, _) = cost(long), cost(short)
            share = max(used - start, 0.0) / seconds
            met = ("yes" if share <= BUDGET else "**no**") if long.is_ours else ""
            look = share * INTERVAL * 1000
            rows.append(f"| {long.name} | {share * 100:.2f} % | {look:.0f} | {peak:.0f} | {met} |")
    return "\n".join(rows)


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="processes")
    parser.add_argument("--seconds", type=float, default=300, help="how long each call looks")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    print(text := table(options.count, options.seconds))
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
