"""Who is blamed for the memory of a heap, and who never is."""

import json
from pathlib import Path

import pytest

from memdoctor.thresholds import Thresholds

from conftest import SNAPSHOTS, Cli
from snapshots import Snapshot


def _findings(cli: Cli, path: Path | str) -> list[tuple[str, str, str]]:
    report = json.loads(cli("analyze", path, "--json", "--select", "heap").out)
    return [(one["rule"], one["severity"], one["message"]) for one in report["findings"]]


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("small-a-node12-1.heapsnapshot", "SessionManager.sessions"),
        ("chromium-detached-1.heapsnapshot", "PanelManager.panelCache"),
        ("bun-g-1.heapsnapshot", "FrameStore.frames"),
        ("bunjsc-a-1.jsc.json", "SessionManager.sessions"),
        ("piles-node20-1.heapsnapshot", "Feed._events.tick"),
    ],
)
def test_the_holder_is_among_the_first_three(name: str, holder: str, cli: Cli) -> None:
    assert any(holder in message for _, _, message in _findings(cli, SNAPSHOTS / f"{name}.xz")[:3])


@pytest.mark.parametrize("version", [20, 22, 24])
def test_nothing_is_found_in_an_idle_process(version: int, cli: Cli) -> None:
    assert _findings(cli, SNAPSHOTS / f"idle-node{version}-1.heapsnapshot.xz") == []


def _heap(tmp_path: Path, held: int, rest: int) -> Path:
    """Return a heap whose one Map retains `held` bytes of those and `rest` more."""
    made = Snapshot()
    root = made.global_object()
    store = made.object("Store", 0, holder=root, key="store")
    entries = made.object("Map", 0, holder=store, key="entries")
    for number in range(10):
        made.object("Entry", held // 10, holder=entries, key=f"e{number}")
    for number in range(10):
        made.object(f"Other{number}", rest // 10, holder=root, key=f"o{number}")
    return made.write(tmp_path / "made.heapsnapshot")


@pytest.mark.parametrize(
    ("held", "severity"), [(4_000, None), (6_000, "info"), (19_000, "info"), (21_000, "warning")]
)
def test_severity_is_a_matter_of_share(tmp_path: Path, held: int, severity: str | None, cli: Cli) -> None:
    path = _heap(tmp_path, held, 100_000 - held)
    found = {rule: found for rule, found, message in _findings(cli, path) if "Store.entries" in message}
    assert found.get("dominant-object") == severity


def test_thresholds_can_be_set(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _heap(tmp_path, 10_000, 90_000)
    monkeypatch.chdir(tmp_path)
    assert _findings(cli, path)[0][1] == "info"
    (tmp_path / "memdoctor.toml").write_text("[thresholds]\nheap_warning_share = 0.1\n")
    assert _findings(cli, path)[0][1] == "warning"
    (tmp_path / "memdoctor.toml").write_text("[thresholds]\nheap_share = 0.11\n")
    assert _findings(cli, path) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thresholds = 3", "must be a table of numbers"),
        ("[thresholds]\nheap_shar = 0.1", "did you mean heap_share?"),
        ("[thresholds]\nheap_share = 2", "a share between 0 and 1"),
        ("[thresholds]\nmany_handles = -1", "a whole number, not below 0"),
        ("[thresholds]\nmany_handles = nan", "a whole number, not below 0"),
        ("[thresholds]\nheap_share = true", "a share between 0 and 1"),
    ],
)
def test_a_wrong_threshold_is_an_error(
    tmp_path: Path, text: str, message: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "memdoctor.toml").write_text(text)
    outcome = cli("analyze", SNAPSHOTS / "clique.heapsnapshot.xz")
    assert outcome.code == 2
    assert message in outcome.err


def test_every_threshold_is_told_in_the_docs() -> None:
    docs = Path(__file__).parents[3] / "docs"
    text = (docs / "heap-findings.md").read_text() + (docs / "ci.md").read_text()
    for name, value in ((name, getattr(Thresholds(), name)) for name in Thresholds.__dataclass_fields__):
        assert f"| `{name}` | {value} |" in text


@pytest.mark.parametrize("name", ["WindowManager", "processQueue", "globalCache", "Modules"])
def test_a_class_that_begins_like_a_global_is_blamed(tmp_path: Path, name: str, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    holder = made.object(name, 0, holder=root, key="kept")
    for number in range(10):
        made.object("Entry", 1000, holder=holder, key=f"e{number}")
    path = made.write(tmp_path / "made.heapsnapshot")
    assert ("dominant-object", "warning") in {(rule, found) for rule, found, _ in _findings(cli, path)}


@pytest.mark.parametrize(
    "name", ["global", "Window / https://a.example", "process", "BuiltinModule", "WeakRef"]
)
def test_what_every_program_has_is_not_blamed(tmp_path: Path, name: str, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    holder = made.object(name, 0, holder=root, key="kept")
    for number in range(10):
        made.object(f"Entry{number}", 1000, holder=holder, key=f"e{number}")
    found = _findings(cli, made.write(tmp_path / "made.heapsnapshot"))
    assert not any(message.startswith("global.kept") for _, _, message in found)


@pytest.mark.parametrize("field", ["exports", "children"])
def test_what_a_module_exports_is_the_programs(tmp_path: Path, field: str, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    module = made.object("Module", 0, holder=root, key="module")
    kept = made.object("Map" if field == "exports" else "Array", 0, holder=module, key=field)
    for number in range(50):
        made.object("Entry", 100, holder=kept, key=f"e{number}")
    found = _findings(cli, made.write(tmp_path / "made.heapsnapshot"))
    assert [rule for rule, _, _ in found] == (["dominant-object"] if field == "exports" else [])


def test_two_elements_of_one_array_are_two_findings(tmp_path: Path, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    kept = made.object("Array", 0, holder=made.object("App", 0, holder=root, key="app"), key="kept")
    for number, name in enumerate(("Repo", "Log")):
        part = made.node("object", name, 0)
        made.edge(kept, part, number, "element")
        for entry in range(10):
            made.object("Entry", 1000, holder=part, key=f"e{entry}")
    messages = [message for _, _, message in _findings(cli, made.write(tmp_path / "made.heapsnapshot"))]
    for name in ("Repo", "Log"):
        assert any(message.startswith(f"{name} in App.kept[] retains") for message in messages)
    assert not any("samples" in message for message in messages)


def test_a_string_makes_no_heap_of_bun(tmp_path: Path, cli: Cli) -> None:
    made = Snapshot()
    made.edge(0, made.node("string", "Cell Butterfly", 32), "text")
    assert _findings(cli, made.write(tmp_path / "made.heapsnapshot")) == []


def test_elements_and_their_array_are_one_holder(tmp_path: Path, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    store = made.object("Store", 0, holder=root, key="store")
    items = made.object("Array", 0, holder=store, key="items")
    for number in range(60):
        item = made.node("object", "Array", 0)
        made.edge(items, item, number, "element")
        for part in range(3):
            made.edge(item, made.node("object", "Part", 100), part, "element")
    report = json.loads(
        cli("analyze", made.write(tmp_path / "made.heapsnapshot"), "--json", "--select", "heap").out
    )
    assert {one["subject"]["name"].rpartition("#")[2] for one in report["findings"]} == {"Store.items"}
    assert sum(not one["folded"] for one in report["findings"]) == 1


def test_a_warning_is_not_folded_into_a_note(tmp_path: Path, cli: Cli) -> None:
    report = json.loads(cli("analyze", SNAPSHOTS / "piles-node20-1.heapsnapshot.xz", "--json").out)
    ranks = {"error": 0, "warning": 1, "info": 2}
    by_holder: dict[str, list[dict[str, str]]] = {}
    for one in report["findings"]:
        by_holder.setdefault(one["subject"]["name"], []).append(one)
    for found in by_holder.values():
        best = min(ranks[one["severity"]] for one in found)
        assert any(ranks[one["severity"]] == best and not one["folded"] for one in found)


def test_a_chain_of_any_length_ends(tmp_path: Path, cli: Cli) -> None:
    made = Snapshot()
    root = made.global_object()
    link = made.object("Link", 8, holder=root, key="head")
    for _ in range(20_000):
        link = made.object("Link", 8, holder=link, key="next")
    path = made.write(tmp_path / "made.heapsnapshot")
    found = _findings(cli, path)
    assert found
    assert all("Link" in message for _, _, message in found)
