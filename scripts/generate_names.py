"""Write the names that `memdoctor redact` keeps: built_in.txt, words.txt and document_keys.txt of
src/memdoctor/redacting.

`python scripts/generate_names.py RUNTIME…` runs each Node and Bun that is named, twice, in folders and with
arguments of its own, loads the modules that come with it, and takes the names that both heaps have. What
Chrome adds comes from the fixture. The keys of documents are those of a report of each of these Nodes, and
of PM2's lists among the fixtures; `--documents NODE…` asks for these alone. The words are those
in the code that reads and judges text:
`python scripts/generate_names.py --words` brings them up to date alone, and --check writes nothing.
"""

import argparse
import ast
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from memdoctor.heap.strings import WELL_KNOWN
from memdoctor.readers.snapshot import read_snapshot

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "src" / "memdoctor"
NAMES, WORDS = CODE / "redacting" / "built_in.txt", CODE / "redacting" / "words.txt"
KEYS = CODE / "redacting" / "document_keys.txt"
FIXTURES = ROOT / "fixtures"
READING = ("readers", "analysis", "model.py", "secrets.py", "units.py")
JUDGING = ("analysis/heap", "heap")  # whose constants are names in a heap

_TYPES = ("object", "closure", "native", "synthetic", "hidden", "code", "object shape", "array", "symbol")
_EDGES = ("property", "internal", "context", "shortcut", "weak")
_NAME = re.compile(r"[\x20-\x7e]{1,80}")
_CONSTANT = re.compile(r"[\w$/.()<>:#-]+(?: [\w$/.()<>:#-]+){0,3}")
_COUNTED = re.compile(r"[0-9]+ / .*|\(.* builtin (?:code|handle)\)")  # `names.py` knows their form
_OWN = re.compile(r"[/\\](?:tmp|home|root|usr|work|Users|var)[/\\]|file:|\d{6}|@\d|^[0-9]+$|https?://")
_CHROME = re.compile(r"(?:Detached )?(?:[A-Z][A-Za-z0-9]+|[\w:]+::[\w:<>, ]+|#[a-z-]+)|<[a-z0-9]+>?")
_NODE = """
const left = /^_|\\/|test|sea|sqlite|wasi|inspector/;
const modules = require('node:module').builtinModules.filter((name) => !left.test(name));
for (const name of modules) try { globalThis['loaded_' + name] = require('node:' + name); } catch {}
const server = require('node:http').createServer(() => {});
const servers = [new (require('node:events'))(), server, new Map(), new Set()];
servers[0].on('error', () => {}); setTimeout(() => {
  require('node:v8').writeHeapSnapshot(process.argv[1]); process.exit(0);
}, 300); setInterval(() => servers, 1000); fetch('http://127.0.0.1:1/').catch(() => {}); Promise.resolve(1);
"""
_BUN = """
const names = ['fs', 'http', 'net', 'events', 'stream', 'crypto', 'zlib', 'child_process', 'timers', 'url'];
globalThis.kept = names.map((name) => require('node:' + name));
globalThis.kept.push(new Map(), new WeakMap(), new Set());
await Bun.write(process.argv.at(-1), Bun.generateHeapSnapshot('v8'));
await Bun.write(process.argv.at(-1) + '.jsc', JSON.stringify(Bun.generateHeapSnapshot()));
"""
# A report with all that Node has to tell: an error, handles, a thread, an environment.
_REPORT = """
const { Worker } = require('node:worker_threads');
new Worker('setTimeout(() => {}, 3000)', { eval: true });
require('node:net').createServer(() => {}).listen(0, '127.0.0.1', () => {
  require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 2000)']);
  require('node:fs').watch('.'); setInterval(() => {}, 1000);
  const error = Object.assign(new Error('x'), { code: 'EACCES', errno: -13, syscall: 'open', path: 'x' });
  setTimeout(() => { process.report.writeReport(process.argv[1], error); process.exit(0); }, 300);
});
"""
_TAGS = """
a abbr address area article aside audio b base blockquote body br button canvas caption circle code
col colgroup data datalist dd defs del details dialog div dl dt ellipse em embed fieldset figcaption
figure footer form g h1 h2 h3 h4 h5 h6 head header hr html i iframe image img input ins kbd label
legend li line link main map mark mask menu meta meter nav noscript object ol optgroup option output
p param path pattern picture polygon polyline pre progress q rect script search section select slot
small source span strong style sub summary sup svg symbol table tbody td template text textarea
tfoot th thead time title tr track tspan u ul use var video wbr
"""
# What V8, Node, Bun, PM2 and kernels print around their figures.
_PRINTED = """
allocation failure failed Allocation Ineffective mark compacts compact sweep near heap limit Reached
Committing semi space promotion task finalize incremental marking via stack guard external pressure
idle last resort testing background reduce average current mu since start of steps biggest step
walltime JavaScript out of memory Fatal invalid size error Last few GCs JS stacktrace Utils
ReportOOMFailure Abort will restart starting online exited code signal disconnected fork mode
cluster Unhandled rejection throw Emitted event at Node.js Cannot find module Require stack
MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND address already in use listen port syscall errno EADDRINUSE
ECONNREFUSED possible EventEmitter leak detected listeners added Use emitter setMaxListeners
increase limit trace warnings where the warning was created opt usr lib local share bin sbin etc var
log home srv root mnt dev run Program Files Library Applications Contents MacOS Users Windows
System32 rollup Pss_Dirty Pss_Anon Pss_File Pss_Shmem Shared_Clean Shared_Dirty Private_Clean
Referenced Anonymous KSM LazyFree AnonHugePages ShmemPmdMapped FilePmdMapped Shared_Hugetlb
Private_Hugetlb SwapPss Locked Monday Tuesday Wednesday Thursday Friday Saturday Sunday January
February March April June July August September October November December kworker sd-pam renderer
utility debug trace fatal true false null undefined js cjs mjs ts mts cts tsx jsx json jsonl py sh
log txt html css exe dll md yml yaml toml lock map wasm gz src dist build scripts vendor latest
InternalPromise historic Latency
"""
_ESCAPE = re.compile(r"\\[a-zA-Z]")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def names_in(file: Path) -> set[str]:
    """Return the strings of a snapshot by which something is called."""
    _, graph = read_snapshot(str(file))
    codes = {graph.node_code(name) for name in _TYPES}
    if graph.format == "jsc":
        used = set(range(len(graph.strings.starts)))
    else:
        pairs = zip(graph.node_type.tolist(), graph.node_name.tolist(), strict=True)
        used = {name for kind, name in pairs if kind in codes}
        kinds = {graph.edge_code(name) for name in _EDGES}
        trait = (graph.edges.trait & 0x0F).tolist()
        used |= {n for t, n in zip(trait, graph.edge_name.tolist(), strict=True) if t in kinds}
        used = {index for index in used if index < len(graph.strings.starts)}
    return {text for text in graph.strings.texts(sorted(used)) if _NAME.fullmatch(text)}


def of_runtime(runtime: str) -> set[str]:
    """Return the names that are in every heap of a runtime."""
    found: list[set[str]] = []
    is_bun = "bun" in Path(runtime).name
    for number in ("one", "other"):
        with tempfile.TemporaryDirectory(prefix=f"names-{number}-") as folder:
            file = Path(folder) / f"{number}.heapsnapshot"
            call = [runtime, "-e", _BUN if is_bun else _NODE, str(file)]
            subprocess.run(call, cwd=folder, env={f"OF_{number}": number}, check=True, timeout=120)  # noqa: S603
            files = [file, *([Path(f"{file}.jsc")] if is_bun else [])]
            found.append({name for one in files for name in names_in(one)})
    return found[0] & found[1]


def of_documents(runtimes: list[str]) -> set[str]:
    """Return the keys of the reports of these Nodes, and of the lists of PM2 that are fixtures."""
    documents = []
    for runtime in runtimes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "report.json"
            subprocess.run([runtime, "-e", _REPORT, str(file)], cwd=folder, check=True, timeout=120)  # noqa: S603
            documents.append(file.read_text(encoding="utf-8"))
    lists = sorted((FIXTURES / "pm2").rglob("*jlist*"))
    texts = [
        (gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()).decode()
        for file in lists
    ]
    documents += [text[text.index("[{") :] for text in texts if "[{" in text]
    keys = {key for text in documents for key in _keys(json.loads(text))}
    return {word for key in keys for word in _WORD.findall(key) if not word.isupper() and len(word) > 2}


def of_chrome() -> set[str]:
    """Return what Chrome calls its own objects, by the fixture: classes and tags, not their attributes."""
    _, graph = read_snapshot(str(FIXTURES / "snapshots" / "chromium-detached-1.heapsnapshot.xz"))
    native = graph.node_code("native")
    pairs = zip(graph.node_type.tolist(), graph.node_name.tolist(), strict=True)
    named = sorted({name for kind, name in pairs if kind == native})
    return {text for text in graph.strings.texts(named) if _CHROME.fullmatch(text)}


def constants(rooms: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts in the code of these rooms, without what documents it."""
    for room in rooms:
        path = CODE / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            documentation = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
                             if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and node.value not in documentation:
                    value = node.value
                    yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def words() -> set[str]:
    """Return the words that the code looks for in text, and the keys of Node's report."""
    found = {word for text in constants(READING) for word in _WORD.findall(_ESCAPE.sub(" ", text))}
    found |= set(_WORD.findall(_PRINTED))
    documents = [*(FIXTURES / "reports").glob("*.json"), *(FIXTURES / "heapdumps").glob("*-raw.json")]
    for file in sorted(documents):
        report = json.loads(file.read_text(encoding="utf-8"))
        found |= {word for key in _keys(report) for word in _WORD.findall(key)}
    return {word for word in found if 2 < len(word) <= 60 and word.isascii()}


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in {"environmentVariables", "env", "axm_monitor"}:
                yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def written(texts: set[str]) -> str:
    """Return texts as the file holds them: sorted, one a line."""
    return "".join(f"{text}\n" for text in sorted(texts))


def main() -> int:
    """Write both files, or the words alone, or say what is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runtimes", nargs="*", help="Nodes and Buns")
    parser.add_argument("--words", action="store_true", help="only the words of the code")
    parser.add_argument(
        "--documents", action="store_true", help="only the keys of documents of these Nodes"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if words differ")
    arguments = parser.parse_args()
    if arguments.check:
        same = WORDS.read_text(encoding="utf-8") == written(words())
        print("up to date" if same else "words.txt is out of date: run scripts/generate_names.py --words")
        return 0 if same else 1
    WORDS.write_text(written(words()), encoding="utf-8", newline="\n")
    if arguments.words:
        return 0
    if arguments.documents:
        KEYS.write_text(written(of_documents(arguments.runtimes)), encoding="utf-8", newline="\n")
        return 0
    if not arguments.runtimes:
        parser.error("name the Nodes and Buns to ask")
    names = (
        {text for text in constants(JUDGING) if _CONSTANT.fullmatch(text)} | set(WELL_KNOWN) | of_chrome()
    )
    names |= {f"<{tag}>" for tag in _TAGS.split()}
    for runtime in arguments.runtimes:
        names |= of_runtime(runtime)
    kept = {
        n for n in names if not (_OWN.search(n) or _COUNTED.fullmatch(n)) and n == n.strip() and len(n) > 2
    }
    NAMES.write_text(written(kept), encoding="utf-8", newline="\n")
    nodes = [runtime for runtime in arguments.runtimes if "bun" not in Path(runtime).name]
    KEYS.write_text(written(of_documents(nodes)), encoding="utf-8", newline="\n")
    print(f"{len(kept)} names, {len(words())} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
