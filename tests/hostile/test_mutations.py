"""Ten thousand spoiled documents, texts, snapshots: no traceback, silence, hang, or more than 200 MiB."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import HEAPDUMPS, ROOT, SNAPSHOTS

_COUNT = int(os.environ.get("MEMDOCTOR_TEST_MUTATIONS", "1500"))  # of each kind
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
def test_thousands_of_spoiled_inputs(files: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(_WORKER), str(_COUNT), "1", *files],
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
    assert sum(result["codes"].values()) == _COUNT
    assert result["codes"].get("0", 0) > _COUNT // 10  # some were still readable
    assert result["codes"].get("2", 0) > _COUNT // 10  # and some were not
