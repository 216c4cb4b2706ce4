"""`memdoctor env`."""

from typing import Annotated

import typer

_LIBRARIES = ("typer", "rich", "orjson", "numpy", "websockets", "duckdb", "plotly")


def env(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Show versions and the terminal, to put into a bug report."""
    from memdoctor.cli.publish import say

    facts = _facts()
    if as_json:
        import json

        say(json.dumps(facts, indent=2) + "\n")
        return
    for name, value in facts.items():
        say(f"{name:12} {value}\n")


def _facts() -> dict[str, str]:
    import os
    import platform
    import shutil
    import sys
    from importlib.metadata import PackageNotFoundError, version

    from memdoctor.version import VERSION

    def installed(library: str) -> str:
        try:
            return version(library)
        except PackageNotFoundError:
            return "missing"

    columns, lines = shutil.get_terminal_size((80, 24))
    return {
        "memdoctor": VERSION,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        **{library: installed(library) for library in _LIBRARIES},
        "core": _core(),
        "terminal": f"{columns} × {lines}, {'terminal' if sys.stdout and sys.stdout.isatty() else 'piped'}",
        "encoding": getattr(sys.stdout, "encoding", None) or "unknown",
        "color": "off (NO_COLOR)"
        if os.environ.get("NO_COLOR")
        else "forced (FORCE_COLOR)"
        if os.environ.get("FORCE_COLOR")
        else "auto",
    }


def _core() -> str:
    """Return which form of the core runs, and how to get the fast one."""
    from memdoctor.heap.core import COMPILED, HOW_TO_COMPILE

    return "compiled" if COMPILED else f"interpreted: heap snapshots take long; {HOW_TO_COMPILE}"
