"""Copies of inputs with every measured number another one by some percent: for tests of baselines."""

import gzip
import json
import lzma
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What is no measurement: who, when, in which version, how much there may be.
_KEPT = re.compile(
    r"pid|uid|gid|_?id$|port|time|stamp|^at$|date|version|^start|_at$|interval|signal|number|line|count$"
    r"|^(sid|pgid|tty|fd|fds|v|status|exit|restart|unstable|watch|instances|every|level|schema|ticks|ino)"
    r"|limit|max.?old|thread|session|index|axm_options|historic",
    re.IGNORECASE,
)
Change = Callable[[float], float]


def within(share: float, seed: int) -> Change:
    """Return a change of each number by at most that share."""
    chance = random.Random(seed)
    return lambda value: value * (1 + chance.uniform(-share, share))


def altered(path: Path, folder: Path, change: Change) -> Path:
    """Write a copy of an input with other numbers, of the same name."""
    target = folder / path.name
    data, pack = _unpacked(path)
    if ".heapsnapshot" in path.name:
        data = _snapshot(data, change)
    elif path.name.removesuffix(".gz").endswith(".json"):
        data = json.dumps(_changed("", json.loads(data), change)).encode()
    elif path.name.endswith(".jsonl"):
        lines = (json.dumps(_changed("", json.loads(line), change)) for line in data.splitlines())
        data = "\n".join(lines).encode()
    elif path.parent.name == "ps" and path.suffix == ".txt":
        data = _listing(data.decode(), change).encode()
    target.write_bytes(pack(data))
    return target


def _unpacked(path: Path) -> tuple[bytes, Callable[[bytes], bytes]]:
    data = path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(data), lambda text: lzma.compress(text, preset=0)
    if path.suffix == ".gz":
        return gzip.decompress(data), gzip.compress
    return data, bytes


def _changed(key: str, value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return {name: _changed(name, item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_changed(key, item, change) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or _KEPT.search(key):
        return value
    return round(change(value)) if isinstance(value, int) else change(value)


def _snapshot(data: bytes, change: Change) -> bytes:
    """Change the sizes of all nodes but tables, whose size tells how many entries there is room for."""
    document = json.loads(data)
    meta = document["snapshot"]["meta"]
    width, size, kind = (len(meta["node_fields"]), *map(meta["node_fields"].index, ("self_size", "type")))
    table = meta["node_types"][kind].index("array")
    nodes = document["nodes"]
    for node in range(0, len(nodes), width):
        if nodes[node + kind] != table:
            nodes[node + size] = round(change(nodes[node + size]))
    return json.dumps(document, separators=(",", ":")).encode()


def _listing(text: str, change: Change) -> str:
    """Change the RSS of each row, the width of its column kept."""
    heading = text.splitlines()[0].split()
    if "RSS" not in heading:
        return text
    column = heading.index("RSS")

    def row(line: str) -> str:
        cells = list(re.finditer(r"\S+", line))
        if len(cells) <= column or not cells[column][0].isdigit():
            return line
        start, end = cells[column].span()
        return line[:start] + str(round(change(int(line[start:end])))).rjust(end - start) + line[end:]

    return "\n".join(map(row, text.splitlines())) + "\n"
