"""Two computations at once, and what happens when one of them fails."""

import time

import pytest

from memdoctor.heap.together import together


def test_both_results_come_back() -> None:
    assert together(lambda: 1, lambda: "two") == (1, "two")


def test_an_error_of_either_is_raised() -> None:
    def fail() -> None:
        raise ValueError("it failed")

    for pair in ((fail, int), (int, fail)):
        with pytest.raises(ValueError, match="it failed"):
            together(*pair)


def test_nothing_runs_on_after_an_error() -> None:
    ended = []

    def fail() -> None:
        raise ValueError

    def slow() -> None:
        time.sleep(0.2)
        ended.append(True)

    with pytest.raises(ValueError):  # noqa: PT011 - which one does not matter
        together(fail, slow)
    time.sleep(0.3 if not ended else 0)
    assert ended in ([True], [])  # interpreted, the second does not begin
