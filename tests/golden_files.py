"""Whole outputs as files: command line, exit code, stdout, stderr. UPDATE_GOLDENS=1 writes them anew."""

import os
from pathlib import Path

from conftest import Outcome

FOLDER = Path(__file__).parent / "golden"


def check(name: str, arguments: list[str], outcome: Outcome) -> None:
    """Compare an outcome with its golden file."""
    actual = (
        f"$ memdoctor {' '.join(arguments)}\n"
        f"exit {outcome.code}\n"
        f"--- stdout\n{outcome.out.replace(chr(27), '␛')}"
        f"--- stderr\n{outcome.err.replace(chr(27), '␛')}"
    )
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(actual, encoding="utf-8")
    assert actual == path.read_text(encoding="utf-8"), f"{path.name} differs; UPDATE_GOLDENS=1 rewrites"
