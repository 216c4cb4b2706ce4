"""Where the rows of a worker stand: at their dates, or life by life where nobody told any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from memdoctor.overviews import Moment
from memdoctor.reports.html.plot import color
from memdoctor.reports.html.time_axis import Lives, beside
from memdoctor.units import duration

_MOST_LABELED = 6  # breaks of the axis with words in them


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its place on the axis, the number of its life, and when it was in words."""

    at: str | float
    life: int
    when: str
    row: Moment


@dataclass(frozen=True, slots=True)
class WorkerAxis:
    """Rows in their places, with what the layout of a plot says of them, and what it cannot show."""

    placed: Sequence[Placed]
    layout: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def dated(rows: Sequence[Moment]) -> WorkerAxis:
    """Return rows with dates at these."""
    placed = [
        Placed(f"{at:%Y-%m-%d %H:%M:%S.%f}", life, f"{at:%Y-%m-%d %H:%M:%S} UTC", row)
        for life, row in zip(_lives(rows), rows, strict=True)
        if row.at is not None
        for at in (row.at.astimezone(UTC),)
    ]
    return WorkerAxis(placed, {"xaxis": {"type": "date", "title": {"text": "UTC"}}})


def counted(rows: Sequence[Moment]) -> WorkerAxis:
    """Return rows without dates: each life counts from its own beginning, what lies between is unknown."""
    numbers = _lives(rows)
    lives: list[list[Moment]] = [[] for _ in {*numbers}]
    for life, row in zip(numbers, rows, strict=True):
        lives[life].append(row)
    since_start = all(row.is_since_start for row in rows)
    origins = [0.0 if since_start else _elapsed(life[0]) for life in lives]
    spans = [
        (_elapsed(life[0]) - origin, _elapsed(life[-1]) - origin)
        for life, origin in zip(lives, origins, strict=True)
    ]
    axis = beside(spans)
    placed = [
        Placed(axis.at(number, time), number, _when(time, number, len(lives), since_start=since_start), row)
        for number, (life, origin) in enumerate(zip(lives, origins, strict=True))
        for row in life
        for time in (_elapsed(row) - origin,)
    ]
    return WorkerAxis(
        placed, _layout(axis, since_start=since_start), _notes(lives, since_start=since_start)
    )


def _lives(rows: Sequence[Moment]) -> list[int]:
    """Return the number of each row's life: a time that goes back begins another, whatever is told."""
    numbers: list[int] = []
    lives = 0
    current: dict[int | None, tuple[int, float]] = {}
    for row in rows:
        number, last = current.get(row.life, (-1, 0.0))
        if number < 0 or (row.elapsed is not None and row.elapsed < last):
            number, last = lives, 0.0
            lives += 1
        current[row.life] = number, last if row.elapsed is None else row.elapsed
        numbers.append(number)
    return numbers


def _elapsed(row: Moment) -> float:
    return row.elapsed or 0.0


def _when(time: float, life: int, lives: int, *, since_start: bool) -> str:
    of_life = f" of life {life + 1}" if lives > 1 else ""
    if since_start:
        return f"{duration(time)} after the start{of_life}"
    return f"{duration(time)} after the first look{of_life}" if time else f"the first look{of_life}"


def _layout(axis: Lives, *, since_start: bool) -> Mapping[str, Any]:
    one = "since the process started" if since_start else "since the first look"
    what = f"{axis.unit.name} {'of each life' if len(axis.spans) > 1 else one}"
    breaks = axis.breaks()
    shades = [
        {
            **{"type": "rect", "xref": "x", "yref": "paper", "x0": begin, "x1": end, "y0": 0, "y1": 1},
            **{"fillcolor": color("grid"), "line": {"width": 0}, "layer": "below"},
        }
        for begin, end in breaks
    ]
    words = [
        {
            **{"x": (begin + end) / 2, "xref": "x", "y": 0.5, "yref": "paper", "textangle": -90},
            **{"text": "time unknown", "showarrow": False, "font": {"color": color("soft"), "size": 11}},
        }
        for begin, end in (breaks if len(breaks) <= _MOST_LABELED else ())
    ]
    return {"xaxis": {"title": {"text": what}, **axis.ticks()}, "shapes": shades, "annotations": words}


def _notes(lives: Sequence[Sequence[Moment]], *, since_start: bool) -> tuple[str, ...]:
    if len(lives) == 1:
        return ()
    start = "start" if since_start else "first look"
    return (
        f"{len(lives)} lives side by side: how long lies between two of them is unknown, "
        f"so each counts from its own {start}.",
    )
