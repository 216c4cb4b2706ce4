"""The warning of too many listeners, of every Node and of Bun."""

from pathlib import Path

import pytest

from memdoctor.model import LISTENERS

from log_reading import LOGS, WARNING, told, told_in

_ALWAYS = {
    ("EventEmitter", "message", 11),
    ("SessionManager", "session:end", 11),
    ("EventEmitter", "Symbol(tick)", 11),
    ("EventEmitter", "drain", 3),
    ("Socket", "close", 11),
    ("PassThrough", "error", 11),
    ("EventEmitter", "error", 11),
}
_PROCESS = {("process", "SIGUSR2", 11), ("process", "exit", 11)}


@pytest.mark.parametrize(
    ("version", "more", "pid", "says_most"),
    [
        ("node14", _PROCESS, 22738, False),
        ("node18", {*_PROCESS, ("AbortSignal", "abort", 11), (None, "foo", 11)}, 22988, False),
        ("node22", {*_PROCESS, (None, "foo", 11)}, 23240, True),
        ("bun", set(), 23592, True),
    ],
)
def test_every_form_of_the_warning(
    version: str, more: set[tuple[str | None, str, int]], pid: int, says_most: bool
) -> None:
    found = told(LOGS / f"listeners-{version}.err")
    details = [event.detail for event in found.events]
    assert {(one["class"], one["event"], one["listeners"]) for one in details} == _ALWAYS | more
    assert {event.kind for event in found.events} == {LISTENERS}
    assert {event.pid for event in found.events} == {pid}
    assert [one["most"] for one in details] == [
        one["listeners"] - 1 if says_most else None for one in details
    ]
    targets = {one["event"]: one["target"] for one in details}
    assert targets["message"] == "EventEmitter"
    assert targets.get("foo", "EventTarget") == targets.get("abort", "EventTarget") == "EventTarget"


def test_equal_warnings_in_a_row_are_one() -> None:
    found = told(LOGS / "listeners-repeated.err")
    assert [(event.line, event.count, event.last_line) for event in found.events] == [
        (1, 1, None),
        (3, 1, None),
        (4, 1, None),
        (5, 53, 57),
    ]


def test_others_between_them_keep_them_apart(tmp_path: Path) -> None:
    other = WARNING.replace("Bus", "Other")
    found = told_in(WARNING + WARNING + other + WARNING, tmp_path)
    assert [(event.detail["class"], event.count) for event in found.events] == [
        ("Bus", 2),
        ("Other", 1),
        ("Bus", 1),
    ]
    another = WARNING.replace("4242", "4243")
    assert [event.pid for event in told_in(WARNING + another, tmp_path).events] == [4242, 4243]


@pytest.mark.parametrize(
    ("line", "pid"),
    [
        ('{"level":"warn","pid":7,"message":"%s"}', 7),
        ("2026-11-20T09:13:24.123Z WARN %s", None),
        ("(electron:99) MaxListenersExceededWarning: %s", 99),
        ("(node:99) [X] MaxListenersExceededWarning: %s", 99),
    ],
)
def test_loggers_that_write_only_its_message(line: str, pid: int | None, tmp_path: Path) -> None:
    message = WARNING[WARNING.index("Possible") :].strip()
    [event] = told_in((line % message) + "\n", tmp_path).events
    assert event.detail["class"] == "Bus"
    assert event.pid == pid


def test_a_warning_in_every_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        found = told_in((WARNING + "\n").encode(encoding), tmp_path)
        assert [event.detail["class"] for event in found.events] == ["Bus"]
        assert bool(found.problems) == encoding.startswith("utf-16")
    latin = WARNING.replace("Bus", "Büs").encode("latin-1") + WARNING.encode() + WARNING.encode("utf-16-le")
    assert len(told_in(latin, tmp_path).of(LISTENERS)) == 2
    assert sum(event.count for event in told_in(latin, tmp_path).events) == 3


def test_names_may_hold_anything(tmp_path: Path) -> None:
    line = WARNING.replace("data listeners", "a b: c] listeners").replace("[Bus]", "[class Büs extends X]")
    [event] = told_in(line, tmp_path).events
    assert (event.detail["event"], event.detail["class"]) == ("a b: c]", "class Büs extends X")
