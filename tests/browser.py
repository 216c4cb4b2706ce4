"""A real Chromium without a window, driven by the DevTools protocol; what it logs and asks for is kept."""

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0"),
)
_PATIENCE = 30  # seconds
_DRAWN = (
    "document.readyState === 'complete' &&"
    " (!document.querySelector('.plot-data') || document.documentElement.dataset.drawn)"
)


class Page:
    """One tab."""

    def __init__(self, connection: Any) -> None:
        self._socket = connection
        self._number = 0
        self.requests: list[str] = []  # that are of no file
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log", "Security"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol; events that come before its answer are noted."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_PATIENCE))
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self._note(answer.get("method", ""), answer.get("params", {}))

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent" and not told["request"]["url"].startswith(
            ("file:", "data:")
        ):
            self.requests.append(told["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(told["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(told["args"]))
        elif event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.errors.append(told["entry"]["text"])
        elif event == "Page.javascriptDialogOpening":
            self.dialogs.append(told["message"])

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript, or a promise of it, is."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + _PATIENCE
        while not self.run(f"!!({condition})"):
            assert time.monotonic() < until, condition
            time.sleep(0.02)

    def open(self, path: Path, *, width: int = 1280, scripts: bool = True, **features: str) -> None:
        """Open a file, and wait until it is drawn. `features` are media features, `media` the medium."""
        self.requests, self.errors, self.dialogs = [], [], []
        self.call("Page.navigate", url="about:blank")
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.resize(width)
        self.show(**features)
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait(_DRAWN if scripts else "document.readyState === 'complete'")

    def resize(self, width: int) -> None:
        """Give the window a width."""
        shape = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **shape)

    def show(self, media: str = "screen", scheme: str = "light") -> None:
        """Choose the medium, and light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that a selector finds, as a mouse does."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        x, y = self.run(
            f"(b => [b.x + b.width / 2, b.y + b.height / 2])"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        for kind, buttons in (("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)):
            self.call(
                "Input.dispatchMouseEvent",
                **{"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1},
            )

    def screenshot(self, path: Path) -> None:
        """Write the whole page as a PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium() -> Iterator[Page]:
    """Start Chromium with a profile of its own, and end it."""
    from urllib.request import Request, urlopen

    from websockets.sync.client import connect

    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port = _port(Path(profile) / "DevToolsActivePort", process)
            request = Request(f"http://127.0.0.1:{port}/json/list")
            with urlopen(request, timeout=_PATIENCE) as answer:
                tabs = json.load(answer)
            address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            plain = socket.create_connection(("127.0.0.1", port), _PATIENCE)  # past any proxy
            plain.settimeout(None)
            with connect(address, sock=plain, max_size=None) as connection:
                yield Page(connection)
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port that Chromium writes into its profile when it listens."""
    until = time.monotonic() + _PATIENCE
    while not (file.exists() and file.read_text().strip()):
        assert process.poll() is None, "Chromium ended"
        assert time.monotonic() < until, "Chromium does not listen"
        time.sleep(0.05)
    return int(file.read_text().split()[0])
