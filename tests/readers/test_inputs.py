"""Opening: by content, bounded, and whatever cannot be read leaves the rest readable."""

import gzip
import json
import lzma
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import memdoctor
from memdoctor.readers.unpacking import zstd_library

from builders import document, write
from conftest import HEAPDUMPS, Cli

MAIN = HEAPDUMPS / "phantom-external.json"


def _expect_error(cli: Cli, path: Path | str, words: str, stdin: bytes = b"") -> None:
    outcome = cli("analyze", path, stdin=stdin)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.heapsnapshot"
    path.write_bytes(MAIN.read_bytes())
    assert memdoctor.analyze(str(path)).overview.samples


def test_standard_input_is_read(cli: Cli) -> None:
    outcome = cli("analyze", "-", "--json", stdin=MAIN.read_bytes())
    report = json.loads(outcome.out)
    assert report["sources"] == [{"name": "stdin", "kind": "stdin", "format": "diagnostics", "size": None}]
    assert report["overview"]["samples"][0]["rss_bytes"] == 290684928


@pytest.mark.parametrize("name", ["dump.json.gz", "dump.json"])
def test_gzip_is_opened_by_content(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(MAIN.read_bytes()))
    assert memdoctor.analyze(str(path)).overview.samples[0].figures["rss_bytes"].value == 290684928


def test_gzip_on_standard_input(cli: Cli) -> None:
    assert cli("analyze", "-", stdin=gzip.compress(MAIN.read_bytes())).code == 0


def test_large_gzip_is_read_whole(tmp_path: Path) -> None:
    made = {f"d{index}": document(uptimeSeconds=100.0 + index) for index in range(2000)}
    path = tmp_path / "many.gz"
    path.write_bytes(gzip.compress(json.dumps(made).encode()))
    assert len(memdoctor.analyze(str(path)).overview.samples) == 2000


def test_gzip_that_is_cut_off(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress(MAIN.read_bytes())[:-20])
    _expect_error(cli, path, "gzip data is cut off")


def test_a_gzip_bomb_is_refused_in_little_memory(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"[" + b" " * (200 << 20), compresslevel=1))
    _expect_error(cli, path, "more than 16.0 MiB in one document")


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, lambda data: bytes(zstd_library().compress(data))]
)
def test_a_packed_dump_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "dump"
    path.write_bytes(pack(MAIN.read_bytes()))
    assert memdoctor.analyze(path).overview.samples


def test_other_compression_is_named(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "dump.zip"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 30)
    _expect_error(cli, path, "compressed with zip")


def test_xz_that_is_damaged(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "dump.xz"
    path.write_bytes(b"\xfd7zXZ\x00" + b"\0" * 30)
    _expect_error(cli, path, "the xz data is cut off or damaged")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "nothing but white space"),
        (b"hello world", "text without any memory figures"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "binary data"),
        (b"{}", "an empty JSON value"),
        (b"[]", "an empty JSON value"),
        (b'{"a": [1, 2]}', "no memory figures"),
        (b'{"memoryUsage": {"rss": 1', "not valid JSON"),
        (b'{"memoryUsage": {"rss": NaN}}', "not valid JSON"),
        (b"[" * 5000, "not valid JSON"),
        (b'{"memoryUsage": {}}', "no memory figures"),
        (b"[" + b"0," * 600_000 + b"0]", "JSON values in one document"),
        (b'{"snapshot":{"meta":{"node_fields":[]}},"nodes":[]}', "a heap snapshot"),
    ],
)
def test_what_is_none_of_these_ends_in_a_clear_error(
    content: bytes, words: str, tmp_path: Path, cli: Cli
) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    _expect_error(cli, path, words)
    _expect_error(cli, "-", words, stdin=content)


def test_a_cut_document_gives_what_stands_before_the_cut(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes(MAIN.read_bytes()[:300])
    report = json.loads(cli("analyze", path, "--json").out)
    [sample] = report["overview"]["samples"]
    assert sample["rss_bytes"] == 290684928
    assert sample["reported_rate_mib_per_hour"] == 490.68
    assert "cut off at " in report["problems"][-1]["message"]


@pytest.mark.parametrize("end", range(1, 505, 7))
def test_no_cut_invents_or_shortens_a_number(end: int, tmp_path: Path) -> None:
    whole = memdoctor.analyze(MAIN).overview.samples[0].figures
    path = tmp_path / "cut.json"
    path.write_bytes(MAIN.read_bytes()[:end])
    report = memdoctor.analyze(path)
    for sample in report.overview.samples:
        for name, figure in sample.figures.items():
            if figure.value is not None and figure.pointer is not None:
                assert figure.value in {whole[name].value, whole["max_rss_bytes"].value}
    assert report.problems


def test_a_missing_file_gets_a_guess(cli: Cli) -> None:
    outcome = cli("analyze", HEAPDUMPS / "phantom-externl.json")
    assert outcome.code == 2
    assert "No such file" in outcome.err
    assert "help: did you mean" in outcome.err
    assert "phantom-external.json?" in outcome.err


def test_the_readable_rest_is_still_reported(tmp_path: Path, cli: Cli) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("hello")
    outcome = cli("analyze", bad, MAIN)
    assert outcome.code == 2
    assert "error: " in outcome.err
    assert "external-not-resident" in outcome.out
    assert "not read" in outcome.out


def test_a_folder_is_its_files(tmp_path: Path, cli: Cli) -> None:
    write(tmp_path / "a.json", document(pid=1))
    write(tmp_path / "b.json", document(pid=1, uptimeSeconds=3700.0))
    (tmp_path / "notes.md").write_text("hello")
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").write_text("{}")
    outcome = cli("analyze", tmp_path, "--json")
    report = json.loads(outcome.out)
    assert outcome.code == 0
    assert len(report["overview"]["samples"]) == 2
    assert [problem["message"] for problem in report["problems"]] == [
        "text without any memory figures",
        "not opened: .hidden, inner",
    ]


def test_a_folder_without_anything_readable_is_an_error(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "notes.md").write_text("hello")
    outcome = cli("analyze", tmp_path)
    assert outcome.code == 2
    assert "nothing in it could be read" in outcome.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_a_folder_does_not_block(tmp_path: Path, cli: Cli) -> None:
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "a.json", document())
    assert cli("analyze", tmp_path).code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_is_named_is_read(tmp_path: Path, cli: Cli) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(MAIN.read_bytes()))
    writer.start()
    assert cli("analyze", pipe).code == 0
    writer.join()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_endless_device_is_cut_off(cli: Cli) -> None:
    _expect_error(cli, "/dev/zero", "binary data")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
def test_a_file_that_may_not_be_read(cli: Cli) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = write(Path(name) / "dump.json", document())
        assert cli("analyze", path).code == 0  # and all modules are imported
        path.chmod(0)
        with _not_root():
            _expect_error(cli, path, "Permission denied")


@contextmanager
def _not_root() -> Iterator[None]:
    """Give up root's rights for a while, for root may read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # nobody
    try:
        yield
    finally:
        os.seteuid(user)


def test_the_same_file_twice_is_one_input(cli: Cli) -> None:
    report = json.loads(cli("analyze", MAIN, MAIN, "--json").out)
    assert len(report["sources"]) == 1
