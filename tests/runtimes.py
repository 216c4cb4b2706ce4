"""The real Node and Bun: those that the environment names, else those on the path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def _runtime(name: str) -> str | None:
    return os.environ.get(f"MEMDOCTOR_TEST_{name.upper()}") or shutil.which(name)


NODE, BUN = _runtime("node"), _runtime("bun")
# Node of these majors: 22 is what the other tests run.
NODES = {"node20": os.environ.get("MEMDOCTOR_TEST_NODE_20"), "node": NODE}
NODES["node24"] = os.environ.get("MEMDOCTOR_TEST_NODE_24")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on this machine")
needs_bun = pytest.mark.skipif(BUN is None, reason="no bun on this machine")


def pytest_beside_node(folder: Path, file: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a file of tests in a folder, our Node first on the path, as a person does who has memdoctor."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    if not (programs / "node").exists():
        (programs / "node").symlink_to(str(NODE))
    path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=folder,
        env=os.environ | path | environment,
        capture_output=True,
        text=True,
        check=False,
    )
