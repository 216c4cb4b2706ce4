"""The zone of logs that tell none: that which PM2 tells in another log of the case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from memdoctor.model import Event, Log


def in_told_zone(events: Sequence[Event], logs: Sequence[Log]) -> tuple[tuple[Event, ...], tuple[Log, ...]]:
    """Return events and logs; local times taken for UTC are of the zone that PM2 tells, if it tells one."""
    told = {(log.offset, log.source) for log in logs if log.offset is not None}
    assumed = {log.source for log in logs if log.assumed}
    if len({offset for offset, _ in told}) != 1 or not assumed:
        return tuple(events), tuple(logs)
    from memdoctor.readers.parts.logs.clock import shown_offset  # much comes with it

    offset = min(told)[0]
    shift = timedelta(seconds=offset)

    def utc(at: datetime | None) -> datetime | None:
        return None if at is None else at - shift

    zone = f"{shown_offset(shift)}, as PM2 says"
    return (
        tuple(
            replace(one, at=utc(one.at), last_at=utc(one.last_at)) if one.source in assumed else one
            for one in events
        ),
        tuple(
            replace(log, first_at=utc(log.first_at), last_at=utc(log.last_at), zone=zone, assumed=False)
            if log.source in assumed
            else log
            for log in logs
        ),
    )
