"""A connection to the inspector of a real Node that is open already: what it says; it stays open."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.node import NodeSession

from conftest import Cli
from runtimes import NODES

_EVERY_NODE = [
    pytest.param(node, id=name, marks=pytest.mark.skipif(node is None, reason=f"no {name} on this machine"))
    for name, node in NODES.items()
]


@contextmanager
def _inspected(node: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """Start a Node with its inspector open; give its pid and the port."""
    words = (node, "--inspect=127.0.0.1:0", *arguments)
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        try:
            found = re.search(r":(\d+)/", process.stderr.readline())
            assert found is not None
            yield process.pid, int(found[1])
        finally:
            process.kill()


@pytest.mark.parametrize("node", _EVERY_NODE)
def test_what_a_node_says_of_its_memory_is_read_as_a_dump(node: str, cli: Cli, tmp_path: Path) -> None:
    dump = tmp_path / "node.json"
    with _inspected(node, "-e", "setInterval(() => {}, 1e3)") as (pid, port):
        with NodeSession.at("127.0.0.1", port) as session:
            assert session.pid == pid
            dump.write_text(json.dumps(session.memory()), encoding="utf-8")
        with NodeSession.at("localhost", port) as again:  # it was left open
            assert again.pid == pid
    [sample] = json.loads(cli("analyze", dump, "--json").out)["overview"]["samples"]
    assert (sample["runtime"], sample["pid"], sample["heap_limit_kind"]) == ("node", pid, "v8")
    assert sample["uptime_seconds"] < 60
    assert sample["rss_bytes"] > sample["derived"]["js_heap_bytes"] > 1 << 20


@pytest.mark.parametrize("node", _EVERY_NODE)
def test_modules_are_no_obstacle(node: str) -> None:
    script = "await 1; setInterval(() => {}, 1e3)"
    with (
        _inspected(node, "--input-type=module", "-e", script) as (pid, port),
        NodeSession.at("127.0.0.1", port) as session,
    ):
        assert session.memory()["pid"] == pid


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CaptureError, match="no inspector is open at"):
        NodeSession.at("127.0.0.1", port)


@pytest.mark.parametrize("answer", [b"[]", b"{}", b"nothing", b'[{"webSocketDebuggerUrl": "ws://x"}]'])
def test_what_listens_is_no_inspector(answer: bytes) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(CaptureError, match="is no inspector of a Node"):
            NodeSession.at("127.0.0.1", server.server_port)
        server.shutdown()


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    from memdoctor.live.inspector.session import require_library

    with pytest.raises(CaptureError, match="is not installed") as error:
        require_library()
    assert 'pip install "memdoctor[live]"' in error.value.help
