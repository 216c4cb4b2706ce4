"""Sizes, rates and times as people write them: exact within the last digit, and nothing else taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.readers.parts.columns import column_of
from memdoctor.readers.parts.sizes import DECIMAL, Size, parse_rate, parse_size
from memdoctor.readers.parts.times import moment, seconds
from memdoctor.readers.parts.values import WrongKindError

from builders import GIB, MIB

UNITS = {"B": 1, "KiB": 1024, "MiB": MIB, "GiB": GIB, "MB": MIB, "GB": GIB, "kB": 1024}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,303 MB", Size(1303 * MIB, MIB, True)),
        ("~21 MiB", Size(21 * MIB, MIB, False)),
        ("0.40 GB", Size(429496730, 10737419, True)),
        ("45.6e6", Size(45_600_000, 100_000, False)),
        ("45600768", Size(45600768, 1, False)),
        ("45600768.0", Size(45600768, 1, False)),
        ("-5 MB", Size(-5 * MIB, MIB, True)),
        ("1,303,000 bytes", Size(1_303_000, 1, False)),
        ("0.40 GB (peak 0.50 GB)", Size(429496730, 10737419, True)),
        ("0", Size(0, 1, False)),
    ],
)
def test_sizes(written: str, expected: Size) -> None:
    assert parse_size(written) == expected


def test_which_megabyte() -> None:
    assert parse_size("1,303 MB", base=DECIMAL).bytes == 1_303_000_000
    assert parse_size("1303 MiB", base=DECIMAL).bytes == 1303 * MIB
    assert parse_size("1.5", unit="mb").bytes == 1.5 * MIB


@pytest.mark.parametrize(
    "written",
    [
        *("", "MB", "1.5", "1,30 MB", "13,03 MB", "1.2.3 MB", "1 303 MB", "5 %", "NaN", "inf MB", "> 4 GB"),
        *("4 Gbit", "1e999 MB", "0e999", "9" * 25, "9" * 300_000, "٣ MB", "0x10", "1_000", "1,3034 MB"),
        "1 MB and more",
    ],
)
def test_what_is_no_size(written: str) -> None:
    with pytest.raises(WrongKindError):
        parse_size(written)


def test_thousands_only_where_they_are_expected() -> None:
    with pytest.raises(WrongKindError):
        parse_size("1,303 MB", thousands=False)


@given(st.integers(0, 1 << 45), st.sampled_from(sorted(UNITS)), st.integers(0, 3), st.booleans())
def test_a_printed_size_is_read_back_within_its_resolution(
    count: int, unit: str, digits: int, grouped: bool
) -> None:
    digits = digits if UNITS[unit] > 1 else 0
    number = f"{count / UNITS[unit]:{',' if grouped else ''}.{digits}f}"
    found = parse_size(f"{number} {unit}")
    assert abs(found.bytes - count) <= found.resolution / 2 + 1
    assert found.resolution <= UNITS[unit] / 10**digits + 1


@given(st.text(max_size=60))
def test_any_text_is_a_size_or_refused(written: str) -> None:
    for parse in (parse_size, parse_rate, seconds, moment):
        try:
            parse(written)
        except WrongKindError:
            continue


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("~10,379 MB/hour", 10379.0),
        ("534,250.6 MB/hour", 534250.6),
        ("1.5 GB/h", 1536.0),
        ("1 MiB/s", 3600.0),
        ("10 MB per hour (high)", 10.0),
    ],
)
def test_rates(written: str, expected: float) -> None:
    assert parse_rate(written) == pytest.approx(expected)


@pytest.mark.parametrize("written", ["10", "10 MB", "10 /h", "10 MB/day", "10 W/h", "", "MB/h"])
def test_what_is_no_rate(written: str) -> None:
    with pytest.raises(WrongKindError):
        parse_rate(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("431 seconds (~7 min)", 431),
        ("+36 min", 2160),
        ("1 h 20 min", 4800),
        ("1h20m5s", 4805),
        ("~90 s", 90),
        ("00:36:05", 2165),
        ("2 days, 1 hour", 176_400),
        ("0", 0),
        ("250 ms", 0.25),
    ],
)
def test_lengths_of_time(written: str, expected: float) -> None:
    assert seconds(written) == pytest.approx(expected)


@pytest.mark.parametrize(
    "written", ["", "5", "noon", "5 parsecs", "-5 s", "5 s later", "(5 s)", "1:2", "9" * 99]
)
def test_what_is_no_length_of_time(written: str) -> None:
    with pytest.raises(WrongKindError):
        seconds(written)


@pytest.mark.parametrize(
    "heading",
    [
        "rss_delta",
        "External (% of RSS)",
        "heap",
        "used",
        "total",
        "RSS growth",
        "",
        "rss (s)",
        "pid (MB)",
        "maxRSS",
    ],
)
def test_headings_that_only_look_known(heading: str) -> None:
    assert column_of(heading) is None


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Heap Total (MB)", "heap_total"),
        ("**Heap Used**", "heap_used"),
        ("arrayBuffers", "array_buffers"),
        ("`memoryUsage.heapUsed`", "heap_used"),
        ("RSS (peak), MB", "max_rss"),
        ("Open FDs", "file_descriptors"),
        ("total_heap_size", "heap_total"),
    ],
)
def test_headings(heading: str, target: str) -> None:
    column = column_of(heading)
    assert column is not None
    assert column.target == target
