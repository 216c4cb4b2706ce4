"""Writes the inputs of tests: documents with just the fields that matter."""

import json
from pathlib import Path
from typing import Any

MIB = 1 << 20
GIB = 1 << 30


def document(
    *, memory: dict[str, Any] | None = None, v8: dict[str, Any] | None = None, **top: Any
) -> dict[str, Any]:
    """Return a diagnostics document: a healthy Node of an hour, changed as told; None leaves out."""
    memory_usage = {
        "heapUsed": 50 * MIB,
        "heapTotal": 80 * MIB,
        "external": 2 * MIB,
        "arrayBuffers": MIB,
        "rss": 150 * MIB,
        **(memory or {}),
    }
    made = {
        "uptimeSeconds": 3600.0,
        "memoryUsage": {key: value for key, value in memory_usage.items() if value is not None},
        **({"v8HeapStats": v8} if v8 else {}),
        **top,
    }
    return {key: value for key, value in made.items() if value is not None}


def bun(*, heap: int = 50 * MIB, external: int, rss: int, buffers: int = 0, **top: Any) -> dict[str, Any]:
    """Return a document as Bun writes it: heapUsed holds the external memory too."""
    memory = {
        "heapUsed": heap + external,
        "heapTotal": heap + heap // 2,
        "external": external,
        "arrayBuffers": buffers,
        "rss": rss,
    }
    return document(memory=memory, **top)


def write(path: Path, value: Any) -> Path:
    """Write a value as JSON and return the path."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
