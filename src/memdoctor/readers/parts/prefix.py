"""The time that a logger writes before a line."""

import re
from dataclasses import replace

from memdoctor.model import Problem, Sample
from memdoctor.readers.parts.values import WrongKindError, moment

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")


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
