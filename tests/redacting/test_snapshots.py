"""A redacted snapshot analyses as its original does, and none of its strings is left."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memdoctor.analysis.heap.view import VIEWS
from memdoctor.heap.strings import units
from memdoctor.readers.snapshot import read_snapshot
from memdoctor.redacting.built_in import is_built_in

from conftest import SNAPSHOTS, Cli
from runtimes import NODE, needs_node

ALL = sorted(SNAPSHOTS.glob("*.xz"))
SERIES = sorted(SNAPSHOTS.glob("leaks-node20-?.heapsnapshot.xz"))
_ALONE = [view for view in VIEWS if view not in {"retainers", "node"}]


def _names(paths: list[Path]) -> list[str]:
    return [path.name.partition(".")[0] for path in paths]


def _texts(file: Path) -> list[str]:
    _, graph = read_snapshot(str(file))
    return list(graph.strings.texts(range(len(graph.strings.starts))))


def _numbers(value: Any, key: str = "") -> Iterator[tuple[str, int | float]]:
    """Yield the numbers of a report, each with the key it stands under; of files nothing."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in {"sources", "file_bytes"}:
                yield from _numbers(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item, key)
    elif isinstance(value, int | float):
        yield key, value


def _sorted_numbers(cli: Cli, *arguments: str | Path) -> list[tuple[str, int | float]]:
    """Return the numbers of a report: what is equal in size is in the order of its names, which differ."""
    outcome = cli(*arguments, "--json", "--top", "0")
    assert outcome.code == 0, outcome.err
    return sorted(_numbers(json.loads(outcome.out)))


def _redacted(cli: Cli, file: Path, folder: Path, *options: str) -> Path:
    copy = folder / file.name.removesuffix(".xz")
    outcome = cli("redact", file, "-o", copy, *options)
    assert (outcome.code, outcome.err) == (0, "")
    return copy


@pytest.mark.parametrize("file", ALL, ids=_names(ALL))
def test_all_numbers_stay_and_no_string_does(file: Path, cli: Cli, tmp_path: Path) -> None:
    copy = _redacted(cli, file, tmp_path)
    assert _sorted_numbers(cli, "analyze", file) == _sorted_numbers(cli, "analyze", copy)
    before, after = _texts(file), _texts(copy)
    assert len(before) == len(after)
    left = {text for text in set(before) & set(after) if len(text) >= 6}
    assert not {text for text in left if not is_built_in(text)}
    # One for each, and never one for two; as long as what they stand for.
    pairs = list(zip(before, after, strict=True))
    assert len(set(pairs)) == len(set(before)) == len(set(after))
    assert all(len(text) == units(old) for old, text in pairs if text.isascii())


@pytest.mark.parametrize("name", ["piles-node20-1", "bun-g-1", "bunjsc-a-1", "detached"])
def test_all_numbers_of_the_views_are_equal(name: str, cli: Cli, tmp_path: Path) -> None:
    file = next(path for path in ALL if path.name.startswith(f"{name}."))
    copy = _redacted(cli, file, tmp_path)
    for view in _ALONE:
        assert _sorted_numbers(cli, "heap", view, file) == _sorted_numbers(cli, "heap", view, copy), view


def test_a_series_stays_comparable(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("redact", *SERIES, "-o", tmp_path)
    assert outcome.code == 0
    copies = [tmp_path / file.name for file in SERIES]
    assert _sorted_numbers(cli, "analyze", *SERIES) == _sorted_numbers(cli, "analyze", *copies)
    before, after = SERIES[0], copies[0]
    pairs = (
        _sorted_numbers(cli, "heap", "classes", a, b) for a, b in ((before, SERIES[2]), (after, copies[2]))
    )
    assert next(pairs) == next(pairs)


def test_each_call_has_stand_ins_of_its_own(cli: Cli, tmp_path: Path) -> None:
    file = SNAPSHOTS / "interfaces.heapsnapshot.xz"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = _redacted(cli, file, tmp_path / "a"), _redacted(cli, file, tmp_path / "b")
    assert first.read_bytes() != second.read_bytes()
    assert len(first.read_bytes()) == len(second.read_bytes())


def test_names_can_be_kept(cli: Cli, tmp_path: Path) -> None:
    file = SNAPSHOTS / "leaks-node20-1.heapsnapshot.xz"
    before, after = _texts(file), _texts(_redacted(cli, file, tmp_path, "--keep-names"))
    for kept in ("Session", "sessions", "Map"):
        assert (kept in after) == (kept in before)
    _, graph = read_snapshot(str(file))
    contents = set(graph.node_name[graph.node_type == graph.node_code("string")].tolist())
    names = set(graph.node_name[graph.node_type != graph.node_code("string")].tolist())
    names |= set(graph.edge_name.tolist())
    only_contents = {before[index] for index in contents - names if len(before[index]) >= 6}
    assert not {text for text in only_contents & set(after) if not is_built_in(text)}


_PROGRAM = """
class CustomerRecord {
  constructor(n) { this.cardNumber = `4929-0000-${n}`; this.ownerName = 'Erika Mustermann'; }
}
globalThis.customersByToken = new Map();
for (let n = 0; n < 500; n++) customersByToken.set('sk_live_planted' + n, new CustomerRecord(n));
globalThis.phones = { ['4915112345678']: 1, ['017612345678']: 2 };
globalThis.home = '/home/mustermann/projects/secretapp/server.js';
require('node:v8').writeHeapSnapshot(process.argv[1]);
"""


_PLANTED = (
    "sk_live_planted",
    "Mustermann",
    "mustermann",
    "secretapp",
    "4929-0000",
    "CustomerRecord",
    "customers",
    "4915112345678",
    "017612345678",
)


@needs_node
def test_a_heap_of_a_real_node(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "real.heapsnapshot"
    subprocess.run([str(NODE), "-e", _PROGRAM, str(file)], check=True, cwd=tmp_path)
    (tmp_path / "out").mkdir()
    copy = _redacted(cli, file, tmp_path / "out")
    for planted in _PLANTED:
        assert planted.encode() in file.read_bytes()
        assert planted.encode() not in copy.read_bytes()
    assert _sorted_numbers(cli, "analyze", file) == _sorted_numbers(cli, "analyze", copy)
    left = {text for text in {*_texts(file)} & {*_texts(copy)} if len(text) >= 6 and not is_built_in(text)}
    assert not {text for text in left if not text.replace(".", "").replace("-", "").isdigit()}
