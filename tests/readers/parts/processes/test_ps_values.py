"""Values as `ps` writes them: every form of a time, an age, a size; and nothing else taken for one."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.readers.parts.processes import ps_values

from builders import GIB, MIB

_AT = datetime(2026, 11, 20, 9, 19, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("0", 0), ("12", 12), ("0012", 12), ("-5", -5), ("9" * 15, 10**15 - 1)],
)
def test_whole_numbers(word: str, expected: int) -> None:
    assert ps_values.whole(word) == expected


@pytest.mark.parametrize(
    "word", ["", "-", "--5", "+5", "5.0", "1_0", "0x1f", "٣", "²", "9" * 16, " 5", "1e3", "5\n"]
)
def test_what_is_no_whole_number(word: str) -> None:
    assert ps_values.whole(word) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [("0.0", 0.0), ("0,0", 0.0), ("100.7", 100.7), ("197,9", 197.9), ("26.6%", 26.6), ("5", 5.0)],
)
def test_decimals(word: str, expected: float) -> None:
    assert ps_values.decimal(word) == expected


@pytest.mark.parametrize(
    "word",
    ["", "-", "?", "nan", "inf", "-1.0", "1.2.3", "1,000.5", "²", "1e5", "9e999", "1_0", "0x1", "9" * 30],
)
def test_what_is_no_decimal(word: str) -> None:
    assert ps_values.decimal(word) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("0:04", 4),
        ("00:00:09", 9),
        ("08:09", 489),  # a shell would read octal numbers
        ("21:32", 1292),
        ("17:52:08", 64_328),
        ("02-16:50:46", 233_446),
        ("999-23:59:59", 86_399_999),
        ("6319:44.71", 379_184.71),
        ("6319:44,71", 379_184.71),
        ("0:00.00", 0),
        ("1292", 1292),
        ("0", 0),
        ("2h05", 7500),  # busybox
        ("12d10", 1_072_800),
        ("123d", 10_627_200),
        ("99:59", 5999),
    ],
)
def test_lengths_of_time(word: str, expected: float) -> None:
    assert ps_values.seconds(word) == expected


@pytest.mark.parametrize(
    "word",
    [
        *(
            "",
            "-",
            "?",
            "-5",
            "-00:01",
            "1:2:3:4",
            "1:2",
            "1-2",
            "9:41AM",
            "Oct31",
            "1.5",
            "1e3",
            "²",
            "٣:٠٠",
            "h05",
        ),
        *(":", "::", "0:0", "1-", "9" * 16, "9" * 9 + ":00", "00:00:09\n", "2x05", "1 h"),
    ],
)
def test_what_is_no_length_of_time(word: str) -> None:
    assert ps_values.seconds(word) is None


@given(st.integers(0, 999_999), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_every_age(days: int, hours: int, minutes: int, seconds: int) -> None:
    age = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    assert ps_values.seconds(f"{days:02}-{hours:02}:{minutes:02}:{seconds:02}") == age
    assert ps_values.seconds(f"{hours:02}:{minutes:02}:{seconds:02}") == age - days * 86_400
    assert ps_values.seconds(f"{int(age)}") == age
    assert ps_values.seconds(f"{hours * 60 + minutes}:{seconds:02}.25") == age - days * 86_400 + 0.25


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("0", 0),
        ("48472", 48_472 * 1024),
        ("980", 980 * 1024),
        ("46m", 46 * MIB),
        ("46M", 46 * MIB),
        ("1.3g", GIB * 13 // 10),
        ("1,3g", GIB * 13 // 10),
        ("512k", MIB // 2),
        ("1T", 1024 * GIB),
    ],
)
def test_sizes(word: str, expected: int) -> None:
    assert ps_values.size(word) == expected


@pytest.mark.parametrize(
    "word", ["", "-", "?", "m", "-5", "1.2.3", "45mb", "45 m", "1e3", "0x10", "٣", "9" * 17, "1.m"]
)
def test_what_is_no_size(word: str) -> None:
    assert ps_values.size(word) is None


@given(st.integers(0, 1 << 40))
def test_every_size(number: int) -> None:
    assert ps_values.size(str(number)) == number * 1024
    assert ps_values.size(f"{number}k") == number * 1024


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Fri Nov 20 09:19:44 2026 node", 5),
        ("Fri 20 Nov 09:19:44 2026 node", 5),
        ("金 11月 20 09:02:54 2026 node", 5),
        ("金 11/20 09:02:54 2026 node", 4),
        ("ven. 20 nov. 2026 09:19:44 node", 5),
        ("09:19 ? 00:00:09 node", 1),
        ("09:19:44 node", 1),
        ("Oct31 ? 00:00:09 node 2026", 1),
        ("2025 ? 00:00:09 node", 1),
        ("Wed11AM 4182:11.09 node", 1),
        ("9:41AM 0:21.33 claude", 1),
        ("二03下午 0:21.33 claude", 1),
        ("- 0:00.99 node", 1),
        ("- ? 00:00:09 node", 1),
        ("Oct 31 ? 00:00:09 node", 2),
        ("Oct  3 node --at 10:11:12", 2),
        ("node", 1),
        ("12", 1),
    ],
)
def test_how_many_words_a_start_takes(row: str, expected: int) -> None:
    assert ps_values.start_words(row.split()) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("Fri Nov 20 09:19:44 2026", "Fri 20 Nov 09:19:44 2026", "fri nov 20 09:19:44 2026"),
        *("Friday November 20 09:19:44 2026", "Fri, Nov 20 2026 09:19:44"),
    ],
)
def test_a_start_in_full(text: str) -> None:
    assert ps_values.start(text.split()) == _AT


@pytest.mark.parametrize(
    "text",
    [
        *("", "Fri", "09:19", "Oct31", "Oct 31", "金 11月 20 09:19:44 2026", "Fr 20 Mär 09:19:44 2026"),
        *(
            "Fri Nov 31 09:19:44 2026",
            "Sun Feb 29 09:19:44 2026",
            "Fri Nov 20 25:19:44 2026",
            "Fri Nov 0 09:19:44 2026",
        ),
        *(
            "Fri Nov 20 09:19 2026",
            "Fri Nov 20 09:19:44",
            "Fri Nov 09:19:44 2026",
            "Fri Nov 20 09:19:44 226",
        ),
        *("Fri Nov 20 09:60:44 2026", "Fri Nov ²0 09:19:44 2026", "Fri Nov ² 09:19:44 2026"),
    ],
)
def test_what_is_no_start(text: str) -> None:
    assert ps_values.start(text.split()) is None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31, 23, 59, 59)))
def test_every_start(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert ps_values.start(moment.ctime().split()) == moment
    assert ps_values.start_words([*moment.ctime().split(), "node"]) == 5


@given(
    st.text(max_size=20)
    | st.from_regex(r"[0-9٣²]{0,9}[-:.,dhmskg%e_]?[0-9]{0,4}[:.]?[0-9]{0,3}", fullmatch=True)
)
def test_any_word(word: str) -> None:
    for value in (ps_values.seconds(word), ps_values.size(word), ps_values.decimal(word)):
        assert value is None or (value >= 0 and math.isfinite(value))
    number = ps_values.whole(word)
    assert number is None or abs(number) < 10**15
    assert ps_values.start([word]) is None
