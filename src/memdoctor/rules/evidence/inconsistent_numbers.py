"""The numbers contradict each other.

## What it means
No runtime writes such a document: it was damaged, edited, or put together from two.

## Evidence
A negative size; in Node `arrayBuffers` above `external`, or `heapUsed` above `heapTotal`; an RSS above
the machine's memory.

## What to do
Bring the document as it was written.

## When it is wrong
Node reads its numbers one after another; a release in between can make a small difference.
"""

from collections.abc import Iterator
from dataclasses import fields

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import Sample
from memdoctor.rules.about import about_sample

RULE = Rule("inconsistent-numbers", "evidence", Severity.ERROR, "the numbers contradict each other")

_MAY_BE_NEGATIVE = frozenset({"reported_rate", "reported_rate_per_hour"})


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each contradiction in a sample."""
    for look in measurements.looks:
        for message, evidence in _contradictions(look):
            yield about_sample(
                RULE,
                look,
                message,
                note=message,
                topic=evidence[0].label,
                evidence=evidence,
                why="No runtime writes this: the document was damaged, edited or put together.",
                help="bring the document as it was written",
            )


def _contradictions(look: Look) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for name, value in _negatives(look.sample):
        place = look.sample.places.get(name, name)
        label = place.rpartition("/")[2]
        yield f"{label} is negative: {value}", (Evidence(label, value, "", place),)
    if look.runtime.is_node and look.array_buffers > look.external:
        yield "arrayBuffers exceeds external", (look.array_buffers, look.external)
    if look.runtime.is_node and look.heap_used > look.heap_total:
        yield "heapUsed exceeds heapTotal under V8", (look.heap_used, look.heap_total)
    if look.limit_is_machine_memory and look.rss > look.heap_limit:
        yield "RSS exceeds the memory of the machine", (look.rss, look.heap_limit)


def _negatives(sample: Sample) -> Iterator[tuple[str, float]]:
    for field in fields(sample):
        value = getattr(sample, field.name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and value < 0 and field.name not in _MAY_BE_NEGATIVE:
            yield field.name, value
