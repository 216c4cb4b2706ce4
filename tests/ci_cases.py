"""The cases that every format for CI is tried on, and hostile ones."""

import os
from collections.abc import Iterator
from pathlib import Path

from builders import GIB, bun, write

CASES = {
    "main": ["fixtures/heapdumps/phantom-external.json"],
    "snapshots": [f"fixtures/snapshots/leaks-node20-{number}.heapsnapshot.xz" for number in (1, 2, 3)],
    "processes": ["fixtures/ps/evidence.jsonl"],
    "pm2": ["fixtures/cases/broken-worker"],
    "mixed": [
        "fixtures/cases/broken-worker",
        "fixtures/heapdumps/cc-33337.json",
        "fixtures/recordings/leak-and-sawtooth.jsonl",
    ],
    "recording": ["fixtures/recordings/spawner.jsonl"],
    "nothing-found": ["fixtures/series/node22-warmup-plateau.json", "--min-severity", "error"],
    "nothing-read": ["fixtures/heapdumps/README.md"],
    "partly-read": ["fixtures/heapdumps/phantom-external.json", "fixtures/heapdumps/missing.json"],
}

NAMES = (
    "::error file=x::broken",
    "a\n::error::in a line of its own",
    "]]><injected>",
    "quote\"d 'name' & <b>",
    "percent %0A::error::x,line=1",
    "\u202eevil\u2066",
    "not-utf8-\udcff",
    "##[add-mask]x",
    "colon:7#fragment?query",
)
CONTENTS = (
    "::set-output name=x::y\n::error::z ##[group]g ]]> </system-out> \ud800 \x1b[31m \u202e %0A::error::w"
)


def hostile_files(folder: Path) -> Iterator[Path]:
    """Write a dump under each name, as far as the system takes it, with hostile contents."""
    for number, name in enumerate(NAMES):
        path = folder / f"{name}.json"
        rss = GIB + number * 4096  # one sample twice would be left out
        made = bun(external=3 * GIB, rss=rss, buffers=3 * GIB, trigger=CONTENTS, platform=CONTENTS)
        made["protectedObjectTypeCounts"] = {CONTENTS: 4000, "StatWatcher": 3000}
        try:
            yield Path(os.fsdecode(write(path, made)))
        except (OSError, UnicodeError):
            continue


def hostile_log(folder: Path) -> Path:
    """Write a log of PM2 in which apps and errors have names of commands."""
    lines = []
    for number in range(12):
        head = f"2026-11-20T00:{number:02}:00: PM2 log: App [::error::app ##[group]:0]"
        lines += [f"{head} exited with code [1] via signal [SIGINT]", f"{head} starting in -fork mode-"]
    path = folder / "pm2.log"
    path.write_text("\n".join(lines) + "\n")
    error = "/x.js:1\n\n::set-env name=PATH::x\n\nError: ::add-mask::x ##[error]x\n    at f (/x.js:1:1)\n"
    (folder / "app-error.log").write_text(error * 12 + "\nNode.js v22.1.0\n")
    return path
