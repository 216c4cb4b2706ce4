"""The files that a page of the docs shows: blocks whose first line is a comment with a name."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^```(\w+)\n(?:#|//|<!--) ([\w./-]+\.\w+)(?: -->)?\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
_PRINTED = re.compile(r"\s*```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class PageFile:
    """A file of a page, and what the page says that it prints."""

    name: str
    text: str
    printed: str | None

    def write(self, folder: Path) -> Path:
        """Write it under its name."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, encoding="utf-8")
        return path


def files_of(page: Path) -> list[PageFile]:
    """Return the files of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [_file(match, text) for match in _BLOCK.finditer(text)]


def _file(match: re.Match[str], text: str) -> PageFile:
    printed = _PRINTED.match(text, match.end())
    return PageFile(match[2], match[3], printed and printed[1])


def with_printed(page: Path, name: str, printed: str) -> str:
    """Return the text of a page with what a file really prints behind it."""
    text = page.read_text(encoding="utf-8")
    match = next(match for match in _BLOCK.finditer(text) if match[2] == name)
    shown = _PRINTED.match(text, match.end())
    assert shown is not None, name
    return f"{text[: shown.start(1)]}{printed}{text[shown.end(1) :]}"
