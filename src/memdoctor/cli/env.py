"""`memdoctor env`."""

from typing import Annotated

import typer

_LIBRARIES = ("typer", "rich", "orjson")


def env(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Show versions and the terminal, to put into a bug report."""
    facts = _facts()
    if as_json:
        import json

        print(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        print(f"{name:12} {value}")


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
        "terminal": f"{columns} × {lines}, {'terminal' if sys.stdout.isatty() else 'piped'}",
        "encoding": sys.stdout.encoding or "unknown",
        "color": "off (NO_COLOR)"
        if os.environ.get("NO_COLOR")
        else "forced (FORCE_COLOR)"
        if os.environ.get("FORCE_COLOR")
        else "auto",
    }
