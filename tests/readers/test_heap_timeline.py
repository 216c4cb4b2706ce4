"""A heap over time as a person notes it: one story in any form, split at the restart."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import memdoctor
from memdoctor.errors import InputError
from memdoctor.model import Case, Sample
from memdoctor.readers.case import read_case
from memdoctor.readers.parts.timeline.rows import Row, resolved
from memdoctor.readers.parts.timeline.scan import rows_in
from memdoctor.readers.signatures import is_heap_timeline
from reading import records, text

from conftest import FIXTURES

_MIB = 1 << 20
_TEXT = (FIXTURES / "pm2" / "seed-timeline.txt").read_text(encoding="utf-8")
_MARKDOWN = (FIXTURES / "pm2" / "seed-timeline.md").read_text(encoding="utf-8")
_ROWS = [
    (0.0, 15.30, 18.42), (420.0, 17.05, 22.42), (2160.0, 21, 26), (4500.0, 21.06, 26.42),
    (8100.0, 15.30, 18.42), (0.0, 17.32, 22.67), (600.0, 19, 21.5),
]  # fmt: skip
_USED = ("15.30", "17.05", "~21", "21.06", "15.30", "17.32", "~19")
_COMMITTED = ("18.42", "22.42", "~26", "26.42", "18.42", "22.67", "~21.5")
_SHARES = ("83%", "76%", "~80%", "79.7%", "83%", "76%", "88%")
_WORDS = ("startup", "+7 min", "+36 min", "+75 min", "+135 min", "restart", "+10 min")
_GC = ("", "", "", "", "after GC", "", "")
_EVENTS = ("", "", "", "", "after GC", "restart", "")
_CLOCKS = ("00:45", "00:52", "01:21", "02:00", "03:00", "03:10", "03:20")
_DATES = tuple(f"2025-12-07 {clock}:00" for clock in _CLOCKS)
_RESTARTED = (*_DATES[:5], f"{_DATES[5]} restart", _DATES[6])


def row_of(line: str) -> Row | None:
    """Return what a line by itself says, None if it is no row."""
    found = rows_in(line)
    return next(resolved(found), None) if len(found.rows) == 1 else None


def _lines(form: str, words: Sequence[str] = _WORDS, notes: Sequence[str] = _GC) -> str:
    """Return a line of each row: `{m}` is its note in brackets, `{first}` and `{last}` a unit there."""
    rows = zip(words, _USED, _COMMITTED, _SHARES, notes, strict=True)
    return "".join(
        form.format(
            w=word, u=used, c=committed, p=share, n=note, m=f" ({note})" if note else "", i=index,
            first=" MiB" if index == 0 else "", last=" MiB" if index == len(_ROWS) - 1 else "",
        ).rstrip()
        + "\n"
        for index, (word, used, committed, share, note) in enumerate(rows)
    )  # fmt: skip


def _sentence(between: str, form: str = "{w} {u}/{c}{first} {n}", words: Sequence[str] = _WORDS) -> str:
    return between.join(_lines(form, words).splitlines())


def _table(heading: str, form: str, words: Sequence[str] = _WORDS, notes: Sequence[str] = _GC) -> str:
    return f"{heading}\n|{'---|' * (heading.count('|') - 1)}\n{_lines(form, words, notes)}"


def _moments(*lengths: str) -> tuple[str, ...]:
    return "startup", *lengths[:4], "restart", lengths[4]


_LENGTHS = {
    "T+7m": _moments("T+7m", "T+36m", "T+75m", "T+135m", "T+10m"),
    "t=7min": _moments("t=7min", "t=36min", "t=75min", "t=135min", "t=10min"),
    "7m": _moments("7m", "36m", "1h15m", "2h15m", "10m"),
    "1h15": _moments("7min", "36min", "1h15", "2h15", "10min"),
    "+0:07": _moments("+0:07", "+0:36", "+1:15", "+2:15", "+0:10"),
    "0:07:00": _moments("00:07:00", "00:36:00", "01:15:00", "02:15:00", "00:10:00"),
    "after": _moments(*(f"after {count} minutes" for count in (7, 36, 75, 135, 10))),
    "later": _moments("7 min later", "36 min later", "75 min later", "135 min later", "10 min later"),
    "hours": _moments("+7 min", "36 min in", "+1 hour 15 minutes", "+2 hours and 15 minutes", "+10 min"),
    "counted": _moments("seven minutes later", "36 min", "1.25 hours", "2.25 h", "ten minutes later"),
    "uptime": _moments(*(f"uptime {count}m" for count in (7, 36, 75, 135, 10))),
    "seconds": _moments("420 s", "minute 36", "4500 s", "8100 s", "600 s"),
    "after start": _moments(*(f"{n} min after start" for n in (7, 36, 75, 135)), "10 min after restart"),
}
_FORMS: dict[str, str | bytes] = {
    "lines": _TEXT,
    "markdown": _MARKDOWN,
    "colons": _TEXT.replace("   ", ": ").replace("  ", ": "),
    "spaces": "\n".join(" ".join(line.split()) for line in _TEXT.splitlines()) + "\n",
    "tabs": _TEXT.replace("   ", "\t").replace("  ", "\t"),
    "prose around it": f"What I saw on my machine:\n\n{_TEXT}\nIs that a leak?\n",
    # the unit
    "two units": _TEXT.replace("/", " MiB / "),
    "a unit in the first row": _lines("{w} {u}/{c}{first}  {n}"),
    "a unit in the last row": _lines("{w} {u}/{c}{last}  {n}"),
    "a unit behind used": _lines("{w} {u} MiB/{c}  {n}"),
    "a unit in brackets": _lines("{w} {u}/{c} (MiB)  {n}"),
    "a unit in a heading": "Heap used/committed in MiB\n" + _lines("{w} {u}/{c}  {n}"),
    "a unit in a title": "time  used/total (MiB)\n" + _lines("{w}  {u}/{c}  {n}"),
    "a unit in a sentence": "All values are MiB:\n\n" + _lines("{w} {u}/{c}  {n}"),
    "a unit above": "(MiB)\n" + _lines("{w} {u}/{c}  {n}"),
    "units of columns": _table("| Time | Used (MiB) | Committed (MiB) |", "| {w}{m} | {u} | {c} |"),
    "a letter": _TEXT.replace(" MiB", "M"),
    # one line
    "commas": f"({_sentence(', ')})",
    "semicolons": _sentence("; ") + "\n",
    "dots": _sentence(" · "),
    **{arrow: _sentence(f" {arrow} ") + "\n" for arrow in ("->", "→")},
    "bars": _sentence(" | ") + "\n",
    "then": _sentence(" then ") + "\n",
    "in prose": f"I watched it under PM2 ({_sentence(', ')}), and wonder whether it leaks.\n",
    "after a colon": f"Heap: {_sentence(', ')}. Is it a leak? It has 16 GB of RAM and 2 CPUs.\n",
    "told": "It started at 15.30/18.42 MiB, after 7 min it was 17.05/22.42, 36 min in ~21/~26, 75 min "
    "in 21.06/26.42, after 135 min, after GC, 15.30/18.42, after restart 17.32/22.67, 10 min in ~19/~21.5",
    "wrapped": "> I saw (startup 15.30/18.42 MiB, +7 min 17.05/22.42, +36\n> min ~21/~26, +75 min 21.06/"
    "26.42, +135 min\n> 15.30/18.42 after GC, restart 17.32/22.67, +10 min ~19/~21.5), and\n> wonder.\n",
    "a unit behind the last": "Heap: " + _sentence(", ", "{w} {u}/{c}{last} {n}") + ".\n",
    "a unit before": "Heap in MiB: " + _sentence(", ", "{w} {u}/{c} {n}") + ".\n",
    "a unit behind all": _sentence(", ", "{w} {u}/{c} {n}") + " (all in MiB)\n",
    "swapped in prose": "Committed/used: " + _sentence(", ", "{w} {c}/{u}{first} {n}") + "\n",
    "moments behind": _sentence(", ", "{u}/{c} MiB {w} {n}") + "\n",
    "moments behind in lines": _lines("{u}/{c} MiB {w} {n}"),
    "two in a line": _TEXT.replace("MiB\n+", "MiB; +"),
    # bytes
    "crlf": _TEXT.replace("\n", "\r\n"),
    "utf-8 bom": b"\xef\xbb\xbf" + _TEXT.encode(),
    "utf-16": _TEXT.encode("utf-16"),
    "utf-16 be": b"\xfe\xff" + _TEXT.encode("utf-16-be"),
    "utf-16 crlf": _TEXT.replace("\n", "\r\n").encode("utf-16"),
    "utf-16 markdown": _MARKDOWN.encode("utf-16"),
    **{f"U+{ord(space):04X}": _TEXT.replace(" ", space) for space in "\u00a0\u202f\u2009"},
    # columns
    "swapped": _table("| Time | Committed | Used |", "| {w}{m} | {c} MiB | {u} MiB |"),
    "total": _table("| Time | total | used |", "| {w}{m} | {c} MiB | {u} MiB |"),
    "heapTotal": _table("| Time | heapTotal | heapUsed |", "| {w}{m} | {c} MB | {u} MB |"),
    "heap size": _table("| At | Heap Size | Used Heap Size | % |", "| {w} | {c} MiB | {u} MiB | {p}{m} |"),
    "bold": _table("| **Time** | **Used** | **Committed** |", "| **{w}**{m} | {u} MiB | {c} MiB |"),
    "notes": _table("| When | Note | Used | Committed |", "| {w} | {n} | {u} MiB | {c} MiB |"),
    "a pair": _table("| Time | Used/Committed (MiB) |", "| {w}{m} | {u}/{c} |"),
    "a swapped pair": _table("| Time | Committed/Used (MiB) |", "| {w}{m} | {c}/{u} |"),
    "a heap": _table("| Time | RSS | Heap |", "| {w}{m} | 66 MiB | {u}/{c} MiB |"),
    "minutes": _table(
        "| Time (min) | Used | Committed | Note |", "| {w} | {u} MiB | {c} MiB | {n} |",
        ("0", "7", "36", "75", "135", "restart", "10"),
    ),
    "aligned": "Time      Committed   Used    RSS\n" + _lines("{w}    {c} MiB   {u} MiB    66 MiB   {n}"),
    "tab-separated": "time\tcommitted MiB\tused MiB\n" + _lines("{w}\t{c}\t{u}\t{n}"),
    "csv": "time,heapUsed (MiB),heapTotal (MiB),note\n" + _lines("{w},{u},{c},{n}"),
    "csv of semicolons": "time;total;used\n" + _lines("{w};{c} MiB;{u} MiB;{n}"),
    "a box": "┌───┐\n│ Time │ Used Heap │ Heap Size │\n" + _lines("│ {w}{m} │ {u} MiB │ {c} MiB │"),
    # names
    "of": _TEXT.replace("/", " of "),
    "names": _lines("{w} used {u} MiB, total {c} MiB {n}"),
    "names with colons": _lines("{w}: used: {u} MiB, committed: {c} MiB {n}"),
    "assigned": _lines("{w} heapUsed={u}MB heapTotal={c}MB {n}"),
    "as PM2 names them": _lines("{w}: Heap Size {c} MiB, Used Heap Size {u} MiB, Heap Usage {p} {n}"),
    "names behind": _lines("{w} {u} MiB used, {c} MiB committed {n}"),
    "used of": _lines("{w}: {u} MiB used (of {c} MiB) {n}"),
    "committed in brackets": _lines("{w}: {u} MiB ({c} MiB committed) {n}"),
    "RSS before": _lines("{w}: RSS 60 MiB, heap {u}/{c} MiB {n}"),
    "an arrow between": _lines("{w} {u} MiB → {c} MiB {n}"),
    "an arrow before": _lines("{w} -> {u}/{c} MiB {n}"),
    "decimal commas": _TEXT.replace(".", ","),
    "decimal commas in a line": _sentence(", ").replace(".", ",") + "\n",
    # marks
    "mail": "".join(f"> {line}\n" for line in _TEXT.splitlines()),
    "mail in a mail": "Hi,\n\n" + "".join(f">> {line}\n" for line in _TEXT.splitlines()) + "\nA\nB\n" * 9,
    "bullets": _lines("- {w}: {u}/{c} MiB {n}"),
    "numbers": _lines("{i}. **{w}**: `{u}/{c} MiB` {n}"),
    "boxes": _lines("- [x] {w} {u}/{c} MiB {n}"),
    "a prompt": _lines("$ {w} {u}/{c} MiB {n}"),
    "a long prompt": _lines("me@host:~/app$ {w} {u}/{c} MiB {n}"),
    "a root prompt": _lines("# {w} {u}/{c} MiB {n}"),
    # moments
    "a line that says restart": _TEXT.replace("restart   ", "--- restart ---\n0 min   "),
    "a restart as a remark": _lines(
        "{w} {u}/{c} MiB {n}",
        ("startup", "+7 min", "+36 min", "+75 min", "+135 min", "+145 min", "+155 min"), _EVENTS,
    ),
    "clock": _lines(
        "{w} {u}/{c} MiB", ("00:45 startup", *_CLOCKS[1:4], "03:00 (after GC)", "03:10 (restart)", "03:20")
    ),
    "over midnight": _lines(
        "{w} {u}/{c} MiB {n}", ("23:45", "23:52", "00:21", "01:00", "02:00", "02:10", "02:20"), _EVENTS
    ),
    "am and pm": _lines(
        "{w}: {u}/{c} MiB {n}",
        ("11:45 pm", "11:52 pm", "12:21 am", "1:00 am", "2:00 am", "2:10 am restart", "2:20 am"),
    ),
    "dates": _lines("{w} {u}/{c} MiB {n}", _RESTARTED),
    "dates in brackets": _lines("[{w}] {u}/{c} MiB {n}", _DATES, _EVENTS),
    "the newest first": "".join(reversed(_lines("{w} {u}/{c} MiB {n}", _DATES, _EVENTS).splitlines(True))),
    "one date": _lines("{w} {u}/{c} MiB {n}", (_DATES[0], *_CLOCKS[1:]), _EVENTS),
    "dates and names": _lines(
        "{w} Used Heap Size {u} MiB Heap Size {c} MiB Heap Usage {p} Active handles 4 {m}", _RESTARTED
    ),
    "dates in a table": _table(
        "| Date | Time | Used | Committed | Event |", "| 2025-12-07 | {w} | {u} MiB | {c} MiB | {n} |",
        _CLOCKS, _EVENTS,
    ),
    **{f"length {name}": _lines("{w} {u}/{c} MiB {n}", words) for name, words in _LENGTHS.items()},
    **{f"sentence {name}": _sentence(", ", words=words) + "\n" for name, words in _LENGTHS.items()},
}  # fmt: skip


def _case(tmp_path: Path, content: str | bytes) -> Case:
    return read_case([str(text(tmp_path / "seen.txt", content))])


def _times(samples: Sequence[Sample]) -> list[float | None]:
    """Return the times of samples since the first one of their lives."""
    first: dict[str | None, float] = {}
    for one in samples:
        if one.at is not None:
            first.setdefault(one.series, one.at.timestamp())
    return [one.at.timestamp() - first[one.series] if one.at else one.elapsed for one in samples]


@pytest.mark.parametrize("form", _FORMS)
def test_every_form_reads_to_the_same_rows(form: str, tmp_path: Path) -> None:
    samples = _case(tmp_path, _FORMS[form]).samples
    rows = [(one.heap_used, one.heap_total) for one in samples]
    assert rows == [(round(used * _MIB), round(total * _MIB)) for _, used, total in _ROWS]
    assert _times(samples) == [when for when, _, _ in _ROWS]
    lives = list(dict.fromkeys(one.series for one in samples))
    assert [lives.index(one.series) for one in samples] == [0] * 5 + [1] * 2
    assert samples[4].label == "after GC"


def test_the_story() -> None:
    report = memdoctor.analyze(FIXTURES / "pm2" / "seed-timeline.txt")
    before, after = [one for one in report.overview.growth if one.metric == "js_heap"]
    assert (before.verdict, before.samples) == ("steady", 5)
    assert (after.verdict, after.samples) == ("steady", 2)
    assert after.reason == "two samples: a difference, not a trend"
    assert all(finding.severity == "info" for finding in report.findings)
    rules = {finding.rule for finding in report.findings}
    assert rules == {"heap-usage-is-of-committed", "heap-limit-unknown"}
    for said in (
        "no leak is proven",
        "after a collection it is back where it began",
        "A restart splits the series",
        "two samples are a difference, not a trend",
        "76 % to 88 % heap usage is used ÷ committed, not ÷ limit",
        "some GiB",
    ):
        assert said in report.answer


def test_a_date_is_the_time_of_a_sample(tmp_path: Path) -> None:
    samples = _case(tmp_path, _FORMS["dates"]).samples
    assert [f"{one.at:%Y-%m-%d %H:%M:%S}" for one in samples] == list(_DATES)


def test_further_columns_are_fields(tmp_path: Path) -> None:
    heading = "| Time | RSS | Used | Committed | Usage | CPU % |"
    content = _table(heading, "| {w} | 66 MiB | {u} MiB | {c} MiB | {p} | 3.2 |")
    case = _case(tmp_path, content)
    assert {one.rss for one in case.samples} == {66 * _MIB}
    assert [one.heap_usage for one in case.samples][:3] == [0.83, 0.76, 0.80]
    assert [one.label for one in case.samples] == ["startup", *[None] * 4, "restart", None]
    assert [problem.message for problem in case.problems] == ["the column 'CPU %' is not read"]


@pytest.mark.parametrize(
    ("content", "times"),
    [
        ("startup 15/18 MiB\n+50 min 17/22\n+5 min 15/18\n+9 min 16/18\n", [0, 3000, 300, 540]),
        ("startup 15/18 MiB\n+135 min 17/22\n+140 min restart 15/18\n+150 min 16/18\n", [0, 8100, 0, 600]),
        ("startup 15/18 MiB\n+135 min 17/22\nrestart +0 15/18\nrestart +10 min 16/18\n", [0, 8100, 0, 600]),
        ("day 1 15/18 MiB\nday 2 17/22\nday 3 (after GC) 15/18\n", [0, 86_400, 172_800]),
        ("Mon 23:00 15/18 MiB\nTue 01:00 17/22\nThursday 01:00 15/18 after GC\n", [0, 7200, 180_000]),
        ("startup 15/18 MiB\na day later 17/22\nafter 1 week 15/18\n", [0, 86_400, 604_800]),
        ("03:00 15/18 MiB after GC\n02:00 21/26\n00:45 15/18\n", [0, 4500, 8100]),  # the newest first
    ],
)
def test_times(content: str, times: list[float], tmp_path: Path) -> None:
    case = _case(tmp_path, content)
    assert [one.elapsed for one in case.samples] == times
    back = "+5 min" in content
    assert any("taken for a restart" in problem.message for problem in case.problems) == back


def test_a_comma_before_three_digits_is_told(tmp_path: Path) -> None:
    case = _case(tmp_path, "startup 1,303/1,400 MiB\n+7 min 1,305/1,410\nafter GC 1,201/1,500\n")
    assert [one.heap_used for one in case.samples] == [1303 * _MIB, 1305 * _MIB, 1201 * _MIB]
    assert any("comma" in problem.message for problem in case.problems)


def test_without_any_unit_it_is_declined(tmp_path: Path) -> None:
    numbers = ("0 min", "7 min", "36 min", "75 min", "135 min", "0 min after restart", "9 min")
    for words in (_WORDS, numbers):  # the latter look like a listing of processes
        case = _case(tmp_path, _lines("{w} {u}/{c} {n}", words))
        assert not case.samples
        assert [problem.message for problem in case.problems] == ["no unit stands behind any of its sizes"]


def test_a_number_that_may_be_cut_is_told(tmp_path: Path) -> None:
    case = _case(tmp_path, "startup 15/18 MiB\n+7 min 17/22\n+36 min 21/26")
    assert len(case.samples) == 3
    assert any("may be cut" in problem.message for problem in case.problems)
    swapped = (
        "time  committed  used\nstartup  18 MiB  15 MiB\n+7 min  22  17\n+8 min  22  17\n+9 min  26  2"
    )
    assert len(_case(tmp_path, swapped).samples) == 3


@pytest.mark.parametrize(
    "line",
    ["", "startup", "startup 15.30 MiB", "+7 min 22/17 MiB", "see 3/4 GB of it", "on 10/12 MB we met",
     "startup 12/25/2025 MB", "+7 min 15 → 17 → 21 MiB", "x" * 10_000],
)  # fmt: skip
def test_other_lines_are_no_rows(line: str) -> None:
    assert row_of(line) is None


_HAND_WRITTEN = (FIXTURES / "tables" / "hand-written.txt").read_text(encoding="utf-8")
_FIGURES = "heapUsed=15MB heapTotal=18MB\n"
# What is no timeline, by the reader that takes it; of the first nobody can make anything.
_FALSE_FRIENDS = {
    "": {
        "prose": "We have 3/4 of it, and after 5 min 10/12 MB were used. The start was at 2/3.\n",
        "servers": "At the start we had 3 of 4.\nAfter 10 min 2 of 4.\nAfter the restart 4 of 4.\n",
        "scores": "start 3/4\nafter 10 min 2/4\nafter 20 min 4/4\nrestart 1/4\n",
        "tests": "Startup tests 3/4\nRestart tests 12/12\nGC tests 7/9\n",
        "dates": "startup 12/25/2025\nrestart 12/27/2025\nreload 01/02/2026\n",
        "days": "startup 12/25\nrestart 12/27\nreload 12/30\n+1 day 12/31\n",
        "versions": "start 1.2.3/1.2.4\nrestart 1.3.0/1.4.1\nboot 1.5.2/1.6.3\n",
        "changes": "## 1.2.3\n- restart 3/4 of the workers\n- start 1/2\n- reload 2/2 MB\n",
        "disks": "Filesystem Size Used Avail Use% Mounted on\n/dev/sda2 512M 120M 392M 24% /boot\n" * 3,
        "disks by name": "boot 120M 512M 24%\nroot 20G 50G 42%\nstart 10G 50G 20%\n",
        "quotas": "/home 15.3G/50G\n/boot 120M/512M\n/var 1G/2G\n",
        "free": "        total  used  free\nMem:    15886  5230  2301\nSwap:   2047  0  2047\n" * 3,
        "free -h": "        total  used  free\nMem:    15Gi  5.1Gi  2.2Gi\nSwap:   2.0Gi  0B  2.0Gi\n" * 3,
        "progress": "start 0/100 MB\n5s 50/100 MB\n10s 100/100 MB\n",
        "timed progress": "0s 10.1/45.2 MB\n1s 20.2/45.2 MB\n2s 45.2/45.2 MB\nrestarted\n",
        "a download": "start 1.0/45.2 MB 3.1 MB/s\n+5 s 20/45.2 MB 3 MB/s\nrestart 42/45.2 MB 1 MB/s\n",
        "pip": "   ━━━━ 12.1/15.3 MB 10.2 MB/s eta 0:00:01\n   ━━━━ 15.3/15.3 MB 9 MB/s eta 0:00:00\n",
        "a container": "USAGE / LIMIT\nstart 15MiB / 512MiB\n+7 min 17MiB / 512MiB\nboot 9MiB / 512MiB\n",
        "pods": "NAME READY RESTARTS AGE\nworker-1 1/1 3 7m\nworker-2 0/1 12 36m\nworker-3 1/1 0 75m\n",
        "go": "gc 1 @0.01s 2%: 0.02+0.3+0.10 ms clock, 0.21+0.88/0.52/0+0.85 ms cpu, 4->4->0 MB\n" * 4,
        "scavenges": "45 ms: Scavenge 15.3 (18.4) -> 14.1 (18.9) MB, 1.2 / 0.0 ms\n" * 4,
        "spans": "start 00:45 - 00:52\nrestart 01:21 - 02:00\nboot 03:00 - 03:10\n",
        "code": "const start = 15 / 18; // MB\nlet restart = 17.32/22.67;\nlet boot = 1/2\n",
    },
    "ps_table": {"ps": "PID %MEM RSS START TIME COMMAND\n1 0.1 11000 00:45 0:01 /sbin/init\n" * 3},
    "log": {
        "a log": "".join(f"2025-12-07T00:4{i}:00Z [INFO] took 15.3/18.4 MB\n" for i in range(5)),
        "restarts": "2025-12-07 00:45:00 restart\n2025-12-07 00:46:00 start\n2025-12-07 00:47 boot 3/4\n",
    },
    "csv_table": {
        "dates": "timestamp,rss,heapTotal,heapUsed\n" + f"{_DATES[0]},45600768,5611520,4577984\n" * 3,
        "notes": "timestamp,heapUsed (MB),heapTotal (MB),note\n"
        + "".join(f"{at},15,18,{note}\n" for at, note in zip(_DATES, _EVENTS, strict=True)),
        "lengths": "time (min),heapUsed (MB),heapTotal (MB)\n0,15,18\n1,16,18\n2,15,18\n",
    },
    "size_table": {
        "lengths": _HAND_WRITTEN,
        "dates": _table("| Time | Used | Committed |", "| {w} | {u} MiB | {c} MiB |", _DATES),
    },
    "size_lines": {
        "dates": f"{_DATES[0]} {_FIGURES}" * 3,
        "a start": f"{_DATES[0]} INFO start {_FIGURES}" * 3,
    },
}  # fmt: skip
_FRIENDS = [(reader, kind) for reader, kinds in _FALSE_FRIENDS.items() for kind in kinds]


@pytest.mark.parametrize(("reader", "kind"), _FRIENDS)
def test_false_friends(reader: str, kind: str, tmp_path: Path) -> None:
    content = _FALSE_FRIENDS[reader][kind]
    assert not is_heap_timeline(content.encode())
    assert [source.format for source in _case(tmp_path, content).sources] == [reader] * bool(reader)


_PIECES = st.sampled_from(
    [*_WORDS, *_GC, *_DATES, *_CLOCKS, "15.30/18.42", "MiB", "/", "->", ",", "|", "\n", "used", "total",
     "heap", "RSS 60 MB", "(", ")", "9999-12-31 23:59", "+9999999 days", "day 7", "Mon 07:00", "83%"]
)  # fmt: skip


@given(st.text(max_size=300) | st.lists(_PIECES, max_size=60).map(" ".join))
def test_no_text_breaks_it(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    row_of(content)
    encoded = content.encode("utf-8", "surrogatepass") or b" "
    is_heap_timeline(encoded)
    with suppress(InputError):
        records("heap_timeline", text(tmp_path_factory.getbasetemp() / "any.txt", encoded))


@pytest.mark.parametrize(
    "line",
    [
        *("start 1/2 " * 40, "start" + " " * 390, "start " + "(" * 390, "start " + "|" * 390, "a " * 200),
        *("1," * 200, "1." * 200, "00:45 " * 66, "+7 min " * 57, "used heap size " * 26, "a@b" + "x" * 390),
        *("used 15 total " * 28, "1 day " * 66, "1 -> " * 80, "1 of " * 80, "+7 min 15/18 MiB " * 350),
    ],
)
def test_hostile_lines_end_soon(line: str, tmp_path: Path) -> None:
    content = text(tmp_path / "a", f"heap restart\n\n{line}\n" * (200_000 // len(line)))
    started = time.perf_counter()
    is_heap_timeline(content.read_bytes()[: 64 * 1024])
    with suppress(InputError):
        records("heap_timeline", content)
    assert time.perf_counter() - started < 5
