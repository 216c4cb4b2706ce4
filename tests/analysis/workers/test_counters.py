"""Restarts by PM2's counter: between looks, since the first start, and of what PM2 has given up on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memdoctor.analysis.workers.counters import restarts_of
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, App, Event

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _look(seconds: float, restarts: int, status: str = "online", up: float = 20) -> App:
    at = _START + timedelta(seconds=seconds)
    return App(
        "a", "a#/0", "worker", pm_id=0, status=status, at=at, started_at=at - timedelta(seconds=up),
        created_at=_START, restarts=restarts, unstable_restarts=0,
    )  # fmt: skip


def _judge(*looks: App) -> tuple[str, int] | None:
    found = restarts_of(Worker("worker", "worker", 0, tuple(looks)))
    return None if found is None else (found.by, found.count)


def test_between_looks() -> None:
    assert _judge(*(_look(34 * number, number) for number in range(11))) == ("looks", 10)


def test_a_counter_that_was_set_back_counts_from_there() -> None:
    looks = [_look(0, 40), *(_look(60 * number, number) for number in range(1, 8))]
    assert _judge(*looks) == ("looks", 6)


@pytest.mark.parametrize(("restarts", "seconds"), [(1, 600), (2, 600), (4, 6000), (6, 90_000)])
def test_a_few_restarts_are_none(restarts: int, seconds: float) -> None:
    assert _judge(_look(0, 0, up=0), _look(seconds, restarts, up=seconds / 2)) is None


def test_one_look_at_a_worker_that_came_back_by_itself_just_now() -> None:
    assert _judge(_look(13, 4, up=1)) == ("itself", 4)


def _by_hand(seconds: float, restarts: int, up: float) -> App:
    """Return a look after a restart by hand: PM2 sets the creation anew, and starts at once."""
    look = _look(seconds, restarts, up=up)
    return replace(look, created_at=_START + timedelta(seconds=seconds - up - 0.1))


def test_restarts_by_hand_are_none() -> None:
    assert _judge(_by_hand(60, 60, up=18)) is None
    assert _judge(*(_by_hand(300 * number, 10 + number, up=5) for number in range(7))) is None


def test_after_the_last_restart_by_hand_they_count_again() -> None:
    created = _START + timedelta(seconds=100)
    looks = [_look(0, 10), *(replace(_look(100 + 34 * n, 11 + n), created_at=created) for n in range(8))]
    assert _judge(*looks) == ("looks", 7)


def test_what_pm2_itself_calls_unstable_or_waits_to_restart() -> None:
    assert _judge(replace(_look(4, 3, up=0.1), unstable_restarts=3)) == ("unstable", 3)
    assert _judge(_look(4, 3, status="waiting restart", up=0.1)) == ("waiting", 3)


def _ended(seconds: float, **detail: object) -> Event:
    return Event("pm2.log", 1, EXIT, _START + timedelta(seconds=seconds), app="worker", detail=dict(detail))


def test_ends_that_the_log_calls_asked_for_do_not_count() -> None:
    looks = tuple(_look(60 * number, number) for number in range(8))
    asked = tuple(_ended(60 * number - 10, stopped=True) for number in range(1, 8))
    assert restarts_of(Worker("worker", "worker", 0, looks, asked)) is None
    crashed = tuple(_ended(60 * number - 10, code=1) for number in range(1, 8))
    assert restarts_of(Worker("worker", "worker", 0, looks, crashed)) is not None


def test_old_restarts_of_a_worker_that_stays_up_are_over() -> None:
    assert _judge(_look(100_000, 12, up=90_000)) is None


def test_what_pm2_has_given_up_on() -> None:
    assert _judge(_look(60, 15, status="errored")) == ("errored", 15)
    assert _judge(_look(60, 1, status="errored")) is None
