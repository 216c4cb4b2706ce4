"""The time that a logger writes before a line."""

import re
from dataclasses import replace

from memdoctor.model import Problem, Sample
from memdoctor.readers.parts.values import WrongKindError, moment

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")


# What tells the writers of one log apart: a bracketed worker, docker compose's "app-1 |".
_WRITER = re.compile(
    r"\[((?:worker|app|process|proc|instance|pid|node|web|pod|cluster|api|job)[\w.:#-]{0,60})\]|^([\w.-]{1,60})\s+\|",
    re.I,
)
_WRITER_KEYS = ("hostname", "host", "worker", "workerId", "instance", "container", "pod")


def writer(prefix: str, value: object) -> str:
    """Return what a line says of who wrote it, or an empty text: two writers are two series."""
    found = _WRITER.search(prefix[-400:])
    named = [value.get(key) for key in _WRITER_KEYS] if isinstance(value, dict) else []
    words = [word for word in (*(found.groups() if found else ()), *named) if isinstance(word, str | int)]
    return " ".join(str(word)[:60] for word in words)


def timed(record: Sample | Problem, prefix: str, place: str) -> Sample | Problem:
    """Give a sample without a time the last ISO-8601 time of the text before it on its line."""
    if not isinstance(record, Sample) or record.at is not None:
        return record
    found = _TIME.findall(prefix[-400:])
    if not found:
        return record
    try:
        at = moment(found[-1].replace(",", ".").replace(" ", "T"))
    except WrongKindError:
        return record
    return replace(record, at=at, places={**record.places, "at": place})
