"""How long growth can go on, and what it can not explain. Without NumPy: rules import this."""

from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.measurements import Measurements
from memdoctor.assumptions import LIMIT, TOTAL, Assumption
from memdoctor.findings import HeapGrowth
from memdoctor.units import MiB

_FAR_MORE = 4  # times the heap in the snapshot, and so many bytes more: that asks for an explanation
_MUCH = 256 * MiB


@dataclass(frozen=True, slots=True)
class Assumed:
    """What growth comes to if what the user assumes is true: bytes in all, or by the second."""

    assumption: Assumption
    bytes: int
    bytes_per_second: float | None
    seconds_to_limit: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """How much of a total a holder explains: what its entries have, and how many the total would take."""

    total: int
    whence: str
    place: str | None
    share: float
    entries_needed: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What follows from the pace of a growth; unknown is None. Sizes are bytes."""

    limit: int | None = None
    limit_place: str | None = None
    room: int | None = None
    seconds_to_limit: float | None = None
    assumed: tuple[Assumed, ...] = ()
    explained: Explained | None = None


def forecast(measurements: Measurements, growth: HeapGrowth) -> Forecast:
    """Return how far the growth is from the limit of the heap, and what the assumptions make of it."""
    limit, place = _limit(measurements)
    room = None if limit is None or growth.kind == "buffers" else limit - _in_heap(measurements)
    seconds = None
    if room is not None and room > 0 and growth.bytes_per_second:
        seconds = room / growth.bytes_per_second
    assumed = (_assumed(one, growth, room) for one in of_growth(measurements.assumptions, growth))
    return Forecast(
        limit=limit,
        limit_place=place,
        room=room,
        seconds_to_limit=seconds,
        assumed=tuple(one for one in assumed if one is not None),
        explained=_explained(measurements, growth),
    )


def unmatched(measurements: Measurements) -> list[str]:
    """Return the assumptions about what does not grow under their name, as they were typed."""
    series = measurements.heap_series
    growth = () if series is None else series.growth
    return [
        one.text
        for one in measurements.assumptions
        if one.name not in (TOTAL, LIMIT) and not any(of_growth((one,), each) for each in growth)
    ]


def of_growth(assumptions: Sequence[Assumption], growth: HeapGrowth) -> list[Assumption]:
    """Return the assumptions about what grows: `sessions` is Manager.sessions, and so are its Session."""
    names = {growth.holder.rsplit(".", 1)[-1].lower(), growth.holder.lower(), growth.entry.lower()}
    return [
        one
        for one in assumptions
        if one.name not in (TOTAL, LIMIT)
        and {one.name.lower(), one.name.lower().removesuffix("s"), f"{one.name.lower()}s"} & names
    ]


def _assumed(assumption: Assumption, growth: HeapGrowth, room: int | None) -> Assumed | None:
    if growth.entry_bytes is None:
        return None
    pace = None if assumption.per_second is None else assumption.per_second * growth.entry_bytes
    seconds = room / pace if room is not None and room > 0 and pace else None
    return Assumed(assumption, int(assumption.value * growth.entry_bytes), pace, seconds)


def _limit(measurements: Measurements) -> tuple[int | None, str | None]:
    """Return the limit of the heap: as the user says, else the last that V8 reported."""
    for one in measurements.assumptions:
        if one.name == LIMIT:
            return int(one.value), f"--assume {one.text}"
    for look in reversed(measurements.looks):
        if look.runtime.is_node and look.heap_limit > 0:
            return int(look.heap_limit.value or 0), look.heap_limit.pointer
    return None, None


def _in_heap(measurements: Measurements) -> int:
    """Return how much of the last snapshot counts against the limit: no array buffers."""
    figures = measurements.heaps_together[-1].figures
    return int(figures["total_bytes"]) - int(figures["typed_arrays_bytes"])


def _explained(measurements: Measurements, growth: HeapGrowth) -> Explained | None:
    """Return what the holder explains of the total that was reported, if that is far more than the heap."""
    total = _total(measurements)
    entries = growth.counts[-1]
    if total is None or not growth.entry_bytes or not entries:
        return None
    size, whence, place = total
    held = entries * growth.entry_bytes
    return Explained(size, whence, place, held / size, -(-size // growth.entry_bytes))


def _total(measurements: Measurements) -> tuple[int, str, str | None] | None:
    for one in measurements.assumptions:
        if one.name == TOTAL:
            return int(one.value), f"--assume {one.text}", None
    looks = [look for look in measurements.looks_beside_heaps if look.rss.known]
    if not looks:
        return None
    rss: Figure = looks[-1].rss
    heap = int(measurements.heaps_together[-1].figures["total_bytes"])
    if not rss > max(_FAR_MORE * heap, heap + _MUCH):
        return None
    return int(rss.value or 0), "RSS", rss.pointer
