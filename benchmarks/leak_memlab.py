"""What memlab reports for sets of snapshots whose truth is known: its part of leaks.py.

It gets the best chance that its commands give. find-leaks compares snapshots 2, 3 and 4, for what fills up
is full by the second. Of the rows of unbound-object and unbound-collection only those count that rise at
each step, and the first are followed with `memlab trace`, as memlab proposes: a row alone names a class.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from leak_sets import install

PACKAGE = "memlab@2"
ALL = "find-leaks --trace-all-objects"
COMMANDS = ("find-leaks", ALL, "unbound-object", "unbound-collection")
LOOKED_AT = 2  # of what it reports, a user looks at so many
LONGEST = 180.0  # seconds for one command
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")
FOUND = re.compile(r"MemLab found (\d+) leak")
CLUSTER = re.compile(r"^--Similar leaks in this run", re.MULTILINE)
ROW = re.compile(r"^· (?P<name>.*) \[[^\]]*\]\(@(?P<id>\d+)\): +(?P<sizes>.*)$", re.MULTILINE)
SIZE = re.compile(r"([\d.]+) ?(bytes|KB|MB|GB)?")
UNITS = {"": 1, "bytes": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}


@dataclass(frozen=True, slots=True)
class Memlab:
    """An installed memlab."""

    command: Path

    def run(self, *arguments: str | Path) -> str | None:
        """Return what a command prints; None if it fails or takes too long."""
        env = os.environ | {"NODE_OPTIONS": "--max-old-space-size=8000"}
        with tempfile.TemporaryDirectory() as work:
            try:
                done = subprocess.run(
                    [self.command, *arguments, "--work-dir", work],
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=LONGEST,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return None
        return CONTROL.sub("\n", done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else None

    def judged(self, folder: Path, names: Sequence[str]) -> dict[str, Any]:
        """Return for each command how much it reports, and the rank of what names a holder."""
        results: dict[str, Any] = {}
        for command in COMMANDS:
            reported = self.leaks(folder, command) if "find" in command else self.unbound(folder, command)
            if reported is None:
                results[command] = None
                continue
            listed, count, texts = reported
            rank = next((place for place, text in enumerate(texts, 1) if named(text, names)), None)
            results[command] = {"listed": listed, "reported": count, "rank": rank, "texts": texts}
        return results

    def leaks(self, folder: Path, command: str) -> tuple[int, int, list[str]] | None:
        """Return the number of clusters of leaks twice, and the text of the first ones."""
        steps = zip(("--baseline", "--target", "--final"), (2, 3, 4), strict=True)
        files = [part for flag, k in steps for part in (flag, folder / f"{k}.heapsnapshot")]
        text = self.run(*command.split(), *files)
        if text is None or (found := FOUND.search(text)) is None:
            return None
        clusters = CLUSTER.split(text[found.end() :])[1 : 1 + LOOKED_AT]
        return int(found[1]), int(found[1]), [cluster.strip() for cluster in clusters]

    def unbound(self, folder: Path, plugin: str) -> tuple[int, int, list[str]] | None:
        """Return how many rows there are, how many rise at each step, and these with their traces."""
        text = self.run("analyze", plugin, "--snapshot-dir", folder)
        if text is None:
            return None
        listed = list(ROW.finditer(text))
        rows = [row for row in listed if rises(row["sizes"])]
        return (
            len(listed),
            len(rows),
            [f"{row[0]}\n{self.trace(folder, row['id'])}" for row in rows[:LOOKED_AT]],
        )

    def trace(self, folder: Path, identity: str) -> str:
        """Return the way to a node of the last snapshot."""
        text = self.run("trace", f"--node-id={identity}", "--snapshot", folder / "4.heapsnapshot")
        lines = (text or "").splitlines()
        return "\n".join(line for line in lines if line.lstrip().startswith(("[", "--")))


def rises(sizes: str) -> bool:
    """Tell whether sizes as memlab prints them become larger with each snapshot."""
    return all(before < after for before, after in pairwise(numbers(sizes)))


def numbers(sizes: str) -> Iterator[float]:
    """Yield the numbers of a row: `1.5KB > 2MB`."""
    for part in sizes.split(" > "):
        if match := SIZE.fullmatch(part.strip()):
            yield float(match[1]) * UNITS[match[2] or ""]


def named(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text has one of these words."""
    return any(re.search(rf"(?<![\w#]){name}(?!\w)", text) for name in names)


def memlab(folder: Path) -> Memlab:
    """Install memlab into a folder, unless it is there, and return it."""
    command = folder / "memlab" / "node_modules" / ".bin" / "memlab"
    if not command.exists():
        install(folder / "memlab", (PACKAGE,))
    return Memlab(command)
