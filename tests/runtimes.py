"""The real Node and Bun: those that the environment names, else those on the path."""

import os
import shutil

import pytest


def _runtime(name: str) -> str | None:
    return os.environ.get(f"MEMDOCTOR_TEST_{name.upper()}") or shutil.which(name)


NODE, BUN = _runtime("node"), _runtime("bun")
# Node of these majors: 22 is what the other tests run.
NODES = {"node20": os.environ.get("MEMDOCTOR_TEST_NODE_20"), "node": NODE}
NODES["node24"] = os.environ.get("MEMDOCTOR_TEST_NODE_24")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on this machine")
needs_bun = pytest.mark.skipif(BUN is None, reason="no bun on this machine")
