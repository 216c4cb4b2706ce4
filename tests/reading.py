"""Runs one reader on one input, for tests of readers without the rest of the house."""

from importlib import import_module
from pathlib import Path

from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import open_input

FIGURES = ("rss", "heap_total", "heap_used", "external", "array_buffers")


def records(reader: str, path: Path) -> tuple[list[Sample], list[Problem]]:
    """Return the samples and the problems that a reader finds in a file."""
    with open_input(str(path)) as opened:
        found = list(import_module(f"memdoctor.readers.{reader}").read(opened))
    samples = [record for record in found if isinstance(record, Sample)]
    return samples, [record for record in found if isinstance(record, Problem)]


def figures(samples: list[Sample]) -> list[tuple[int | None, ...]]:
    """Return the five figures of process.memoryUsage() of each sample."""
    return [tuple(getattr(sample, name) for name in FIGURES) for sample in samples]


def text(path: Path, content: str | bytes) -> Path:
    """Write an input and return its path."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
