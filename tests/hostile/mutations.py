"""Runs memdoctor on thousands of spoiled documents in this process and prints what happened as JSON.

Usage: python mutations.py COUNT SEED FILE…
"""

import io
import json
import lzma
import random
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import memdoctor
from memdoctor.analysis.heap.view import VIEWS
from memdoctor.cli.main import run
from memdoctor.errors import InputError

sys.path.insert(0, str(Path(__file__).parents[1]))
from hostile_heap import hostile_heap

HUGE = [10**30, -(10**30), 1 << 63, 2**64 - 1, -1, 0, 5e-324, 1.7e308, "1e999", "NaN", "Infinity", "-0"]
ODD = [None, True, False, [], {}, "", "text", [[]], {"a": {}}, 0.1, "\u0000\ud7ff", *HUGE]


def spoil_text(text: bytes, chance: random.Random) -> bytes:
    """Cut, flip, repeat, drop or insert bytes."""
    data = bytearray(text)
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                del data[at:]
            case 1:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 2 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 3:
                data[at:at] = data[: chance.randrange(200)]
            case 4:
                del data[at : at + chance.randrange(40)]
            case 5:
                data[at:at] = chance.choice(
                    [b"NaN", b"1e9999", b"[" * 3000, b'{"a":' * 900, b"\0", b"9" * 400]
                )
            case _:
                data[:at] = b""
    return bytes(data)


def spoil_value(value: Any, chance: random.Random, depth: int = 0) -> Any:
    """Swap types and numbers, rename, drop and nest values of a parsed document."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        items = [
            (key if chance.random() > 0.02 else chance.choice(["rss", "memoryUsage", "", "a/b~c"]), child)
            for key, child in value.items()
            if chance.random() > 0.03
        ]
        return {key: spoil_value(child, chance, depth + 1) for key, child in items}
    if isinstance(value, list):
        return [spoil_value(child, chance, depth + 1) for child in value] * chance.choice([1, 1, 1, 3])
    if isinstance(value, int | float) and chance.random() < 0.3:
        return chance.choice([-value, value * 1024, value / 7, value**3, value // 1024, str(value), *HUGE])
    return value


def spoil(text: bytes, chance: random.Random) -> bytes:
    """Return a spoiled document."""
    try:
        value = json.loads(text)
    except ValueError:  # a text with documents in it
        return spoil_text(text, chance)
    if chance.random() < 0.5:
        return spoil_text(text, chance)
    value = spoil_value(value, chance)
    made = json.dumps(value).encode()
    if chance.random() < 0.05:
        depth = chance.choice([3, 50, 1200])
        made = b"[" * depth + made + b"]" * depth
    return spoil_text(made, chance) if chance.random() < 0.2 else made


STRINGS = [
    *("\x1b[31mred\x1b]0;title\x07", "[bold red]markup[/]", "\ud800", "\u202e\u2066", "a" * 5000, "", "\0"),
    *("{a, b}", "Object", "<div id=x>", "Detached <a b>"),
    "1 / part of key (k @1) -> value (v @3) pair in WeakMap (table @5)",
]
NUMBERS = [-1, 0, 1, 2, 5, 7, 8, 10**12, 2**31, 2**32 - 1, 2**32, 2**53, 10**19, 1.5, "7", None, [], True]


def spoil_snapshot(text: bytes, chance: random.Random) -> bytes:
    """Spoil a few numbers, strings, counts or sections of a heap snapshot, or its bytes."""
    if chance.random() < 0.4:
        return spoil_text(text, chance)
    value = json.loads(text)
    for _ in range(chance.choice([1, 1, 2, 5])):
        name = chance.choice(list(value))
        section = value[name]
        match chance.randrange(8):
            case 0:
                del value[name]
            case 1 if isinstance(section, list) and section:
                del section[chance.randrange(len(section)) :]
            case 2 if isinstance(section, list):
                section[:] = section * 2
            case 3 if isinstance(section, dict) and "node_count" in section:
                section[chance.choice(["node_count", "edge_count", "root_index"])] = chance.choice(NUMBERS)
            case 4 if isinstance(section, dict) and "meta" in section:
                meta = section["meta"]
                key = chance.choice(list(meta))
                meta[key] = chance.choice([None, [], meta[key][::-1], [*meta[key], "more"], meta[key][:-1]])
            case _ if isinstance(section, list) and section:
                odd = STRINGS if isinstance(section[0], str) else NUMBERS
                for _ in range(chance.choice([1, 3, 40])):
                    section[chance.randrange(len(section))] = chance.choice(odd)
        if not value:
            break
    return json.dumps(value, separators=chance.choice([(",", ":"), (" ,\n", " : ")])).encode()


def attempt(data: bytes, arguments: list[str]) -> tuple[int, str]:
    """Run one call; return its exit code and what it printed on stderr."""
    sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    real = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        run(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout, sys.stderr = real
    printed = err.buffer.getvalue().decode()
    if code == 0 and not out.buffer.getvalue():
        raise AssertionError("silence")
    return code, printed


def everything_else(data: bytes) -> None:
    """Ask the library for what no command shows; an InputError is an answer too."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            graph = memdoctor.load(file.name)
            list(graph.duplicate_strings)
            first, edges = graph.retainers
            assert int(first[-1]) == len(edges) == len(graph.essential)
        except InputError:
            pass


def view_calls() -> list[list[str]]:
    """Return a call of every view, and of those that want to know of what several."""
    targets = {"retainers": (["@3"], ["Object"], ["7"], ["Object()"]), "node": (["@1"], ["@9"])}
    return [[view, *target, "-"] for view in VIEWS for target in targets.get(view, ([],))]


def _peak_kib() -> float:
    """Return this process's own peak RSS: on Linux ru_maxrss begins with the parent's at exec."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform != "darwin" else peak / 1024


def main(count: int, seed: int, files: list[str]) -> None:
    """Spoil `count` documents and print codes, failures, the slowest call and the peak memory."""
    chance = random.Random(seed)
    snapshots = files[0].endswith(".xz")
    texts = [
        lzma.decompress(Path(file).read_bytes()) if snapshots else Path(file).read_bytes() for file in files
    ]
    forms: list[list[str]] = [["--json"]] * 6 + [[], ["-v"], ["-f", "markdown"], ["-f", "concise"]]
    calls = [["analyze", "-", *form] for form in forms]
    if snapshots:
        texts.append(json.dumps(hostile_heap(STRINGS).document()).encode())
        calls += [["heap", *words, *form] for words in view_calls() for form in forms[5:9:3]]
    codes: dict[int, int] = {}
    failures: list[str] = []
    slowest = 0.0
    for index in range(count):
        text = chance.choice(texts)
        data = spoil_snapshot(text, chance) if snapshots else spoil(text, chance)
        start = time.perf_counter()
        try:
            if snapshots and index % 4 == 0:
                everything_else(data)
            code, printed = attempt(data, calls[index % len(calls)])
            codes[code] = codes.get(code, 0) + 1
            if "Traceback" in printed or (code == 2 and not printed.startswith(("error:", "note:"))):
                failures.append(f"{printed!r} for {data[:200]!r}")
        except BaseException:  # noqa: BLE001 - whatever it is, it must not have come out
            failures.append(f"{traceback.format_exc()} for {data[:300]!r}")
        slowest = max(slowest, time.perf_counter() - start)
    peak_mib = _peak_kib() / 1024
    print(json.dumps({"codes": codes, "failures": failures[:5], "slowest": slowest, "peak_mib": peak_mib}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
