"""What is a log and what is none; which reader takes it; and that a later reader can still read it all."""

import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from memdoctor.errors import InputError
from memdoctor.model import LISTENERS, Source
from memdoctor.readers import log, plain_log, sniff
from memdoctor.readers.case import read_case
from memdoctor.readers.log_signatures import is_log, is_log_without_figures, is_of_pm2_or_v8, may_be_log
from memdoctor.readers.opening import HEAD, Opened, open_input

from conftest import ROOT, Cli
from log_reading import LOGS, WARNING, sorted_out, told

_TIMED = "2026-11-20T09:13:24.123Z INFO {} request completed\n"
_OBJECT = '{{"level":30,"time":{},"pid":7,"msg":"request completed"}}\n'
_NO_LOGS = {
    "prose": "The heap was out of memory, it seems.\nCannot find the reason.\n" * 20,
    "code": "const a = require('x');\nthrow new Error(\"Cannot find module '\" + a + \"'\");\n" * 20,
    "numbers": "1;2;3\n4;5;6\n" * 40,
    "dates": "2026-11-20 was a Friday.\n" * 20,
}


@pytest.mark.parametrize("path", sorted(LOGS.iterdir()), ids=lambda path: path.name)
def test_every_sample_is_a_log_except_errors_that_a_program_prints(path: Path) -> None:
    head = path.read_bytes()[:HEAD]
    is_one = path.suffix != ".md" and not path.name.startswith("caught")
    assert (is_log(head) or is_of_pm2_or_v8(head)) == is_one
    if is_one:
        assert [source.format for source in read_case([str(path)]).sources] == ["log"]
    else:
        with pytest.raises(InputError, match="text without any memory figures"):
            told(path)


@pytest.mark.parametrize("kind", _NO_LOGS)
def test_text_that_is_no_log_stays_an_error(kind: str, tmp_path: Path) -> None:
    text = _NO_LOGS[kind]
    assert not is_log(text.encode())
    path = tmp_path / "text"
    for times in (1, 100):  # and if it goes on behind its head
        path.write_text(text * times)
        [problem] = [one for one in read_case([str(path)]).problems if one.unread]
        assert problem.message == "text without any memory figures"
        assert problem.place == "line 1"


@pytest.mark.parametrize("name", ["pyproject.toml", "tests/conftest.py", "README.md", "LICENSE"])
def test_files_of_this_repository_are_no_logs(name: str) -> None:
    assert not is_log((ROOT / name).read_bytes()[:HEAD])


@pytest.mark.parametrize(
    "prefix",
    ["", "0|leaky    | ", "\x1b[32m0|leaky    | \x1b[39m", "api-1  | ", "[app] ", "<14>1 "],
)
def test_a_text_whose_lines_begin_with_times_is_a_log(prefix: str, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("".join(prefix + _TIMED.format(index) for index in range(20)) + "  and more\n" * 30)
    assert is_log(path.read_bytes())
    found = told(path)
    assert found.events == []
    assert found.log.lines == 50
    assert found.log.first_at is not None


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("pm2-v4.log", True),
        ("pm2-logs-v6.txt", True),
        ("pm2-logs-v4.tty", True),
        ("trace-gc-node14.out", True),
        ("trace-gc-nvp-node22.out", True),
        ("trace-gc-verbose-node22.out", True),
        ("oom-node14.err", True),
        ("listeners-node22.err", False),
        ("missing-node22.err", False),
    ],
)
def test_what_is_plainly_of_pm2_or_v8_is_no_table_of_sizes(name: str, fits: bool) -> None:
    head = (LOGS / name).read_bytes()[:HEAD]
    assert is_of_pm2_or_v8(head) == fits
    if fits:
        assert next(iter(sniff.candidates(head))) == "log"


def test_figures_behind_a_fatal_error_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "issue.txt"
    figures = "{ rss: 50000000, heapTotal: 5000000, heapUsed: 4000000, external: 1000000 }\n"
    path.write_text((LOGS / "oom-node22.err").read_text() + "\nIt said before:\n" + figures)
    case = read_case([str(path)])
    assert [sample.rss for sample in case.samples] == [50000000]
    assert [event.kind for event in case.events] == ["out-of-memory"]


def test_signals_far_behind_the_head_are_found(tmp_path: Path) -> None:
    path = tmp_path / "out.log"
    path.write_text("a line without a time\n" * 20_000 + WARNING)
    assert may_be_log(path.read_bytes()[:HEAD])
    case = read_case([str(path)])
    assert [(event.kind, event.line) for event in case.events] == [(LISTENERS, 20_001)]
    path.write_text("a line [with] {braces}\n" * 20_000 + WARNING)
    assert len(read_case([str(path)]).events) == 1


def test_a_log_of_objects_without_figures_is_not_parsed_in_vain(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    lines = [_OBJECT.format(1795166004000 + index) for index in range(3_000)]
    warning = json.dumps({"time": 1795166010000, "message": WARNING.strip()}) + "\n"
    path.write_text("".join(lines) + warning)
    head = path.read_bytes()[:HEAD]
    assert is_log_without_figures(head)
    assert next(iter(sniff.candidates(head))) == "plain_log"
    case = read_case([str(path)])
    assert len(case.events) == len(case.logs) == 1
    assert case.problems == ()


def test_figures_further_below_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    lines = [_OBJECT.format(1795166004000 + index) for index in range(3_000)]
    figures = '{"time":1795166010000,"rss":50000000,"heapUsed":4000000,"heapTotal":5000000}\n'
    path.write_text("".join(lines) + figures)
    assert next(iter(sniff.candidates(path.read_bytes()[:HEAD]))) == "plain_log"
    case = read_case([str(path)])
    assert [sample.rss for sample in case.samples] == [50000000]
    with open_input(str(path)) as opened, pytest.raises(InputError, match="figures"):
        list(plain_log.read(opened))


def test_figures_in_the_head_are_for_others(tmp_path: Path) -> None:
    head = (_OBJECT.format(1) * 5 + '{"time":1795166010000,"rss":50000000,"heapUsed":4000000}\n').encode()
    assert not is_log_without_figures(head)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gzip", "xz"])
def test_what_another_reader_has_read_is_read_again(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    text = ("".join(_TIMED.format(index) for index in range(20_000)) + WARNING).encode()
    path = tmp_path / "app.log"
    path.write_bytes(pack(text))
    with open_input(str(path)) as opened:
        assert sum(1 for _ in opened.lines()) == 20_001
        assert b"".join(opened.chunks()) == text
        with pytest.raises(InputError, match="in one document"):
            opened.read(100_000, "")
        assert b"".join(opened.chunks()) == text
        assert opened.read(1 << 30, "") == text
        assert b"".join(opened.chunks()) == text
        assert b"\n".join(opened.lines()) + b"\n" == text
        assert len(sorted_out(log.read(opened)).events) == 1
        assert opened.repeatable


def _piped(data: bytes) -> Opened:
    return Opened(Source("stdin", "stdin"), data[:HEAD], io.BytesIO(data[HEAD:]))


def test_a_pipe_is_read_once(cli: Cli) -> None:
    text = ("".join(_TIMED.format(index) for index in range(20_000)) + WARNING).encode()
    opened = _piped(text)
    assert not opened.repeatable
    assert len(sorted_out(log.read(opened)).events) == 1
    with pytest.raises(InputError, match="once"):
        list(opened.chunks())
    opened = _piped(text)
    with pytest.raises(InputError, match="in one document"):
        opened.read(100_000, "")
    assert b"".join(opened.chunks()) == text  # what was read in vain is kept
    assert b"".join(_piped(text[:1000]).chunks()) == text[:1000]
    assert cli("analyze", "-", stdin=text).code == 0


def test_an_endless_text_is_not_read_for_ever() -> None:
    class Endless(io.BytesIO):
        def read(self, count: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    opened = Opened(Source("stdin", "stdin"), b"y\n" * (HEAD // 2), Endless())
    with pytest.raises(InputError, match="text without any memory figures"):
        list(log.read(opened))


def test_a_log_that_is_cut_off_in_its_compression_tells_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    text = "".join(_TIMED.format(index) for index in range(200_000))
    path.write_bytes(gzip.compress((WARNING + text).encode())[:-5000])
    case = read_case([str(path)])
    assert len(case.events) == len(case.logs) == 1
    assert case.logs[0].lines > 100_000
    assert ["cut off" in problem.message for problem in case.problems] == [True]
    path.write_bytes(gzip.compress(b"no log at all\n" * 100_000)[:-20])
    assert ["cut off" in problem.message for problem in read_case([str(path)]).problems] == [True]


def test_rotated_logs_are_several_files(tmp_path: Path) -> None:
    for name, number in (("app.log.2.gz", 1), ("app.log.1", 2), ("app.log", 3)):
        data = f"2026-11-20T09:13:2{number}Z {WARNING}".encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    case = read_case([str(tmp_path)])
    assert sorted(str(event.at) for event in case.events) == [
        f"2026-11-20 09:13:2{number}+00:00" for number in (1, 2, 3)
    ]
    assert len(case.logs) == 3
