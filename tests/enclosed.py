"""Runs Python in namespaces of its own, where no other process of the machine can be reached."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

_UNSHARE = ("unshare", "-Urpf", "--mount-proc")
# The shell is PID 1 there, and asks about what has ended; with it all others end.
_FIRST = ("sh", "-c", '"$@"; exit $?', "sh")


@cache
def _is_possible() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    done = subprocess.run([*_UNSHARE, "true"], capture_output=True, timeout=20, check=False)
    return done.returncode == 0


def enclosed(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in there, with the modules of the tests; skip the test where that cannot be."""
    if not _is_possible():
        pytest.skip("no namespaces for this user on this machine")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    call = [*_UNSHARE, *_FIRST, sys.executable, "-c", script, *arguments]
    return subprocess.run(call, capture_output=True, text=True, timeout=60, env=environment, check=False)
