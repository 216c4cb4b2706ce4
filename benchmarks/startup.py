"""What a start costs: CPU and wall time of whole calls, beside a bare `python -c pass`.

`python benchmarks/startup.py` prints the table; --write also puts it into docs/performance.md.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from into_docs import put

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
MARK = "startup"
DUMP = "fixtures/heapdumps/phantom-external.json"
HELP_BUDGET, ANALYZE_BUDGET = 120.0, 250.0  # CPU milliseconds
LIBRARY_BUDGET = 30.0  # the same, beyond a bare python


@dataclass(frozen=True, slots=True)
class Call:
    """A command to measure, the CPU time it may take, and what its runs took, all in milliseconds."""

    name: str
    command: tuple[str, ...]
    budget: float | None = None
    beyond: bool = False  # the budget is for what it takes more than a bare python
    cpu: list[float] = field(default_factory=list)  # user and system
    wall: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run the command to its end and note what it took; raise CalledProcessError if it fails."""
        nowhere = subprocess.DEVNULL
        before = time.perf_counter()
        child = subprocess.Popen(self.command, cwd=ROOT, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
        self.wall.append((time.perf_counter() - before) * 1000)
        self.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, self.command)


def calls() -> Iterator[Call]:
    """Yield what is measured: the floor, memdoctor, and well-known costs for comparison."""
    python = sys.executable
    yield Call("`python -c pass`", (python, "-c", "pass"))
    yield Call(
        '`python -c "import memdoctor"`', (python, "-c", "import memdoctor"), LIBRARY_BUDGET, beyond=True
    )
    for arguments, budget in (
        ("--help", HELP_BUDGET),
        ("--version", None),
        ("explain rate-is-average", None),
        (f"analyze {DUMP}", ANALYZE_BUDGET),
        (f"analyze {DUMP} --json", ANALYZE_BUDGET),
    ):
        yield Call(f"`memdoctor {arguments}`", (*memdoctor(), *arguments.split()), budget)
    for module in ("typer", "rich.console"):
        if find_spec(module.partition(".")[0]):
            yield Call(f'`python -c "import {module}"`', (python, "-c", f"import {module}"))
    for runtime in ("node", "bun"):
        if path := shutil.which(runtime):
            yield Call(f"`{runtime} -e 0`", (path, "-e", "0"))


def memdoctor() -> tuple[str, ...]:
    """Return the installed command of this environment, else its module."""
    script = shutil.which("memdoctor", path=str(Path(sys.executable).parent))
    return (script,) if script else (sys.executable, "-m", "memdoctor")


def measure(measured: Sequence[Call], count: int) -> None:
    """Run all calls in turn, `count` rounds after one that is forgotten: all see the same machine."""
    for turn in range(count + 1):
        for call in measured:
            call.run()
            if not turn:
                call.cpu.clear()
                call.wall.clear()


def table(measured: Sequence[Call], count: int) -> str:
    """Return the results as Markdown, with the day and the machine."""
    where = (
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {where}. Medians of {count} runs, in turn.",
        "",
        "| call | CPU ms | beyond `python` | wall ms | CPU budget | met |",
        "|---|---:|---:|---:|---:|---|",
    ]
    floor = median(measured[0].cpu)
    for call in measured:
        cpu, wall = median(call.cpu), median(call.wall)
        spent = cpu - floor if call.beyond else cpu
        met = "" if call.budget is None else "yes" if spent <= call.budget else "**no**"
        budget = "" if call.budget is None else f"{call.budget:.0f}{' beyond' * call.beyond}"
        lines.append(f"| {call.name} | {cpu:.0f} | {cpu - floor:.0f} | {wall:.0f} | {budget} | {met} |")
    return "\n".join(lines)


def processor() -> str:
    """Return the processor's model, as Linux tells it, else the architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="runs of each call")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    measured = tuple(calls())
    measure(measured, options.runs)
    print(text := table(measured, options.runs))
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
