"""Writes the heap of a program as V8 does: functions with their code and scopes, emitters, handles."""

from pathlib import Path

import memdoctor
from memdoctor.analysis.heap.inside import Inside

from snapshots import Snapshot


class Program:
    """A heap on its way into a file."""

    def __init__(self) -> None:
        self.made = Snapshot()
        self.undefined = self.made.node("hidden", "system / Oddball", 0)
        self.scripts = 100  # the id of the next one
        self.script = self.made.node("code", "/srv/app/bus.js", 0)

    def emitter(self, name: str = "Bus", *, limit: bool = False) -> tuple[int, int]:
        """Add an emitter, with a limit of its own if wanted, and return it and its events."""
        made = self.made
        emitter = made.object(name)
        if not limit:
            made.edge(emitter, self.undefined, "_maxListeners")
        return emitter, made.object("Object", holder=emitter, key="_events")

    def code(self, name: str) -> int:
        """Add the code of a function."""
        code = self.made.node("code", name, 0)
        self.made.edge(code, self.script, "script", "internal")
        return code

    def function(self, name: str, code: int, *, scope: int | None = None) -> int:
        """Add a function that nothing holds yet."""
        made = self.made
        function = made.node("closure", name, 64)
        made.edge(function, code, "shared", "internal")
        if scope is not None:
            made.edge(function, scope, "context", "internal")
        made.locations += [function * len(made.node_fields), 7, 44, 3]
        return function

    def scope(self, size: int, previous: int | None = None) -> int:
        """Add a scope with a value of some size in it."""
        made = self.made
        scope = made.node("object", "system / Context", 32)
        value = made.node("object", "Buffer", size)
        made.edge(scope, value, "buffer", "context")
        if previous is not None:
            made.edge(scope, previous, "previous", "internal")
        return scope

    def listen(self, events: int, event: str, functions: list[int]) -> None:
        """Add listeners: one as it is, several in an array."""
        if len(functions) == 1:
            self.made.edge(events, functions[0], event)
            return
        array = self.made.object("Array", holder=events, key=event)
        for index, function in enumerate(functions):
            self.made.edge(array, function, index, "element")

    def class_(self, name: str, *, extends: int | None = None, file: str | None = None) -> int:
        """Add a class, its constructor from a file or the runtime's own; return its prototype."""
        made = self.made
        prototype = made.node("object", "Object")
        constructor = made.node("closure", name, 64)
        made.edge(0, constructor, f"class {name}")
        made.edge(constructor, prototype, "prototype")
        made.edge(prototype, constructor, "constructor")
        if extends is not None:
            made.edge(prototype, extends, "__proto__")
        if file is not None:
            code = made.node("code", name, 0)
            made.edge(constructor, code, "shared", "internal")
            made.edge(code, made.node("code", file, 0), "script", "internal")
            made.locations += [constructor * len(made.node_fields), self.scripts, 1, 0]
            self.scripts += 1
        return prototype

    def instance(self, prototype: int, name: str, size: int = 100) -> int:
        """Add an object of a class that nothing holds yet."""
        node = self.made.node("object", name, size)
        self.made.edge(node, prototype, "__proto__")
        return node

    def inside(self, folder: Path) -> Inside:
        """Return what is in the heap."""
        return Inside(memdoctor.load(str(self.made.write(folder / "made.heapsnapshot"))))
