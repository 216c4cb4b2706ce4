"""When something happened: every form of time, the nearest one before, zones and years."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memdoctor.model import Source
from memdoctor.readers import log
from memdoctor.readers.opening import Opened

from log_reading import WARNING, sorted_out, told, told_in

_UTC = "2026-11-20 09:13:24+00:00"


@pytest.mark.parametrize(
    ("prefix", "at", "zone"),
    [
        ("2026-11-20T09:13:24Z ", _UTC, None),
        ("2026-11-20T09:13:24.000Z ", _UTC, None),
        ("2026-11-20T10:13:24+01:00 ", _UTC, None),
        ("2026-11-20 04:13:24 -0500 ", _UTC, None),
        ("2026-11-20T09:13:24: ", _UTC, "UTC, as assumed"),
        ("2026-11-20 09:13:24,250 ", "2026-11-20 09:13:24.250000+00:00", "UTC, as assumed"),
        ("2026-11-20 09:13:24.123456789 ", "2026-11-20 09:13:24.123456+00:00", "UTC, as assumed"),
        ("2026-11-20 10:13 +01:00: ", "2026-11-20 09:13:00+00:00", None),
        ("2026/11/20 09:13:24 ", _UTC, "UTC, as assumed"),
        ("[2026-11-20T09:13:24Z] ", _UTC, None),
        ("[INFO] 2026-11-20T09:13:24Z - ", _UTC, None),
        ("INFO  2026-11-20 09:13:24 UTC ", _UTC, None),
        ("[worker-1] [2026-11-20 09:13:24] ", _UTC, "UTC, as assumed"),
        ("0|leaky    | 2026-11-20T09:13:24Z: ", _UTC, None),
        ("PM2        | 2026-11-20T09:13:24: PM2 error: ", _UTC, "UTC, as assumed"),
        ("api-1  | 2026-11-20T09:13:24Z ", _UTC, None),
        ("[11/20/2026, 9:13:24 AM] ", _UTC, "UTC, as assumed"),
        ("11/20/2026, 12:13:24 AM ", "2026-11-20 00:13:24+00:00", "UTC, as assumed"),
        ("11/20/2026, 12:13:24 PM ", "2026-11-20 12:13:24+00:00", "UTC, as assumed"),
        ("11/20/2026, 9:13:24\u202fPM ", "2026-11-20 21:13:24+00:00", "UTC, as assumed"),
        ("[Nest] 123  - 11/20/2026, 9:13:24 AM     LOG [App] ", _UTC, "UTC, as assumed"),
        ("[20/Nov/2026:10:13:24 +0100] ", _UTC, None),
        ("127.0.0.1 - - [20/Nov/2026:09:13:24 +0000] ", _UTC, None),
        ("2026/11/20 09:13:24 [error] 123#123: ", _UTC, "UTC, as assumed"),
        ("20/11/2026, 09:13:24 AM ", None, None),
        ("11/20/2026, 13:13:24 AM ", None, None),
        ("[20/Foo/2026:09:13:24 +0000] ", None, None),
        ("<14>1 2026-11-20T09:13:24Z host app 12 - - ", _UTC, None),
        ("ts=2026-11-20T09:13:24Z level=warn msg=", _UTC, None),
        ('time="2026-11-20T09:13:24Z" level=warn msg=', _UTC, None),
        ("Fri Nov 20 2026 10:13:24 GMT+0100 (CET) ", _UTC, None),
        ("Fri, 20 Nov 2026 09:13:24 GMT ", _UTC, None),
        ("1795166004 ", _UTC, None),
        ("1795166004.5 ", "2026-11-20 09:13:24.500000+00:00", None),
        ("[1795166004500] ", "2026-11-20 09:13:24.500000+00:00", None),
        ("\x1b[90m2026-11-20T09:13:24Z\x1b[39m ", _UTC, None),
        ("2026-13-20T09:13:24Z ", None, None),
        ("2026-11-31 09:13:24 ", None, None),
        ("0001-01-01T00:00:00+23:59 ", None, None),
        ("expires 2027-01-01T00:00:00Z ", None, None),
        ("09:13:24 ", None, None),
        ("12345678901 ", None, None),
    ],
)
def test_every_form_of_time(prefix: str, at: str | None, zone: str | None, tmp_path: Path) -> None:
    found = told_in(prefix + WARNING, tmp_path)
    [event] = found.events
    assert (str(event.at) if event.at else None) == at
    assert found.log.zone == zone
    assert found.log.first_at == found.log.last_at == event.at


@pytest.mark.parametrize(
    "fields",
    [
        '"time":1795166004000',
        '"ts":1795166004.000',
        '"timestamp":"2026-11-20T09:13:24.000Z"',
        '"@timestamp":"2026-11-20T10:13:24+01:00"',
        '"__REALTIME_TIMESTAMP":"1795166004000000"',
        '"date":"Fri Nov 20 2026 10:13:24 GMT+0100 (CET)"',
    ],
)
def test_times_of_objects(fields: str, tmp_path: Path) -> None:
    message = WARNING.strip()
    for line in (
        f'{{"level":"warn",{fields},"message":"{message}"}}',
        f'0|a | {{"message":"{message}",{fields}}}',
    ):
        [event] = told_in(line + "\n", tmp_path).events
        assert str(event.at) == _UTC


def test_the_last_time_before_counts(tmp_path: Path) -> None:
    other, third = WARNING.replace("Bus", "Car"), WARNING.replace("Bus", "Tram")
    text = f"{WARNING}2026-11-20T09:13:24Z a\nb\n{other}2026-11-20T09:14:00Z c\n{third}"
    found = told_in(text, tmp_path)
    assert [str(event.at) for event in found.events] == ["None", _UTC, "2026-11-20 09:14:00+00:00"]
    assert [str(found.log.first_at), str(found.log.last_at)] == [_UTC, "2026-11-20 09:14:00+00:00"]


@pytest.mark.parametrize(("filler", "known"), [(1 << 20, True), (3 << 20, True), (6 << 20, False)])
def test_a_time_far_away_counts_no_more(filler: int, known: bool, tmp_path: Path) -> None:
    text = "2026-11-20T09:13:24Z start\n" + "no time on this line\n" * (filler // 21) + WARNING
    found = told_in(text, tmp_path)
    assert (found.events[0].at is not None) == known
    assert str(found.log.first_at) == str(found.log.last_at) == _UTC


def test_the_last_line_may_have_no_end(tmp_path: Path) -> None:
    found = told_in(WARNING + "2026-11-20T09:13:24Z end", tmp_path)
    assert str(found.log.last_at) == _UTC
    assert found.log.lines == 2


def test_equal_warnings_keep_the_first_and_the_last_time(tmp_path: Path) -> None:
    text = "".join(f"2026-11-20T09:13:{second:02}Z {WARNING}" for second in range(5))
    [event] = told_in(text, tmp_path).events
    assert (event.count, event.line, event.last_line) == (5, 1, 5)
    assert str(event.last_at) == "2026-11-20 09:13:04+00:00"


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [
        ("2026-11-20", "Nov 20", 2026),
        ("2027-01-02", "Dec 31", 2026),
        ("2026-12-31", "Jan  1", 2027),
        ("2024-03-01", "Feb 29", 2024),
    ],
)
def test_a_year_comes_from_the_nearest_that_is_told(
    year: str, month: str, expected: int, tmp_path: Path
) -> None:
    syslog = f"{month} 09:13:24 host node[77]: {WARNING}"
    for text in (f"{year}T00:00:00Z boot\n{syslog}", f"{syslog}{year}T00:00:00Z end\n"):
        [event] = told_in(text, tmp_path).events
        assert event.at is not None
        assert event.at.year == expected
        assert event.pid == 4242


_SYSLOG = "".join(f"{day} 09:13:24 host node[77]: {WARNING}" for day in ("Nov 20", "Nov 21"))


@pytest.mark.parametrize(
    ("text", "changed", "years"),
    [
        (_SYSLOG, "2026-12-01", [2026, 2026]),
        (_SYSLOG, "2026-11-20T12:00", [2026, 2026]),  # a day later: the zone of the log may be another
        (_SYSLOG, "2026-11-01", [2025, 2025]),
        (_SYSLOG.replace("Nov 20", "Dec 31").replace("Nov 21", "Jan  1"), "2027-02-01", [2026, 2027]),
        (_SYSLOG.replace("Nov 20", "Mar  1"), "2026-12-01", [2026, 2026]),  # the nearer March is not yet
        (_SYSLOG.replace("Nov 20", "Feb 29").replace("Nov 21", "Mar  1"), "2026-01-01", [2024, 2025]),
    ],
)
def test_without_any_year_the_last_change_of_the_file_tells_it(
    text: str, changed: str, years: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    path.write_text(text.replace("[Bus]", "[Car]", 1))
    seconds = datetime.fromisoformat(changed).replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))
    found = told(path)
    assert [event.at.year for event in found.events if event.at] == years
    said = str(years[1]) if len(set(years)) == 1 else f"{years[0]} to {years[1]}"
    assert [(one.message, one.help) for one in found.problems] == [
        (f"no year: taken for {said}", "from the file's last change")
    ]
    assert found.log.zone == "UTC, as assumed"
    assert found.log.last_at == found.events[-1].at


def test_a_pipe_without_any_year_is_of_these_days() -> None:
    opened = Opened(Source("stdin", "stdin"), _SYSLOG.encode(), io.BytesIO())
    found = sorted_out(log.read(opened))
    ages = [datetime.now(UTC) - event.at for event in found.events if event.at]
    assert len(ages) == 1
    assert timedelta(days=-2) < ages[0] < timedelta(days=367)
    assert found.problems[0].help == "from the time at which it was read"


def test_a_trace_behind_times_without_a_year(tmp_path: Path) -> None:
    line = (
        "[7:0xf8a6000] 366 ms: Mark-sweep 50.1 (74.3) -> 46.2 (83.1) MB, 9.1 / 0.0 ms  (average mu = 0.296"
    )
    path = tmp_path / "app.log"
    path.write_text(f"Nov 20 09:13:24 host node[77]: {line}\n" * 2)
    os.utime(path, (1795800000, 1795800000))
    assert {str(sample.at) for sample in told(path).samples} == {_UTC}


def test_the_pid_of_syslog(tmp_path: Path) -> None:
    [event] = told_in("Nov 20 09:13:24 host node[77]: Error: Cannot find module 'x'\n", tmp_path).events
    assert event.pid == 77
