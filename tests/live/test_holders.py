"""Programs that pile something up, run by the real Node and Bun: the holder is among the first findings."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from runtimes import BUN, NODE, needs_bun, needs_node

_WRITE = "\nrequire('node:v8').writeHeapSnapshot(process.argv[1]);"
# What the program does, and the names by which its holder may be called.
PROGRAMS = {
    "a field that holds a Map": (
        """class Session { constructor(n) { this.turns = Array.from({length: 20}, (_, i) => ({n, i})); } }
        class Manager { sessions = new Map(); }
        globalThis.manager = new Manager();
        for (let n = 0; n < 1500; n++) manager.sessions.set('s' + n, new Session(n));""",
        ("Manager.sessions",),
    ),
    "a variable of a module": (
        """const cache = new Map();
        for (let n = 0; n < 4000; n++) cache.set('k' + n, {n, text: 'value ' + n + 'x'.repeat(200)});
        globalThis.look = key => cache.get(key);""",
        (".cache",),
    ),
    "a private field": (
        """class Queue { #waiting = []; push(one) { this.#waiting.push(one); } }
        globalThis.queue = new Queue();
        for (let n = 0; n < 9000; n++) queue.push({n, payload: {n}});""",
        ("Queue.#waiting", "Queue.<symbol"),
    ),
    "a plain object in a plain object": (
        """class App { state = { byUser: {} }; }
        globalThis.app = new App();
        for (let n = 0; n < 6000; n++) app.state.byUser['u' + n] = {n, list: [{n}, {n}]};""",
        ("App.state.byUser",),
    ),
    "listeners": (
        """const { EventEmitter } = require('node:events');
        class Bus extends EventEmitter {}
        globalThis.bus = new Bus(); bus.setMaxListeners(0);
        for (let n = 0; n < 1500; n++) { const kept = Array(200).fill(n); bus.on('news', () => kept); }""",
        ("Bus._events.news",),
    ),
    "timers": (
        """class Poll { constructor(n) { this.history = new Array(100).fill(n); } }
        const start = n => { const poll = new Poll(n); setInterval(() => poll, 1e7 + n % 5).unref(); };
        for (let n = 0; n < 2500; n++) start(n);""",
        ("TimersList", "Timeout"),
    ),
    "equal strings": (
        """class Store { rows = []; }
        globalThis.store = new Store();
        for (let n = 0; n < 9000; n++)
          store.rows.push({n, country: Buffer.from('country ' + n % 9 + '-'.repeat(90)).toString()});""",
        ("Store.rows",),
    ),
    "a class that extends Map": (
        """class Registry extends Map {}
        class Server { registry = new Registry(); }
        globalThis.server = new Server();
        for (let n = 0; n < 4000; n++) server.registry.set(n, {n, peers: [{n}, {n}]});""",
        ("Server.registry",),
    ),
}  # fmt: skip


def _findings(cli: Cli, path: Path) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(cli("analyze", path, "--json").out)["findings"]
    return findings


@needs_node
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_holder_is_found(name: str, tmp_path: Path, cli: Cli) -> None:
    program, holders = PROGRAMS[name]
    path = tmp_path / "node.heapsnapshot"
    assert NODE is not None
    subprocess.run([NODE, "-e", f"(() => {{{program}\n}})();{_WRITE}", path], check=True, timeout=120)
    messages = [finding["message"] for finding in _findings(cli, path)[:3]]
    assert any(holder in message for message in messages for holder in holders), messages


@needs_node
def test_a_variable_that_a_module_exports_is_found(tmp_path: Path, cli: Cli) -> None:
    module, path = tmp_path / "store.mjs", tmp_path / "node.heapsnapshot"
    module.write_text("""import { writeHeapSnapshot } from "node:v8";
    class Turn { constructor(n) { this.parts = Array.from({length: 20}, (_, i) => ({n, i})); } }
    export const turns = new Map();
    for (let n = 0; n < 1500; n++) turns.set("t" + n, new Turn(n));
    writeHeapSnapshot(process.argv[2]);""")
    assert NODE is not None
    subprocess.run([NODE, module, path], check=True, timeout=120)
    assert any("(module).turns" in finding["message"] for finding in _findings(cli, path)[:3])


@needs_node
def test_entries_are_counted_after_deletions(tmp_path: Path, cli: Cli) -> None:
    program = """
    class Box { map = new Map(); set = new Set(); numbers = new Map(); object = {}; }
    globalThis.box = new Box();
    for (let n = 0; n < 3000; n++) { box.map.set('k' + n, {n}); box.set.add({n}); box.numbers.set(n, n);
                                     box.object['p' + n] = {n}; }
    for (let n = 0; n < 1000; n++) { box.map.delete('k' + n); delete box.object['p' + n]; }
    """
    path = tmp_path / "node.heapsnapshot"
    assert NODE is not None
    subprocess.run([NODE, "-e", program + _WRITE, path], check=True, timeout=120)
    document = json.loads(cli("heap", "collections", path, "--json", "--filter", "Box.").out)
    rows = {row["holder"]: row for row in document["rows"]}
    assert rows["Box.map"]["entries"] == 2000
    assert rows["Box.set"]["entries"] == 3000
    assert rows["Box.object"]["entries"] == 2000
    assert rows["Box.numbers"]["entries"] is None
    assert rows["Box.numbers"]["entries_low"] <= 3000 <= rows["Box.numbers"]["entries_high"]


@needs_node
def test_an_idle_process_has_no_holder(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "node.heapsnapshot"
    assert NODE is not None
    subprocess.run([NODE, "-e", _WRITE, path], check=True, timeout=120)
    assert [finding["rule"] for finding in _findings(cli, path) if finding["severity"] == "warning"] == []


@needs_bun
@pytest.mark.parametrize("form", ["v8", "jsc"])
def test_the_holder_is_found_in_bun(form: str, tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "bun.heapsnapshot"
    asked = "'v8', 'arraybuffer'" if form == "v8" else ""
    taken = f"Bun.generateHeapSnapshot({asked})"
    program = f"""{PROGRAMS["a field that holds a Map"][0]}
    await Bun.write(process.argv[1], {taken if form == "v8" else f"JSON.stringify({taken})"});"""
    assert BUN is not None
    subprocess.run([BUN, "-e", program, path], check=True, timeout=120)
    findings = _findings(cli, path)
    assert any("Manager.sessions" in finding["message"] for finding in findings[:3])
    assert "bun-missing-edges" in {finding["rule"] for finding in findings}
