"""The page of all views of a heap: what each answers, its columns, what it shows of a real snapshot."""

import os
import subprocess
import sys
from pathlib import Path

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import NEEDS_TARGET, TAKES_SAMPLE, VIEWS, Ask, Column
from memdoctor.analysis.heap.views import view_of
from memdoctor.readers.snapshot import read_snapshot

ROOT = Path(__file__).resolve().parent.parent
_SNAPSHOTS = "fixtures/snapshots"
_USUAL = "piles-node20-1.heapsnapshot.xz"
_OF = {"detached": "chromium-detached-1.heapsnapshot.xz"}
_ASKED = {"retainers": "Row", "node": "@35933"}
_INTRODUCTION = """# The views, one by one

`memdoctor heap VIEW FILE`. How to read them is told in [Looking inside a heap
snapshot](heap-views.md), with the options that all take. The names in JSON are also what `--sort` takes.
"""
_KINDS = {
    "bytes": "bytes",
    "count": "a count",
    "range": "a count, or its bounds in `…_low` and `…_high`",
    "share": "a share, 0 to 1",
    "distance": "edges from a root",
    "id": "the id of a node",
    "path": "a way",
    "content": "a text out of the program's data",
    "age": "seconds",
}


def views_page() -> str:
    """Return the page without its mark."""
    return "\n".join([_INTRODUCTION, *(_section(name, about) for name, about in VIEWS.items())])


def _section(name: str, about: str) -> str:
    file = f"{_SNAPSHOTS}/{_OF.get(name, _USUAL)}"
    words = ["heap", name, *([_ASKED[name]] if name in _ASKED else []), file]
    source, graph = read_snapshot(str(ROOT / file))
    columns = view_of(name, source, Inside(graph), Ask(_ASKED.get(name), most=1)).columns
    session = f"```console\n$ memdoctor {' '.join(words)} --top 4\n{_printed([*words, '--top', '4'])}```\n"
    lines = [f"## {name}", "", f"{about[0].upper()}{about[1:]}.{_takes(name)}", "", session]
    lines += ["| column | in JSON | what it holds |", "|---|---|---|", *map(_row, columns), ""]
    return "\n".join(lines)


def _takes(name: str) -> str:
    """Return what a view takes besides a snapshot."""
    more = f" Needs {NEEDS_TARGET[name]}." if name in NEEDS_TARGET else ""
    return more + (" Takes what `process.memoryUsage()` said beside it." if name in TAKES_SAMPLE else "")


def _row(column: Column) -> str:
    return f"| {column.heading} | `{column.key}` | {_KINDS.get(column.kind, 'a text')} |"


def _printed(words: list[str]) -> str:
    """Return what memdoctor prints, 80 columns wide."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603 - this interpreter, our own module
        [sys.executable, "-m", "memdoctor", *words],
        cwd=ROOT,
        env=os.environ | plain,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout
