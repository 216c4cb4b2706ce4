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
_USED, _COMMITTED, _SHARE = "Used Heap Size", "Heap Size", "Heap Usage"
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
    elif "_describe_" in path.name:
        data = _described(data.decode(), change).encode()
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
    if key == "axm_monitor":
        return _monitored(value, change)
    if isinstance(value, dict):
        return {name: _changed(name, item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_changed(key, item, change) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or _KEPT.search(key):
        return value
    return round(change(value)) if isinstance(value, int) else change(value)


def _monitored(value: dict[str, Any], change: Change) -> dict[str, Any]:
    """Change the heap of an app of PM2, the used one below the committed one, and their share."""
    if not {_USED, _COMMITTED} <= value.keys():
        return value
    heap = _heap(float(value[_USED]["value"]), float(value[_COMMITTED]["value"]), change)
    numbers = {**dict(zip((_USED, _COMMITTED), heap, strict=True)), _SHARE: f"{_percent(*heap):.2f}"}
    return {name: {**item, "value": numbers.get(name, item["value"])} for name, item in value.items()}


def _described(text: str, change: Change) -> str:
    """Change the heap in what `pm2 describe` printed, the widths of its cells kept."""
    found = dict(re.findall(rf"({_USED}|{_COMMITTED}) +│ ([\d.]+) MiB", text))
    if not {_USED, _COMMITTED} <= found.keys():
        return text
    heap = _heap(float(found[_USED]), float(found[_COMMITTED]), change)
    numbers = {_USED: f"{heap[0]} MiB", _COMMITTED: f"{heap[1]} MiB", _SHARE: f"{_percent(*heap):.2f} %"}
    row = re.compile(rf"(?<=│ )({_USED}|{_COMMITTED}|{_SHARE}) +│ ([^│]+)(?= │)")

    def changed(cell: re.Match[str]) -> str:
        return cell[0].replace(cell[2], numbers[cell[1]].ljust(len(cell[2])))

    return row.sub(changed, text)


def _heap(used: float, committed: float, change: Change) -> tuple[str, str]:
    used, committed = change(used), change(committed)
    return f"{used:.2f}", f"{max(committed, used * 1.001):.2f}"


def _percent(used: str, committed: str) -> float:
    return 100 * float(used) / float(committed)


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
