"""Ten thousand spoiled documents, texts, snapshots: no traceback, silence, hang, or more than 200 MiB."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import HEAPDUMPS, ROOT, SNAPSHOTS

_WORKER = Path(__file__).parent / "mutations.py"
_HEAPDUMPS = sorted(str(path) for path in HEAPDUMPS.glob("*.json"))
_TEXTS = sorted(
    str(path) for name in ("pasted", "formats") for path in (ROOT / "fixtures" / name).iterdir()
)
_SNAPSHOTS = sorted(
    str(path)
    for path in SNAPSHOTS.glob("*.xz")
    if path.stat().st_size < 2000 or "-g-" in path.name or "jsc" in path.name
)


@pytest.mark.skipif(os.name == "nt", reason="needs the resource module")
@pytest.mark.parametrize("files", [_HEAPDUMPS, _TEXTS, _SNAPSHOTS], ids=["documents", "texts", "snapshots"])
@pytest.mark.parametrize("seed", [1, 2])
def test_five_thousand_spoiled_documents(files: list[str], seed: int) -> None:
    done = subprocess.run(
        [sys.executable, str(_WORKER), "5000", str(seed), *files],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["failures"] == []
    assert result["slowest"] < 2
    assert result["peak_mib"] < 200
    assert sum(result["codes"].values()) == 5000
    assert result["codes"].get("0", 0) > 500  # some were still readable
    assert result["codes"].get("2", 0) > 500  # and some were not
