"""The command lines of the docs: what they are given to read, and why some are not run."""

import re
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

# A name that a page uses, or that its pattern finds → the fixture that it stands for.
FILES = {
    "app.heapsnapshot": "snapshots/bun-a-1.heapsnapshot.xz",
    "a.heapsnapshot": "snapshots/bun-a-1.heapsnapshot.xz",
    "b.heapsnapshot": "snapshots/bun-a-2.heapsnapshot.xz",
    "Heap.1.heapsnapshot": "snapshots/bun-a-1.heapsnapshot.xz",
    "Heap.2.heapsnapshot": "snapshots/bun-a-2.heapsnapshot.xz",
    "heap.heapsnapshot": "snapshots/bun-a-1.heapsnapshot.xz",
    "heap-1.heapsnapshot": "snapshots/bun-a-1.heapsnapshot.xz",
    "heap-2.heapsnapshot": "snapshots/bun-a-2.heapsnapshot.xz",
    "worker.log": "logs/oom-node22.err",
    "worker-error.log": "logs/oom-node22.err",
    "pm2.log": "logs/pm2-v6.log",
    "pasted.md": "heapdumps/phantom-external.json",
    "issue.txt": "heapdumps/phantom-external.json",
    "worker-1.txt": "pm2/v4/06_describe_launching.txt",
    "worker-2.txt": "pm2/v4/07_describe_custom.txt",
    "describe-1.txt": "pm2/v4/06_describe_launching.txt",
    "describe-2.txt": "pm2/v4/07_describe_custom.txt",
    "apps-1.json": "pm2/near-limit/20261121T160955Z_jlist.json",
    "apps.txt": "pm2/v4/06_list.txt",
    "metrics.txt": "tables/prometheus.txt",
    "listing.txt": "ps/ps_aux.txt",
    "rec.jsonl": "recordings/leak-and-sawtooth.jsonl",
    "dumps": "heapdumps",
}

# How a line begins that looks at something live: tests/live/test_docs_live.py runs it.
LIVE = ("memdoctor watch", "memdoctor capture", "memdoctor reap", "memdoctor pm2 worker ")

_INSTALLS = "installs: .ci/run does it with a checkout, in environments of its own"
_HUNT = "one of the six commands that tests/live/test_leak_hunt.py takes from the page, on a real program"
_EXTENDING = "tests/test_extending.py runs it in a copy where the page was followed"

# What is in a command line → why it runs neither here nor there.
ELSEWHERE = {
    "python3 -m venv": _INSTALLS,
    "pip install": _INSTALLS,
    "memdoctor heap VIEW FILE": "a form, no command: tests/cli/test_heap.py runs every view",
    "$PID": _HUNT,
    "$FIXED_PID": _HUNT,
    "memdoctor ps --family leaky-server.js": _HUNT,
    "memdoctor analyze shots": _HUNT,
    "memdoctor heap retainers Reader": _HUNT,
    "many-threads": _EXTENDING,
    "mypy src": _EXTENDING,
}
# Exit codes other than 0 that a page speaks of.
EXITS = {"--fail-on": {0, 1}, "--audit": {0, 1}, "memdoctor reap": {0, 1}}
_NO_PM2 = {"memdoctor pm2": {0, 2}}  # the whole line: none may run here

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^ {4}(?:\$ )?(memdoctor .*)$", re.MULTILINE)
_SHELL = frozenset({"sh", "bash", "shell", ""})


@dataclass(frozen=True)
class Line:
    """A command line of a page."""

    page: str
    text: str

    @property
    def reason(self) -> str | None:
        """Why it is not run here, None if it is."""
        return next((why for part, why in ELSEWHERE.items() if part in self.text), None)

    @property
    def is_live(self) -> bool:
        """Whether it looks at something that has to run."""
        return self.reason is None and self.text.startswith(LIVE)

    @property
    def exits(self) -> set[int]:
        """The exit codes with which it may end."""
        codes = next((codes for part, codes in EXITS.items() if part in self.text), {0})
        return _NO_PM2.get(self.text, codes)


def pages() -> list[Path]:
    """Return all pages."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def lines() -> list[Line]:
    """Return all command lines with memdoctor in them, but those that a console block shows with output."""
    return [line for page in pages() for line in _lines_of(page)]


def _lines_of(page: Path) -> list[Line]:
    name, text = str(page.relative_to(ROOT)), page.read_text(encoding="utf-8")
    found = [
        line
        for language, block in _BLOCK.findall(text)
        if language in _SHELL
        for line in block.splitlines()
        if "memdoctor" in line
    ]
    found += _INDENTED.findall(_BLOCK.sub("", text))
    return [Line(name, line.partition("  #")[0].strip()) for line in dict.fromkeys(found)]
