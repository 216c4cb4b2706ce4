"""A small heap with something for every view, in which everything with a name has a hostile one."""

from collections.abc import Sequence

from snapshots import Snapshot

NAMES = (
    "\x1b[31mred\x1b]0;title\x07", "[bold]markup[/bold]", "line\nbreak\r\ttab", "\u202eevil\u2066",
    "\ud83d", "a" * (1 << 20), "|a|`b`<c>", "</script><b>", "@4711", "", " ", "\u200b", "日本語" * 40,
    "{a, b}", "__proto__", "x.y → z", "../../etc/passwd", "${jndi:x}", "%s%n", "\x00",
)  # fmt: skip
SECRET = "s3cret content of a string"


def hostile_heap(names: Sequence[str] = NAMES) -> Snapshot:
    """Return a heap with an emitter, a Map, a scope, handles, buffers and DOM for each of the names."""
    made = Snapshot()
    root = made.node("object", "global", 8)
    made.edge(0, root, "global", "shortcut")
    for index, name in enumerate(names):
        holder = made.object(name, 400, holder=root, key=name)
        _emitter(made, holder, name)
        _collections(made, holder, name)
        _functions(made, holder, name, index)
        _outside(made, holder, name)
        for _ in range(3):
            made.edge(holder, made.node("string", name + SECRET, 64), name)
    return made


def _emitter(made: Snapshot, holder: int, name: str) -> None:
    emitter = made.object(name, 64, holder=holder, key="emitter")
    events = made.object("Object", 64, holder=emitter, key="_events")
    listeners = made.object("Array", 64, holder=events, key=name)
    for number in range(12):
        made.edge(listeners, made.node("closure", name, 56), number, "element")


def _collections(made: Snapshot, holder: int, name: str) -> None:
    kept = made.object("Map", 32, holder=holder, key=name)
    table = made.node("array", name, 16 + 8 * (3 + 7 * 4))
    made.edge(kept, table, "table", "internal")
    made.edge(table, made.node("object", name, 5000), "7", "internal")


def _functions(made: Snapshot, holder: int, name: str, index: int) -> None:
    script, shared = made.node("code", name, 100), made.node("code", name, 64)
    made.edge(shared, script, "script", "internal")
    function = made.node("closure", name, 56)
    scope = made.node("object", "system / Context", 64)
    made.edge(holder, function, name)
    made.edge(function, shared, "shared", "internal")
    made.edge(function, scope, "context", "internal")
    made.edge(scope, made.node("object", name, 3000), name, "context")
    made.locations += [function * len(made.node_fields), index + 1, index, 2]
    made.object("Timeout", 80, holder=holder, key=name + "timer")
    made.object("Promise", 80, holder=holder, key=name + "promise")


def _outside(made: Snapshot, holder: int, name: str) -> None:
    buffer = made.object("ArrayBuffer", 80, holder=holder, key=name + "buffer")
    made.edge(buffer, made.node("native", "system / JSArrayBufferData", 4000), "backing_store", "internal")
    made.edge(holder, made.node("native", name, 2000), name, "internal")
    made.edge(holder, made.node("native", f"<div {name}>", 300, detachedness=2), name)
