"""The command line of redact: what it says, what it refuses, and that nothing half stays behind."""

import json
import lzma
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import golden_files
from conftest import FIXTURES, ROOT, SNAPSHOTS, Cli

HEAP = SNAPSHOTS / "interfaces.heapsnapshot.xz"
LEAKS = SNAPSHOTS / "leaks-node20-1.heapsnapshot.xz"
DUMP = FIXTURES / "heapdumps" / "phantom-external.json"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("redact-help", ["redact", "--help"]),
        ("redact-nothing", ["redact"]),
        ("redact-no-output", ["redact", "fixtures/heapdumps/phantom-external.json"]),
        ("redact-not-read", ["redact", "fixtures/heapdumps/README.md", "-o", "no-such-folder/out"]),
        (
            "redact-audit",
            ["redact", "--audit", "fixtures/reports/node22.json", "fixtures/ps/ps_ef.txt"],
        ),
        ("redact-audit-none", ["redact", "--audit", "fixtures/heapdumps/phantom-external.json"]),
    ],
)
def test_output(name: str, arguments: list[str], cli: Cli) -> None:
    golden_files.check(name, arguments, cli(*arguments))


def test_output_of_a_copy(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "heap.heapsnapshot").write_bytes(lzma.decompress(LEAKS.read_bytes()))
    (tmp_path / "ps.txt").write_bytes((FIXTURES / "ps" / "ps_ef.txt").read_bytes())
    (tmp_path / "dump.json").write_bytes(DUMP.read_bytes())
    arguments = ["redact", "heap.heapsnapshot", "ps.txt", "-o", "copies"]
    golden_files.check("redact", arguments, cli(*arguments))
    arguments = ["redact", "dump.json", "-o", "copy.json", "--json"]
    golden_files.check("redact-json", arguments, cli(*arguments))


def test_a_copy_is_private_and_packed_as_its_name_says(cli: Cli, tmp_path: Path) -> None:
    contents = []
    for ending in ("", ".gz", ".xz", ".zst"):
        copy = tmp_path / f"copy.heapsnapshot{ending}"
        assert cli("redact", HEAP, "-o", copy).code == 0
        if os.name == "posix":
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        outcome = cli("heap", "summary", copy, "--json")
        contents.append(json.loads(outcome.out)["totals"] if outcome.code == 0 else outcome.err)
    assert all(content == contents[0] for content in contents)
    assert lzma.decompress((tmp_path / "copy.heapsnapshot.xz").read_bytes())[:1] == b"{"


def test_nothing_is_replaced_unless_told(cli: Cli, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_text("mine", encoding="utf-8")
    outcome = cli("redact", DUMP, "-o", copy)
    assert (outcome.code, copy.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in outcome.err
    assert cli("redact", DUMP, "-o", copy, "--force").code == 0
    own = tmp_path / "own.json"
    own.write_bytes(DUMP.read_bytes())
    for output in (own, tmp_path):
        outcome = cli("redact", own, "-o", output, "--force")
        assert outcome.code == 2
        assert "is an input of this call" in outcome.err
    assert own.read_bytes() == DUMP.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-", "-o", "out"],
        [".", "-o", "out"],
        ["missing.json", "-o", "out"],
        ["dump.json", "-o", "-"],
        ["dump.json", "-o", "no/such/folder/out.json"],
        ["dump.json", "dump.json", "-o", "folder"],
        ["dump.json", "-o", "/dev/null"],
        ["dump.json", "-o", "bad\0name"],
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.json").write_bytes(DUMP.read_bytes())
    outcome = cli("redact", *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump.json"]


_V8 = (
    '{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["hidden",'
    '"object","string"],"string","number","number","number"],"edge_fields":["type","name_or_index","to_node"],'
    '"edge_types":[["property","element"],"string_or_number","node"]},"node_count":2,"edge_count":1},'
    '"nodes":[0,0,1,0,1,1,1,3,8,0],"edges":[0,2,5],"strings":["","Hemlock","secretivy"]}'
)
_WHOLE_BUT_ODD = {
    "mark": "\ufeff" + _V8,
    "strings-first": '{"strings":["","Hemlock","secretivy"],' + _V8[1:].replace(
        ',"strings":["","Hemlock","secretivy"]', ""),
    "unknown": _V8[:-1] + ',"secretmember":{"a":["secretivy",{"Hemlock":1}]},"secretflag":"Hemlock"}',
    "surrogate": _V8.replace("Hemlock", r"\uD800\q Hemlock \ud83d"),
    "after": _V8 + '\n{"Hemlock":"secretivy"}',
    "long": _V8.replace("secretivy", "secretivy" * 300_000),
    "title": _V8.replace('"node_count"', '"title":"Hemlock","secretkey":{"Hemlock":2},"node_count"'),
}  # fmt: skip
_WHOLE_BUT_ODD["nested"] = _V8.replace("Hemlock", "get " * 1000 + "Hemlock")
_WHOLE_BUT_ODD["counted"] = _V8.replace("Hemlock", "1 / " * 200 + "Hemlock")
_BROKEN = {
    "twice": _V8[:-1] + ',"strings":["","Hemlock","secretivy"]}',
    "words": _V8.replace('"edges":[0,2,5]', '"edges":[0,2,5],"samples":[1,"Hemlock",2]'),
    "node-words": _V8.replace("[0,0,1,0,1,1,1,3,8,0]", '[0,0,1,0,1,1,1,3,8,"Hemlock"]'),
    "no-such-string": _V8.replace("[0,0,1,0,1,1,1,3,8,0]", "[0,0,1,0,1,1,99,3,8,0]"),
    "no-such-type": _V8.replace("[0,0,1,0,1,1,1,3,8,0]", "[0,0,1,0,1,7,1,3,8,0]"),
    "deep": _V8.replace('"node_types":[["hidden"', '"node_types":[["hidden",' + "[" * 900 + "]" * 900),
    "header": _V8.replace('"node_count":2', '"node_count":"Hemlock"'),
    **{f"cut-{share}": _V8[: len(_V8) * share // 100] for share in (30, 60, 90, 99)},
}


@pytest.mark.parametrize("name", _WHOLE_BUT_ODD)
def test_odd_snapshots_are_redacted(name: str, cli: Cli, tmp_path: Path) -> None:
    file, copy = tmp_path / "a.heapsnapshot", tmp_path / "b.heapsnapshot"
    file.write_text(_WHOLE_BUT_ODD[name], encoding="utf-8")
    outcome = cli("redact", file, "-o", copy)
    assert (outcome.code, outcome.err) == (0, "")
    left = copy.read_text(encoding="utf-8")
    assert not [word for word in ("Hemlock", "secret") if word in left or word in outcome.out]
    document = json.loads(left)
    assert document["nodes"] == [0, 0, 1, 0, 1, 1, 1, 3, 8, 0]
    assert ("left out" in outcome.out) == (name in {"unknown", "after", "title"})


@pytest.mark.parametrize("name", _BROKEN)
def test_broken_snapshots_are_refused(name: str, cli: Cli, tmp_path: Path) -> None:
    file, copy = tmp_path / "a.heapsnapshot", tmp_path / "b.heapsnapshot"
    file.write_text(_BROKEN[name], encoding="utf-8")
    outcome = cli("redact", file, "-o", copy)
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")
    assert "Hemlock" not in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.heapsnapshot"]


def test_what_can_be_read_is_still_redacted(cli: Cli, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("Hemlock", encoding="utf-8")
    outcome = cli("redact", DUMP, broken, "-o", tmp_path / "copies")
    assert outcome.code == 2
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [DUMP.name]


def test_a_utf16_snapshot_is_never_copied_as_it_is(cli: Cli, tmp_path: Path) -> None:
    file, copy = tmp_path / "a.heapsnapshot", tmp_path / "b.heapsnapshot"
    file.write_bytes(_V8.encode("utf-16"))
    outcome = cli("redact", file, "-o", copy)
    assert outcome.code in (0, 2)
    assert not copy.exists() or "Hemlock" not in copy.read_bytes().decode("utf-16")


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_an_interrupted_copy_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.heapsnapshot"
    many = ",".join(f'"text number {number} of many"' for number in range(1_500_000))
    file.write_text(_V8.replace('"secretivy"', f'"secretivy",{many}'), encoding="utf-8")
    call = [sys.executable, "-m", "memdoctor", "redact", str(file), "-o", str(tmp_path / "b")]
    with subprocess.Popen(call, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as running:
        until = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 2 and running.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.heapsnapshot"]


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files")
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.heapsnapshot"
    file.write_bytes(lzma.decompress((SNAPSHOTS / "idle-node20-1.heapsnapshot.xz").read_bytes()))
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
        "from memdoctor.cli.main import run; run(sys.argv[1:])"
    )
    call = [sys.executable, "-c", program, "redact", str(file), "-o", str(tmp_path / "b")]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.heapsnapshot"]
