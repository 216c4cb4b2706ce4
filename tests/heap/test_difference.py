"""What changed between two snapshots, by class, against the Comparison of DevTools."""

import json
from pathlib import Path

import pytest

import memdoctor
from memdoctor.heap.difference import ClassChange, class_changes

from conftest import SNAPSHOTS, Cli
from snapshots import Snapshot

DIFFERENCES = sorted((SNAPSHOTS / "differences").glob("*.json"))


def _packed(name: str) -> Path:
    [path] = SNAPSHOTS.glob(f"{name}.*.xz")
    return path


def _of(path: Path) -> tuple[Path, Path]:
    _, before, after = path.stem.split("__")
    return _packed(before), _packed(after)


def test_there_are_oracles() -> None:
    assert len(DIFFERENCES) >= 10


@pytest.mark.parametrize("path", DIFFERENCES, ids=lambda path: path.stem)
def test_nothing_differs_from_the_comparison_of_devtools(path: Path, cli: Cli) -> None:
    expected = {
        key: (row["addedCount"], row["removedCount"], row["addedSize"], row["removedSize"])
        for key, row in json.loads(path.read_text(encoding="utf-8")).items()
    }
    rows = json.loads(cli("heap", "classes", *_of(path), "--json").out)["rows"]
    found = {}
    for row in rows:
        place = row["constructor"]
        where = (
            "" if place is None else ",".join(str(place[key]) for key in ("script_id", "line", "column"))
        )
        numbers = (row["added_count"], row["removed_count"], row["added_bytes"], row["removed_bytes"])
        if numbers != (0, 0, 0, 0):
            found[f"{where},{row['class']}"] = numbers
    assert found == expected


@pytest.mark.parametrize("path", DIFFERENCES, ids=lambda path: path.stem)
def test_the_change_is_that_of_the_class_tables(path: Path) -> None:
    before, after = map(memdoctor.load, _of(path))
    tables = [
        {(row.name, row.location): row for row in graph.classes if not row.name.startswith("{")}
        for graph in (before, after)
    ]
    for change in class_changes(before, after):
        key = (change.name, change.location)
        if change.name.startswith("{") or change.name == "Object":
            continue  # those of the older one are sorted into the newer one's interfaces
        then, now = (table.get(key) for table in tables)
        assert change.delta_count == (now.count if now else 0) - (then.count if then else 0)
        assert change.delta_bytes == (now.shallow_bytes if now else 0) - (then.shallow_bytes if then else 0)
        assert change.delta_retained_bytes == (
            (now.retained_bytes if now else 0) - (then.retained_bytes if then else 0)
        )


def _heap(*sizes: int, kind: str = "Session") -> Snapshot:
    made = Snapshot()
    top = made.global_object()
    for size in sizes:
        made.object(kind, size, holder=top)
    return made


def _changes(folder: Path, before: Snapshot, after: Snapshot) -> dict[str, ClassChange]:
    graphs = (
        memdoctor.load(made.write(folder / f"{number}.heapsnapshot"))
        for number, made in enumerate((before, after))
    )
    return {change.name: change for change in class_changes(*graphs)}


def test_an_object_that_grows_is_neither_added_nor_removed(tmp_path: Path) -> None:
    change = _changes(tmp_path, _heap(100, 100), _heap(100, 700))["Session"]
    assert (change.added_count, change.removed_count) == (0, 0)
    assert (change.grown_count, change.grown_bytes) == (1, 600)
    assert (change.delta_count, change.delta_bytes, change.delta_retained_bytes) == (0, 600, 600)


def test_what_changes_its_class_is_both(tmp_path: Path) -> None:
    changes = _changes(tmp_path, _heap(100, kind="Draft"), _heap(100, kind="Order"))
    assert changes["Draft"].removed_count == changes["Order"].added_count == 1


def test_two_equal_snapshots_have_no_rows(tmp_path: Path) -> None:
    assert not _changes(tmp_path, _heap(100, 200), _heap(100, 200))


def test_ids_that_mean_nothing_are_told(cli: Cli) -> None:
    told = cli("heap", "classes", _packed("bun-a-1"), _packed("bun-a-3"))
    assert "the same id is not the same object here" in " ".join(told.out.split())


def test_of_different_processes_what_differs_is_no_growth(cli: Cli) -> None:
    told = cli("heap", "classes", _packed("chromium-detached-4"), _packed("piles-node20-1"))
    assert "they are of different processes: what differs is no growth" in " ".join(told.out.split())


def test_the_wrong_order_is_told(cli: Cli) -> None:
    told = cli("heap", "classes", _packed("small-a-node12-3"), _packed("small-a-node12-1"))
    assert "it is the older one" in told.out


def test_other_views_take_one(cli: Cli) -> None:
    told = cli("heap", "strings", _packed("clique"), _packed("detached"))
    assert told.code == 2
    assert "takes one snapshot" in told.err
